"""The delivery note on the floor: its lines, the tasks by bin, each pick; and how the facts change them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    bindparam,
    func,
    select,
)
from sqlmodel import Field, SQLModel

from floor.items import ITEM, ITEM_CODE
from floor.places import PLACE
from floor.storage.database import CLUSTERED, Exact, Utc, table
from floor.storage.prepared import Prepared


class Note(SQLModel, table=True):
    """State. `holder` took it up first, `helpers` (blank-separated) joined; `units` and `done_units` are its progress."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_open", "warehouse", "state"),)
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    order: int = Field(index=True)
    warehouse: str
    customer: int
    ship_to: int
    due_at: datetime | None = Field(default=None, sa_column=Column(Utc))
    carrier: str = ""
    remark: str = ""
    state: str
    on_hold: bool = False
    holder: int | None = None
    helpers: str = ""
    held_since: datetime | None = Field(default=None, sa_column=Column(Utc))
    units: int = Field(sa_type=Exact)
    done_units: int = Field(default=0, sa_type=Exact)
    accepted_at: datetime = Field(sa_column=Column(Utc, nullable=False))


class NoteLine(SQLModel, table=True):
    """State. packed <= picked, shipped <= packed, picked + shorted <= ordered, whatever happens."""

    __tablename__ = "note_line"
    __table_args__ = (
        CheckConstraint("picked >= 0 AND shorted >= 0 AND picked + shorted <= ordered", name="picked"),
        CheckConstraint("packed >= 0 AND packed <= picked", name="packed"),
        CheckConstraint("shipped >= 0 AND shipped <= packed", name="shipped"),
        CLUSTERED,
    )
    note: int = Field(sa_column=Column(Integer, ForeignKey("note.id"), primary_key=True))
    line: int = Field(primary_key=True)
    order_line: int
    item: int = Field(sa_column=Column(Integer, ForeignKey("item.id"), nullable=False))
    ordered: int = Field(sa_type=Exact)
    picked: int = Field(default=0, sa_type=Exact)
    shorted: int = Field(default=0, sa_type=Exact)
    packed: int = Field(default=0, sa_type=Exact)
    shipped: int = Field(default=0, sa_type=Exact)


class PickTask(SQLModel, table=True):
    """State. One stop: take `quantity` of the line at `place` (and of `lot`); what is allocated in the bin stands behind it."""

    __tablename__ = "pick_task"
    __table_args__ = (
        CheckConstraint("picked >= 0 AND shorted >= 0 AND picked + shorted <= quantity", name="picked"),
        CLUSTERED,
    )
    note: int = Field(sa_column=Column(Integer, ForeignKey("note.id"), primary_key=True))
    line: int = Field(primary_key=True)
    task: int = Field(primary_key=True)
    item: int
    place: str
    lot: str = ""
    quantity: int = Field(sa_type=Exact)
    picked: int = Field(default=0, sa_type=Exact)
    shorted: int = Field(default=0, sa_type=Exact)
    sort: str = ""


class Pick(SQLModel, table=True):
    """State. One confirmed pick, by the journal id of its fact; `packed` of it went into parcels."""

    __tablename__ = "pick"
    __table_args__ = (Index("ix_pick_note", "note"), Index("ix_pick_serial", "item", "serial"))
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    note: int
    line: int
    task: int
    item: int
    place: str
    lot: str = ""
    serial: str = ""
    quantity: int = Field(sa_type=Exact)
    person: int
    device: str = ""
    undone: bool = False


NOTE, LINE, TASK, PICK = table(Note), table(NoteLine), table(PickTask), table(Pick)
_note = Prepared(select(NOTE).where(NOTE.c.id == bindparam("number")))
_lines = (
    select(LINE, ITEM.c.code, ITEM.c.name, ITEM.c.unit, ITEM.c.scale, ITEM.c.tracking, ITEM.c.weight_g)
    .join(ITEM, ITEM.c.id == LINE.c.item)
    .where(LINE.c.note == bindparam("note"))
    .order_by(LINE.c.line)
)
_task_columns = select(
    TASK,
    ITEM.c.code,
    ITEM.c.name,
    ITEM.c.unit,
    ITEM.c.scale,
    ITEM.c.tracking,
    ITEM.c.expires,
    PLACE.c.bin_first,
    LINE.c.order_line,
    LINE.c.ordered,
)
_tasks = (
    _task_columns.join(ITEM, ITEM.c.id == TASK.c.item)
    .join(PLACE, PLACE.c.code == TASK.c.place)
    .join(LINE, (LINE.c.note == TASK.c.note) & (LINE.c.line == TASK.c.line))
    .where(TASK.c.note == bindparam("note"))
    .order_by(TASK.c.sort, TASK.c.line, TASK.c.task)
)
_next_task = Prepared(_tasks.where(TASK.c.picked + TASK.c.shorted < TASK.c.quantity).limit(1))
_tasks_of_codes = Prepared(
    _tasks.add_columns(ITEM_CODE.c.quantity.label("pack"))
    .join(ITEM_CODE, ITEM_CODE.c.item == TASK.c.item)
    .where(
        ITEM_CODE.c.code.in_([bindparam("code1"), bindparam("code2"), bindparam("code3"), bindparam("code4")]),
        ITEM_CODE.c.retired.is_(False),
    )
)
_undoable = (
    select(PICK, LINE.c.order_line)
    .join(LINE, (LINE.c.note == PICK.c.note) & (LINE.c.line == PICK.c.line))
    .where(PICK.c.note == bindparam("note"), PICK.c.person == bindparam("person"))
    .order_by(PICK.c.id.desc())
)
_picked_serial = (
    select(PICK)
    .where(PICK.c.item == bindparam("item"), PICK.c.serial == bindparam("serial"), PICK.c.undone.is_(False))
    .order_by(PICK.c.id.desc())
    .limit(1)
)


def note(db: Connection, id: int) -> Any | None:
    return _note.first(db, number=id)


def lines(db: Connection, note: int) -> list[Any]:
    """The note's lines with their items' code, name, unit, scale, tracking and weight."""
    return list(db.execute(_lines, {"note": note}))


def tasks(db: Connection, note: int) -> list[Any]:
    """The note's stops in walking order, with item and bin."""
    return list(db.execute(_tasks, {"note": note}))


def tasks_of(db: Connection, note: int, codes: list[str]) -> list[Any]:
    """The note's stops for what these codes (at most four) stand for, each with `pack`, the units that the code means."""
    four = (codes * 4)[:4]
    return _tasks_of_codes.all(db, note=note, code1=four[0], code2=four[1], code3=four[2], code4=four[3])


def next_task(db: Connection, note: int) -> Any | None:
    """The first stop in walking order where something is still wanted."""
    return _next_task.first(db, note=note)


def works_on(note: Any, person: int) -> bool:
    """Whether the note is nobody's, the person's own, or one the person helps with."""
    return note.holder in (None, person) or str(person) in note.helpers.split()


def left(task: Any) -> int:
    return int(task.quantity - task.picked - task.shorted)


def last_pick(db: Connection, note: int, person: int) -> Any | None:
    """The person's newest pick on the note that is not undone; an undone one where that is all there is."""
    rows = db.execute(_undoable, {"note": note, "person": person}).all()
    return next((row for row in rows if not row.undone), rows[0] if rows else None)


def pick(db: Connection, note: int, id: int) -> Any | None:
    """A pick of the note by its number, with its `order_line`."""
    with_line = select(PICK, LINE.c.order_line).join(LINE, (LINE.c.note == PICK.c.note) & (LINE.c.line == PICK.c.line))
    return db.execute(with_line.where(PICK.c.id == id, PICK.c.note == note)).first()


def last_pick_of_line(db: Connection, note: int, line: int) -> Any | None:
    """The newest pick on a line that still stands."""
    standing = select(PICK).where(PICK.c.note == note, PICK.c.line == line, PICK.c.undone.is_(False))
    return db.execute(standing.order_by(PICK.c.id.desc()).limit(1)).first()


def pick_of_serial(db: Connection, item: int, serial: str) -> Any | None:
    return db.execute(_picked_serial, {"item": item, "serial": serial}).first()


def open_notes(db: Connection, warehouse: str, states: tuple[str, ...], most: int = 200) -> list[Any]:
    found = select(NOTE).where(NOTE.c.warehouse == warehouse, NOTE.c.state.in_(states))
    return list(db.execute(found.order_by(NOTE.c.due_at, NOTE.c.id).limit(most)))


def totals(db: Connection, note: int) -> Any:
    """ordered, picked, shorted, packed, shipped summed over the note's lines."""
    columns = [
        func.coalesce(func.sum(LINE.c[n]), 0).label(n) for n in ("ordered", "picked", "shorted", "packed", "shipped")
    ]
    return db.execute(select(*columns).where(LINE.c.note == note)).one()
