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
from sqlalchemy import select

from floor import deliveries, stock
from floor.ledger import pricing, sales_orders
from floor.ledger.order_status import status_of
from floor.storage.record import Tx
from tests.floor.world import GTIN
from tests.web.office import staff
from tests.web.serving import Serving, serving
from tests.web.whole_orders import Work, work
from web.commands.verify import verify
from web.compose import new_uid

PEOPLE, LINES, ORDERS = 8, 10, 2
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
        yield running


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
    works: list[tuple[int, list[tuple[str, dict[str, Any]]]]] = []
    for n in range(10, 10 + PEOPLE):
        hall.world.release(n, (1, 12))
        works.append((100 + n, [(f"NOTE:{n}", {}), *[(GTIN[1], {})] * 12]))
    told = at_once(hall, works)
    assert Counter(code for _, code in told) == {"opened": 8, "picked": 8 * 11, "note_picked": 8}
    left = {row.place: row.on_hand for row in hall.world.rows(stock.STOCK) if row.item == 1}
    assert left["A-01"] == 100 - 96 and all(left[f"note:{n}"] == 12 for n in range(10, 18))


def test_eight_people_work_whole_orders_of_the_same_goods_to_posted_invoices(hall: Serving) -> None:
    """Of most goods there is just what all of them together need."""
    for item in range(1, LINES + 1):
        if item > 3:
            hall.world.item(item)
            hall.world.stock(f"A-0{1 + item % 3}", item, PEOPLE * ORDERS)
    hall.site.writer.do(_office)
    hall.site.courier.settle()
    shares = [
        Work(hall.url, n, ORDERS, {item: GTIN[item] for item in range(1, LINES + 1)}) for n in range(10, 10 + PEOPLE)
    ]
    with ProcessPoolExecutor(PEOPLE, mp_context=multiprocessing.get_context("spawn")) as pool:
        told = list(pool.map(work, shares))
    hall.site.courier.settle()
    assert [wrong for one in told for wrong in one.wrong] == []
    assert sorted(number for one in told for number in one.invoices) == list(range(1, PEOPLE * ORDERS + 1))
    assert sum(one.approved for one in told) >= PEOPLE * ORDERS - 1, "the first has no equal that a person must look at"
    with hall.site.engine.connect() as db:
        found = [status_of(db, number) for number in db.scalars(select(sales_orders.ORDER.c.id))]
    assert [(one.shipping, one.billing) for one in found] == [("full", "full")] * (PEOPLE * ORDERS)
    left = Counter(dict.fromkeys(range(1, LINES + 1), 0))
    for row in hall.world.rows(stock.STOCK):
        left[row.item] += row.on_hand if not row.place.startswith("@") else 0
    assert left == {item: 100 - PEOPLE * ORDERS if item <= 3 else 0 for item in left}
    assert verify(hall.site.settings, hall.site.engine) == []


def _office(tx: Tx) -> None:
    staff(tx)
    for item in range(4, LINES + 1):
        pricing.set_price(tx, item, "CNY", item * 1_000_000)
