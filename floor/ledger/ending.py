"""Ends of an order: cancelled, closed short, or closed because all is shipped, invoiced and paid."""

from typing import Any

from floor.facts.delivery import WithdrawAsked
from floor.facts.order import EndAsked, EndedLine, OrderEnded
from floor.ledger import goods_issues, receivables, sales_orders, supply
from floor.ledger.sales_orders import backorder
from floor.ledger.states import LIVE, OrderState, after
from floor.people import need_person
from floor.refusal import Refusal
from floor.storage.record import Tx, record
from floor.texts import reason

STATE_OF = {"cancel": OrderState.CANCELLED, "close": OrderState.CLOSED}


def cancel(tx: Tx, order: int, why: str) -> bool:
    """At once where nothing is on the floor (True); else asked of the floor, and done on its answer (False)."""
    need_person(tx, "cancel_order")
    row = sales_orders.must(tx.db, order)
    after(order, row.state, "cancel")
    if any(line.shipped for line in sales_orders.lines(tx.db, order)):
        raise Refusal("order_shipped", order=order)
    return _end_or_ask(tx, row, "cancel", reason(why))


def short_close(tx: Tx, order: int, why: str) -> bool:
    """What is still open will not come: at once (True), or when the floor has given its notes back or shipped them (False)."""
    need_person(tx, "cancel_order")
    row = sales_orders.must(tx.db, order)
    after(order, row.state, "short_close")
    return _end_or_ask(tx, row, "close", reason(why))


def _end_or_ask(tx: Tx, row: Any, how: str, why: str) -> bool:
    if row.asked:
        raise Refusal("order_ending", order=row.id, asked=row.asked)
    notes = sales_orders.live_notes(tx.db, row.id)
    if not notes:
        _end(tx, row, STATE_OF[how], why)
        return True
    record(tx, EndAsked(order=row.id, how=how, reason=why, notes=tuple(notes)))
    for note in notes:
        record(tx, WithdrawAsked(note=note, order=row.id, reason=why))
    return False


def finish(tx: Tx, order: int) -> None:
    """The floor has answered: complete what was asked once no note is left there; else close the order if all is done."""
    row = sales_orders.order(tx.db, order)
    if row is None or row.state not in LIVE:
        return
    if not row.asked:
        close_if_done(tx, order)
        return
    shipped = any(line.shipped for line in sales_orders.lines(tx.db, order))
    if sales_orders.live_notes(tx.db, order) or (row.asked == "cancel" and shipped):
        return  # a cancel that goods overtook waits for the floor's no
    _end(tx, row, STATE_OF[row.asked], row.reason)


def close_if_done(tx: Tx, order: int) -> bool:
    """Close an approved order of which nothing is open, to invoice or to be paid."""
    row = sales_orders.order(tx.db, order)
    if row is None or row.state != OrderState.APPROVED or row.asked:
        return False
    lines = sales_orders.lines(tx.db, order)
    if any(line.quantity - line.cancelled - line.shipped or line.invoiced < line.shipped for line in lines):
        return False
    if goods_issues.to_invoice_of(tx.db, order) or receivables.open_minor_of(tx.db, order):
        return False
    _end(tx, row, OrderState.CLOSED, "done")
    return True


def _end(tx: Tx, row: Any, state: OrderState, why: str) -> None:
    lines = sales_orders.lines(tx.db, row.id)
    ended = tuple(
        EndedLine(line=line.line, item=line.item, cancelled=line.held + backorder(line), released=line.held)
        for line in lines
        if line.held + backorder(line)
    )
    record(tx, OrderEnded(order=row.id, state=state, reason=why, warehouse=row.warehouse, lines=ended))
    supply.serve_backorders(tx, row.warehouse, [line.item for line in ended])
