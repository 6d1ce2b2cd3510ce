"""In a real browser: an order is entered, submitted, approved, worked and paid, and its open page tells it live."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from floor.ledger.sales_orders import ORDER
from tests.web.front_browser import WAIT_MS
from tests.web.office import opened_office, work_the_floor
from tests.web.serving import Serving

pytestmark = pytest.mark.browser


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Serving]:
    with opened_office(tmp_path / "site", "") as running:
        yield running


class Desk:
    """One person's browser: signed in by the page, with every script error and breach of the policy kept."""

    def __init__(self, chromium: Browser, office: Serving, login: str, *, scripts: bool = True) -> None:
        self.context: BrowserContext = chromium.new_context(locale="zh-CN", java_script_enabled=scripts)
        self.context.set_default_timeout(WAIT_MS)
        self.errors: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.url = office.url
        self.page.goto(f"{office.url}/sign-in")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", f"{login}-password")
        self.page.locator("form:has([name=password]) button").last.click()
        self.page.wait_for_url(re.compile(r"/(orders|today)$"))

    def goto(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def close(self) -> None:
        self.context.close()
        assert self.errors == []


def enter(page: Page) -> None:
    """Type an order of three pieces with the look-ups, as a person does."""
    page.fill("[name=customer]", "晨光")
    page.locator(".lookup [role=option]:visible").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-customer=name]")).to_contain_text("上海晨光商贸有限公司")
    page.locator("#lines [name=line_item]").first.fill("货品1")
    page.locator(".lookup [role=option]:visible").first.click()
    expect(page.locator("#lines [name=line_quantity]").first).to_be_focused()


def test_an_order_from_the_desk_to_the_bank(chromium: Browser, office: Serving) -> None:
    sales, boss, money = (Desk(chromium, office, login) for login in ("sales", "boss", "money"))
    page = sales.goto("/orders/new")
    enter(page)
    quantity, stock = page.locator("#lines [name=line_quantity]").first, page.locator("[data-show=stock]").first
    quantity.fill("300")
    expect(stock).to_have_attribute("data-tone", "bad")
    quantity.fill("3")
    expect(stock).to_have_attribute("data-tone", "ok")
    expect(page.locator("[data-total=total]")).to_have_text("37.02 CNY")
    page.get_by_role("button", name=re.compile("再次核对")).click()
    page.wait_for_url(re.compile(r"/orders/1/submit$"))
    page.get_by_role("button", name="提交审核").click()
    page.wait_for_url(re.compile(r"/orders/1$"))
    expect(page.locator("#order-body")).to_contain_text("审核中")

    review = boss.goto("/orders?view=review")
    review.get_by_role("link", name="1", exact=True).click()
    review.get_by_role("button", name="批准").click()
    expect(page.locator("#order-body")).to_contain_text("已批准")  # the salesperson's page, untouched
    office.site.courier.settle()
    work_the_floor(office, 1, 3)
    expect(page.locator("#order-body")).to_contain_text("SF1234567890123")
    expect(page.locator(".chips").first).to_contain_text("已发运")

    bill = money.goto("/money")
    bill.get_by_role("button", name="开具发票").click()
    bill.wait_for_url(re.compile(r"/money/invoices/1$"))
    expect(page.locator(".chips").first).to_contain_text("已开票")
    bill.get_by_role("button", name="登记并核销").click()
    expect(page.locator(".chips").first).to_contain_text("已关闭")
    expect(page.locator(".chips").first).to_contain_text("已收款")
    for desk in (sales, boss, money):
        desk.close()
    assert [row.state for row in office.world.rows(ORDER)] == ["closed"]


def test_lines_by_keyboard_and_a_wrong_one_beside_its_row(chromium: Browser, office: Serving) -> None:
    sales = Desk(chromium, office, "sales")
    page = sales.goto("/orders/new")
    page.fill("[name=customer]", "C1")
    page.locator("#lines [name=line_item]").first.fill("I2")
    page.locator("#lines [name=line_quantity]").first.fill("１２")
    page.keyboard.press("Enter")
    expect(page.locator("#lines [data-row]")).to_have_count(2)
    expect(page.locator("#lines [name=line_item]").nth(1)).to_be_focused()
    page.keyboard.type("nothing", delay=150)
    expect(page.locator("#lines [data-row]").nth(1).locator("[data-show=wrong]")).to_contain_text("nothing")
    expect(page.locator("#lines [data-row]").first.locator("[data-show=net]")).to_have_text("296.16")
    page.locator("#lines [data-row]").nth(1).get_by_role("button", name="删除").click()
    page.get_by_role("button", name="存为草稿").dblclick()
    page.wait_for_url(re.compile(r"/orders/1$"))
    sales.close()
    assert len(office.world.rows(ORDER)) == 1, "a double click enters one order"


def test_without_scripts_the_same_form_enters_an_order(chromium: Browser, office: Serving) -> None:
    sales = Desk(chromium, office, "sales", scripts=False)
    page = sales.goto("/orders/new")
    page.fill("[name=customer]", "西湖")
    page.locator("#lines [name=line_item]").first.fill("I1")
    page.locator("#lines [name=line_quantity]").first.fill("2")
    page.get_by_role("button", name="添加一行").click()
    page.locator("#lines [name=line_item]").nth(1).fill("I3")
    page.locator("#lines [name=line_quantity]").nth(1).fill("1")
    page.get_by_role("button", name="计算金额").click()
    expect(page.locator("[data-total=total]")).to_have_text("61.70 CNY")
    page.get_by_role("button", name=re.compile("再次核对")).click()
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator("#order-body")).to_contain_text("审核中")
    sales.close()


RULES = {"rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}}


def test_office_pages_are_accessible_and_fit_a_phone(chromium: Browser, office: Serving) -> None:
    boss = Desk(chromium, office, "boss")
    enter(boss.goto("/orders/new"))
    paths = (
        "/orders/new",
        "/orders",
        "/orders?words=none",
        "/customers",
        "/customers/1",
        "/prices/1",
        "/money/balance",
    )
    for path in paths:
        boss.goto(path)
        boss.page.set_viewport_size({"width": 360, "height": 740})
        found = Axe().run(boss.page, options=RULES).response
        assert found["passes"] and found["violations"] == [], (path, found["violations"])
        assert boss.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    boss.close()
