"""The office's order pages as plain forms over HTTP: entered, looked at twice, submitted, decided; double sends, wrong words."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from floor.ledger.sales_orders import LINE, ORDER
from tests.web.office import Browser, opened_office, words, work_the_floor
from tests.web.serving import Serving


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Serving]:
    with opened_office(tmp_path / "site", database_url) as running:
        yield running


def hidden(html: str) -> dict[str, str]:
    form = html.partition('id="order-form"')[2]
    return dict(re.findall(r'<input type="hidden" name="(form|order|revision)" value="([^"]*)"', form))


def filled(html: str, *lines: tuple[str, str], **more: Any) -> dict[str, Any]:
    """The order form with these (item, quantity) rows."""
    blank = [""] * len(lines)
    rows: dict[str, Any] = {f"line_{name}": list(blank) for name in ("price", "reason", "discount", "due", "remark")}
    rows |= {"line_item": [item for item, _ in lines], "line_quantity": [quantity for _, quantity in lines]}
    return {**hidden(html), "customer": "C1", **rows, "do": "save", **more}


def entered(sales: Browser, *lines: tuple[str, str], **more: Any) -> int:
    answer = sales.post("/orders/new", **filled(sales.get("/orders/new"), *lines, **more))
    return int(answer.url.path.split("/")[2])


def test_an_order_is_entered_looked_at_again_submitted_and_approved(office: Serving) -> None:
    sales, reviewer = Browser(office, "sales"), Browser(office, "review")
    form = filled(sales.get("/orders/new"), ("I1", "3"), ("货品2", "１０"), freight="8.50", carrier="SF", do="next")
    look = sales.post("/orders/new", **form)
    assert look.url.path == "/orders/1/submit"
    assert "292.32" in look.text, "3 x 12.34 + 10 x 24.68 + 8.50"
    page = sales.press("/orders/1/submit", "act/submit")
    assert page.url.path == "/orders/1" and "审核中" in page.text
    assert "act/approve" not in page.text
    assert "周琳" in reviewer.press("/orders/1", "act/approve").text
    office.site.courier.settle()
    told = words(reviewer.get("/orders/1"))
    assert "已批准" in told and "发货单 1" in told and "林丹" in told


def test_a_form_sent_twice_has_one_effect_and_a_changed_copy_is_refused(office: Serving) -> None:
    sales = Browser(office, "sales")
    form = filled(sales.get("/orders/new"), ("I1", "3"))
    first = sales.post("/orders/new", **form)
    assert sales.post("/orders/new", **form).url == first.url
    assert len(office.world.rows(ORDER)) == 1
    other = sales.post("/orders/new", 409, **{**form, "line_quantity": ["4"]})
    assert 'value="4"' in other.text and "已提交过" in other.text
    assert [row.quantity for row in office.world.rows(LINE)] == [3]


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("no such customer", {"customer": "NOBODY"}, "NOBODY"),
    ("no customer", {"customer": ""}, "请先选择客户"),
    ("a customer that can be two", {"customer": "张江路"}, "C1、C2"),
    ("no such item", {"line_item": ["XX"]}, "XX"),
    ("an item that can be three", {"line_item": ["货品"]}, "I1、I2、I3"),
    ("no quantity", {"line_quantity": [""]}, "不是"),
    ("nothing", {"line_quantity": ["0"]}, "0"),
    ("less than nothing", {"line_quantity": ["-1"]}, "-1"),
    ("half a piece", {"line_quantity": ["1.5"]}, "1.5"),
    ("too much", {"line_quantity": ["1000000000000"]}, "1000000000000"),
    ("2**70", {"line_quantity": [str(2**70)]}, str(2**70)[:20]),
    ("Arabic digits", {"line_quantity": ["٣"]}, "٣"),
    ("a price in words", {"line_price": ["cheap"]}, "cheap"),
    ("a huge price", {"line_price": ["1" + "0" * 20]}, "1000000000"),
    ("a discount over all", {"line_discount": ["101"]}, "101"),
    ("no day", {"line_due": ["tomorrow"]}, "tomorrow"),
    ("a freight of three places", {"freight": "1.234"}, "1.234"),
    ("a script", {"line_item": ["<script>alert(1)</script>"]}, "&lt;script&gt;"),
    ("a quote", {"customer": "'; --"}, "&#39;; --"),
    ("a control character", {"remark": "a\x07b"}, "a\x07b"),
]


def test_what_is_wrong_stands_beside_the_field_and_the_rest_is_kept(office: Serving) -> None:
    sales = Browser(office, "sales")
    for what, change, said in WRONG:
        form = filled(sales.get("/orders/new"), ("I1", "3"), reference="PO-77") | change
        answer = sales.post("/orders/new", 409, **form)
        assert said in answer.text, (what, words(answer.text))
        assert 'value="PO-77"' in answer.text, f"{what}: what was typed is kept"
        assert "Traceback" not in answer.text and office.world.rows(ORDER) == [], what
    fixed = sales.post("/orders/new", **filled(answer.text, ("I1", "3")))
    assert fixed.url.path == "/orders/1", "the same form, mended, is taken"


def test_lines_come_and_go_by_round_trips_and_figures_are_told(office: Serving) -> None:
    sales = Browser(office, "sales")
    form = filled(sales.get("/orders/new"), ("I1", "3"), ("I2", "400"))
    page = sales.post("/orders/new", **{**form, "do": "figures"}).text
    assert "9,909.02" in page and "缺 300 件" in page and "上海晨光商贸有限公司" in page
    assert page.count('name="line_item"') == 3, "two rows and the template"
    assert sales.post("/orders/new", **{**form, "do": "add"}).text.count('name="line_item"') == 4
    less = sales.post("/orders/new", **{**form, "do": "remove:1"}).text
    assert less.count('name="line_item"') == 2 and 'value="400"' not in less
    told = sales.client.post("/orders/figures", data=form).json()
    assert [row["tone"] for row in told["rows"]] == ["ok", "bad"]
    assert told["totals"]["net"] == "9,909.02 CNY"
    assert office.world.rows(ORDER) == []


def test_one_items_two_lines_share_its_stock(office: Serving) -> None:
    sales = Browser(office, "sales")
    told = sales.client.post("/orders/figures", data=filled("", ("I1", "60"), ("I1", "60"))).json()
    assert [row["tone"] for row in told["rows"]] == ["ok", "bad"]


def test_look_ups_find_by_code_name_and_barcode(office: Serving) -> None:
    sales = Browser(office, "sales")
    assert [x["code"] for x in sales.client.get("/orders/find/customers?words=西湖").json()] == ["C2"]
    (item,) = sales.client.get("/orders/find/items?words=6901234000013").json() or [{"code": "none"}]
    assert item["code"] in ("I1", "none")
    (item,) = sales.client.get("/orders/find/items?words=货品2").json()
    assert (item["code"], item["detail"]) == ("I2", "24.68 CNY · 可用 100 件")


def test_a_draft_is_changed_and_an_old_look_at_it_is_told(office: Serving) -> None:
    sales, boss = Browser(office, "sales"), Browser(office, "boss")
    order = entered(sales, ("I1", "3"), ship_address="别处 1 号", ship_name="李四")
    page = sales.get(f"/orders/{order}/change")
    assert 'value="别处 1 号"' in page and 'value="3"' in page
    old = boss.get(f"/orders/{order}/change")
    sales.post(f"/orders/{order}/change", **filled(page, ("I1", "5"), ("I3", "1")))
    assert [row.quantity for row in office.world.rows(LINE)] == [5, 1]
    late = boss.post(f"/orders/{order}/change", 409, **filled(old, ("I1", "9")))
    assert "已被别人修改" in late.text
    assert [row.quantity for row in office.world.rows(LINE)] == [5, 1]


def test_a_reviewer_sends_back_with_a_reason_and_nobody_approves_his_own(office: Serving) -> None:
    sales, boss = Browser(office, "sales"), Browser(office, "boss")
    order = entered(boss, ("I1", "3"))
    boss.press(f"/orders/{order}/submit", "act/submit")
    own = boss.post(f"/orders/{order}/act/approve", 409, form="0" * 36, revision="1")
    assert "须由他人审核" in own.text
    assert "尝试" in words(boss.get(f"/orders/{order}")), "the attempt stays in the history"
    sales.post(f"/orders/{order}/act/approve", 403, form="1" * 36)
    reviewer = Browser(office, "review")
    nothing = reviewer.post(f"/orders/{order}/act/reject", 409, form="2" * 36, reason="  ")
    assert "理由" in nothing.text or "原因" in nothing.text
    sent_back = reviewer.press(f"/orders/{order}", "act/reject", reason="价格不对")
    assert "价格不对" in sent_back.text and "草稿" in sent_back.text


def test_hold_resume_release_and_cancel(office: Serving) -> None:
    sales, boss, reviewer = Browser(office, "sales"), Browser(office, "boss"), Browser(office, "review")
    order = entered(sales, ("I1", "3"), do="next")
    sales.press(f"/orders/{order}/submit", "act/submit")
    boss.press(f"/orders/{order}", "act/approve")
    assert "暂停" in reviewer.press(f"/orders/{order}", "act/hold", reason="等付款").text
    assert "等付款" in sales.get(f"/orders/{order}")
    reviewer.press(f"/orders/{order}", "act/resume")
    office.site.courier.settle()
    sales.press(f"/orders/{order}", "act/cancel", reason="客户不要了")
    office.site.courier.settle()
    told = words(sales.get(f"/orders/{order}"))
    assert "已取消" in told and "客户不要了" in told
    assert office.world.rows(ORDER)[0].state == "cancelled"


def test_the_list_finds_and_filters(office: Serving) -> None:
    sales = Browser(office, "sales")
    for item, reference in (("I1", "PO-1"), ("I2", "PO-2"), ("I3", "")):
        entered(sales, (item, "1"), reference=reference)

    def found(query: str) -> list[str]:
        return re.findall(r'<a href="/orders/(\d+)">', sales.get(f"/orders?{query}"))

    assert found("") == ["3", "2", "1"]
    assert found("words=PO-2") == ["2"] and found("words=晨光") == ["3", "2", "1"] and found("words=货品3") == ["3"]
    assert (
        found("words=C1+I2") == ["2"]
        and found("state=closed") == []
        and found("state=open&view=mine") == ["3", "2", "1"]
    )
    assert found("since=2999-01-01") == [] and found("since=nonsense&page=x") == ["3", "2", "1"]
    assert found("words=%25") == [] and found("words='; --") == []
    assert re.findall(r'href="/orders/(\d+)"', sales.get("/orders/list?words=PO-1")) == ["1"]


def test_pages_are_for_those_who_may_and_orders_that_are(office: Serving) -> None:
    picker, reviewer = Browser(office, "picker"), Browser(office, "review")
    picker.get("/orders", 403)
    reviewer.get("/orders/new", 403)
    assert "/orders/new" not in reviewer.get("/orders")
    reviewer.get("/orders/999", 409)
    reviewer.get("/orders/99999999999999", 409)
    reviewer.get("/orders/" + "9" * 6000, 414)
    reviewer.post("/orders/1/act/explode", 400, form="0" * 36)
    stranger = office.client(accept="text/html")
    assert stranger.get("/orders").status_code == 303
    foreign = reviewer.client.post("/orders/1/act/approve", data={"form": "0" * 36}, headers={"origin": "http://evil"})
    assert foreign.status_code == 403


def test_the_whole_order_shows_what_the_floor_did(office: Serving) -> None:
    sales, boss = Browser(office, "sales"), Browser(office, "boss", "en")
    order = entered(sales, ("I1", "3"), carrier="SF")
    sales.press(f"/orders/{order}/submit", "act/submit")
    boss.press(f"/orders/{order}", "act/approve")
    office.site.courier.settle()
    work_the_floor(office, 1, 3)
    told = words(boss.get(f"/orders/{order}"))
    for said in (
        "Shipped",
        "SF1234567890123",
        "Parcel 1",
        "To invoice",
        "Picked 3 × 货品1 from A-01",
        "Goods issue posted",
    ):
        assert said in told, (said, told)
