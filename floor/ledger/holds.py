"""Stock as the ledger sees it, per item and warehouse: on hand, and how much of it is held for orders."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, ForeignKey, Integer, Text, bindparam, func, insert, select
from sqlalchemy import update as update_of
from sqlmodel import Field, SQLModel

from floor.facts.order import HeldLine
from floor.facts.posting import Cut
from floor.ledger.sales_orders import LINE, NOTE, NOTE_LINE, OPEN_BACKORDER, ORDER
from floor.ledger.states import LIVE
from floor.storage.database import Exact, Utc, table


class Supply(SQLModel, table=True):
    """State. 0 <= held <= on_hand; on hand falls below zero only where goods left that we never knew of, and then holds none."""

    __tablename__ = "supply"
    __table_args__ = (CheckConstraint("held = 0 OR (held > 0 AND held <= on_hand)", name="held"),)
    item: int = Field(sa_column=Column(Integer, ForeignKey("item.id"), primary_key=True))
    warehouse: str = Field(sa_column=Column(Text, primary_key=True))
    on_hand: int = Field(default=0, sa_type=Exact)
    held: int = Field(default=0, sa_type=Exact)


class Replenishment(SQLModel, table=True):
    """State. One open request per item and warehouse: what back-orders want; it grows and shrinks, never doubles."""

    __tablename__ = "replenishment"
    __table_args__ = (CheckConstraint("wanted >= 0", name="wanted"),)
    item: int = Field(sa_column=Column(Integer, ForeignKey("item.id"), primary_key=True))
    warehouse: str = Field(sa_column=Column(Text, primary_key=True))
    wanted: int = Field(sa_type=Exact)
    since: datetime = Field(sa_column=Column(Utc, nullable=False))


SUPPLY, REPLENISHMENT = table(Supply), table(Replenishment)
_at = (SUPPLY.c.item == bindparam("i")) & (SUPPLY.c.warehouse == bindparam("w"))
_take = (
    update_of(SUPPLY)
    .where(_at, SUPPLY.c.on_hand - SUPPLY.c.held >= bindparam("q"))
    .values(held=SUPPLY.c.held + bindparam("q"))
)
_move = (
    update_of(SUPPLY).where(_at).values(on_hand=SUPPLY.c.on_hand + bindparam("q"), held=SUPPLY.c.held + bindparam("h"))
)
_rows = select(SUPPLY).where(
    SUPPLY.c.warehouse == bindparam("warehouse"), SUPPLY.c.item.in_(bindparam("items", expanding=True))
)
_line_at = (LINE.c.order == bindparam("o")) & (LINE.c.line == bindparam("l"))
_hold_line = update_of(LINE).where(_line_at).values(held=LINE.c.held + bindparam("q"))
_note_line_at = (NOTE_LINE.c.note == bindparam("n")) & (NOTE_LINE.c.line == bindparam("l"))
_hold_note_line = update_of(NOTE_LINE).where(_note_line_at).values(held=NOTE_LINE.c.held + bindparam("q"))
_holding = (
    select(LINE.c.order, LINE.c.line, LINE.c.item, LINE.c.held)
    .join(ORDER, ORDER.c.id == LINE.c.order)
    .where(
        LINE.c.held > 0,
        LINE.c.item.in_(bindparam("items", expanding=True)),
        ORDER.c.warehouse == bindparam("warehouse"),
    )
    .order_by(ORDER.c.approved_id.desc(), LINE.c.line.desc())
)
_holding_notes = (
    select(NOTE_LINE, NOTE.c.order)
    .join(NOTE, NOTE.c.id == NOTE_LINE.c.note)
    .where(NOTE_LINE.c.held > 0, NOTE.c.order.in_(bindparam("orders", expanding=True)))
    .order_by(NOTE_LINE.c.note.desc(), NOTE_LINE.c.line.desc())
)
_wanted = (
    select(LINE.c.item, func.sum(LINE.c.quantity - LINE.c.cancelled - LINE.c.shipped - LINE.c.held).label("wanted"))
    .join(ORDER, ORDER.c.id == LINE.c.order)
    .where(
        OPEN_BACKORDER,
        LINE.c.item.in_(bindparam("items", expanding=True)),
        ORDER.c.warehouse == bindparam("warehouse"),
        ORDER.c.state.in_(LIVE),
    )
    .group_by(LINE.c.item)
)
_request_at = (REPLENISHMENT.c.item == bindparam("i")) & (REPLENISHMENT.c.warehouse == bindparam("w"))
_requests = select(REPLENISHMENT).where(
    REPLENISHMENT.c.warehouse == bindparam("warehouse"), REPLENISHMENT.c.item.in_(bindparam("items", expanding=True))
)
_request = update_of(REPLENISHMENT).where(_request_at).values(wanted=bindparam("q"), since=bindparam("t"))


def rows(db: Connection, warehouse: str, items: Iterable[int]) -> dict[int, Any]:
    """The supply rows of these items, by item."""
    return {row.item: row for row in db.execute(_rows, {"warehouse": warehouse, "items": list(items)})}


def available(db: Connection, warehouse: str, items: Iterable[int]) -> dict[int, int]:
    """On hand less held, by item; 0 where nothing is known or less than nothing is there."""
    items = list(items)
    known = rows(db, warehouse, items)
    return {i: max(known[i].on_hand - known[i].held, 0) if i in known else 0 for i in items}


def plan(wanted: Iterable[tuple[int, int, int]], free: dict[int, int]) -> tuple[HeldLine, ...]:
    """Pure: what of each (line, item, quantity) can be held out of `free` by item, first line first; the rest is short."""
    left = dict(free)
    held: list[HeldLine] = []
    for line, item, quantity in wanted:
        take = min(quantity, left.get(item, 0))
        left[item] = left.get(item, 0) - take
        held.append(HeldLine(line=line, item=item, quantity=take, short=quantity - take))
    return tuple(held)


def sums(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Quantities by item, without those that come to nothing."""
    total: dict[int, int] = {}
    for item, quantity in pairs:
        total[item] = total.get(item, 0) + quantity
    return {item: quantity for item, quantity in total.items() if quantity}


def hold(db: Connection, order: int, warehouse: str, lines: Iterable[HeldLine]) -> None:
    """Called by folds: hold for an order's lines, all of it or, where goods are not free, nothing (AssertionError)."""
    lines = [line for line in lines if line.quantity]
    if not lines:
        return
    taking = [{"i": i, "w": warehouse, "q": q} for i, q in sorted(sums((x.item, x.quantity) for x in lines).items())]
    assert db.execute(_take, taking).rowcount == len(taking), "held goods are not free"
    db.execute(_hold_line, [{"o": order, "l": line.line, "q": line.quantity} for line in lines])


def move(db: Connection, warehouse: str, on_hand: dict[int, int], held: dict[int, int]) -> None:
    """Called by folds: change on hand and held by these differences per item, both at once."""
    items = sorted(on_hand.keys() | held.keys())
    if not items:
        return
    known = rows(db, warehouse, items)
    missing = [item for item in items if item not in known]
    if missing:
        db.execute(insert(SUPPLY), [{"item": i, "warehouse": warehouse, "on_hand": 0, "held": 0} for i in missing])
    db.execute(_move, [{"i": i, "w": warehouse, "q": on_hand.get(i, 0), "h": held.get(i, 0)} for i in items])


def free_notes(db: Connection, parts: list[tuple[int, int, int]]) -> None:
    """Called by folds: take (note, line, quantity) off what the note lines hold."""
    parts = [part for part in parts if part[2]]
    if parts:
        db.execute(_hold_note_line, [{"n": note, "l": line, "q": -quantity} for note, line, quantity in parts])


def free_lines(db: Connection, parts: list[tuple[int, int, int]]) -> None:
    """Called by folds: take (order, line, quantity) off what the order lines hold."""
    parts = [part for part in parts if part[2]]
    if parts:
        db.execute(_hold_line, [{"o": order, "l": line, "q": -quantity} for order, line, quantity in parts])


def cut(db: Connection, cuts: tuple[Cut, ...]) -> None:
    """Called by folds: the lines of these holds, not the supply row, which `move` changes at one go."""
    free_lines(db, [(part.order, part.order_line, part.quantity) for part in cuts])
    free_notes(db, [(c.note, c.note_line, c.quantity) for c in cuts if c.note is not None and c.note_line is not None])


def youngest(db: Connection, warehouse: str, over: dict[int, int], spared: int = 0) -> tuple[Cut, ...]:
    """Which holds give way so that each item loses `over` of them: the youngest order's first, off the notes before on them.

    Before all others go those that a note has said short: it is their goods that were missing.
    `spared` is a note whose holds are being settled anyway.
    """
    if not over:
        return ()
    lines = list(db.execute(_holding, {"items": list(over), "warehouse": warehouse}))
    on_notes: dict[tuple[int, int], list[Any]] = {}
    for row in db.execute(_holding_notes, {"orders": sorted({line.order for line in lines})}):
        on_notes.setdefault((row.order, row.order_line), []).append(row)
    parts = [(line, part) for line in lines for part in _parts(line, on_notes.get((line.order, line.line), []), spared)]
    left, cuts = dict(over), []
    for line, (note, note_line, held, _) in sorted(parts, key=lambda found: not found[1][3]):
        quantity = min(held, left[line.item])
        if quantity:
            left[line.item] -= quantity
            at = {"order": line.order, "order_line": line.line, "item": line.item}
            cuts.append(Cut(**at, quantity=quantity, note=note, note_line=note_line))
    return tuple(cuts)


def _parts(line: Any, on_notes: list[Any], spared: int) -> Iterator[tuple[int | None, int | None, int, bool]]:
    """(note, note line, held, said short) of an order line's hold, what is on no note first."""
    yield None, None, line.held - sum(row.held for row in on_notes), False
    for row in on_notes:
        if row.note != spared:
            short = max(row.held - (row.quantity - row.shorted), 0)
            yield row.note, row.line, short, True
            yield row.note, row.line, row.held - short, False


def ask_supply(db: Connection, warehouse: str, items: Iterable[int], at: datetime) -> None:
    """Called by folds: let the replenishment requests of these items say what back-orders want now."""
    items = sorted(set(items))
    if not items:
        return
    asked = {"items": items, "warehouse": warehouse}
    wanted = {row.item: int(row.wanted) for row in db.execute(_wanted, asked)}
    before = {row.item: row for row in db.execute(_requests, asked)}
    new = [{"item": i, "warehouse": warehouse, "wanted": q, "since": at} for i, q in wanted.items() if i not in before]
    changed = [
        {"i": i, "w": warehouse, "q": wanted.get(i, 0), "t": row.since if row.wanted else at}
        for i, row in before.items()
        if row.wanted != wanted.get(i, 0)
    ]
    if new:
        db.execute(insert(REPLENISHMENT), new)
    if changed:
        db.execute(_request, changed)
