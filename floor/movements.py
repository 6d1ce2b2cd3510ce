"""Where an item's goods have come from and gone to: receipts, counts and picks of the journal, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from floor import people
from floor.deliveries import PICK
from floor.facts.stock import Counted, Received
from floor.storage import journal
from floor.storage.journal import JOURNAL


@dataclass(frozen=True)
class Movement:
    """`quantity` is what the place gained, below zero what it lost; `undone`: a pick that was taken back later."""

    id: int
    at: datetime
    person: str
    kind: str
    place: str
    lot: str
    serial: str
    quantity: int
    note: int | None = None
    undone: bool = False


def movements(db: Connection, item: int, before: int, most: int) -> list[Movement]:
    """The newest movements of the item older than the journal id `before`."""
    picked = select(PICK, JOURNAL.c.at).join(JOURNAL, JOURNAL.c.id == PICK.c.id)
    rows = db.execute(
        picked.where(PICK.c.item == item, PICK.c.id < before).order_by(PICK.c.id.desc()).limit(most)
    ).all()
    entries = journal.history(db, f"item:{item}", before, most)
    names = people.names(db, {*(row.person for row in rows), *(entry.person for entry in entries)})
    found = [_picked(row, names) for row in rows]
    for entry in entries:
        found += _supplied(entry, item, names.get(entry.person, ""))
    return sorted(found, key=lambda move: move.id, reverse=True)[:most]


def _picked(row: Any, names: dict[int, str]) -> Movement:
    return Movement(
        id=row.id, at=row.at, person=names.get(row.person, ""), kind="picked", place=row.place, lot=row.lot,
        serial=row.serial, quantity=-row.quantity, note=row.note, undone=row.undone,
    )  # fmt: skip


def _supplied(entry: Any, item: int, person: str) -> list[Movement]:
    """What a receipt or a count changed; nothing of other facts about the item."""
    fact = entry.fact
    if isinstance(fact, Counted):
        rows = [("counted", fact.lot, "", fact.counted - fact.expected)]
    elif isinstance(fact, Received):
        rows = [
            ("received", line.lot, ", ".join(line.serials[:3]), line.quantity)
            for line in fact.lines
            if line.item == item
        ]
    else:
        return []
    return [
        Movement(entry.id, entry.at, person, kind, fact.place, lot, serial, quantity)
        for kind, lot, serial, quantity in rows
    ]
