"""Orders from draft to approval: what is filled in, what is refused, who may decide, what is held."""

from datetime import date, timedelta

import pytest

from floor import policy
from floor.facts.delivery import Released
from floor.facts.order import ActRefused
from floor.ledger import customers, ending, holds, orders, pricing, refusals, review, sales_orders
from floor.ledger.customers import CustomerForm
from floor.ledger.orders import LineForm, OrderForm
from floor.refusal import Refusal
from floor.storage import journal, particulars
from tests.floor.ledger.desk import FINANCE, MANAGER, REVIEWER, SALES, SALES2, Desk


def form(*lines: LineForm, **more: object) -> OrderForm:
    return OrderForm(customer=1, lines=lines, **more)  # type: ignore[arg-type]


def test_an_order_is_numbered_priced_and_totalled(desk: Desk) -> None:
    order = desk.enter((1, 3), (2, 2))
    row, lines = desk.order(order), desk.read(sales_orders.lines, order)
    assert (order, row.state, row.revision, row.author, row.currency) == (1, "draft", 1, SALES, "CNY")
    assert [(x.price_micro, x.list_micro, x.net_minor) for x in lines] == [
        (10_000_000, 10_000_000, 3000), (20_000_000, 20_000_000, 4000)
    ]  # fmt: skip
    assert row.net_minor == 7000
    assert row.ship_to == desk.rows(customers.CUSTOMER)[0].ship_to > 0
    assert desk.enter((1, 1)) == 2


def test_the_customers_terms_are_taken_over(desk: Desk) -> None:
    terms = CustomerForm(code="C2", name="远大", currency="USD", discount_bp=500, tax_bp=1300)
    id = desk.do(customers.edit, None, terms)
    desk.do(pricing.set_price, 1, "USD", 1_234_567)
    order = desk.do(orders.enter, OrderForm(customer=id, lines=(LineForm(item=1, quantity=100),)), by=SALES)
    row, line = desk.order(order), desk.line(order)
    assert (row.currency, row.tax_bp, row.ship_to, line.discount_bp) == ("USD", 1300, 0, 500)
    assert line.net_minor == 11728  # 1.234567 x 100 x 0.95 = 117.283865


def test_the_price_that_began_latest_counts_while_it_is_valid(desk: Desk) -> None:
    day = date(2026, 11, 24)
    promotion = {"valid_from": day, "valid_to": day + timedelta(days=1)}
    assert desk.do(pricing.set_price, 1, "CNY", 9_000_000, **promotion)
    assert not desk.do(pricing.set_price, 1, "CNY", 9_000_000, **promotion)
    found = [desk.read(pricing.list_price, 1, "CNY", day + timedelta(days=n)) for n in (-1, 0, 1, 2)]
    assert found == [10_000_000, 9_000_000, 9_000_000, 10_000_000]
    assert desk.read(pricing.list_price, 1, "EUR", day) is None


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"item": 99}, "item_unknown"),
        ({"item": 2**70}, "item_unknown"),
        ({"quantity": 0}, "bad_quantity"),
        ({"quantity": -1}, "bad_quantity"),
        ({"quantity": 2**70}, "bad_quantity"),
        ({"quantity": 10**12}, "bad_quantity"),
        ({"price_micro": -1}, "bad_price"),
        ({"price_micro": 2**70}, "bad_price"),
        ({"quantity": 10**9, "price_micro": 10**15}, "bad_amount"),
        ({"discount_bp": 10001}, "bad_discount"),
        ({"remark": "x" * 501}, "text_too_long"),
        ({"price_reason": "a\x00b"}, "bad_text"),
    ],
)
def test_nonsense_on_a_line_is_refused(desk: Desk, line: dict[str, object], code: str) -> None:
    typed = LineForm(**{"item": 1, "quantity": 1} | line)  # type: ignore[arg-type]
    assert desk.code(orders.enter, form(typed), by=SALES) == code
    assert desk.rows(sales_orders.ORDER) == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"customer": 9}, "customer_unknown"),
        ({"customer": 2**70}, "customer_unknown"),
        ({"currency": "XXX"}, "unknown_currency"),
        ({"carrier": "XX"}, "carrier_unknown"),
        ({"carrier": "sf"}, "carrier_unknown"),
        ({"carrier": "a\0b"}, "bad_text"),
        ({"freight_minor": -1}, "bad_amount"),
        ({"ship_to": 999}, "address_unknown"),
        ({"reference": "r" * 81}, "text_too_long"),
    ],
)
def test_nonsense_in_the_head_is_refused(desk: Desk, said: dict[str, object], code: str) -> None:
    assert desk.code(orders.enter, OrderForm(**{"customer": 1} | said), by=SALES) == code  # type: ignore[arg-type]


def test_hostile_text_is_kept_as_it_is(desk: Desk) -> None:
    order = desk.enter((1, 1), remark="'; DROP TABLE sales_order; --", reference="^XA{{7*7}}")
    assert (desk.order(order).remark, desk.order(order).reference) == ("'; DROP TABLE sales_order; --", "^XA{{7*7}}")


def test_a_draft_changes_under_the_revision_that_was_seen(desk: Desk) -> None:
    order = desk.enter((1, 3))
    assert desk.do(orders.change, order, form(LineForm(item=2, quantity=1)), 1, by=SALES2) == 2
    assert desk.code(orders.change, order, form(LineForm(item=3, quantity=1)), 1, by=SALES) == "order_changed"
    assert (desk.line(order).item, desk.order(order).changed_by, desk.order(order).author) == (2, SALES2, SALES)
    desk.do(review.submit, order, by=SALES)
    assert desk.code(orders.change, order, form(), 2, by=SALES) == "order_state"


def test_an_incomplete_order_stays_a_draft_and_says_what_it_lacks(desk: Desk) -> None:
    desk.world.item(4)
    nowhere = desk.do(customers.edit, None, CustomerForm(code="C2", name="无址"))
    order = desk.do(orders.enter, OrderForm(customer=nowhere, lines=(LineForm(item=4, quantity=1),)), by=SALES)
    with pytest.raises(Refusal) as refused:
        desk.do(review.submit, order, by=SALES)
    assert refused.value.fields["problems"] == ["no_address", "unpriced:1"]
    empty = desk.enter()
    assert desk.code(review.submit, empty, by=SALES) == "order_incomplete"
    desk.do(customers.edit, nowhere, CustomerForm(code="C2", name="无址", retired=True))
    assert desk.code(orders.enter, OrderForm(customer=nowhere), by=SALES) == "customer_retired"


def test_nobody_approves_what_he_wrote_or_last_changed(desk: Desk) -> None:
    order = desk.enter((1, 1), by=MANAGER)
    desk.do(orders.change, order, form(LineForm(item=1, quantity=2)), 1, by=SALES)
    desk.do(review.submit, order, by=SALES)
    assert desk.code(review.approve, order, by=MANAGER) == "own_order"
    assert desk.code(review.approve, order, by=SALES) == "not_allowed"
    assert desk.code(review.approve, order, by=FINANCE) == "not_allowed"
    assert desk.code(review.approve, order, 1, by=REVIEWER) == "order_changed"
    desk.do(review.approve, order, 2, by=REVIEWER)
    assert (desk.order(order).state, desk.order(order).approved_by) == ("approved", REVIEWER)
    assert desk.code(review.approve, order, by=REVIEWER) == "order_state"


def test_a_rejected_order_goes_back_with_the_reason(desk: Desk) -> None:
    order = desk.enter((1, 1))
    desk.do(review.submit, order, by=SALES)
    assert desk.code(review.reject, order, "  ", by=REVIEWER) == "reason_missing"
    desk.do(review.reject, order, "价格太低", by=REVIEWER)
    assert (desk.order(order).state, desk.order(order).reason) == ("draft", "价格太低")
    desk.do(review.submit, order, by=SALES)
    assert desk.order(order).reason == ""


def verdicts(desk: Desk, order: int) -> dict[str, str]:
    return {row.rule: row.verdict for row in desk.read(review.results, order)}


def test_each_rule_speaks_and_can_be_repeated_on_its_inputs(desk: Desk) -> None:
    import json

    desk.post(desk.receive(1, 5))
    cheap = LineForm(item=1, quantity=6, price_micro=9_000_000)
    order = desk.do(orders.enter, form(cheap, reference="PO-7"), by=SALES)
    desk.do(review.submit, order, by=SALES)
    assert verdicts(desk, order) == {"complete": "pass", "duplicate": "pass", "price": "person", "stock": "flag"}
    assert desk.order(order).needs_person
    again = desk.do(orders.enter, form(LineForm(item=1, quantity=1), reference="PO-7"), by=SALES)
    desk.do(review.submit, again, by=SALES)
    assert verdicts(desk, again)["duplicate"] == "person"
    for row in desk.rows(sales_orders.CHECK):
        assert review.judge(row.rule, row.version, json.loads(row.inputs)) == row.verdict


def test_a_price_off_the_list_passes_with_a_reason_or_within_the_tolerance(desk: Desk) -> None:
    told = LineForm(item=1, quantity=1, price_micro=9_000_000, price_reason="老客户")
    order = desk.do(orders.enter, form(told), by=SALES)
    desk.do(review.submit, order, by=SALES)
    assert verdicts(desk, order)["price"] == "pass"
    desk.world.do(lambda tx: policy.change(tx, "price_tolerance_percent", "10"))
    near = desk.do(orders.enter, form(LineForm(item=1, quantity=2, price_micro=9_000_000)), by=SALES)
    desk.do(review.submit, near, by=SALES)
    assert verdicts(desk, near)["price"] == "pass"


def test_equal_lines_within_the_window_are_flagged(desk: Desk) -> None:
    desk.enter((1, 2), (2, 1))
    near = desk.enter((2, 1), (1, 2), order_date=date(2026, 11, 30))
    far = desk.enter((2, 1), (1, 2), order_date=date(2026, 12, 31))
    for order in (near, far):
        desk.do(review.submit, order, by=SALES)
    assert [verdicts(desk, order)["duplicate"] for order in (near, far)] == ["person", "pass"]


def test_where_policy_says_so_an_order_that_passes_needs_no_person(desk: Desk) -> None:
    desk.world.do(lambda tx: policy.change(tx, "auto_pass", "yes"))
    desk.post(desk.receive(1, 5))
    good, short = desk.enter((1, 2)), desk.enter((1, 9))
    for order in (good, short):
        desk.do(review.submit, order, by=SALES)
    assert [desk.order(order).state for order in (good, short)] == ["approved", "in_review"]


def test_approval_holds_what_is_there_over_the_whole_document(desk: Desk) -> None:
    desk.post(desk.receive(1, 5))
    order = desk.approved((1, 3), (1, 4), (2, 1))
    assert [(x.held, sales_orders.backorder(x)) for x in desk.read(sales_orders.lines, order)] == [
        (3, 0), (2, 2), (0, 1)
    ]  # fmt: skip
    assert [(x.on_hand, x.held) for x in desk.rows(holds.SUPPLY)] == [(5, 5)]
    assert {(x.item, x.wanted) for x in desk.rows(holds.REPLENISHMENT)} == {(1, 2), (2, 1)}
    (note,) = desk.facts(Released)
    assert [(x.order_line, x.quantity) for x in note.lines] == [(1, 3), (2, 2)]
    assert (note.order, note.customer, note.ship_to) == (order, 1, desk.order(order).ship_to)


def test_one_request_an_item_grows_and_shrinks(desk: Desk) -> None:
    first = desk.approved((1, 3))
    second = desk.approved((1, 4))
    assert [x.wanted for x in desk.rows(holds.REPLENISHMENT)] == [7]
    desk.do(ending.cancel, first, "改主意", by=SALES)
    assert [x.wanted for x in desk.rows(holds.REPLENISHMENT)] == [4]
    assert desk.order(second).state == "approved"


def test_an_edited_customer_keeps_its_particulars_where_they_are_the_same(desk: Desk) -> None:
    before = desk.rows(customers.CUSTOMER)[0]
    same = CustomerForm(code="C1", name="晨光商贸", address={"address": "张江路 88 号", "city": "上海"})
    desk.do(customers.edit, 1, same)
    assert desk.rows(customers.CUSTOMER)[0] == before
    desk.do(customers.edit, 1, CustomerForm(code="C1", name="晨光集团", level="A"))
    after = desk.rows(customers.CUSTOMER)[0]
    assert (after.ship_to, after.level, after.particulars != before.particulars) == (0, "A", True)
    assert desk.read(particulars.read, after.particulars)["name"] == "晨光集团"
    assert desk.code(customers.edit, None, CustomerForm(code="C1", name="b")) == "code_taken"
    assert desk.code(customers.edit, 7, CustomerForm(code="C7", name="b")) == "customer_unknown"
    assert desk.code(customers.edit, None, CustomerForm(code=" ", name="b")) == "code_missing"
    assert desk.code(customers.edit, None, CustomerForm(code="x", name=" ")) == "name_missing"
    assert desk.code(customers.edit, None, CustomerForm(code="x", name="b"), by=FINANCE) == "not_allowed"


def test_customers_are_found_by_every_word(desk: Desk) -> None:
    desk.do(customers.edit, None, CustomerForm(code="N100%", name="Northwind", address={"city": "London"}))
    found = [
        [row.code for row in desk.read(customers.search, words)]
        for words in ("", "晨光 上海", "lond north", "00%", "_")
    ]
    assert found == [["C1", "N100%"], ["C1"], ["N100%"], ["N100%"], []]


def test_a_refused_act_leaves_one_line_and_nothing_else(desk: Desk) -> None:
    order = desk.enter((1, 1))
    before = desk.rows(sales_orders.ORDER)

    def approve(tx: object) -> int:
        tx.person = REVIEWER  # type: ignore[attr-defined]
        return review.approve(tx, order) or 0  # type: ignore[arg-type]

    answer = desk.world.writer.do(approve, refused=refusals.remember(f"order:{order}", "approve", REVIEWER))
    assert isinstance(answer, Refusal) and answer.code == "order_state"
    newest = desk.read(journal.history, f"order:{order}")[0]
    assert isinstance(newest.fact, ActRefused) and (newest.fact.code, newest.person) == ("order_state", REVIEWER)
    assert desk.rows(sales_orders.ORDER) == before
