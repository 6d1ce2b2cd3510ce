"""The pallet label: the SSCC, and what stands on the pallet when it is all of one item (GS1 logistic label)."""

from dataclasses import dataclass

from labels.elements import Elements, checked_digits, readable
from labels.media import Media
from labels.parcel import READABLE_MM
from labels.rows import AIR_MM, Rows, captioned, copy_line
from labels.symbols.gs1_128 import gs1_128
from labels.zpl import Drawing


@dataclass(frozen=True)
class PalletLabel:
    """`content`: what the second bar code says, as [("02", gtin), ("15", yymmdd), ("10", lot), ("37", count)];
    empty on a mixed pallet. A `copy` says so with its `reason`; `epc`: hex for the label's RFID tag, "" for none."""

    sscc: str
    ship_to: tuple[str, ...]
    shipment: str
    parcels: int
    content: Elements = ()
    copy: bool = False
    reason: str = ""
    epc: str = ""


def zpl(label: PalletLabel, media: Media) -> bytes:
    """The label as ZPL; LabelRefused where a content is wrong or does not fit."""
    checked_digits(label.sscc, 18, "SSCC")
    drawing, rows = Drawing(media), Rows(media)
    bars = min(32.0, media.height_mm * 0.22)
    for elements in ((("00", label.sscc),), tuple(label.content)):
        if elements:
            text = rows.up(READABLE_MM)
            rows.up(AIR_MM)
            drawing.symbol(rows.up(bars), gs1_128(elements))
            drawing.text(text, readable(elements), largest_mm=4.5, align="center")
            rows.rule(drawing)
    if label.epc:
        drawing.rfid(label.epc)
    copy_line(drawing, rows, label.copy, label.reason)
    captioned(drawing, rows.up(11), "shipment", f"{label.shipment}  ({label.parcels})", largest_mm=8)
    rows.rule(drawing)
    captioned(drawing, rows.rest(), "ship_to", *label.ship_to, largest_mm=9)
    return drawing.zpl()
