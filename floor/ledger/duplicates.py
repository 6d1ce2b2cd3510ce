"""Orders that may be the same order twice: one customer's reference again, or equal lines within some days."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from floor import policy
from floor.ledger.sales_orders import LINE, ORDER


def same_reference(db: Connection, order: Any) -> list[int]:
    """The customer's other orders with the same reference, oldest first, at most ten."""
    if not order.reference:
        return []
    found = select(ORDER.c.id).where(
        ORDER.c.reference == order.reference,
        ORDER.c.customer == order.customer,
        ORDER.c.id != order.id,
        ORDER.c.state != "cancelled",
    )
    return list(db.scalars(found.order_by(ORDER.c.id).limit(10)))


def equal_lines(db: Connection, order: Any, lines: list[Any]) -> list[int]:
    """The customer's other orders of these days (policy duplicate_days) with the same items and quantities."""
    window = timedelta(days=int(policy.read(db, "duplicate_days")))
    near = (
        select(LINE.c.order, LINE.c.item, LINE.c.quantity)
        .join(ORDER, ORDER.c.id == LINE.c.order)
        .where(
            ORDER.c.customer == order.customer,
            ORDER.c.order_date.between(order.order_date - window, order.order_date + window),
            ORDER.c.id != order.id,
            ORDER.c.state != "cancelled",
        )
    )
    others: dict[int, list[Any]] = defaultdict(list)
    for row in db.execute(near):
        others[row.order].append(row)
    mine = _content(lines)
    return sorted(number for number, rows in others.items() if _content(rows) == mine)[:10]


def _content(lines: Iterable[Any]) -> list[tuple[int, int]]:
    return sorted((line.item, line.quantity) for line in lines)
