"""How posted facts of the floor change orders, holds and on hand; many lines by a handful of set statements."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, insert, update

from floor.facts.fact import Entry
from floor.facts.posting import (
    Cut,
    EndRefused,
    Issued,
    NoteReturned,
    NoteTaken,
    ProgressPosted,
    SupplyPosted,
    TransitPosted,
)
from floor.ledger import holds, marks
from floor.ledger.goods_issues import ISSUE, ISSUE_LINE
from floor.ledger.sales_orders import LINE, NOTE, NOTE_LINE, ORDER
from floor.storage.prepared import Prepared

_note_line = (NOTE_LINE.c.note == bindparam("n")) & (NOTE_LINE.c.line == bindparam("l"))
_progress = Prepared(
    update(NOTE_LINE)
    .where(_note_line)
    .values(
        picked=NOTE_LINE.c.picked + bindparam("pi"),
        packed=NOTE_LINE.c.packed + bindparam("pa"),
        shorted=NOTE_LINE.c.shorted + bindparam("s"),
    )
)
_note_line_issued = (
    update(NOTE_LINE)
    .where(_note_line)
    .values(shipped=NOTE_LINE.c.shipped + bindparam("q"), held=NOTE_LINE.c.held - bindparam("h"))
)
_line_issued = (
    update(LINE)
    .where(LINE.c.order == bindparam("o"), LINE.c.line == bindparam("l"))
    .values(
        shipped=LINE.c.shipped + bindparam("b"),
        held=LINE.c.held - bindparam("h"),
        cancelled=LINE.c.cancelled - bindparam("u"),
        excess=LINE.c.excess + bindparam("x"),
    )
)


def _order_mark(db: Connection, order: int, upto: int) -> None:
    marks.move(db, f"order:{order}", upto)


def _note_state(db: Connection, note: int, state: str) -> None:
    db.execute(update(NOTE).where(NOTE.c.id == note).values(state=state))


def fold_taken(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, NoteTaken)
    _note_state(db, fact.note, "accepted")
    _order_mark(db, fact.order, fact.upto)


def fold_progress(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, ProgressPosted)
    steps = [
        {"n": step.note, "l": step.line, "pi": step.picked, "pa": step.packed, "s": step.shorted} for step in fact.steps
    ]
    _progress.many(db, steps)
    _order_mark(db, fact.order, fact.upto)


def fold_issued(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Issued)
    _put_issue(db, fact)
    freed = [(line, line.consumed + line.released) for line in fact.lines]
    if freed:
        db.execute(_note_line_issued, [{"n": fact.note, "l": x.line, "q": x.quantity, "h": h} for x, h in freed])
        rows = [
            {"o": fact.order, "l": x.order_line, "b": x.billable, "h": h, "u": x.uncancelled}
            | {"x": x.quantity - x.billable}
            for x, h in freed
        ]
        db.execute(_line_issued, rows)
    _note_state(db, fact.note, "shipped")
    _move_stock(
        db,
        fact.warehouse,
        ((line.item, -line.quantity) for line in fact.lines),
        ((line.item, -h) for line, h in freed),
        fact.cuts,
    )
    short = [x.item for x in fact.lines if x.released or x.uncancelled or x.consumed < x.quantity]
    holds.ask_supply(db, fact.warehouse, (*short, *(cut.item for cut in fact.cuts)), entry.recorded_at)
    _order_mark(db, fact.order, fact.upto)


def _put_issue(db: Connection, fact: Issued) -> None:
    head = {"shipment": fact.shipment, "order": fact.order, "note": fact.note, "carrier": fact.carrier}
    head |= {"tracking": " ".join(fact.tracking), "issued_at": fact.issued_at}
    db.execute(insert(ISSUE), head | {"transit": "pending", "transit_at": fact.issued_at})
    columns = ("line", "order_line", "item", "quantity", "billable")
    rows = [
        {"shipment": fact.shipment} | {c: getattr(line, c) for c in columns} for line in fact.lines if line.quantity
    ]
    if rows:
        db.execute(insert(ISSUE_LINE), rows)


def _move_stock(
    db: Connection,
    warehouse: str,
    on_hand: Iterable[tuple[int, int]],
    held: Iterable[tuple[int, int]],
    cuts: tuple[Cut, ...],
) -> None:
    """On hand and held of each item change at one go, the holds cut by the way among them."""
    holds.cut(db, cuts)
    holds.move(db, warehouse, holds.sums(on_hand), holds.sums((*held, *((cut.item, -cut.quantity) for cut in cuts))))


def fold_returned(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, NoteReturned)
    holds.free_notes(db, [(fact.note, line.line, line.released) for line in fact.lines])
    holds.free_lines(db, [(fact.order, line.order_line, line.released) for line in fact.lines])
    holds.move(db, fact.warehouse, {}, holds.sums((line.item, -line.released) for line in fact.lines))
    holds.ask_supply(db, fact.warehouse, (line.item for line in fact.lines), entry.recorded_at)
    _note_state(db, fact.note, "returned")
    _order_mark(db, fact.order, fact.upto)


def fold_end_refused(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, EndRefused)
    db.execute(update(ORDER).where(ORDER.c.id == fact.order, ORDER.c.asked == "cancel").values(asked="", reason=""))
    _order_mark(db, fact.order, fact.upto)


def fold_transit(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, TransitPosted)
    mine = update(ISSUE).where(ISSUE.c.shipment == fact.shipment)
    newer = mine.where(ISSUE.c.transit_at <= fact.state_at)
    db.execute(newer.values(transit=fact.state, transit_at=fact.state_at))
    if fact.delivered_at is not None:
        db.execute(mine.values(delivered_at=fact.delivered_at))
    _order_mark(db, fact.order, fact.upto)


def fold_supply(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, SupplyPosted)
    _move_stock(db, fact.warehouse, ((line.item, line.quantity) for line in fact.lines), (), fact.cuts)
    holds.ask_supply(db, fact.warehouse, (cut.item for cut in fact.cuts), entry.recorded_at)
    marks.move(db, marks.SUPPLY, fact.upto)
