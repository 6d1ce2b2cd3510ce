"""What waits at each kind of station: notes to pick, to pack and to ship, in the order in which they are due."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, case, cast, exists, func, or_, select

from floor import people
from floor.deliveries import LINE, NOTE
from floor.items import ITEM
from floor.parcels import PARCEL
from floor.shipments import SHIPMENT, TRANSIT
from floor.words import NoteState, ParcelState, TransitState

PAGE = 30
NAMES = 2  # of so many items a note's summary gives the names
TROUBLE = (
    TransitState.DELIVERY_FAILED,
    TransitState.DELIVERY_DELAYED,
    TransitState.ON_HOLD,
    TransitState.RETURN_TO_SENDER,
    TransitState.CANCELLED,
)


@dataclass(frozen=True)
class Listed:
    """A note in a list: its row, how many lines, the first items' names, who has it, whether it is past its time."""

    note: Any
    lines: int
    items: tuple[str, ...]
    holder: str
    helpers: tuple[str, ...]
    late: bool
    parcels: int = 0
    closed: int = 0
    shipment: Any = None


@dataclass(frozen=True)
class Worklist:
    rows: list[Listed]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def to_pick(db: Connection, warehouse: str, now: datetime, find: str = "", page: int = 1) -> Worklist:
    """Released notes and those being picked."""
    states = (NoteState.RELEASED, NoteState.PICKING)
    return _list(db, now, and_(NOTE.c.warehouse == warehouse, NOTE.c.state.in_(states), _found(find)), page)


def to_pack(db: Connection, warehouse: str, now: datetime, find: str = "", page: int = 1) -> Worklist:
    """Picked notes, and those of which something is picked already."""
    begun = and_(NOTE.c.state == NoteState.PICKING, _any_line(LINE.c.picked > LINE.c.packed))
    packable = or_(NOTE.c.state == NoteState.PICKED, begun)
    return _list(db, now, and_(NOTE.c.warehouse == warehouse, packable, _found(find)), page)


def to_ship(db: Connection, warehouse: str, now: datetime, find: str = "", page: int = 1) -> Worklist:
    """Packed notes and those that are loading; a picked one with a closed parcel may go in part."""
    boxed = exists().where(PARCEL.c.note == NOTE.c.id, PARCEL.c.state.in_((ParcelState.CLOSED, ParcelState.LOADED)))
    ready = or_(NOTE.c.state == NoteState.PACKED, and_(NOTE.c.state == NoteState.PICKED, boxed))
    return _list(db, now, and_(NOTE.c.warehouse == warehouse, ready, _found(find)), page)


def shipped(db: Connection, warehouse: str, now: datetime, most: int = 20) -> list[Listed]:
    """The notes that left last, the newest first."""
    found = select(NOTE).join(SHIPMENT, SHIPMENT.c.note == NOTE.c.id)
    gone = found.where(NOTE.c.warehouse == warehouse, SHIPMENT.c.shipped_at.is_not(None))
    rows = db.execute(gone.order_by(SHIPMENT.c.shipped_at.desc(), NOTE.c.id.desc()).limit(most)).all()
    return listed(db, now, rows)


def transit_states(db: Connection, shipments: list[int]) -> dict[int, str]:
    """The state of each shipment's parcels on the way: the worst one where they differ."""
    rank = {state: n for n, state in enumerate((*TROUBLE, TransitState.PENDING, TransitState.PICKED_UP))}
    found: dict[int, str] = {}
    for shipment, state in db.execute(
        select(TRANSIT.c.shipment, TRANSIT.c.state).where(TRANSIT.c.shipment.in_(shipments))
    ):
        if shipment not in found or rank.get(state, 99) < rank.get(TransitState(found[shipment]), 99):
            found[shipment] = state
    return found


def _any_line(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(LINE.c.note == NOTE.c.id, condition)


def _found(text: str) -> ColumnElement[bool]:
    """Notes whose number or order begins with the text, or with an item of that name or code."""
    text = text.strip().removeprefix("NOTE:")
    if not text:
        return NOTE.c.id.is_not(None)
    item = exists().where(
        LINE.c.note == NOTE.c.id,
        ITEM.c.id == LINE.c.item,
        or_(ITEM.c.name.icontains(text, autoescape=True), ITEM.c.code.icontains(text, autoescape=True)),
    )
    if text.isascii() and text.isdigit():
        begins = [cast(column, Text).startswith(text) for column in (NOTE.c.id, NOTE.c.order)]
        return or_(*begins, item)
    return item


def _list(db: Connection, now: datetime, condition: ColumnElement[bool], page: int) -> Worklist:
    total = db.scalar(select(func.count()).select_from(NOTE).where(condition)) or 0
    page = max(1, min(page, -(-total // PAGE) or 1))
    last = case((NOTE.c.due_at.is_(None), 1), else_=0)
    found = select(NOTE).where(condition).order_by(last, NOTE.c.due_at, NOTE.c.id)
    rows = db.execute(found.limit(PAGE).offset((page - 1) * PAGE)).all()
    return Worklist(listed(db, now, rows), total, page)


def listed(db: Connection, now: datetime, rows: Sequence[Any]) -> list[Listed]:
    """What a list shows of these note rows, in their order."""
    ids = [row.id for row in rows]
    names = _item_names(db, ids)
    helpers = {row.id: [int(id) for id in row.helpers.split()] for row in rows}
    known = people.names(db, [*(row.holder for row in rows), *(id for some in helpers.values() for id in some)])
    boxes = _boxes(db, ids)
    gone = {row.note: row for row in db.execute(select(SHIPMENT).where(SHIPMENT.c.note.in_(ids)))}
    return [
        Listed(
            note=row,
            lines=len(names[row.id]),
            items=tuple(names[row.id][:NAMES]),
            holder=known.get(row.holder, ""),
            helpers=tuple(known.get(id, "") for id in helpers[row.id]),
            late=row.due_at is not None and row.due_at < now and row.state != NoteState.SHIPPED,
            parcels=boxes.get(row.id, (0, 0))[0],
            closed=boxes.get(row.id, (0, 0))[1],
            shipment=gone.get(row.id),
        )
        for row in rows
    ]


def _item_names(db: Connection, notes: list[int]) -> dict[int, list[str]]:
    found = select(LINE.c.note, ITEM.c.name).join(ITEM, ITEM.c.id == LINE.c.item).where(LINE.c.note.in_(notes))
    names: dict[int, list[str]] = defaultdict(list)
    for note, name in db.execute(found.order_by(LINE.c.note, LINE.c.line)):
        names[note].append(name)
    return names


def _boxes(db: Connection, notes: list[int]) -> dict[int, tuple[int, int]]:
    """Parcels and closed parcels by note."""
    shut = func.sum(case((PARCEL.c.state.in_((ParcelState.CLOSED, ParcelState.LOADED)), 1), else_=0))
    found = select(PARCEL.c.note, func.count(), shut).where(
        PARCEL.c.note.in_(notes), PARCEL.c.state != ParcelState.VOID
    )
    return {note: (int(all), int(closed or 0)) for note, all, closed in db.execute(found.group_by(PARCEL.c.note))}
