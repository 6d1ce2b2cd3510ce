"""Fields of a site's template that lie over one another on a label of ordinary length: bars and upright text."""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

from labels.badge import BadgeLabel
from labels.command import CommandLabel
from labels.commands import Command, commands
from labels.elements import digital_link
from labels.item import ItemLabel
from labels.letters import line_width
from labels.media import Dots, Media
from labels.note import NoteLabel
from labels.pallet import PalletLabel
from labels.parcel import ParcelLabel
from labels.place import PlaceLabel
from labels.refused import LabelRefused
from labels.station import StationLabel
from labels.symbols.datamatrix import gs1_datamatrix
from labels.symbols.qr import qr
from labels.templates import bars
from labels.templates.fill import filled
from labels.templates.part import Part
from labels.templates.placeholders import Coded, Value, values

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
TOUCH = 2  # dots that may be shared: what rounds up an export
EAN13 = 95
ESCAPED = re.compile(r"[_\\][0-9A-Fa-f]{2}")


class Laid(NamedTuple):
    """Where a field puts ink; `start` is where its commands begin in the file."""

    name: str
    where: Dots
    start: int


def overlaps(kind: str, parts: list[Part], width: int) -> Iterator[tuple[Laid, Laid]]:
    """Each pair that shares more than a touch, in the order of the file; the label is `width` dots wide."""
    media = Media(width * 25.4 / 203, 600, 203, None, "en")
    told = values(EXAMPLES[kind], media)
    laid = [one for part in parts for one in _laid(part, told, media)]
    for first, second in combinations(laid, 2):
        if first.start != second.start and _share(first.where, second.where):
            yield first, second


def _share(one: Dots, other: Dots) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > TOUCH and down > TOUCH


def _laid(part: Part, told: dict[str, Value], media: Media) -> list[Laid]:
    """What a field draws of the example; nothing where its size is the printer's secret, or it does not fit at all."""
    data = part.one("FD")
    if data is None or part.one("FR"):
        return []
    name = " ".join(part.names) or data.parameters.decode("utf-8", "replace")[:20]
    try:
        if part.barcode is not None:
            where = _bars(part, [told.get(name, "") for name in part.names])
            return [Laid(name, where, data.start)] if where else []
        zpl = filled(part, told, media) if part.names else b"".join(command.written for command in part.commands)
        return [Laid(name, where, data.start) for where in _texts(part, zpl)]
    except LabelRefused:
        return []


def _bars(part: Part, told: list[Value]) -> Dots | None:
    assert part.barcode is not None
    name, said = part.barcode.name, part.barcode.parameters.split(b",")
    if said[0].strip().upper() not in (b"N", b"") or not told or not any(told):
        return None
    height = _number(said, 1) or part.tall
    if name == "BC":
        columns = bars.data(part, told)[1]
        return _placed(part, columns * part.module, height) if columns else None
    if name == "BE":
        return _placed(part, EAN13 * part.module, height)
    side = _side(name, told[0])
    return _placed(part, side * _number(said, 2 if name == "BQ" else 1), 0) if side else None


def _side(name: str, value: Value) -> int:
    """Modules of a square symbol; 0 where it is none, or nobody knows."""
    if name == "BX":
        return gs1_datamatrix(value.elements).columns if isinstance(value, Coded) else 0
    if name != "BQ":
        return 0
    return qr(digital_link(value.elements) if isinstance(value, Coded) else str(value)).columns


def _placed(part: Part, width: int, height: int) -> Dots:
    """Upright from its origin: that of ^FT is below."""
    where = part.one("FO") or part.one("FT")
    said = where.parameters.split(b",") if where else []
    height = height or width
    top = _number(said, 1) - (height if where is not None and where.name == "FT" else 0)
    return Dots(_number(said, 0), top, _number(said, 0) + width, top + height)


def _texts(part: Part, zpl: bytes) -> Iterator[Dots]:
    """The lines of a filled text field, each as wide as its letters; turned ones and other fonts are left out."""
    told: dict[str, Command] = {"A": part.font} if part.font else {}
    for command in commands(zpl):
        told[command.name] = command
        if command.name != "FS" or "FD" not in told:
            continue
        font = told["A"].parameters.split(b",") if "A" in told else [b""]
        height = _number(font, 1)
        if font[0].strip().upper() in (b"0N", b"0") and height and "FB" not in told:
            text = ESCAPED.sub("x", told["FD"].parameters.decode("ascii", "ignore"))
            width = line_width(text, height) * (_number(font, 2) or height) // height
            yield _placed(_only(part, told), width, round(height * INK))
        told = {name: kept for name, kept in told.items() if name == "A"}


def _only(part: Part, told: dict[str, Command]) -> Part:
    return Part(tuple(told.values()), part.pieces, part.indicator, part.font, None, part.module, part.code_page)


def _number(said: list[bytes], place: int) -> int:
    told = said[place].strip() if place < len(said) else b""
    return int(told) if told.isdigit() else 0
