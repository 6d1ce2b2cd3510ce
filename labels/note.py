"""The note header: goes with the goods of a delivery note, and opens it when scanned."""

from dataclasses import dataclass

from labels.media import Media
from labels.rows import Rows, captioned, cells
from labels.symbols.code128 import code128
from labels.zpl import Drawing


@dataclass(frozen=True)
class NoteLabel:
    """`note`: the delivery note's number, which is also what the scan says. `lines`: how many it has."""

    note: str
    customer: str
    order: str
    lines: int


def zpl(label: NoteLabel, media: Media) -> bytes:
    """The label as ZPL; LabelRefused where a content is wrong or does not fit."""
    drawing, rows = Drawing(media), Rows(media)
    drawing.text(rows.down(media.height_mm * 0.2), label.note, largest_mm=14, smallest_mm=3, align="center")
    order, lines = cells(rows.up(9), 3, 1)
    captioned(drawing, order, "order", label.order)
    captioned(drawing, lines, "lines", str(label.lines))
    captioned(drawing, rows.up(9), "customer", label.customer)
    rows.rule(drawing)
    drawing.symbol(rows.rest(), code128(label.note))
    return drawing.zpl()
