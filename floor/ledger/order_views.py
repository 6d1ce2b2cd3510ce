"""What the order pages show: the list with filters and search, one order whole, what waits for review."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, func, or_, select

from floor.items import ITEM
from floor.ledger import goods_issues, receivables, review, sales_orders
from floor.ledger.customers import CUSTOMER
from floor.ledger.order_status import OrderStatus, derive
from floor.ledger.sales_orders import LINE, ORDER
from floor.storage.particulars import PARTICULARS
from floor.texts import MOST_ID

_head = (
    select(ORDER, CUSTOMER.c.code.label("customer_code"), PARTICULARS.c.body.label("who"))
    .join(CUSTOMER, CUSTOMER.c.id == ORDER.c.customer)
    .outerjoin(PARTICULARS, PARTICULARS.c.id == CUSTOMER.c.particulars)
)


class OrderFilter(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`words` are looked for in number, reference, customer and items; `backorder`: only orders that lack goods."""

    states: tuple[str, ...] = ()
    customer: int | None = None
    author: int | None = None
    since: date | None = None
    until: date | None = None
    backorder: bool = False
    words: str = ""


class OrderView(msgspec.Struct, kw_only=True):
    """One order whole; rows as the tables have them. `head` has the customer's code and `who` (JSON of particulars)."""

    head: Any
    status: OrderStatus
    lines: list[Any]
    checks: list[Any]
    notes: list[Any]
    note_lines: list[Any]
    issues: list[Any]
    invoices: list[Any]


def orders(db: Connection, sought: OrderFilter, *, page: int = 1, per_page: int = 50) -> list[Any]:
    """Orders, newest first, each with customer_code and `who`."""
    found = _filtered(_head, sought).order_by(ORDER.c.id.desc())
    return list(db.execute(found.limit(per_page).offset((max(page, 1) - 1) * per_page)))


def count(db: Connection, sought: OrderFilter) -> int:
    """How many orders the filter finds."""
    return db.scalar(select(func.count()).select_from(_filtered(_head, sought).subquery())) or 0


def _filtered(found: Any, sought: OrderFilter) -> Any:
    wanted = (
        (ORDER.c.state.in_(sought.states), sought.states),
        (ORDER.c.customer == sought.customer, sought.customer is not None),
        (ORDER.c.author == sought.author, sought.author is not None),
        (ORDER.c.order_date >= (sought.since or date.min), sought.since is not None),
        (ORDER.c.order_date <= (sought.until or date.max), sought.until is not None),
        (_lacks_goods(), sought.backorder),
    )
    for condition, asked in wanted:
        if asked:
            found = found.where(condition)
    for word in sought.words.split()[:8]:
        found = found.where(_mentions(word))
    return found


def _lacks_goods() -> Any:
    lacking = LINE.c.quantity > LINE.c.cancelled + LINE.c.shipped + LINE.c.held
    return ORDER.c.state.in_(("approved", "on_hold")) & ORDER.c.id.in_(select(LINE.c.order).where(lacking))


def _mentions(word: str) -> Any:
    items = select(LINE.c.order).join(ITEM, ITEM.c.id == LINE.c.item)
    items = items.where(ITEM.c.code.icontains(word, autoescape=True) | ITEM.c.name.icontains(word, autoescape=True))
    columns = (ORDER.c.reference, CUSTOMER.c.code, PARTICULARS.c.body)
    said = [column.icontains(word, autoescape=True) for column in columns]
    if word.isascii() and word.isdigit() and int(word) <= MOST_ID:
        said.append(ORDER.c.id == int(word))
    return or_(*said, ORDER.c.id.in_(items))


def to_review(db: Connection, person: int) -> list[Any]:
    """Orders in review that this person may decide (not his own), those that need a person first, then the oldest."""
    mine = (ORDER.c.author == person) | (ORDER.c.changed_by == person)
    found = _head.where(ORDER.c.state == "in_review", ~mine)
    return list(db.execute(found.order_by(ORDER.c.needs_person.desc(), ORDER.c.id)))


def order_view(db: Connection, order: int) -> OrderView:
    """One order with lines, review results, notes with progress, goods issues and invoices; `order_unknown` where none is.

    Its history is floor.storage.journal.history(db, "order:<number>").
    """
    sales_orders.must(db, order)
    head = db.execute(_head.where(ORDER.c.id == order)).one()
    lines, notes = sales_orders.lines(db, order), sales_orders.notes(db, order)
    issues, invoices = goods_issues.of_order(db, order), receivables.of_order(db, order)
    return OrderView(
        head=head,
        status=derive(head, lines, notes, issues, invoices),
        lines=lines,
        checks=review.results(db, order),
        notes=notes,
        note_lines=sales_orders.note_lines(db, order),
        issues=issues,
        invoices=invoices,
    )
