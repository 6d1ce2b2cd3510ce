"""A pallet of a note's parcels: its own SSCC, and what stands on it where that is all of one item and lot."""

import re
from typing import Any

from sqlalchemy import Connection, select

from floor import deliveries, parcels, shipments
from floor.element_checks import CSET82
from floor.items import ITEM_CODE
from floor.logistic_units import PALLET, next_number
from floor.refusal import Refusal

KEY = re.compile(r"(\d{1,9})((?: \d{1,4})*)", re.ASCII)
GTIN_DIGITS = (8, 12, 13, 14)
LONGEST_LOT, MOST_PIECES = 20, 99_999_999  # AI 10 and 37


def content(db: Connection, key: str) -> dict[str, str]:
    """What the label says of the note's closed parcels, all of them or those named: "17", or "17 1 2 5".

    Its SSCC is the next of the series; the print job that carries it uses it up, and once that is printed, or may have
    been, the boxes are loaded by it as one. Refuses note_unknown, parcel_unknown.
    """
    found = KEY.fullmatch(" ".join(key.split()))
    note = deliveries.note(db, int(found[1])) if found is not None else None
    if found is None or note is None:
        raise Refusal("note_unknown", scanned=key[:40])
    boxes = _boxes(db, note.id, [int(number) for number in found[2].split()])
    shipment = shipments.of_note(db, note.id)
    unit = next_number(db, PALLET)
    return {
        "sscc": unit.sscc,
        "serial_number": str(unit.serial_number),
        "epc": unit.epc,
        "note": str(note.id),
        "ship_to": str(note.ship_to),
        "shipment": str(shipment.id if shipment is not None else note.id),
        "parcels": str(len(boxes)),
        "boxes": " ".join(str(box.number) for box in boxes),
        **_all_of_one(db, boxes),
    }


def _boxes(db: Connection, note: int, wanted: list[int]) -> list[Any]:
    closed = [box for box in parcels.of_note(db, note) if box.sscc]
    missing = set(wanted) - {box.number for box in closed}
    if missing or not closed:
        raise Refusal("parcel_unknown", scanned=" ".join(str(number) for number in sorted(missing)) or note)
    return [box for box in closed if not wanted or box.number in wanted]


def _all_of_one(db: Connection, boxes: list[Any]) -> dict[str, str]:
    """GTIN of the single piece, lot and count; nothing where the pallet is mixed or GS1 has no way to say it."""
    rows = [row for box in boxes for row in parcels.contents(db, box.id)]
    kinds = {(row.item, row.lot, row.scale) for row in rows}
    if len(kinds) != 1:
        return {}
    item, lot, scale = next(iter(kinds))
    pieces = sum(row.quantity for row in rows)
    codes = select(ITEM_CODE.c.code).where(
        ITEM_CODE.c.item == item, ITEM_CODE.c.quantity == 1, ITEM_CODE.c.retired.is_(False)
    )
    gtins = [
        code
        for code in db.scalars(codes.order_by(ITEM_CODE.c.code))
        if code.isascii() and code.isdigit() and len(code) in GTIN_DIGITS
    ]
    sayable = scale == 0 and pieces <= MOST_PIECES and len(lot) <= LONGEST_LOT and all(sign in CSET82 for sign in lot)
    return {"gtin": gtins[0].rjust(14, "0"), "lot": lot, "count_of": str(pieces)} if gtins and sayable else {}
