"""What the ledger asks of the floor: take a note on, give it back, hold it, let it go on."""

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import select

from floor import deliveries, parcels, stock
from floor.days import business_day
from floor.deliveries import PICK
from floor.facts.delivery import (
    Accepted,
    Held,
    LineQuantity,
    PutBack,
    Released,
    Resumed,
    Task,
    WithdrawAsked,
    Withdrawn,
    WithdrawRefused,
)
from floor.facts.fact import Fact
from floor.places import PLACE
from floor.storage.record import Tx, record
from floor.words import NoteState


def take(tx: Tx, fact: Fact) -> None:
    """One message of the ledger. A repeat of one already taken changes nothing."""
    match fact:
        case Released():
            accept(tx, fact)
        case WithdrawAsked():
            withdraw(tx, fact)
        case Held() | Resumed():
            pass  # folded when the ledger recorded it
        case _:
            raise AssertionError(f"the ledger says {type(fact).__name__} to the floor")


def accept(tx: Tx, released: Released) -> None:
    """Put the note onto the floor with its bins chosen: earliest expiry first, then walking order."""
    if deliveries.note(tx.db, released.note) is not None:
        return
    tasks = _tasks(tx, released)
    carried = {name: getattr(released, name) for name in Released.__struct_fields__}
    record(tx, Accepted(**carried, tasks=tuple(tasks)))


def _tasks(tx: Tx, released: Released) -> list[Task]:
    bins = _bins(tx, released.warehouse, sorted({line.item for line in released.lines}))
    tasks: list[Task] = []
    for line in released.lines:
        wanted, number = line.quantity, 0
        for bin in bins[line.item]:
            quantity = min(wanted, bin["free"])
            if quantity > 0:
                bin["free"] -= quantity
                wanted -= quantity
                number += 1
                tasks.append(_task(line, number, bin, quantity))
    return tasks


def _task(line: Any, number: int, bin: dict[str, Any], quantity: int) -> Task:
    return Task(
        line=line.line,
        task=number,
        item=line.item,
        place=bin["place"],
        lot=bin["lot"],
        quantity=quantity,
        sort=bin["sort"],
    )


def _bins(tx: Tx, warehouse: str, items: list[int]) -> dict[int, list[dict[str, Any]]]:
    """Per item the bins with free goods that have not expired, in the order in which to use them."""
    codes = select(PLACE.c.code, PLACE.c.sort).where(PLACE.c.warehouse == warehouse, PLACE.c.kind == "bin")
    sorts = {row.code: row.sort for row in tx.db.execute(codes)}
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    today = business_day(tx.db, tx.now)
    for row in stock.free(tx.db, items):
        if row.place in sorts and (row.expiry is None or row.expiry >= today):
            found[row.item].append({**row._mapping, "sort": sorts[row.place] or row.place})
    for bins in found.values():
        bins.sort(key=lambda bin: (bin["expiry"] or date.max, bin["sort"], bin["lot"]))
    return found


def withdraw(tx: Tx, asked: WithdrawAsked) -> None:
    """Give the note back whole, or say why it is too late; picked goods go back to their bins."""
    note = deliveries.note(tx.db, asked.note)
    if note is None or note.state == NoteState.WITHDRAWN:
        return
    refusal = "already_shipped" if note.state == NoteState.SHIPPED else "parcel_closed"
    if note.state == NoteState.SHIPPED or parcels.of_note(tx.db, asked.note):
        record(tx, WithdrawRefused(note=asked.note, order=asked.order, code=refusal))
    else:
        give_back(tx, note, shorted=False)


def give_back(tx: Tx, note: Any, *, shorted: bool) -> None:
    """Record that nothing of the note will ship."""
    lines = tuple(
        LineQuantity(line=row.line, order_line=row.order_line, item=row.item, quantity=row.ordered)
        for row in deliveries.lines(tx.db, note.id)
    )
    put_back = tuple(_put_back(tx, note.id))
    record(tx, Withdrawn(note=note.id, order=note.order, lines=lines, put_back=put_back, shorted=shorted))


def _put_back(tx: Tx, note: int) -> list[PutBack]:
    goods: dict[tuple[int, str, str], list[Any]] = defaultdict(list)
    for pick in tx.db.execute(select(PICK).where(PICK.c.note == note, PICK.c.undone.is_(False))):
        goods[pick.item, pick.place, pick.lot].append(pick)
    return [
        PutBack(
            item=item,
            place=place,
            lot=lot,
            quantity=sum(pick.quantity for pick in picks),
            serials=tuple(pick.serial for pick in picks if pick.serial),
        )
        for (item, place, lot), picks in goods.items()
    ]
