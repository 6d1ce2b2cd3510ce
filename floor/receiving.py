"""Receiving: goods come from outside into a bin; also how a site's opening stock gets in."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from floor import places, stock
from floor.facts.delivery import StockLine
from floor.facts.stock import Received
from floor.items import ITEM
from floor.people import need_person
from floor.refusal import Refusal
from floor.stock import STOCK
from floor.storage.record import Tx, record
from floor.words import Tracking

MOST = 10**12  # units on one line; more is a slip
KINDS = ("bin", "staging", "returns")


def receive(tx: Tx, document: str, place: str, lines: Iterable[StockLine]) -> None:
    """Put goods into `place` under the document that they came with; `quantity` counts the item's smallest unit.

    Refuses place_unknown, item_unknown, bad_quantity, lot_required, expiry_required, lot_expiry (the lot lies there with
    another one), serial_required (as many serial numbers as units), serial_taken.
    """
    need_person(tx, "receive")
    row = places.place(tx.db, place)
    if row is None or row.retired or row.kind not in KINDS:
        raise Refusal("place_unknown", scanned=place[:80])
    checked = tuple(lines)
    for line in checked:
        _check(tx, place, line)
    tx.warehouse = row.warehouse
    record(tx, Received(document=document, place=place, lines=checked))


def _check(tx: Tx, place: str, line: StockLine) -> None:
    item = tx.db.execute(select(ITEM).where(ITEM.c.id == line.item)).first()
    if item is None:
        raise Refusal("item_unknown", value=str(line.item))
    if not 0 < line.quantity <= MOST:
        raise Refusal("bad_quantity", quantity=str(line.quantity)[:20], wanted=item.name, max=MOST)
    if item.tracking == Tracking.LOT and not line.lot:
        raise Refusal("lot_required", wanted=item.name)
    if item.expires and line.expiry is None:
        raise Refusal("expiry_required", wanted=item.name)
    _check_lot(tx, place, line, item)
    _check_serials(tx, line, item)


def _check_lot(tx: Tx, place: str, line: StockLine, item: Any) -> None:
    """Goods of one lot in one bin have one expiry: another one would be lost in the sum."""
    here = (STOCK.c.item == line.item) & (STOCK.c.place == place) & (STOCK.c.lot == line.lot)
    lies = tx.db.execute(select(STOCK.c.expiry, STOCK.c.on_hand).where(here)).first()
    if lies is not None and lies.expiry != line.expiry and lies.on_hand:
        raise Refusal("lot_expiry", wanted=item.name, lot=line.lot, bin=place, expiry=str(lies.expiry))


def _check_serials(tx: Tx, line: StockLine, item: Any) -> None:
    wanted = line.quantity if item.tracking == Tracking.SERIAL else 0
    if len(line.serials) != wanted or len(set(line.serials)) != wanted:
        raise Refusal("serial_required", wanted=item.name, quantity=wanted)
    for number in line.serials:
        if stock.serial(tx.db, line.item, number) is not None:
            raise Refusal("serial_taken", wanted=item.name, scanned=number)
