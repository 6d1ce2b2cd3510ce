"""Processes that ask for the same thing at once, on PostgreSQL with a writer each: one wins, nothing is counted twice."""

import multiprocessing
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from floor import replay
from floor.facts.fact import Entry
from floor.ledger import (
    checks,
    folds,
    goods_issues,
    holds,
    inbox,
    invoices,
    payments,
    receivables,
    review,
    sales_orders,
)
from floor.refusal import Refusal
from floor.routes import routes
from floor.storage.database import open_engine
from floor.storage.record import Tx
from floor.storage.writer import Writer
from tests.databases import Postgres
from tests.floor.ledger.desk import FINANCE, REVIEWER, SALES, Desk, office

pytestmark = pytest.mark.postgres
FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload([__name__])
Act = Callable[[Tx, Any], Any]


def approve(tx: Tx, order: int) -> Any:
    tx.person = REVIEWER
    return review.approve(tx, order)


def invoice(tx: Tx, order: int) -> Any:
    tx.person = FINANCE
    return invoices.post(tx, order=order)


def allocate(tx: Tx, amount: int) -> Any:
    tx.person = FINANCE
    return payments.allocate(tx, 1, 1, amount)


def bring(tx: Tx, batch: list[tuple[str, Entry]]) -> Any:
    return inbox.post(tx, batch)


def _child(url: str, act: Act, work: list[Any], barrier: Any, answers: Any) -> None:
    """One process: its own engine and writer; it starts when all are ready and answers a code an act."""
    engine = open_engine(url)
    house = replay.house(routes, folds.FOLDS, folds.MASTERS)
    writer = Writer(engine, house, lambda: datetime.now(UTC), lambda: str(uuid4())).start()
    barrier.wait()
    for what in work:
        try:
            writer.do(lambda tx, what=what: act(tx, what))  # type: ignore[misc]
            answers.put("ok")
        except Refusal as refusal:
            answers.put(refusal.code)
    writer.stop()
    engine.dispose()


def race(url: str, act: Act, work: list[list[Any]]) -> Counter[str]:
    """Run each list of `work` in a process of its own, all at once; how often each answer came."""
    barrier, answers = FORK.Barrier(len(work)), FORK.Queue()
    processes = [FORK.Process(target=_child, args=(url, act, mine, barrier, answers)) for mine in work]
    for process in processes:
        process.start()
    found = Counter(answers.get(timeout=60) for mine in work for _ in mine)
    for process in processes:
        process.join(30)
        assert process.exitcode == 0
    return found


@pytest.fixture
def racing(postgres: Postgres) -> Any:
    url = postgres.create(f"t_{uuid4().hex[:12]}", "template_floor")
    engine = open_engine(url)
    desk = office(engine)
    yield desk, url
    desk.check()
    desk.world.close()
    engine.dispose()


def submitted(desk: Desk, *lines: tuple[int, int]) -> int:
    order = desk.enter(*lines)
    desk.do(review.submit, order, by=SALES)
    return order


def test_the_last_unit_is_held_once(racing: tuple[Desk, str]) -> None:
    desk, url = racing
    desk.post(desk.receive(1, 1))
    orders = [submitted(desk, (1, 1)) for _ in range(4)]
    assert race(url, approve, [[order] for order in orders]) == {"ok": 4}
    assert sorted(desk.line(order).held for order in orders) == [0, 0, 0, 1]
    assert [(row.on_hand, row.held) for row in desk.rows(holds.SUPPLY)] == [(1, 1)]


def test_five_hundred_units_are_never_oversold(racing: tuple[Desk, str]) -> None:
    desk, url = racing
    desk.post(desk.receive(1, 500))
    orders = [submitted(desk, (1, 20), (1, 5)) for _ in range(24)]
    assert race(url, approve, [orders[n::4] for n in range(4)]) == {"ok": 24}
    assert sum(row.held for row in desk.rows(sales_orders.LINE)) == 500
    assert [row.wanted for row in desk.rows(holds.REPLENISHMENT)] == [100]


def test_the_same_order_is_approved_and_invoiced_once(racing: tuple[Desk, str]) -> None:
    desk, url = racing
    desk.post(desk.receive(1, 6))
    order = submitted(desk, (1, 6))
    assert race(url, approve, [[order]] * 4) == {"ok": 1, "order_state": 3}
    desk.post(desk.shipped(desk.note(order)))
    assert race(url, invoice, [[order, order]] * 4) == {"ok": 1, "nothing_to_invoice": 7}
    assert [row.number for row in desk.rows(receivables.INVOICE)] == [1]
    assert desk.line(order).invoiced == 6


def test_numbers_stay_gapless_where_many_post(racing: tuple[Desk, str]) -> None:
    desk, url = racing
    desk.post(desk.receive(1, 40))
    orders = [desk.approved((1, n % 3 + 1)) for n in range(12)]
    desk.post(*(desk.shipped(desk.note(order)) for order in orders))
    again = [orders[n::3] + orders[(n + 1) % 3 :: 3] for n in range(3)]
    assert race(url, invoice, again) == {"ok": 12, "nothing_to_invoice": 12}
    assert [row.number for row in desk.rows(receivables.INVOICE)] == list(range(1, 13))


def test_one_payment_is_spent_once(racing: tuple[Desk, str]) -> None:
    desk, url = racing
    desk.post(desk.receive(1, 9))
    order = desk.approved((1, 9))
    desk.post(desk.shipped(desk.note(order)))
    desk.do(invoices.post, order=order, by=FINANCE)
    desk.do(payments.take, 1, "CNY", 5000, by=FINANCE)
    assert race(url, allocate, [[3000]] * 4) == {"ok": 1, "over_allocated": 3}
    assert [(row.amount_minor, row.allocated_minor) for row in desk.rows(payments.PAYMENT)] == [(5000, 3000)]
    assert desk.read(receivables.must, 1)[1].open_minor == 6000


def test_the_same_shipment_brought_by_many_counts_once(racing: tuple[Desk, str]) -> None:
    desk, url = racing
    desk.post(desk.receive(1, 9))
    order = desk.approved((1, 4))
    batch = [desk.entry(desk.accepted(desk.note(order))), desk.entry(desk.shipped(desk.note(order)))]
    assert race(url, bring, [[batch, batch]] * 4) == {"ok": 8}
    assert [(row.on_hand, row.held) for row in desk.rows(holds.SUPPLY)] == [(5, 0)]
    assert len(desk.rows(goods_issues.ISSUE)) == 1
    assert desk.read(checks.every_unit_is_billed_once) == []
