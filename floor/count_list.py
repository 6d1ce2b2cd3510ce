"""What is to be counted: bins that a short pick has put onto the list, with the reasons; blind, so without what the tables say."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from floor import stock
from floor.facts.delivery import Shorted
from floor.facts.fact import Entry
from floor.facts.stock import Counted
from floor.items import ITEM
from floor.places import PLACE
from floor.stock import COUNT_TASK
from floor.storage.journal import JOURNAL, SUBJECT, entry_of


@dataclass(frozen=True)
class Why:
    """A short pick that put the bin onto the list; `quantity` in the item's smallest unit."""

    note: int
    quantity: int
    reason: str
    person: int
    at: datetime


@dataclass(frozen=True)
class ToCount:
    """A bin, item and lot to be counted, under the oldest of its tasks; `seen` goes back with the number counted."""

    task: int
    place: str
    lot: str
    item: Any
    seen: str
    why: tuple[Why, ...]


def _open(warehouse: str) -> Any:
    """The bins to be counted, one row each however many notes were short there."""
    columns = (COUNT_TASK.c.place, COUNT_TASK.c.item, COUNT_TASK.c.lot)
    open_tasks = select(*columns, func.min(COUNT_TASK.c.id).label("task"), func.max(PLACE.c.sort).label("sort"))
    mine = (COUNT_TASK.c.settled.is_(False)) & (PLACE.c.warehouse == warehouse)
    return open_tasks.join(PLACE, PLACE.c.code == COUNT_TASK.c.place).where(mine).group_by(*columns)


def waiting(db: Connection, warehouse: str) -> int:
    """How many bins wait to be counted."""
    return db.scalar(select(func.count()).select_from(_open(warehouse).subquery())) or 0


def to_count(db: Connection, warehouse: str, page: int, per_page: int) -> list[ToCount]:
    """A page of the bins to be counted, in walking order."""
    listed = _open(warehouse).order_by("sort", COUNT_TASK.c.place, COUNT_TASK.c.item, COUNT_TASK.c.lot)
    rows = list(db.execute(listed.limit(per_page).offset((page - 1) * per_page)))
    items = {row.id: row for row in db.execute(select(ITEM).where(ITEM.c.id.in_({row.item for row in rows})))}
    shorts = _shorts(db, [row.place for row in rows])
    return [
        ToCount(
            task=row.task,
            place=row.place,
            lot=row.lot,
            item=items[row.item],
            seen=stock.mark(row.task, stock.at(db, row.item, row.place, row.lot)[0]),
            why=tuple(shorts.get((row.place, row.item, row.lot), ())),
        )
        for row in rows
    ]


def _shorts(db: Connection, at: list[str]) -> dict[tuple[str, int, str], list[Why]]:
    """The short picks behind the open tasks of these places, oldest first, by place, item and lot."""
    asked = select(COUNT_TASK).where(COUNT_TASK.c.place.in_(at), COUNT_TASK.c.settled.is_(False))
    tasks = {row.id: row for row in db.execute(asked)}
    notes = {f"note:{row.note}" for row in tasks.values() if row.note is not None}
    told = select(JOURNAL).join(SUBJECT, SUBJECT.c.journal_id == JOURNAL.c.id)
    told = told.where(SUBJECT.c.document.in_(notes), JOURNAL.c.kind == "Shorted").order_by(JOURNAL.c.id)
    found: dict[tuple[str, int, str], list[Why]] = {}
    for entry in map(entry_of, db.execute(told)):
        fact = entry.fact
        assert isinstance(fact, Shorted)
        if fact.count in tasks:
            found.setdefault((fact.place, fact.item, fact.lot), []).append(_why(entry, fact))
    return found


def _why(entry: Entry, fact: Shorted) -> Why:
    return Why(fact.note, fact.quantity, fact.reason, entry.person, entry.at)


def counted(db: Connection, task: int) -> Counted | None:
    """What was found for a task that is done; None for one that is open or was settled with another."""
    place = db.scalar(select(COUNT_TASK.c.place).where(COUNT_TASK.c.id == task))
    told = select(JOURNAL).join(SUBJECT, SUBJECT.c.journal_id == JOURNAL.c.id)
    told = told.where(SUBJECT.c.document == f"place:{place}", JOURNAL.c.kind == "Counted").order_by(JOURNAL.c.id.desc())
    facts = (entry_of(row).fact for row in db.execute(told))
    return next((fact for fact in facts if isinstance(fact, Counted) and fact.count == task), None)
