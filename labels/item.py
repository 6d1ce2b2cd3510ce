"""The item label: on goods that came without a code, or whose lot or serial must be scanned later."""

from dataclasses import dataclass

from labels.elements import Elements, readable
from labels.media import Box, Media
from labels.rows import AIR_MM, Rows
from labels.symbols.code128 import code128
from labels.symbols.datamatrix import gs1_datamatrix
from labels.symbols.ean13 import ean13
from labels.symbols.itf14 import itf14
from labels.symbols.symbol import Symbol
from labels.zpl import Drawing


@dataclass(frozen=True)
class ItemLabel:
    """`item`: its number here. `gtin`: 13 or 14 digits, "" for none. `unit`: the pack, such as "box of 12".

    `elements`: GTIN with lot, serial, expiry as [("01", ...), ("17", ...), ("10", ...)]; where given, a GS1
    DataMatrix carries them instead of the bars.
    """

    item: str
    name: str
    gtin: str = ""
    unit: str = ""
    elements: Elements = ()


def zpl(label: ItemLabel, media: Media) -> bytes:
    """The label as ZPL; LabelRefused where a content is wrong or does not fit."""
    drawing, rows = Drawing(media), Rows(media, margin=2)
    share = media.height_mm / 40
    drawing.text(rows.down(9 * share), label.name, largest_mm=5 * share, cut=True)
    drawing.text(rows.down(5 * share), f"{label.item}  {label.unit}".strip(), largest_mm=4 * share, smallest_mm=1.6)
    if label.elements:
        _square(drawing, rows.rest(), label.elements)
    else:
        text = rows.up(3.6 * share)
        rows.up(AIR_MM)
        drawing.symbol(rows.rest(), _bars(label))
        drawing.text(text, label.gtin or label.item, largest_mm=3.2 * share, smallest_mm=1.6, align="center")
    return drawing.zpl()


def _bars(label: ItemLabel) -> Symbol:
    if not label.gtin:
        return code128(label.item)
    return itf14(label.gtin) if len(label.gtin) == 14 and label.gtin[0] != "0" else ean13(label.gtin)


def _square(drawing: Drawing, room: Box, elements: Elements) -> None:
    side = min(room.height, room.width * 0.5)
    drawing.symbol(Box(room.x, room.y, side, room.height), gs1_datamatrix(elements))
    beside = Box(room.x + side + 1, room.y, room.width - side - 1, room.height)
    texts = [readable([element]) for element in elements]
    drawing.text(beside, *texts, largest_mm=3.5, smallest_mm=1.6)
