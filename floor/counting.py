"""Counting: a person looks how much a bin really holds; what is missing goes to the loss, what is too much comes from it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from floor import places, stock
from floor.deliveries import TASK
from floor.facts.stock import Counted
from floor.items import ITEM
from floor.people import need_person
from floor.refusal import Refusal
from floor.stock import COUNT_TASK, SERIAL
from floor.storage.record import Tx, record
from floor.words import LOSS, Tracking

MOST = 10**12  # units in one bin; more is a slip


def count(tx: Tx, task: int, counted: int, serials: Iterable[str] = (), seen: str | None = None) -> Counted:
    """The bin of the task holds `counted` of its item and lot, in the item's smallest unit; the fact says the difference.

    Of a serial-tracked item `serials` are the units that are there. Refuses count_unknown, count_settled, count_quantity,
    count_moved (the bin is not what it was at `seen`), count_promised (notes are still to pick more than that),
    count_serials (as many as counted, each once), count_serial_unknown.
    """
    need_person(tx, "count")
    row = _open_task(tx, task)
    item = tx.db.execute(select(ITEM).where(ITEM.c.id == row.item)).one()
    on_hand, allocated = stock.at(tx.db, row.item, row.place, row.lot)
    if seen is not None and seen != stock.mark(task, on_hand):
        raise Refusal("count_moved", wanted=item.name, bin=row.place)
    if not 0 <= counted <= MOST:
        raise Refusal("count_quantity", quantity=str(counted)[:20], wanted=item.name, max=MOST)
    gone, found = _serials(tx, row, item, counted, tuple(serials)) if item.tracking == Tracking.SERIAL else ((), ())
    if counted < allocated:
        raise Refusal("count_promised", wanted=item.name, bin=row.place, notes=_notes(tx, row))
    where = {"place": row.place, "item": row.item, "lot": row.lot}
    fact = Counted(**where, expected=on_hand, counted=counted, count=task, gone=gone, found=found)
    place = places.place(tx.db, row.place)
    tx.warehouse = place.warehouse if place is not None else tx.warehouse
    record(tx, fact)
    return fact


def _open_task(tx: Tx, task: int) -> Any:
    row = tx.db.execute(select(COUNT_TASK).where(COUNT_TASK.c.id == task)).first()
    if row is None:
        raise Refusal("count_unknown", count=task)
    if row.settled:
        raise Refusal("count_settled", bin=row.place)
    return row


def _notes(tx: Tx, row: Any) -> list[int]:
    """The notes that have still to pick of this lot in this bin."""
    here = (TASK.c.item == row.item) & (TASK.c.place == row.place) & (TASK.c.lot == row.lot)
    left = TASK.c.quantity - TASK.c.picked - TASK.c.shorted
    return list(tx.db.scalars(select(TASK.c.note).where(here, left > 0).distinct().order_by(TASK.c.note)))


def _serials(
    tx: Tx, row: Any, item: Any, counted: int, named: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The units that the tables have in this bin and nobody found, and those once lost that turned up in it."""
    if len(named) != counted or len(set(named)) != counted:
        raise Refusal("count_serials", wanted=item.name, quantity=counted)
    mine = (SERIAL.c.item == row.item) & (SERIAL.c.lot == row.lot) & SERIAL.c.place.in_((row.place, LOSS))
    known = {unit.serial: unit.place for unit in tx.db.execute(select(SERIAL.c.serial, SERIAL.c.place).where(mine))}
    for number in named:
        if number not in known:
            raise Refusal("count_serial_unknown", wanted=item.name, scanned=number[:80], bin=row.place)
    here = {number for number, place in known.items() if place == row.place}
    return tuple(sorted(here - set(named))), tuple(sorted(set(named) - here))
