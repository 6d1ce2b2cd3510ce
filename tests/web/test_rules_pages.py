"""The site's rules over HTTP: each has words, a field and a check; two become fixed by use; what holds, holds at once."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from floor import policy
from floor.credentials import CREDENTIAL
from floor.ledger import customers, pricing, rules
from floor.refusal import Refusal
from floor.storage.record import Tx
from tests.floor.world import GTIN
from tests.web.administration import opened_hall
from tests.web.office import Browser, words
from tests.web.serving import Serving
from web.commands.verify import verify
from web.compose import new_uid
from web.texts.rules import RULES, SECTIONS


@pytest.fixture
def hall(tmp_path: Path, database_url: str) -> Iterator[Serving]:
    with opened_hall(tmp_path / "site", database_url) as running:
        yield running


@pytest.fixture
def boss(hall: Serving) -> Browser:
    return Browser(hall, "boss")


def fields_of(page: str) -> dict[str, str]:
    """The form as a browser would send it untouched."""
    form = re.findall(r'<form class="stacked rules".*?</form>', page, re.S)[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if "name" in given and " disabled" not in tag and (given.get("type") != "checkbox" or " checked" in tag):
            found[given["name"]] = html.unescape(given["value"])
    for name, more, body in re.findall(r'<select id="\w+" name="(\w+)"([^>]*)>(.*?)</select>', form, re.S):
        if " disabled" not in more:
            found[name] = re.findall(r"<option selected>([^<]*)<", body)[0]
    for name, body in re.findall(r'<textarea id="\w+" name="(\w+)"[^>]*>(.*?)</textarea>', form, re.S):
        found[name] = html.unescape(body)
    return found


def change(browser: Browser, status: int = 200, **said: str) -> str:
    """Open the page, change these fields ("off": a tick taken off), send it."""
    fields = {**fields_of(browser.get("/rules")), **said}
    return browser.post("/rules", status, **{name: value for name, value in fields.items() if value != "off"}).text


def rule(hall: Serving, name: str) -> str:
    with hall.site.engine.connect() as db:
        return policy.read(db, name)


def ordered(hall: Serving) -> None:
    """One order of the sales person's."""
    address = {"address": "张江路 88 号", "city": "上海市"}
    form = customers.CustomerForm(
        code="C1", name="上海晨光商贸有限公司", contact="王芳", phone="021-5550", address=address
    )
    hall.site.writer.do(lambda tx: customers.edit(tx, None, form))
    hall.site.writer.do(lambda tx: pricing.set_price(tx, 1, "CNY", 12_340_000))
    sales = Browser(hall, "sales")
    order = {"id": new_uid(), "customer": "C1", "carrier": "SF", "lines": [{"item": "I1", "quantity": 1}]}
    answer = sales.client.post("/api/orders", json=order, headers={"accept": "*/*"})
    assert answer.status_code == 200, answer.text


def test_every_rule_that_there_is_stands_on_the_page() -> None:
    assert set(RULES) == set(policy.DEFAULTS) == set(rules.CHECKS)
    assert sorted(name for _, names in SECTIONS for name in names) == sorted(RULES)


def test_an_untouched_page_changes_nothing(hall: Serving, boss: Browser) -> None:
    facts = len(hall.world.facts)
    change(boss)
    assert [type(fact).__name__ for fact in hall.world.facts[facts:]] == []


SAID = {
    "company": ("上海新名贸易有限公司", "上海新名贸易有限公司"),
    "company_address": (" 上海市浦东新区  张江路 88 号\t3 楼", "上海市浦东新区 张江路 88 号 3 楼"),
    "company_tax_number": ("91310115MA1K3ABC4X", "91310115MA1K3ABC4X"),
    "company_bank": ("中国银行张江支行 4400 1234 5678", "中国银行张江支行 4400 1234 5678"),
    "company_prefix": ("６９０１２３４５", "69012345"),
    "time_zone": ("Europe/Berlin", "Europe/Berlin"),
    "currency": ("EUR", "EUR"),
    "warehouse": ("W2", "W2"),
    "tax_bp": ("13.5%", "1350"),
    "price_tolerance_percent": ("5", "5"),
    "duplicate_days": ("30", "30"),
    "auto_pass": ("yes", "yes"),
    "auto_release": ("off", "no"),
    "scan_back": ("yes", "yes"),
    "packing_marks": ("易碎、 KEEP DRY ；易碎\n轻放", "易碎,KEEP DRY,轻放"),
}


@pytest.mark.parametrize("name", SAID)
def test_each_rule_is_changed_and_its_history_read(hall: Serving, boss: Browser, name: str) -> None:
    hall.world.place("E1", kind="dock", warehouse="W2")
    typed, kept = SAID[name]
    before = {other: rule(hall, other) for other in RULES}
    assert "已保存" in change(boss, **{name: typed})
    assert {other: rule(hall, other) for other in RULES} == {**before, name: kept}
    told = words(boss.get(f"/history/policy:{name}"))
    shown = {"tax_bp": "13.5 %", "yes": "是", "no": "否"}
    assert shown.get(name, shown.get(kept, kept)) in told and "郑理" in told
    assert verify(hall.site.settings, hall.site.engine) == []


REFUSED = {
    "company": ("  ", "请填写名称"),
    "company_address": ("路" * 201, "公司地址 太长，最多 200 个字符"),
    "company_tax_number": ("9" * 41, "公司税号 太长，最多 40 个字符"),
    "company_bank": ("行" * 201, "开户行及账号 太长，最多 200 个字符"),
    "company_prefix": ("123", "4 到 12 位"),
    "time_zone": ("Mars/Olympus", "Mars/Olympus 不是时区"),
    "currency": ("XYZ", "XYZ"),
    "warehouse": ("W9", "没有库位属于仓库 W9。现有：W1"),
    "tax_bp": ("100.01", "百分比不能是 100.01；应为 0 到 100"),
    "price_tolerance_percent": ("101", "百分比不能是 101；应为 0 到 100"),
    "duplicate_days": ("many", "many"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_value_that_cannot_be_is_told_beside_its_field(hall: Serving, boss: Browser, name: str) -> None:
    typed, said = REFUSED[name]
    change(boss, company="甲公司")
    page = change(boss, 409, **{name: typed, "auto_pass": "yes"})
    beside = re.findall(rf'id="about-{name}">.*?</div>', page, re.S)[0]
    assert '<p class="wrong">' in beside and said in words(beside), words(beside)
    assert html.escape(typed) in page and 'aria-invalid="true"' in page
    assert rule(hall, "auto_pass") == "no", "all or nothing"
    assert fields_of(page)["auto_pass"] == "yes", "what else was typed still stands there"


def test_what_stands_on_papers_only_may_be_taken_away_again(hall: Serving, boss: Browser) -> None:
    for name in ("company_address", "company_tax_number", "company_bank"):
        change(boss, **{name: "x"})
        assert "已保存" in change(boss, **{name: " "}) and rule(hall, name) == ""
        field = re.findall(rf'<input id="{name}"[^>]*>', boss.get("/rules"))[0]
        assert "required" not in field and 'maxlength="200"' in field


def test_the_prefix_is_fixed_by_the_first_number_that_is_out(hall: Serving, boss: Browser) -> None:
    change(boss, company_prefix="69012345")
    hall.world.release(17, (1, 1))
    for station, code in ((1, "NOTE:17"), (1, GTIN[1]), (3, "NOTE:17"), (3, "CMD:PACKALL")):
        hall.world.scan(station, code)
    assert str(hall.world.scan(3, "CMD:CLOSE").fields["sscc"]).startswith("069012345")
    page = boss.get("/rules")
    assert "可能出现重号" in page and "company_prefix" not in fields_of(page)
    forged = {"form": new_uid(), "was.company_prefix": "69012345", "company_prefix": "0614141"}
    assert "可能出现重号" in boss.post("/rules", 409, **forged).text
    assert rule(hall, "company_prefix") == "69012345"


def test_the_currency_is_fixed_by_the_first_order(hall: Serving, boss: Browser) -> None:
    change(boss, currency="EUR")
    change(boss, currency="CNY")
    ordered(hall)
    page = boss.get("/rules")
    assert "已有 CNY 的订单" in page and "currency" not in fields_of(page)
    forged = {"form": new_uid(), "was.currency": "CNY", "currency": "EUR"}
    assert "已有 CNY 的订单" in boss.post("/rules", 409, **forged).text
    assert rule(hall, "currency") == "CNY"


def test_twice_the_same_form_has_one_effect(hall: Serving, boss: Browser) -> None:
    sent = {**fields_of(boss.get("/rules")), "duplicate_days": "30"}
    boss.post("/rules", **sent)
    change(boss, duplicate_days="14")
    boss.post("/rules", **sent)
    assert rule(hall, "duplicate_days") == "14", "the late copy set nothing back"
    used = boss.post("/rules", 409, **{**sent, "duplicate_days": "3"}).text
    assert "此表单已提交过" in used
    fresh = re.findall(r'name="form" value="([0-9a-f-]{36})"', used)
    assert fresh and sent["form"] not in fresh, "whoever looks once more can send it again"


def test_two_people_at_two_rules_do_not_undo_one_another(hall: Serving, boss: Browser) -> None:
    admin = Browser(hall, "admin")
    mine, theirs = fields_of(boss.get("/rules")), fields_of(admin.get("/rules"))
    boss.post("/rules", **{**mine, "duplicate_days": "30"})
    admin.post("/rules", **{**theirs, "price_tolerance_percent": "5"})
    assert (rule(hall, "duplicate_days"), rule(hall, "price_tolerance_percent")) == ("30", "5")


def test_what_holds_holds_at_once(hall: Serving, boss: Browser) -> None:
    change(boss, tax_bp="13")
    ordered(hall)
    assert "13%" in words(Browser(hall, "sales").get("/orders/1"))


def test_only_those_come_here_who_edit_master_data(hall: Serving) -> None:
    sales = Browser(hall, "sales")
    assert 'href="/rules"' not in sales.get("/orders")
    sales.get("/rules", 403)
    sales.post("/rules", 403, form=new_uid(), **{"was.auto_pass": "no", "auto_pass": "yes"})
    person = next(row.person for row in hall.world.rows(CREDENTIAL) if row.login == "sales")

    def by_sales(tx: Tx) -> Any:
        tx.person = person
        return rules.change(tx, {"auto_pass": "yes"})

    with pytest.raises(Refusal, match="not_allowed"):
        hall.site.writer.do(by_sales)
    assert rule(hall, "auto_pass") == "no"
