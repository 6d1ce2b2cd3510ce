"""Documents of many lines take a handful of statements, whatever their length: no round trip a line."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from floor.facts.delivery import Picked, StockLine
from floor.facts.stock import Received
from floor.items import ITEM
from floor.ledger import invoices, pricing, review
from floor.storage.master import edit
from floor.storage.record import Tx
from tests.floor.ledger.desk import FINANCE, REVIEWER, SALES, Desk

LONG = 120


def catalogue(tx: Tx, items: range) -> None:
    """Priced items, each of its own, so that a statement an item would show."""
    for item in items:
        said = {"name_en": "", "spec": "", "unit": "件", "scale": 0, "tracking": "none", "expires": False}
        edit(tx, "item", ITEM, item, said | {"code": f"I{item}", "name": "n", "weight_g": 1, "retired": False})
        pricing.set_price(tx, item, "CNY", 1_000_000)


def statements(desk: Desk, act: Callable[[], Any]) -> int:
    """How many statements `act` sends; a statement run over many rows counts once."""
    sent: list[str] = []

    def listen(_db: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(desk.engine, "before_cursor_execute", listen)
    act()
    event.remove(desk.engine, "before_cursor_execute", listen)
    return len(sent)


def counts(desk: Desk, lines: int) -> list[int]:
    """Statements of entering, submitting, approving (hold and note), goods issue and invoice of an order."""
    order = 0

    def enter() -> None:
        nonlocal order
        order = desk.enter(*((item, item) for item in range(10, 10 + lines)))

    steps: list[Callable[[], Any]] = [
        enter,
        lambda: desk.do(review.submit, order, by=SALES),
        lambda: desk.do(review.approve, order, by=REVIEWER),
        lambda: desk.post(desk.shipped(desk.note(order))),
        lambda: desk.do(invoices.post, order=order, by=FINANCE),
    ]
    return [statements(desk, step) for step in steps]


def test_a_long_document_takes_no_more_statements_than_a_short_one(desk: Desk) -> None:
    desk.world.do(lambda tx: catalogue(tx, range(10, 10 + LONG)))
    goods = tuple(StockLine(item=item, lot="", quantity=10**6) for item in range(10, 10 + LONG))
    desk.post(Received(document="r", place="A-01", lines=goods))
    counts(desk, 4)
    assert counts(desk, LONG) == counts(desk, 5)


def test_a_batch_of_scans_costs_what_its_orders_cost(desk: Desk) -> None:
    desk.post(desk.receive(1, 1000))
    note = desk.note(desk.approved((1, 1000)))
    desk.post(desk.accepted(note))
    few, many = ([desk.entry(desk.picked(note, 1, 1, Picked)) for _ in range(n)] for n in (2, 60))
    assert statements(desk, lambda: desk.bring(few)) == statements(desk, lambda: desk.bring(many))
