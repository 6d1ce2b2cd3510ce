"""Where an order stands, derived from its lines' quantities and its invoices, never stored and never a percentage."""

from typing import Any

import msgspec
from sqlalchemy import Connection

from floor.ledger import goods_issues, receivables, sales_orders
from floor.ledger.sales_orders import LIVE_NOTE, backorder
from floor.ledger.states import LIVE


class OrderStatus(msgspec.Struct, kw_only=True):
    """`floor`: none, sent (not accepted yet), accepted. `shipping`, `billing`, `payment`: none, part, full.

    `asked` is cancel or close while the floor has not answered. `delivered`: every shipment has arrived.
    """

    state: str
    asked: str
    floor: str
    shipping: str
    billing: str
    payment: str
    backorder: bool
    delivered: bool
    to_invoice: int


def status_of(db: Connection, order: int) -> OrderStatus:
    row = sales_orders.must(db, order)
    lines = sales_orders.lines(db, order)
    issues = goods_issues.of_order(db, order)
    return derive(row, lines, sales_orders.notes(db, order), issues, receivables.of_order(db, order))


def derive(row: Any, lines: list[Any], notes: list[Any], issues: list[Any], invoices: list[Any]) -> OrderStatus:
    """Pure. "Full" only where every single line is: 250000 of 250002 is not."""
    shipped = [line.shipped for line in lines]
    wanted = [line.quantity - line.cancelled for line in lines]
    standing = [x for x in invoices if not x.credited_minor]
    live = {note.state for note in notes if note.state in LIVE_NOTE}
    return OrderStatus(
        state=row.state,
        asked=row.asked,
        floor="sent" if "sent" in live else "accepted" if live else "none",
        shipping=_how_much(shipped, wanted),
        billing=_how_much([line.invoiced for line in lines], wanted),
        payment=_how_much([x.paid_minor for x in standing], [x.total_minor for x in standing]),
        backorder=row.state in LIVE and any(backorder(line) for line in lines),
        delivered=bool(issues) and all(issue.delivered_at is not None for issue in issues),
        to_invoice=sum(line.shipped - line.invoiced for line in lines),
    )


def _how_much(done: list[int], wanted: list[int]) -> str:
    if not any(done):
        return "none"
    return "full" if done == wanted else "part"
