"""How the ledger's own facts change an order, its notes and what is held; each reads only rows and the fact."""

import json
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, update

from floor.facts.delivery import Released
from floor.facts.fact import Entry
from floor.facts.order import (
    EndAsked,
    OrderApproved,
    OrderChanged,
    OrderContent,
    OrderEnded,
    OrderEntered,
    OrderHeld,
    OrderRejected,
    OrderReserved,
    OrderResumed,
    OrderSubmitted,
)
from floor.ledger import holds
from floor.ledger.marks import MARK
from floor.ledger.sales_orders import CHECK, LINE, NOTE, NOTE_LINE, ORDER
from floor.ledger.states import OrderState
from floor.storage import series

_end_line = (
    update(LINE)
    .where(LINE.c.order == bindparam("o"), LINE.c.line == bindparam("l"))
    .values(cancelled=LINE.c.cancelled + bindparam("c"), held=LINE.c.held - bindparam("r"))
)
_CONTENT = (
    "revision", "customer", "currency", "order_date", "due_date", "warehouse", "carrier", "service", "freight_minor",
    "tax_bp", "remark", "reference", "ship_to",
)  # fmt: skip
_UNTOUCHED = dict.fromkeys(("cancelled", "held", "shipped", "excess", "invoiced", "billed_minor"), 0)


def _set(db: Connection, order: int, **changes: Any) -> None:
    db.execute(update(ORDER).where(ORDER.c.id == order).values(**changes))


def fold_entered(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, OrderEntered)
    series.use(db, "order", fact.order)
    born = {"id": fact.order, "state": OrderState.DRAFT, "author": entry.person, "entered_at": entry.at}
    born |= {"freight_billed_minor": 0, "needs_person": False, "reason": "", "asked": "", "approved_id": 0}
    db.execute(insert(ORDER), born | _header(entry, fact))
    _put_lines(db, fact)


def _header(entry: Entry, fact: OrderContent) -> dict[str, Any]:
    content = {name: getattr(fact, name) for name in _CONTENT}
    return content | {"changed_by": entry.person, "net_minor": sum(line.net_minor for line in fact.lines)}


def _put_lines(db: Connection, fact: OrderContent) -> None:
    rows = [
        {"order": fact.order} | {name: getattr(line, name) for name in line.__struct_fields__} | _UNTOUCHED
        for line in fact.lines
    ]
    if rows:
        db.execute(insert(LINE), rows)


def fold_changed(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, OrderChanged)
    _set(db, fact.order, **_header(entry, fact))
    db.execute(delete(LINE).where(LINE.c.order == fact.order))
    _put_lines(db, fact)


def fold_submitted(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, OrderSubmitted)
    needs_person = any(result.verdict == "person" for result in fact.results)
    _set(db, fact.order, state=OrderState.IN_REVIEW, needs_person=needs_person, reason="")
    db.execute(delete(CHECK).where(CHECK.c.order == fact.order, CHECK.c.revision == fact.revision))
    rows = [
        {
            "order": fact.order,
            "revision": fact.revision,
            "rule": result.rule,
            "version": result.version,
            "inputs": json.dumps(result.inputs, ensure_ascii=False, sort_keys=True),
            "verdict": result.verdict,
        }
        for result in fact.results
    ]
    db.execute(insert(CHECK), rows)


def fold_approved(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, OrderApproved)
    approved = {"approved_at": entry.at, "approved_by": entry.person, "approved_id": entry.id}
    _set(db, fact.order, state=OrderState.APPROVED, **approved)
    holds.hold(db, fact.order, fact.warehouse, fact.lines)
    holds.ask_supply(db, fact.warehouse, (line.item for line in fact.lines if line.short), entry.recorded_at)
    db.execute(insert(MARK), {"document": f"order:{fact.order}", "upto": 0})


def fold_rejected(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, OrderRejected)
    _set(db, fact.order, state=OrderState.DRAFT, reason=fact.reason, needs_person=False)


def fold_reserved(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, OrderReserved)
    holds.hold(db, fact.order, fact.warehouse, fact.lines)
    holds.ask_supply(db, fact.warehouse, (line.item for line in fact.lines), entry.recorded_at)


def fold_released(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Released)
    series.use(db, "note", fact.note)
    db.execute(insert(NOTE), {"id": fact.note, "order": fact.order, "state": "sent", "sent_at": entry.recorded_at})
    rows = [
        {
            "note": fact.note,
            "line": line.line,
            "order_line": line.order_line,
            "item": line.item,
            "quantity": line.quantity,
            "held": line.quantity,
            **dict.fromkeys(("picked", "packed", "shorted", "shipped"), 0),
        }
        for line in fact.lines
    ]
    db.execute(insert(NOTE_LINE), rows)


def fold_held(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, OrderHeld)
    _set(db, fact.order, state=OrderState.ON_HOLD, reason=fact.reason)


def fold_resumed(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, OrderResumed)
    _set(db, fact.order, state=OrderState.APPROVED, reason="")


def fold_end_asked(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, EndAsked)
    _set(db, fact.order, asked=fact.how, reason=fact.reason)


def fold_ended(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, OrderEnded)
    _set(db, fact.order, state=fact.state, reason=fact.reason, asked="")
    if fact.lines:
        rows = [{"o": fact.order, "l": line.line, "c": line.cancelled, "r": line.released} for line in fact.lines]
        db.execute(_end_line, rows)
    freed = holds.sums((line.item, -line.released) for line in fact.lines)
    holds.move(db, fact.warehouse, {}, freed)
    holds.ask_supply(db, fact.warehouse, (line.item for line in fact.lines), entry.recorded_at)
