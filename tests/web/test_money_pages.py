"""Finance's pages, customers and prices as plain forms over HTTP: invoiced, paid, settled, taken back; balances add up."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floor.ledger.customers import CUSTOMER
from floor.ledger.payments import PAYMENT
from floor.ledger.receivables import INVOICE
from floor.refusal import Refusal
from tests.web.office import Browser, opened_office, words, work_the_floor
from tests.web.serving import Serving
from web import ageing, figures, typed
from web.commands.verify import verify
from web.compose import new_uid


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Serving]:
    with opened_office(tmp_path / "site", database_url) as running:
        yield running


def api(browser: Browser, path: str, **content: object) -> None:
    answer = browser.client.post(f"/api/{path}", json={"id": new_uid(), **content}, headers={"accept": "*/*"})
    assert answer.status_code == 200, answer.text


def shipped_order(office: Serving) -> None:
    """Order 1: three of item 1 at 12.34, approved, worked by the floor and on its way."""
    sales, boss = Browser(office, "sales"), Browser(office, "boss")
    api(sales, "orders", customer="C1", carrier="SF", lines=[{"item": "I1", "quantity": 3}])
    api(sales, "orders/1/submit")
    api(boss, "orders/1/approve")
    office.site.courier.settle()
    work_the_floor(office, 1, 3)


def test_from_the_list_to_invoice_to_paid(office: Serving) -> None:
    shipped_order(office)
    money = Browser(office, "money")
    assert "待开票" in money.get("/orders/1")
    posted = money.press("/money", "/money/invoice")
    assert posted.url.path == "/money/invoices/1" and "37.02" in posted.text
    assert "没有待开票" in money.get("/money")
    owed = words(money.get("/money/receivables"))
    assert "上海晨光商贸有限公司" in owed and "37.02" in owed
    part = money.press("/money/invoices/1", "/pay", amount="30", method="wechat")
    assert "7.02" in part.text and "部分收款" in words(part.text)
    paid = money.press("/money/invoices/1", "/pay", amount="10.00", method="transfer", reference="B-7")
    assert "未结 0.00" in words(paid.text)
    rest = words(money.get("/money/payments/2"))
    assert "2.98" in rest, "what was too much stays the customer's"
    assert "2.98" in money.get("/customers/1")
    balance = words(money.get("/money/balance"))
    assert "借贷平衡" in balance and "37.02" in balance and "2.98" in balance
    assert "已关闭" in money.get("/orders/1")
    assert verify(office.site.settings, office.site.engine) == []


def test_twice_the_same_form_bills_and_pays_once(office: Serving) -> None:
    shipped_order(office)
    money = Browser(office, "money")
    bill = {"form": new_uid(), "order": "1"}
    assert money.post("/money/invoice", **bill).url == money.post("/money/invoice", **bill).url
    again = money.post("/money/invoice", 409, form=new_uid(), order="1")
    assert "订单 1" in words(again.text)
    pay = {"form": new_uid(), "amount": "37.02", "method": "cash"}
    money.post("/money/invoices/1/pay", **pay)
    money.post("/money/invoices/1/pay", **pay)
    assert len(office.world.rows(INVOICE)) == len(office.world.rows(PAYMENT)) == 1


def test_impossible_amounts_are_told_and_kept_in_the_field(office: Serving) -> None:
    money = Browser(office, "money")
    for amount in ("0", "-5", "1.234", "1e3", "ten", "", "9" * 25, "٣"):
        told = money.post("/money/payments", 409, form=new_uid(), customer="C1", amount=amount, method="cash")
        assert f'value="{amount}"' in told.text, amount
    assert office.world.rows(PAYMENT) == []


def test_an_advance_settles_later_and_is_taken_back(office: Serving) -> None:
    shipped_order(office)
    money = Browser(office, "money")
    advance = money.post("/money/payments", form=new_uid(), customer="晨光", amount="1,000", method="transfer")
    assert advance.url.path == "/money/payments/1" and "1,000.00" in advance.text
    money.press("/orders/1", "/money/invoice")
    over = money.post("/money/payments/1/allocate", 409, form=new_uid(), invoice="1", amount="40")
    assert "37.02 CNY" in over.text, "the most that is possible, as money"
    settled = money.press("/money/invoices/1", "payments/1/allocate")
    assert settled.url.path == "/money/invoices/1"
    assert "962.98" in words(money.get("/money/payments/1"))
    money.press("/money/payments/1", "/reverse", reason="退票")
    assert "37.02" in words(money.get("/money/receivables"))
    credited = money.press("/money/invoices/1", "/credit", reason="开错了")
    assert "开错了" in credited.text
    assert re.search(r'name="shipment" value="1"', money.get("/money")), "it waits to be invoiced again"
    assert verify(office.site.settings, office.site.engine) == []


def test_money_is_for_finance(office: Serving) -> None:
    sales, boss = Browser(office, "sales"), Browser(office, "boss")
    for path in ("/money", "/money/receivables", "/money/payments", "/money/balance", "/money/invoices/1"):
        sales.get(path, 403)
    assert 'name="amount"' not in boss.get("/money/payments")
    boss.post("/money/payments", 403, form=new_uid(), customer="C1", amount="1")
    sales.get("/prices", 403)
    boss.get("/money/invoices/9", 409)


def test_a_customer_is_entered_found_and_changed(office: Serving) -> None:
    sales = Browser(office, "sales")
    fields = {
        "code": "C9",
        "name": "苏州便利店",
        "address": "观前街 1 号",
        "city": "苏州",
        "discount": "2.5",
        "payment_days": "45",
    }
    made = sales.post("/customers/new", form=new_uid(), **fields)
    assert made.url.path == "/customers/3" and 'value="2.5"' in made.text
    assert re.findall(r'href="/customers/(\d+)">C', sales.get("/customers?words=观前街")) == ["3"]
    taken = sales.post("/customers/3", 409, form=new_uid(), **{**fields, "code": "C1"})
    assert "C1" in words(taken.text) and 'value="苏州便利店"' in taken.text
    for wrong in ({"discount": "x"}, {"payment_days": "1.5"}, {"tax": "200"}, {"currency": "ZZZ"}, {"name": " "}):
        sales.post("/customers/3", 409, form=new_uid(), **{**fields, **wrong})
    sales.post("/customers/3", form=new_uid(), **{**fields, "retired": "yes"})
    row = next(row for row in office.world.rows(CUSTOMER) if row.id == 3)
    assert (row.retired, row.discount_bp, row.payment_days) == (True, 250, 45)
    assert 'href="/customers/3"' not in sales.get("/customers")
    sales.get("/customers/77", 409)


def test_a_price_is_set_from_a_day_on(office: Serving) -> None:
    boss = Browser(office, "boss")
    boss.post("/prices/1", form=new_uid(), price="9.9", currency="cny", valid_from="2020-01-01", valid_to="")
    assert "9.90" in boss.get("/prices?words=I1") and "9.90" in boss.get("/prices/1")
    for wrong in ({"price": "x"}, {"currency": "QQQ"}, {"valid_to": "2019-01-01"}, {"valid_from": "soon"}):
        fields = {"price": "8", "currency": "CNY", "valid_from": "2020-01-01", "valid_to": "", **wrong}
        boss.post("/prices/1", 409, form=new_uid(), **fields)


def test_ageing_puts_each_day_into_one_column() -> None:
    today = date(2026, 11, 24)
    days = {0: 0, -5: 0, 1: 1, 30: 1, 31: 2, 60: 2, 61: 3, 90: 3, 91: 4, 4000: 4}
    assert {late: ageing.column(date.fromordinal(today.toordinal() - late), today) for late in days} == days
    rows = [
        SimpleNamespace(customer=c, currency="CNY", due_date=today, open_minor=m) for c, m in ((1, 5), (2, 9), (1, 6))
    ]
    assert [(one.customer, one.total) for one in ageing.aged(rows, today)] == [(1, 11), (2, 9)]
    assert ageing.sums(ageing.aged(rows, today)) == {"CNY": [20, 0, 0, 0, 0]}


@given(st.integers(0, 10**15), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_money_shown_is_money_read(minor: int, currency: str) -> None:
    places = {"CNY": 2, "JPY": 0, "KWD": 3}[currency]
    assert typed.number(figures.money(minor, currency), places) == minor
    assert typed.price_micro(figures.price_typed(minor, currency)) == minor


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_number_or_refused(value: str) -> None:
    try:
        assert typed.number(value, 2) >= 0
    except Refusal as refusal:
        assert refusal.code == "bad_number"
