"""What each kind of label says, read from the floor's own tables: finished texts, and ids where a name may be erased."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from floor import deliveries, items, pallets, parcels, people, places, printers, printing, stations
from floor.items import ITEM_CODE
from floor.parcels import JOB
from floor.people import need_person
from floor.refusal import Refusal
from floor.storage import particulars
from floor.storage.record import Tx

MOST = 500  # copies of one label in one job
GTIN_DIGITS = (8, 12, 13, 14)
SCANNER_TESTS = ("suffix", "layout", "digits", "gs1", "aim", "once")
RECEIVED = "carrier_label"  # the particulars that hold a carrier's label: it bears an address
COMMANDS = ("UNDO", "SHORT", "PARCEL", "PACKALL", "CLOSE", "WAIVE", "SHIP", "SHIP:PART")


@dataclass(frozen=True)
class Content:
    """`document` is what the label belongs to; `payload` what it says, as a print job keeps it."""

    document: str
    payload: dict[str, str]


def _item(db: Connection, key: str) -> Content:
    """By the item's code, or by its code and a barcode of it ("A1 06901234000016"): that of a pack, say."""
    code, _, barcode = key.partition(" ")
    row = db.execute(select(items.ITEM).where(items.ITEM.c.code == code)).first()
    if row is None:
        raise Refusal("item_unknown", value=code)
    mine = select(ITEM_CODE).where(ITEM_CODE.c.item == row.id, ITEM_CODE.c.retired.is_(False))
    found = [one for one in db.execute(mine.order_by(ITEM_CODE.c.quantity, ITEM_CODE.c.code)) if _is_gtin(one.code)]
    chosen = next((one for one in found if not barcode or one.code == barcode), None)
    if barcode and chosen is None:
        raise Refusal("item_unknown", value=barcode)
    told = {"item": row.code, "name": row.name, "gtin": chosen.code if chosen else ""}
    unit = (chosen.pack or row.unit) if chosen else row.unit
    return Content(f"item:{row.id}", told | {"unit": unit})


def _is_gtin(code: str) -> bool:
    return code.isascii() and code.isdigit() and len(code) in GTIN_DIGITS


def _place(db: Connection, key: str) -> Content:
    row = places.place(db, key)
    if row is None:
        raise Refusal("place_unknown", scanned=key)
    return Content(f"place:{row.code}", {"code": f"BIN:{row.code}", "name": row.code})


def _station(db: Connection, key: str) -> Content:
    row = stations.station(db, int(key)) if key.isdecimal() and len(key) < 10 else None
    if row is None:
        raise Refusal("station_unknown", scanned=key)
    return Content(f"station:{row.id}", {"code": f"STATION:{row.id}", "name": row.name})


def _note(db: Connection, key: str) -> Content:
    row = deliveries.note(db, int(key)) if key.isdecimal() and len(key) < 10 else None
    if row is None:
        raise Refusal("note_unknown", scanned=key)
    told = {"note": f"NOTE:{row.id}", "ship_to": str(row.ship_to), "order": str(row.order)}
    return Content(f"note:{row.id}", told | {"lines": str(len(deliveries.lines(db, row.id)))})


def _badge(db: Connection, key: str) -> Content:
    """The code itself is a secret and stays where it is: it is read when the label is drawn."""
    row = people.person(db, int(key)) if key.isdecimal() and len(key) < 10 else None
    if row is None or row.retired:
        raise Refusal("person_unknown", scanned=key)
    return Content(f"person:{row.id}", {"person": str(row.id)})


def _command(db: Connection, key: str) -> Content:
    if key not in COMMANDS:
        raise Refusal("unknown_command", scanned=key[:40], station="")
    return Content(f"command:{key}", {"code": f"CMD:{key}", "command": key})


def _printer(db: Connection, key: str) -> Content:
    if key not in printers.known(db):
        raise Refusal("printer_unknown", scanned=key[:40])
    return Content(f"printer:{key}", {"printer": key})


def _parcel(db: Connection, key: str) -> Content:
    """The newest label of a closed parcel, as it was asked for; another one is a marked copy (print_jobs.copy)."""
    row = db.execute(select(JOB).where(JOB.c.document == f"parcel:{key}").order_by(JOB.c.id.desc())).first()
    if row is None:
        raise Refusal("parcel_unknown", scanned=key)
    return Content(row.document, parcels.payload(row))


def _pallet(db: Connection, key: str) -> Content:
    """By the note, and the numbers of its parcels where not all stand on it ("17 1 2"); each print is another pallet."""
    said = pallets.content(db, key)
    return Content(f"note:{said['note']}", said)


def _scanner_test(db: Connection, key: str) -> Content:
    if key not in SCANNER_TESTS:
        raise Refusal("label_unknown", scanned=key[:40])
    return Content(f"scanner_test:{key}", {"test": key})


def _carrier(db: Connection, key: str) -> Content:
    """By the number under which `receive` has kept it."""
    kept = particulars.one(db, RECEIVED, int(key)) if key.isdecimal() and len(key) < 10 else None
    if kept is None:
        raise Refusal("label_unknown", scanned=key[:40])
    told = {"received": key, "labels": str(kept["labels"]), "name": str(kept["name"])}
    return Content(f"carrier_label:{key}", told)


KINDS: dict[str, Callable[[Connection, str], Content]] = {
    "item": _item,
    "place": _place,
    "station": _station,
    "note": _note,
    "badge": _badge,
    "command": _command,
    "printer": _printer,
    "parcel": _parcel,
    "pallet": _pallet,
    "scanner_test": _scanner_test,
    "carrier": _carrier,
}


def content(db: Connection, kind: str, key: str) -> Content:
    """What the label of this kind for `key` says; refuses what there is none of."""
    if kind not in KINDS:
        raise Refusal("label_unknown", scanned=kind)
    return KINDS[kind](db, key)


def right(kind: str) -> str:
    """Who may see and print such a label: a badge opens the house."""
    return "administer" if kind == "badge" else "print"


def order(tx: Tx, printer: str, kind: str, key: str, *, count: int = 1, station: int = 0) -> int:
    """Print `count` of a label at a printer; returns the job's number. A parcel has one label only: see print_jobs.copy."""
    need_person(tx, right(kind))
    if kind == "parcel":
        raise Refusal("label_unknown", scanned=kind)
    if not 1 <= count <= MOST:
        raise Refusal("bad_quantity", quantity=count, wanted=key, max=MOST)
    if printer not in printers.known(tx.db):
        raise Refusal("printer_unknown", scanned=printer)
    said = content(tx.db, kind, key)
    payload = said.payload | {"count": str(count)}
    return printing.ask_at(tx, printer, kind, said.document, payload, station=station)


def receive(tx: Tx, name: str, file: str, labels: int) -> int:
    """Keep what a carrier has sent, as base64, with how many labels it is; the number by which it is printed.

    It stays out of the journal, so that the address on it can be erased.
    """
    need_person(tx, "print")
    return particulars.keep(tx.db, RECEIVED, {"name": name, "file": file, "labels": labels})
