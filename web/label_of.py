"""A print job's label as ZPL for the media of its printer: what was kept of it, with names and secrets read now."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from floor import label_contents, people, policy
from floor.credentials import CREDENTIAL
from floor.storage import particulars
from labels import carrier, scanner_test
from labels.badge import BadgeLabel
from labels.command import CommandLabel
from labels.item import ItemLabel
from labels.media import Media
from labels.note import NoteLabel
from labels.pallet import PalletLabel
from labels.parcel import ParcelLabel
from labels.place import PlaceLabel
from labels.refused import LabelRefused
from labels.scanner_test import ScannerTestLabel
from labels.station import StationLabel
from labels.templates.site import Templates
from web.settings import Printer, Settings
from web.text import texts
from web.texts.commands import COMMANDS
from web.texts.verdicts import word


@dataclass(frozen=True)
class Wanted:
    """What a job keeps of its label; a copy says so, with its reason. `rfid`: its printer writes tags."""

    label: str
    said: dict[str, str]
    copy: bool = False
    reason: str = ""
    rfid: bool = False

    @property
    def epc(self) -> str:
        """What goes into the label's tag, "" for none; jobs of before tags have none either."""
        return self.said.get("epc", "") if self.rfid else ""


def media(settings: Settings, printer: Printer) -> Media:
    font = Path(settings.font) if settings.font else None
    return Media(printer.width_mm, printer.height_mm, printer.dpi, font, printer.language)


def zpl(db: Connection, wanted: Wanted, on: Media, templates: Templates) -> bytes:
    """The label, by the site's own template where it has one, as often as it is wanted. LabelRefused: it cannot be drawn."""
    copies = _copies(wanted)
    if wanted.label == "carrier":
        return carrier.zpl(_received(db, wanted), on, copies)
    if wanted.label == "scanner_test":  # ours always: what must arrive is known to the scanner doctor
        made = scanner_test.zpl(ScannerTestLabel(wanted.said["test"]), on)
    else:
        made = templates.zpl(LABELS[wanted.label](db, wanted, on.language), on)
    if copies == 1:
        return made
    head, end, tail = made.rpartition(b"^XZ")
    return head + b"^PQ%d" % copies + end + tail


def _copies(wanted: Wanted) -> int:
    return int(wanted.said.get("count", "1"))


def count(wanted: Wanted) -> int:
    """How many labels come out of the printer: what a carrier sends may be several at once."""
    return _copies(wanted) * int(wanted.said.get("labels", "1"))


def _received(db: Connection, wanted: Wanted) -> bytes:
    """What the carrier sent, as it came."""
    kept = particulars.one(db, label_contents.RECEIVED, int(wanted.said["received"]))
    if kept is None:
        raise LabelRefused("bad_content", "what the carrier sent was erased")
    return base64.b64decode(kept["file"])


def _address(db: Connection, said: dict[str, str]) -> tuple[str, ...]:
    told = particulars.read(db, int(said.get("ship_to", "0")))
    return tuple(str(told[name]) for name in ("name", "contact", "phone", "address", "city") if told.get(name)) or (
        "-",
    )


def _parcel(db: Connection, wanted: Wanted, lang: str) -> ParcelLabel:
    said, company = wanted.said, policy.read(db, "company")
    return ParcelLabel(
        sscc=said["sscc"],
        ship_to=_address(db, said),
        service=" - ".join(text for text in (said["carrier"], company) if text) or "-",
        note=said["note"],
        order=said["order"],
        weight_g=int(said["weight_g"]) or None,
        n=int(said["number"]),
        of=max(int(said["of"]), int(said["number"])),
        marks=tuple(said.get("marks", "").splitlines()),
        copy=wanted.copy,
        reason=word(lang, wanted.reason),
        epc=wanted.epc,
    )


def _pallet(db: Connection, wanted: Wanted, lang: str) -> PalletLabel:
    said = wanted.said
    lot = [("10", said["lot"])] if said.get("lot") else []
    content = [("02", said["gtin"]), *lot, ("37", said["count_of"])] if said.get("gtin") else []
    return PalletLabel(
        sscc=said["sscc"],
        ship_to=_address(db, said),
        shipment=said["shipment"],
        parcels=int(said["parcels"]),
        content=tuple(content),
        copy=wanted.copy,
        reason=word(lang, wanted.reason),
        epc=wanted.epc,
    )


def _item(db: Connection, wanted: Wanted, lang: str) -> ItemLabel:
    said = wanted.said
    gtin = said["gtin"].rjust(13, "0") if said["gtin"] else ""
    gtin = gtin[1:] if len(gtin) == 14 and gtin[0] == "0" else gtin
    return ItemLabel(said["item"], said["name"], gtin, said["unit"])


def _place(db: Connection, wanted: Wanted, lang: str) -> PlaceLabel:
    return PlaceLabel(wanted.said["code"], wanted.said["name"])


def _station(db: Connection, wanted: Wanted, lang: str) -> StationLabel:
    return StationLabel(wanted.said["code"], wanted.said["name"])


def _note(db: Connection, wanted: Wanted, lang: str) -> NoteLabel:
    said = wanted.said
    return NoteLabel(said["note"], _address(db, said)[0], said["order"], int(said["lines"]))


def _badge(db: Connection, wanted: Wanted, lang: str) -> BadgeLabel:
    person = int(wanted.said["person"])
    code: str | None = db.scalar(select(CREDENTIAL.c.badge).where(CREDENTIAL.c.person == person))
    row = people.person(db, person)
    if not code or row is None:
        raise LabelRefused("bad_content", f"person {person} has no badge")
    roles = ", ".join(word(lang, role) for role in row.roles.split())
    name = people.names(db, [person]).get(person, "")
    return BadgeLabel(f"BADGE:{code}", name or str(person), roles)


def _command(db: Connection, wanted: Wanted, lang: str) -> CommandLabel:
    text = COMMANDS[wanted.said["command"]]
    return CommandLabel(wanted.said["code"], texts(lang).gettext(text))


def _printer(db: Connection, wanted: Wanted, lang: str) -> CommandLabel:
    name = wanted.said["printer"]
    return CommandLabel(f"PRINTER:{name}", name)


LABELS: dict[str, Callable[[Connection, Wanted, str], Any]] = {
    "parcel": _parcel,
    "pallet": _pallet,
    "item": _item,
    "place": _place,
    "station": _station,
    "note": _note,
    "badge": _badge,
    "command": _command,
    "printer": _printer,
}


def wanted(job: Any, said: dict[str, str], printer: Printer) -> Wanted:
    """What a job's row asks for at this printer."""
    return Wanted(job.label, said, job.copy_of, job.reason, printer.rfid)
