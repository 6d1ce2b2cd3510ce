"""The parcel label: who gets it, how it travels, and the SSCC that names it everywhere (GS1 logistic label)."""

from dataclasses import dataclass

from labels.elements import checked_digits, readable
from labels.media import Box, Media
from labels.rows import AIR_MM, Rows, captioned, cells, copy_line
from labels.symbols.gs1_128 import gs1_128
from labels.zpl import Drawing

BARS_MM = 32.0  # GS1 General Specifications figure 5.12.3.5-1 asks for 31.75 on logistic units
READABLE_MM = 5.0


@dataclass(frozen=True)
class ParcelLabel:
    """`sscc`: 18 digits. `ship_to`: name and address, a line each. `marks`: words that handlers must see.

    `weight_g` None where nobody weighed it; `n` of `of` parcels of the note; a `copy` says so with its `reason`;
    `epc`: hex written into the label's RFID tag, "" for none.
    """

    sscc: str
    ship_to: tuple[str, ...]
    service: str
    note: str
    order: str
    weight_g: int | None = None
    n: int = 1
    of: int = 1
    marks: tuple[str, ...] = ()
    copy: bool = False
    reason: str = ""
    epc: str = ""


def zpl(label: ParcelLabel, media: Media) -> bytes:
    """The label as ZPL; LabelRefused where a content is wrong or does not fit."""
    checked_digits(label.sscc, 18, "SSCC")
    drawing, rows = Drawing(media), Rows(media)
    _sscc(drawing, rows, label.sscc, min(BARS_MM, media.height_mm * 0.3))
    if label.epc:
        drawing.rfid(label.epc)
    copy_line(drawing, rows, label.copy, label.reason)
    scale = min(1.0, media.height_mm / 150)
    tall = 11 * scale
    lower = rows.up(tall), rows.up(tall), *([rows.up(tall)] if label.marks else [])
    _progress(drawing, lower[0], label)
    _travel(drawing, lower[1], label)
    if label.marks:
        drawing.text(lower[2], " + ".join(label.marks), largest_mm=8 * scale, smallest_mm=2.5)
    rows.rule(drawing)
    captioned(drawing, rows.rest(), "ship_to", *label.ship_to, largest_mm=7 * scale)
    return drawing.zpl()


def _sscc(drawing: Drawing, rows: Rows, sscc: str, tall: float) -> None:
    text = rows.up(READABLE_MM)
    rows.up(AIR_MM)
    symbol = gs1_128([("00", sscc)])
    drawing.symbol(rows.up(tall), symbol)
    drawing.text(text, readable([("00", sscc)]), largest_mm=4.5, align="center")
    rows.rule(drawing)


def _progress(drawing: Drawing, row: Box, label: ParcelLabel) -> None:
    note, order, weight = cells(row, 3, 3, 2)
    captioned(drawing, note, "note", label.note)
    captioned(drawing, order, "order", label.order)
    if label.weight_g is not None:
        captioned(drawing, weight, "weight", f"{label.weight_g / 1000:.3f} kg")


def _travel(drawing: Drawing, row: Box, label: ParcelLabel) -> None:
    service, count = cells(row, 3, 1)
    drawing.text(service, label.service, largest_mm=8, smallest_mm=2.5)
    captioned(drawing, count, "parcel", f"{label.n} / {label.of}")
