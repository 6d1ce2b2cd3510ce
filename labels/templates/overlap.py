"""Where the fields of a site's template lie on a label of ordinary length: bars and upright text."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any, NamedTuple

from labels.badge import BadgeLabel
from labels.command import CommandLabel
from labels.commands import Command, commands
from labels.item import ItemLabel
from labels.letters import line_width
from labels.media import Dots, Media
from labels.note import NoteLabel
from labels.pallet import PalletLabel
from labels.parcel import ParcelLabel
from labels.place import PlaceLabel
from labels.refused import LabelRefused
from labels.station import StationLabel
from labels.templates.extent import TOUCH, covered, needed, number, placed
from labels.templates.fill import filled
from labels.templates.part import Part
from labels.templates.placeholders import Value, values

SSCC, ADDRESS = "106141412345678908", ("Ernst Handel", "Kirchgasse 6", "8010 Graz")
EXAMPLES: dict[str, Any] = {
    "parcel": ParcelLabel(SSCC, ADDRESS, "SF Express", "100017", "100123", 12345, 1, 2, ("FRAGILE",), True, "damaged"),
    "pallet": PalletLabel(SSCC, ADDRESS, "100012", 24, (("02", "09506000134352"), ("37", "480")), True, "damaged"),
    "item": ItemLabel("A-1001", "Chai", "9506000134352", "box"),
    "place": PlaceLabel("BIN:A-01-2", "A-01-2"),
    "badge": BadgeLabel("BADGE:7f3a9c", "Li Lei", "picker"),
    "station": StationLabel("STATION:12", "Pack 1"),
    "note": NoteLabel("NOTE:100017", "Ernst Handel", "100123", 12),
    "command": CommandLabel("CMD:CLOSE", "Close the parcel"),
}
INK = 0.8  # letters without a tail are so much of their height: lines may stand as close as that
ESCAPED = re.compile(r"[_\\][0-9A-Fa-f]{2}")


class Laid(NamedTuple):
    """Where a field puts ink, None where only the printer knows; `needed`: what of it must be on the label; `start` is
    where its data begins in the file."""

    name: str
    where: Dots | None
    needed: Dots | None
    start: int
    bars: bool


def lay(kind: str, parts: list[Part], media: Media) -> list[Laid]:
    """What each field draws of a label of ordinary length, in the order of the file."""
    told = values(EXAMPLES[kind], media)
    return [one for part in parts for one in _laid(part, told, media)]


def overlaps(laid: list[Laid]) -> Iterator[tuple[Laid, Laid]]:
    """Each pair that shares more than a touch."""
    for first, second in combinations(laid, 2):
        if first.start != second.start and first.where and second.where and _share(first.where, second.where):
            yield first, second


def _share(one: Dots, other: Dots) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > TOUCH and down > TOUCH


def _laid(part: Part, told: dict[str, Value], media: Media) -> list[Laid]:
    """What a field draws of the example; nothing where it writes a tag, or is meant to lie over something."""
    data = part.one("FD")
    if data is None or part.one("FR") or not (part.one("FO") or part.one("FT")):
        return []
    name = " ".join(part.names) or data.parameters.decode("utf-8", "replace")[:20]
    try:
        places = list(_places(part, told, media))
    except LabelRefused:
        places = [None]
    drawn = part.barcode is not None
    return [Laid(name, where, needed(part, where) if where else None, data.start, drawn) for where in places]


def _places(part: Part, told: dict[str, Value], media: Media) -> Iterator[Dots | None]:
    if part.barcode is None:
        zpl = filled(part, told, media) if part.names else b"".join(command.written for command in part.commands)
        yield from _texts(part, zpl)
        return
    said = [told.get(name, "") for name in part.names]
    if any(said) or not said:
        yield covered(part, said)


def _texts(part: Part, zpl: bytes) -> Iterator[Dots | None]:
    """The lines of a filled text field, each as wide as its letters; None for turned ones and other fonts."""
    told: dict[str, Command] = {"A": part.font} if part.font else {}
    for command in commands(zpl):
        told[command.name] = command
        if command.name != "FS" or "FD" not in told:
            continue
        font = told["A"].parameters.split(b",") if "A" in told else [b""]
        height = number(font, 1)
        upright = font[0].strip().upper() in ((b"0N", b"0") if part.turned == "N" else (b"0N",))
        if upright and height and "FB" not in told:
            text = ESCAPED.sub("x", told["FD"].parameters.decode("ascii", "ignore"))
            width = line_width(text, height) * (number(font, 2) or height) // height
            yield placed(_only(part, told), width, round(height * INK))
        else:
            yield None
        told = {name: kept for name, kept in told.items() if name == "A"}


def _only(part: Part, told: dict[str, Command]) -> Part:
    return replace(part, commands=tuple(told.values()), barcode=None)
