"""One order through both halves of the house: entered, picked and shipped by scans, posted, invoiced, paid, closed."""

from typing import Any

import pytest
from sqlalchemy import Engine

from floor import accepting, cases, counting, deliveries, stock
from floor.courier import Courier
from floor.facts.parcel import PrintAsked
from floor.ledger import checks, ending, holds, invoices, order_status, payments, releasing, sales_orders
from floor.refusal import Refusal
from tests.floor import world as floor_world
from tests.floor.ledger.desk import FINANCE, SALES, Desk, courier, office
from tests.floor.world import GTIN


class Company:
    """Office and floor on one database, with a courier between them that carries when told."""

    def __init__(self, engine: Engine) -> None:
        self.desk: Desk = office(engine)
        self.world = self.desk.world
        furnish(self.world)
        self.courier: Courier = courier(self.desk, accepting.take)

    def settle(self) -> None:
        self.courier.settle()

    def agree(self) -> None:
        """Places and ledger say the same, now and whatever is under way."""
        assert self.desk.read(lambda db: checks.places_against_ledger(db, stock.sums(db))) == []

    def ship(self, note: int, *quantities: int, tracking: str) -> None:
        """Pick (short with a reason where fewer are given), pack all, load by scan, ship."""
        world = self.world
        world.scan(1, f"NOTE:{note}")
        for line in deliveries_of(self, note):
            quantity = quantities[line.line - 1] if quantities else line.ordered
            if quantity:
                assert world.scan(1, GTIN[line.item], quantity=quantity).accepted
            if quantity < line.ordered:
                assert world.scan(1, "CMD:SHORT:missing").accepted
        for code in (f"NOTE:{note}", "CMD:PACKALL"):
            assert world.scan(3, code).accepted
        sscc = world.scan(3, "CMD:CLOSE").fields["sscc"]
        for code in (f"NOTE:{note}", f"00{sscc}", tracking, "CMD:SHIP"):
            reply = world.scan(4, code if not code.startswith("00") else f"]C1{code}")
            assert reply.accepted, reply


def deliveries_of(company: Company, note: int) -> list[Any]:
    return list(company.desk.read(deliveries.lines, note))


def furnish(world: floor_world.World) -> None:
    """Stations and people of the floor, and a hundred of each item in its bin."""
    for code in ("A-02", "A-03"):
        world.place(code)
    world.place("D1", kind="dock")
    for id, name, roles in ((1, "李雷", "picker"), (3, "王强", "packer"), (4, "赵敏", "shipper supervisor")):
        world.person(id, name, roles)
    world.station(1, "pick")
    world.station(3, "pack", printer="bench1")
    world.station(4, "dock", door="D1")
    for person in (1, 3, 4):
        world.sign_in(person, person)
    for item in (1, 2, 3):
        world.stock(f"A-0{item}", item, 100)


@pytest.fixture
def company(engine: Engine) -> Any:
    company = Company(engine)
    company.settle()
    yield company
    company.settle()
    company.agree()
    company.desk.check()
    company.world.close()


def test_an_order_goes_from_entry_to_money(company: Company) -> None:
    desk = company.desk
    order = desk.approved((1, 3), (2, 2), carrier="SF", freight_minor=1500)
    company.settle()
    note = desk.note(order)
    assert desk.read(order_status.status_of, order).floor == "accepted"
    company.ship(note, tracking="SF1234567890123")
    company.agree()  # though the ledger has not heard of it yet
    company.settle()
    assert [(row.on_hand, row.held) for row in desk.rows(holds.SUPPLY)][:2] == [(97, 0), (98, 0)]
    line = desk.rows(sales_orders.NOTE_LINE)[0]
    assert (line.picked, line.packed, line.shipped) == (3, 3, 3)
    number = desk.do(invoices.post, order=order, by=FINANCE)
    payment = desk.do(payments.take, 1, "CNY", 8500, by=FINANCE)
    assert desk.do(payments.allocate, payment, number, by=FINANCE) == 8500
    assert desk.order(order).state == "closed"
    assert len(desk.facts(PrintAsked)) == 1
    assert desk.rows(cases.CASE) == []


def test_a_short_pick_becomes_a_back_order_until_the_count(company: Company) -> None:
    desk = company.desk
    order = desk.approved((1, 100), carrier="SF")
    company.settle()
    company.ship(desk.note(order), 98, tracking="SF1234567890123")
    company.settle()
    assert sales_orders.backorder(desk.line(order)) == 2
    assert len(desk.read(sales_orders.notes, order)) == 1
    company.world.stock("A-01", 1, 5)
    company.settle()
    assert desk.line(order).held == 2
    assert len(desk.read(sales_orders.notes, order)) == 2


def counted(company: Company, number: int, **more: Any) -> Any:
    """The picker counts the bin of the oldest task that is open."""
    task = min(row.id for row in company.desk.rows(stock.COUNT_TASK) if not row.settled)
    return company.desk.do(counting.count, task, number, by=1, **more)


def supply_of(company: Company, item: int) -> tuple[int, int]:
    return next((row.on_hand, row.held) for row in company.desk.rows(holds.SUPPLY) if row.item == item)


@pytest.mark.parametrize(("number", "served"), [(2, 2), (1, 1), (0, 0), (5, 2)])
def test_a_counted_bin_serves_the_back_order_with_what_is_there(company: Company, number: int, served: int) -> None:
    desk = company.desk
    order = desk.approved((1, 100), carrier="SF")
    company.settle()
    company.ship(desk.note(order), 98, tracking="SF1234567890123")
    company.settle()
    assert desk.line(order).held == 0
    fact = counted(company, number)
    assert (fact.expected, fact.counted) == (2, number)
    company.agree()
    company.settle()
    assert (desk.line(order).held, sales_orders.backorder(desk.line(order))) == (served, 2 - served)
    assert supply_of(company, 1) == (number, served)
    assert len(desk.read(sales_orders.notes, order)) == (2 if served else 1)
    if served:
        company.ship(desk.note(order), tracking="SF1234567890124")
        company.settle()
        assert supply_of(company, 1) == (number - served, 0)


def test_a_bin_counted_before_the_short_note_leaves_serves_it_when_it_leaves(company: Company) -> None:
    desk = company.desk
    order = desk.approved((1, 100), carrier="SF")
    company.settle()
    company.world.scan(1, f"NOTE:{desk.note(order)}")
    company.world.scan(1, GTIN[1], quantity=98)
    company.world.scan(1, "CMD:SHORT:missing")
    counted(company, 2)
    company.settle()
    assert len(desk.read(sales_orders.notes, order)) == 1
    for code in (f"NOTE:{desk.note(order)}", "CMD:PACKALL"):
        company.world.scan(3, code)
    sscc = company.world.scan(3, "CMD:CLOSE").fields["sscc"]
    for code in (f"NOTE:{desk.note(order)}", f"]C100{sscc}", "SF1234567890123", "CMD:SHIP"):
        assert company.world.scan(4, code).accepted
    company.settle()
    assert desk.line(order).held == 2
    assert len(desk.read(sales_orders.notes, order)) == 2


def test_a_loss_takes_the_hold_of_the_note_that_was_short_not_that_of_a_younger_order(company: Company) -> None:
    desk = company.desk
    older, younger = desk.approved((1, 60), carrier="SF"), desk.approved((1, 40), carrier="SF")
    company.settle()
    company.world.scan(1, f"NOTE:{desk.note(older)}")
    company.world.scan(1, GTIN[1], quantity=50)
    company.world.scan(1, "CMD:SHORT:missing")
    with pytest.raises(Refusal, match="count_promised") as refused:
        counted(company, 39)
    assert refused.value.fields["notes"] == [desk.note(younger)]
    counted(company, 40)
    company.settle()
    assert (desk.line(older).held, desk.line(younger).held) == (50, 40)
    assert [row.code for row in desk.rows(cases.CASE)] == ["held_goods_lost"]


def test_a_cancelled_order_comes_back_from_the_floor(company: Company) -> None:
    desk = company.desk
    order = desk.approved((1, 3))
    company.settle()
    note = desk.note(order)
    company.world.scan(1, f"NOTE:{note}")
    company.world.scan(1, GTIN[1])
    assert desk.do(ending.cancel, order, "客户取消", by=SALES) is False
    company.settle()
    assert desk.order(order).state == "cancelled"
    assert company.world.scan(1, GTIN[1]).code == "note_withdrawn"
    assert desk.rows(holds.SUPPLY)[0].held == 0


def test_a_packed_order_cannot_be_cancelled_any_more(company: Company) -> None:
    desk = company.desk
    order = desk.approved((1, 3))
    company.settle()
    note = desk.note(order)
    company.world.scan(1, f"NOTE:{note}")
    company.world.scan(1, GTIN[1], quantity=3)
    for code in (f"NOTE:{note}", "CMD:PACKALL", "CMD:CLOSE"):
        company.world.scan(3, code)
    desk.do(ending.cancel, order, "客户取消", by=SALES)
    company.settle()
    assert (desk.order(order).state, desk.order(order).asked) == ("approved", "")
    assert [row.code for row in desk.rows(cases.CASE)] == ["end_refused"]


def test_an_order_on_hold_cannot_ship_even_where_the_word_came_before_the_note(company: Company) -> None:
    desk = company.desk
    order = desk.approved((1, 3))
    desk.do(releasing.hold, order, "欠款", by=FINANCE)
    company.settle()
    note = company.desk.rows(deliveries.NOTE)[0]
    assert note.on_hold
    desk.do(releasing.resume, order, by=FINANCE)
    company.settle()
    assert not company.desk.rows(deliveries.NOTE)[0].on_hold
