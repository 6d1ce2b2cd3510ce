"""The station label: hangs at a bench, so that a handheld scans where it stands and labels come out there."""

from dataclasses import dataclass

from labels.media import Box, Media
from labels.rows import Rows, captioned
from labels.symbols.qr import qr
from labels.zpl import Drawing


@dataclass(frozen=True)
class StationLabel:
    """`code`: what the scan says; any text, such as an address that a telephone can open."""

    code: str
    name: str


def zpl(label: StationLabel, media: Media) -> bytes:
    """The label as ZPL; LabelRefused where a content is wrong or does not fit."""
    drawing, room = Drawing(media), Rows(media, margin=2).rest()
    side = min(room.height, room.width * 0.55)
    drawing.symbol(Box(room.x, room.y, side, room.height), qr(label.code))
    beside = Box(room.x + side + 1, room.y, room.width - side - 1, room.height)
    captioned(drawing, beside, "station", label.name, largest_mm=12)
    return drawing.zpl()
