"""Invoices, credit notes and payments: each unit billed once, each cent booked twice, nothing posted ever changes."""

from datetime import date

import pytest

from floor import policy
from floor.facts.money import InvoicePosted
from floor.ledger import (
    currencies,
    customers,
    ending,
    goods_issues,
    invoices,
    order_status,
    orders,
    payments,
    pricing,
    receivables,
    review,
    rounding,
    sales_orders,
    vouchers,
)
from floor.ledger.customers import CustomerForm
from floor.ledger.orders import LineForm, OrderForm
from tests.floor.ledger.desk import FINANCE, REVIEWER, SALES, Desk


def shipped(desk: Desk, *lines: tuple[int, int], **more: object) -> int:
    for item, quantity in lines:
        desk.post(desk.receive(item, quantity))
    order = desk.approved(*lines, **more)
    desk.post(desk.shipped(desk.note(order)))
    return order


def account(desk: Desk, name: str, currency: str = "CNY") -> int:
    return int(desk.read(vouchers.trial_balance)[currency][name])


def test_an_invoice_books_receivable_against_revenue_freight_and_tax(desk: Desk) -> None:
    desk.world.do(lambda tx: policy.change(tx, "tax_bp", "1300"))
    order = shipped(desk, (1, 3), (2, 1), freight_minor=1234)
    assert desk.code(invoices.post, order=order, by=SALES) == "not_allowed"
    number = desk.do(invoices.post, order=order, by=FINANCE)
    row, owed = desk.read(receivables.must, number)
    assert (row.net_minor, row.freight_minor, row.tax_minor, row.total_minor) == (5000, 1234, 810, 7044)
    assert (row.rounding, row.dated, row.due_date) == (rounding.RULE, date(2026, 11, 24), date(2026, 12, 24))
    assert (owed.open_minor, desk.line(order).invoiced) == (7044, 3)
    names = (vouchers.RECEIVABLE, vouchers.REVENUE, vouchers.FREIGHT, vouchers.TAX)
    assert [account(desk, name) for name in names] == [7044, -5000, -1234, -810]
    assert desk.code(invoices.post, order=order, by=FINANCE) == "nothing_to_invoice"


def test_two_shipments_four_and_six_give_invoices_of_four_and_six(desk: Desk) -> None:
    desk.post(desk.receive(1, 10))
    order = desk.approved((1, 10), freight_minor=500)
    desk.post(desk.shipped(desk.note(order), 4, reason="part"))
    desk.post(desk.shipped(desk.note(order), 6))
    first, second = [x.shipment for x in desk.read(goods_issues.to_invoice)]
    numbers = [desk.do(invoices.post, shipment=shipment, by=FINANCE) for shipment in (first, second)]
    assert numbers == [1, 2]
    posted = desk.facts(InvoicePosted)
    assert [fact.lines[0].quantity for fact in posted] == [4, 6]
    assert [fact.freight_minor for fact in posted] == [500, 0]
    assert desk.code(invoices.post, shipment=first, by=FINANCE) == "already_invoiced"
    assert desk.code(invoices.post, shipment=99, by=FINANCE) == "shipment_unknown"
    assert desk.code(invoices.post, order=99, by=FINANCE) == "order_unknown"
    assert desk.read(goods_issues.to_invoice) == []


def test_parts_of_a_line_add_up_to_the_cent(desk: Desk) -> None:
    desk.post(desk.receive(1, 3))
    odd = LineForm(item=1, quantity=3, price_micro=333_333, price_reason="谈定")  # 0.999999 -> 1.00
    order = desk.do(orders.enter, OrderForm(customer=1, lines=(odd,)), by=SALES)
    desk.do(review.submit, order, by=SALES)
    desk.do(review.approve, order, by=REVIEWER)
    for _ in range(3):
        desk.post(desk.shipped(desk.note(order), 1, reason="part"))
        desk.do(invoices.post, order=order, by=FINANCE)
    assert [fact.net_minor for fact in desk.facts(InvoicePosted)] == [33, 34, 33]
    assert desk.line(order).billed_minor == desk.line(order).net_minor == 100


def test_a_credit_note_takes_all_back_and_the_shipment_waits_again(desk: Desk) -> None:
    order = shipped(desk, (1, 3), freight_minor=700)
    number = desk.do(invoices.post, order=order, by=FINANCE)
    posted = desk.rows(receivables.INVOICE)
    assert desk.do(invoices.credit, number, "价格错误", by=FINANCE) == 1
    assert desk.rows(receivables.INVOICE) == posted
    assert desk.read(receivables.must, number)[1].open_minor == 0
    assert set(desk.read(vouchers.trial_balance)["CNY"].values()) == {0}
    assert desk.code(invoices.credit, number, "x", by=FINANCE) == "already_credited"
    again = desk.do(invoices.post, order=order, by=FINANCE)
    assert (again, desk.read(receivables.must, again)[0].total_minor) == (2, 3700)
    assert desk.code(invoices.credit, 9, "x", by=FINANCE) == "invoice_unknown"


def test_a_payment_is_allocated_within_what_both_have_left(desk: Desk) -> None:
    order = shipped(desk, (1, 3))
    number = desk.do(invoices.post, order=order, by=FINANCE)
    payment = desk.do(payments.take, 1, "CNY", 5000, by=FINANCE, method="bank", reference="B-1")
    assert desk.code(payments.allocate, payment, number, 3001, by=FINANCE) == "over_allocated"
    assert desk.code(payments.allocate, payment, number, 0, by=FINANCE) == "over_allocated"
    assert desk.code(payments.allocate, payment, number, -1, by=FINANCE) == "over_allocated"
    assert desk.do(payments.allocate, payment, number, 1000, by=FINANCE) == 1000
    assert desk.read(order_status.status_of, order).payment == "part"
    assert desk.code(invoices.credit, number, "x", by=FINANCE) == "invoice_paid"
    assert desk.do(payments.allocate, payment, number, by=FINANCE) == 2000
    assert desk.code(payments.allocate, payment, number, by=FINANCE) == "over_allocated"
    assert desk.order(order).state == "closed"
    assert desk.read(payments.balance, 1) == {"CNY": {"receivable": 0, "advance": 2000}}
    assert (account(desk, vouchers.BANK), account(desk, vouchers.ADVANCE)) == (5000, -2000)


def test_a_reversed_payment_undoes_its_allocations_by_counter_entries(desk: Desk) -> None:
    order = shipped(desk, (1, 3))
    number = desk.do(invoices.post, order=order, by=FINANCE)
    payment = desk.do(payments.take, 1, "CNY", 5000, by=FINANCE)
    desk.do(payments.allocate, payment, number, by=FINANCE)
    before = desk.rows(vouchers.VOUCHER_LINE)
    desk.do(payments.reverse, payment, "退票", by=FINANCE)
    assert desk.rows(vouchers.VOUCHER_LINE)[: len(before)] == before
    assert desk.read(receivables.must, number)[1].open_minor == 3000
    assert (account(desk, vouchers.BANK), account(desk, vouchers.RECEIVABLE)) == (0, 3000)
    assert desk.code(payments.reverse, payment, "x", by=FINANCE) == "payment_reversed"
    assert desk.code(payments.allocate, payment, number, by=FINANCE) == "payment_reversed"


def test_money_of_others_and_of_another_kind_settles_nothing(desk: Desk) -> None:
    order = shipped(desk, (1, 3))
    number = desk.do(invoices.post, order=order, by=FINANCE)
    other = desk.do(customers.edit, None, CustomerForm(code="C2", name="b"))
    theirs = desk.do(payments.take, other, "CNY", 100, by=FINANCE)
    dollars = desk.do(payments.take, 1, "USD", 100, by=FINANCE)
    assert desk.code(payments.allocate, theirs, number, by=FINANCE) == "other_customer"
    assert desk.code(payments.allocate, dollars, number, by=FINANCE) == "other_currency"
    assert desk.code(payments.allocate, 99, number, by=FINANCE) == "payment_unknown"
    assert desk.code(payments.take, 1, "CNY", 0, by=FINANCE) == "bad_amount"
    assert desk.code(payments.take, 1, "CNY", 2**70, by=FINANCE) == "bad_amount"
    assert desk.code(payments.take, 1, "???", 1, by=FINANCE) == "unknown_currency"


@pytest.mark.parametrize(("currency", "places", "minor"), [("JPY", 0, 1235), ("CNY", 2, 123457), ("KWD", 3, 1234568)])
def test_amounts_have_the_places_of_their_currency(desk: Desk, currency: str, places: int, minor: int) -> None:
    assert currencies.places(currency) == places
    desk.do(pricing.set_price, 1, currency, 1_234_567_800)
    desk.post(desk.receive(1, 1))
    order = desk.approved((1, 1), currency=currency)
    desk.post(desk.shipped(desk.note(order)))
    number = desk.do(invoices.post, order=order, by=FINANCE)
    assert desk.read(receivables.must, number)[0].total_minor == minor
    assert account(desk, vouchers.RECEIVABLE, currency) == minor


def test_great_amounts_stay_exact(desk: Desk) -> None:
    dear = LineForm(item=1, quantity=1, price_micro=999_999_999_999_999, price_reason="项目")
    desk.post(desk.receive(1, 4))
    for _ in range(4):
        order = desk.do(orders.enter, OrderForm(customer=1, lines=(dear,), freight_minor=10**15 - 1), by=SALES)
        desk.do(review.submit, order, by=SALES)
        desk.do(review.approve, order, by=REVIEWER)
        desk.post(desk.shipped(desk.note(order)))
        desk.do(invoices.post, order=order, by=FINANCE)
    assert account(desk, vouchers.RECEIVABLE) == 4 * (100_000_000_000 + 10**15 - 1)


def test_a_closed_orders_shipments_can_still_be_invoiced(desk: Desk) -> None:
    desk.post(desk.receive(1, 2))
    order = desk.approved((1, 5))
    desk.post(desk.shipped(desk.note(order)))
    desk.do(ending.short_close, order, "够了", by=SALES)
    assert desk.order(order).state == "closed"
    desk.do(invoices.post, order=order, by=FINANCE)
    assert desk.line(order).invoiced == 2


def test_full_means_every_line(desk: Desk) -> None:
    desk.post(desk.receive(1, 250000), desk.receive(2, 1))
    order = desk.approved((1, 250000), (2, 2))
    desk.post(desk.shipped(desk.note(order)))
    assert desk.read(order_status.status_of, order).shipping == "part"
    assert sales_orders.backorder(desk.line(order, 2)) == 1


def test_what_is_owed_is_listed_by_due_date(desk: Desk) -> None:
    order = shipped(desk, (1, 3))
    desk.do(invoices.post, order=order, by=FINANCE)
    assert [x.open_minor for x in desk.read(receivables.receivables, customer=1)] == [3000]
    assert desk.read(receivables.receivables, overdue_on=date(2026, 12, 24)) == []
    assert len(desk.read(receivables.receivables, overdue_on=date(2026, 12, 25))) == 1
