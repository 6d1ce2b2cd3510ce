"""The count list: a short pick puts a bin onto it, a blind count takes it off, and what waited for the goods is served."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from floor.ledger import sales_orders
from floor.ledger.sales_orders import backorder
from floor.stock import COUNT_TASK, STOCK
from tests.floor.world import GTIN
from tests.web.office import Browser, opened_office, words
from tests.web.serving import Serving
from web.commands.verify import verify
from web.compose import new_uid


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Serving]:
    with opened_office(tmp_path / "site", database_url) as running:
        yield running
        running.site.courier.settle()
        assert verify(running.site.settings, running.site.engine) == []


def ordered(office: Serving, quantity: int) -> tuple[int, int]:
    """An order of item 1, approved and on the floor; with its note."""
    sales, review = Browser(office, "sales"), Browser(office, "review")
    lines = [{"item": "I1", "quantity": quantity}]
    told = sales.client.post("/api/orders", json={"id": new_uid(), "customer": "C1", "carrier": "SF", "lines": lines})
    order = int(told.json()["order"])
    assert sales.client.post(f"/api/orders/{order}/submit", json={"id": new_uid()}).status_code == 200
    assert review.client.post(f"/api/orders/{order}/approve", json={"id": new_uid()}).status_code == 200
    office.site.courier.settle()
    return order, notes(office, order)[-1]


def notes(office: Serving, order: int) -> list[int]:
    with office.site.engine.connect() as db:
        return [int(row.id) for row in sales_orders.notes(db, order)]


def ship_short(office: Serving, note: int, picked: int) -> None:
    world = office.world
    assert world.scan(1, f"NOTE:{note}").accepted
    assert world.scan(1, GTIN[1], quantity=picked).accepted
    assert world.scan(1, "CMD:SHORT:missing").accepted
    for code in (f"NOTE:{note}", "CMD:PACKALL"):
        assert world.scan(3, code).accepted
    sscc = world.scan(3, "CMD:CLOSE").fields["sscc"]
    for code in (f"NOTE:{note}", f"]C100{sscc}", "SF1234567890123", "CMD:SHIP"):
        assert world.scan(4, code).accepted
    office.site.courier.settle()


def in_bin(office: Serving) -> int:
    with office.site.engine.connect() as db:
        return int(db.scalar(select(STOCK.c.on_hand).where(STOCK.c.item == 1, STOCK.c.place == "A-01")) or 0)


def test_a_short_pick_is_counted_and_the_back_order_served(office: Serving) -> None:
    order, note = ordered(office, 100)
    ship_short(office, note, 60)
    picker = Browser(office, "picker")
    assert "待盘点：1" in words(picker.get("/today"))
    page = picker.get("/counts")
    assert "A-01" in page and f"发货单 {note} 缺 40：" in words(page)
    told = words(picker.press("/counts", "/counts/1", counted="38").text)
    assert "比账面少 2" in told and "没有待盘点的库位" in told
    assert in_bin(office) == 38
    office.site.courier.settle()
    with office.site.engine.connect() as db:
        line = sales_orders.lines(db, order)[0]
    assert (line.held, backorder(line)) == (38, 2)
    assert len(notes(office, order)) == 2
    assert "38" in words(picker.get("/history/place:A-01")) and "38" in words(picker.get("/items/1"))


def test_the_count_is_blind_and_the_same_form_counts_once(office: Serving) -> None:
    _, note = ordered(office, 77)
    ship_short(office, note, 3)
    picker = Browser(office, "picker")
    page = picker.get("/counts")
    assert "97" not in words(page) and 'value="97"' not in page
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    for _ in range(2):
        assert "与账面一致" in picker.post("/counts/1", **form, counted="97").text
    assert picker.post("/counts/1", 409, **form, counted="96").status_code == 409
    assert in_bin(office) == 97


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "many", "1" * 25, "٣"])
def test_what_is_no_number_is_asked_again_with_what_was_typed(office: Serving, typed: str) -> None:
    _, note = ordered(office, 5)
    ship_short(office, note, 3)
    picker = Browser(office, "picker")
    told = picker.press("/counts", "/counts/1", 409, counted=typed)
    assert f'value="{typed}" aria-invalid="true"' in told.text
    assert in_bin(office) == 97


def test_who_may_not_count_sees_the_list_alone(office: Serving) -> None:
    _, note = ordered(office, 5)
    ship_short(office, note, 3)
    boss = Browser(office, "boss")
    assert "A-01" in boss.get("/counts") and "/counts/1" not in boss.get("/counts")
    boss.post("/counts/1", 403, form=new_uid(), counted="97")
    with office.site.engine.connect() as db:
        assert not db.scalar(select(COUNT_TASK.c.settled))


def test_many_bins_are_listed_by_pages(office: Serving) -> None:
    world = office.world
    for number in range(31):
        world.place(f"B-{number:02}")
        world.stock(f"B-{number:02}", 2, 1, lot=f"L{number:02}")
    world.release(900, (2, 131))
    assert world.scan(1, "NOTE:900").accepted
    assert world.scan(1, GTIN[2], quantity=100).accepted
    for _ in range(31):
        world.scan(1, "CMD:SHORT:damaged")
    picker = Browser(office, "picker")
    page = words(picker.get("/counts"))
    assert "1 / 2" in page and "B-29" in page and "B-30" not in page
    assert "B-30" in words(picker.get("/counts?page=2")) and "B-30" in words(picker.get("/counts?page=99"))
