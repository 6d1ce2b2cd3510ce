"""Eight people at once, each a process of its own with its own connection: nothing lost, nothing doubled, no server error."""

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from floor import deliveries, parcels, stock
from floor.ledger import customers, invoices, orders, payments, pricing, review, sales_orders
from floor.ledger.receivables import of_order
from floor.storage.record import Tx
from tests.floor.world import GTIN
from tests.web.serving import Serving, serving
from web.commands.verify import verify
from web.compose import new_uid

PEOPLE = 8
pytestmark = pytest.mark.timeout(600)  # eight interpreters start for each crowd, on two cores


@pytest.fixture
def hall(tmp_path: Path, database_url: str) -> Iterator[Serving]:
    with serving(tmp_path / "site", database_url) as running:
        for n in range(10, 10 + PEOPLE):
            running.world.person(n, f"拣货员{n}", "picker packer shipper")
            for kind, place in ((100, "pick"), (200, "pack"), (300, "dock")):
                more = {"printer": "none"} if place == "pack" else {"door": "D1"} if place == "dock" else {}
                running.world.station(kind + n, place, **more)
                running.world.sign_in(n, kind + n)
        running.site.writer.do(_prices)
        running.site.courier.settle()
        yield running


def _prices(tx: Tx) -> None:
    form = customers.CustomerForm(code="C1", name="客户", contact="", phone="", address={"address": "上海"})
    customers.edit(tx, None, form)
    for item in (1, 2, 3):
        pricing.set_price(tx, item, "CNY", 1_000_000)


def scans(url: str, station: int, codes: list[tuple[str, dict[str, Any]]]) -> list[tuple[int, str]]:
    """Send codes one after another as the station's device; status and verdict of each."""
    at, told = datetime.now(UTC), []
    with httpx.Client(base_url=url, headers={"authorization": f"Bearer token{station}"}, timeout=30) as client:
        for n, (code, more) in enumerate(codes):
            moment = (at + timedelta(seconds=n)).isoformat()
            body = {"id": new_uid(), "seq": n, "codes": [code], "at": moment, **more}
            answer = client.post("/scan", json=body)
            told.append((answer.status_code, answer.json().get("code", "")))
    return told


def at_once(hall: Serving, works: list[tuple[int, list[tuple[str, dict[str, Any]]]]]) -> list[tuple[int, str]]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(works), mp_context=context) as pool:
        futures = [pool.submit(scans, hall.url, station, codes) for station, codes in works]
        told = [answer for future in futures for answer in future.result()]
    assert {status for status, _ in told} == {200}
    return told


def join(hall: Serving, note: int) -> None:
    for n in range(10, 10 + PEOPLE):
        hall.world.scan(100 + n, f"NOTE:{note}:JOIN")


def test_eight_people_add_one_to_the_same_line(hall: Serving) -> None:
    hall.world.release(17, (1, 80))
    join(hall, 17)
    told = at_once(hall, [(100 + n, [(GTIN[1], {})] * 12) for n in range(10, 10 + PEOPLE)])
    codes = Counter(code for _, code in told)
    assert codes["picked"] + codes["note_picked"] == 80
    assert codes["line_taken"] + codes["over_pick"] == 16
    assert [row.picked for row in hall.world.rows(deliveries.LINE)] == [80]


def test_one_typed_quantity_wins_and_nobody_takes_999_of_2(hall: Serving) -> None:
    hall.world.release(17, (1, 2))
    hall.world.release(18, (2, 2))
    join(hall, 17)
    told = at_once(hall, [(100 + n, [(GTIN[1], {"quantity": 2})]) for n in range(10, 10 + PEOPLE)])
    assert Counter(code for _, code in told)["note_picked"] == 1
    join(hall, 18)
    told = at_once(hall, [(100 + n, [(GTIN[2], {"quantity": 999})]) for n in range(10, 10 + PEOPLE)])
    assert Counter(code for _, code in told) == {"over_pick": PEOPLE}
    assert sum(row.picked for row in hall.world.rows(deliveries.LINE)) == 2


def test_eight_notes_of_the_same_goods_empty_the_bin_to_the_piece(hall: Serving) -> None:
    works = []
    for n in range(10, 10 + PEOPLE):
        hall.world.release(n, (1, 12))
        works.append((100 + n, [(f"NOTE:{n}", {}), *[(GTIN[1], {})] * 12]))
    told = at_once(hall, works)
    assert Counter(code for _, code in told) == {"opened": 8, "picked": 8 * 11, "note_picked": 8}
    left = {row.place: row.on_hand for row in hall.world.rows(stock.STOCK) if row.item == 1}
    assert left["A-01"] == 100 - 96 and all(left[f"note:{n}"] == 12 for n in range(10, 18))


def test_eight_people_work_whole_orders_to_posted_invoices(hall: Serving) -> None:
    notes = [hall.site.writer.do(_order) for _ in range(PEOPLE)]
    hall.site.courier.settle()
    with hall.site.engine.connect() as db:
        of = [sales_orders.notes(db, order)[0].id for order in notes]
    at_once(hall, [(100 + n, [(f"NOTE:{note}", {}), *_picks()]) for n, note in enumerate(of, 10)])
    at_once(
        hall,
        [(200 + n, [(f"NOTE:{note}", {}), ("CMD:PACKALL", {}), ("CMD:CLOSE", {})]) for n, note in enumerate(of, 10)],
    )
    sscc = {row.note: row.sscc for row in hall.world.rows(parcels.PARCEL)}
    works = []
    for n, note in enumerate(of, 10):
        codes = (f"NOTE:{note}", f"]C100{sscc[note]}", f"SF{note:013d}", "CMD:SHIP")
        works.append((300 + n, [(code, {}) for code in codes]))
    told = at_once(hall, works)
    assert Counter(code for _, code in told)["shipped"] == PEOPLE
    hall.site.courier.settle()
    numbers = [hall.site.writer.do(lambda tx, order=order: invoices.post(tx, order=order)) for order in notes]  # type: ignore[misc]
    assert numbers == list(range(1, PEOPLE + 1))
    for number in numbers:
        hall.site.writer.do(lambda tx, number=number: _pay(tx, number))  # type: ignore[misc]
    with hall.site.engine.connect() as db:
        assert [of_order(db, order)[0].open_minor for order in notes] == [0] * PEOPLE
    assert verify(hall.site.settings, hall.site.engine) == []


def _order(tx: Tx) -> int:
    lines = tuple(orders.LineForm(item=item, quantity=quantity) for item, quantity in ((1, 3), (2, 2), (3, 1)))
    number = orders.enter(tx, orders.OrderForm(customer=1, lines=lines, carrier="SF", reference=new_uid()))
    review.submit(tx, number)
    if sales_orders.must(tx.db, number).state == "in_review":
        review.approve(tx, number)
    return number


def _picks() -> list[tuple[str, dict[str, Any]]]:
    return [(GTIN[1], {"quantity": 3}), (GTIN[2], {"quantity": 2}), (GTIN[3], {})]


def _pay(tx: Tx, number: int) -> None:
    payment = payments.take(tx, 1, "CNY", 600)
    assert payments.allocate(tx, payment, number) == 600
