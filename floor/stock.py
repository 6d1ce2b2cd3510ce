"""Stock by place and lot, in double entry: nothing appears, it moves; taken by one conditional update, never read-then-write."""

import hashlib
from datetime import date
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Date,
    ForeignKey,
    Integer,
    Text,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlmodel import Field, SQLModel

from floor.facts.fact import Entry
from floor.facts.stock import Counted, Received
from floor.storage import series
from floor.storage.database import CLUSTERED, Exact, table
from floor.storage.prepared import Prepared
from floor.words import LOSS, SUPPLIER


class Stock(SQLModel, table=True):
    """State. `allocated` of `on_hand` is promised to notes' tasks; only places outside (@...) may go below zero."""

    __tablename__ = "stock"
    __table_args__ = (
        CheckConstraint("allocated >= 0 AND (place LIKE '@%' OR allocated <= on_hand)", name="allocated"),
        CLUSTERED,
    )
    item: int = Field(sa_column=Column(Integer, ForeignKey("item.id"), primary_key=True))
    place: str = Field(sa_column=Column(Text, primary_key=True))
    lot: str = Field(sa_column=Column(Text, primary_key=True))
    expiry: date | None = Field(default=None, sa_column=Column(Date))
    on_hand: int = Field(sa_type=Exact)
    allocated: int = Field(default=0, sa_type=Exact)


class Serial(SQLModel, table=True):
    """State. Where each unit of a serial-tracked item is: one place at a time, by its key."""

    __tablename__ = "serial"
    item: int = Field(sa_column=Column(Integer, ForeignKey("item.id"), primary_key=True))
    serial: str = Field(sa_column=Column(Text, primary_key=True))
    lot: str = ""
    place: str = Field(index=True)


class CountTask(SQLModel, table=True):
    """State. A bin that someone must count, and why."""

    __tablename__ = "count_task"
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    place: str
    item: int
    lot: str = ""
    note: int | None = None
    settled: bool = False


STOCK, SERIAL, COUNT_TASK = table(Stock), table(Serial), table(CountTask)
_at = (STOCK.c.item == bindparam("i")) & (STOCK.c.place == bindparam("p")) & (STOCK.c.lot == bindparam("l"))
_move = Prepared(update(STOCK).where(_at).values(on_hand=STOCK.c.on_hand + bindparam("q")))
_take = Prepared(
    update(STOCK)
    .where(_at, STOCK.c.on_hand >= bindparam("q"), STOCK.c.allocated >= bindparam("q"))
    .values(on_hand=STOCK.c.on_hand - bindparam("q"), allocated=STOCK.c.allocated - bindparam("q"))
)
_restore = Prepared(
    update(STOCK)
    .where(_at)
    .values(on_hand=STOCK.c.on_hand + bindparam("q"), allocated=STOCK.c.allocated + bindparam("q"))
)
_allocate = update(STOCK).where(_at).values(allocated=STOCK.c.allocated + bindparam("q"))
_free = select(
    STOCK.c.item, STOCK.c.place, STOCK.c.lot, STOCK.c.expiry, (STOCK.c.on_hand - STOCK.c.allocated).label("free")
).where(STOCK.c.item.in_(bindparam("items", expanding=True)), STOCK.c.on_hand > STOCK.c.allocated)
_serial_to = Prepared(
    update(SERIAL)
    .where(SERIAL.c.item == bindparam("i"), SERIAL.c.serial == bindparam("s"))
    .values(place=bindparam("to"))
)
_serial = select(SERIAL).where(SERIAL.c.item == bindparam("i"), SERIAL.c.serial == bindparam("s"))
_sums = (
    select(STOCK.c.item, func.sum(STOCK.c.on_hand).label("on_hand"))
    .where(~STOCK.c.place.like("@%"))
    .group_by(STOCK.c.item)
)


def expiry(db: Connection, item: int, place: str, lot: str) -> date | None:
    """When the goods of a lot in a bin end, where that is known."""
    return db.scalar(select(STOCK.c.expiry).where(STOCK.c.item == item, STOCK.c.place == place, STOCK.c.lot == lot))


def at(db: Connection, item: int, place: str, lot: str) -> tuple[int, int]:
    """On hand and allocated of a lot in a bin; nothing where it never lay there."""
    row = db.execute(select(STOCK.c.on_hand, STOCK.c.allocated).where(_at), {"i": item, "p": place, "l": lot}).first()
    return (row.on_hand, row.allocated) if row is not None else (0, 0)


def mark(task: int, on_hand: int) -> str:
    """Stands for what the tables said when a count began, without showing it to whoever counts."""
    return hashlib.sha256(f"{task}:{on_hand}".encode()).hexdigest()[:16]


def put(db: Connection, item: int, place: str, lot: str, quantity: int, expiry: date | None = None) -> None:
    """Add `quantity` (negative: take) at a place; a row is made where none is. The CHECK refuses less than nothing."""
    if _move.run(db, i=item, p=place, l=lot, q=quantity) == 0:
        row = {"item": item, "place": place, "lot": lot, "expiry": expiry, "on_hand": quantity, "allocated": 0}
        db.execute(insert(STOCK), row)


def take_allocated(db: Connection, item: int, place: str, lot: str, quantity: int) -> bool:
    """Take goods that were promised to a task; False, and nothing changed, where they are not all there."""
    return _take.run(db, i=item, p=place, l=lot, q=quantity) == 1


def give_back(db: Connection, item: int, place: str, lot: str, quantity: int, *, allocated: bool) -> None:
    """Put goods back into the bin they came from, promised to their task again or free."""
    (_restore if allocated else _move).run(db, i=item, p=place, l=lot, q=quantity)


def allocate(db: Connection, rows: list[dict[str, Any]]) -> None:
    """Promise (negative: free) goods, rows of i(tem), p(lace), l(ot), q(uantity), in one statement."""
    if rows:
        db.execute(_allocate, rows)


def free(db: Connection, items: list[int]) -> list[Any]:
    """What of these items is on hand and not promised, by place and lot; places outside and with notes are not among it."""
    found = db.execute(_free, {"items": items})
    return [row for row in found if not row.place.startswith(("@", "note:"))]


def move_serial(db: Connection, item: int, serial: str, to: str) -> None:
    _serial_to.run(db, i=item, s=serial, to=to)


def serial(db: Connection, item: int, number: str) -> Any | None:
    return db.execute(_serial, {"i": item, "s": number}).first()


def sums(db: Connection) -> dict[int, int]:
    """On hand per item over all places of ours, the goods with notes among them."""
    return {row.item: int(row.on_hand) for row in db.execute(_sums)}


def fold_received(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Received)
    for line in fact.lines:
        put(db, line.item, SUPPLIER, line.lot, -line.quantity)
        put(db, line.item, fact.place, line.lot, line.quantity, line.expiry)
        if line.serials:
            row = {"item": line.item, "lot": line.lot, "place": fact.place}
            db.execute(insert(SERIAL), [{**row, "serial": number} for number in line.serials])


def fold_counted(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Counted)
    difference = fact.counted - fact.expected
    put(db, fact.item, LOSS, fact.lot, -difference)
    put(db, fact.item, fact.place, fact.lot, difference)
    for number in fact.gone:
        move_serial(db, fact.item, number, LOSS)
    for number in fact.found:
        move_serial(db, fact.item, number, fact.place)
    counted = (COUNT_TASK.c.place == fact.place) & (COUNT_TASK.c.item == fact.item) & (COUNT_TASK.c.lot == fact.lot)
    db.execute(update(COUNT_TASK).where(counted, COUNT_TASK.c.settled.is_(False)).values(settled=True))


def ask_count(db: Connection, *, count: int, place: str, item: int, lot: str, note: int) -> None:
    """Called by folds: put a bin onto the count list."""
    series.use(db, "count", count)
    db.execute(
        insert(COUNT_TASK), {"id": count, "place": place, "item": item, "lot": lot, "note": note, "settled": False}
    )
