"""Papers on the pages: each is a PDF that says what the tables say, for those who may see it, and goes to CUPS when asked."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pypdfium2
import pytest

from floor import policy
from floor.items import ITEM
from labels.papers.words import WORDS
from tests.databases import fresh_sqlite
from tests.web.office import Browser, opened_office, work_the_floor
from tests.web.serving import Serving
from web.compose import new_uid
from web.papers import PAPERS
from web.texts.labels import PAPER_NAMES


def sent_to_floor(office: Serving, number: int, *items: str) -> None:
    """An order of three of each item, approved and released; its number and its note's is `number`."""
    sales, boss = Browser(office, "sales"), Browser(office, "boss")
    lines = [{"item": item, "quantity": 3} for item in items]
    for browser, path, content in (
        (sales, "orders", {"customer": "C1", "carrier": "SF", "reference": "PO-4711", "lines": lines}),
        (sales, f"orders/{number}/submit", {}),
        (boss, f"orders/{number}/approve", {}),
    ):
        answer = browser.client.post(f"/api/{path}", json={"id": new_uid(), **content}, headers={"accept": "*/*"})
        assert answer.status_code == 200, answer.text
    office.site.courier.settle()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Serving]:
    """Order 1 is shipped and invoiced, and its invoice is taken back."""
    with opened_office(tmp_path / "site", fresh_sqlite(tmp_path)) as running:
        sent_to_floor(running, 1, "I1")
        work_the_floor(running, 1, 3)
        money = Browser(running, "money")
        money.press("/money", "/money/invoice")
        money.press("/money/invoices/1", "/credit", reason="价格错误")
        yield running


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        found = []
        for page in document:
            text = page.get_textpage()
            found.append(text.get_text_bounded())
            text.close()
            page.close()
        return "".join("".join(found).split())


def read_paper(browser: Browser, paper: str) -> str:
    answer = browser.client.get(f"/papers/{paper}.pdf")
    assert answer.status_code == 200, answer.text
    return text_of(answer.content)


def test_each_paper_says_what_the_tables_say(office: Serving) -> None:
    seen = {
        "order-confirmation": ("sales", ["销售订单确认书", "上海晨光商贸有限公司", "货品1", "37.02", "叁拾柒元零贰分"]),
        "delivery-note": ("boss", ["发货单", "货品1", "SF1234567890123", "张江路88号"]),
        "packing-list": ("boss", ["装箱单", "货品1"]),
        "pick-list": ("boss", ["拣货单", "上海晨光商贸有限公司"]),
        "invoice": ("money", ["发票", "37.02", "货品1", "上海晨光商贸有限公司"]),
        "credit-note": ("money", ["红字发票", "-37.02", "货品1", "价格错误", "负叁拾柒元零贰分"]),
    }
    assert set(seen) == set(PAPERS) == set(PAPER_NAMES)
    for kind, (login, wanted) in seen.items():
        answer = Browser(office, login).client.get(f"/papers/{kind}/1.pdf")
        assert answer.status_code == 200 and answer.headers["content-type"] == "application/pdf", kind
        told = text_of(answer.content)
        assert not [text for text in wanted if text not in told], (kind, told)


SELLER = {
    "company": "上海北风贸易有限公司",
    "company_address": "浦东新区世纪大道100号",
    "company_tax_number": "91310115MA1K3ABC4X",
    "company_bank": "中国银行张江支行44001234",
}


def test_papers_about_money_say_who_sells_who_buys_and_how_it_is_paid(office: Serving) -> None:
    for name, value in SELLER.items():
        office.site.writer.do(lambda tx, name=name, value=value: policy.change(tx, name, value))
    buyer = ["上海晨光商贸有限公司", "王芳021-55500101", "上海市张江路88号", "PO-4711"]
    paid = {
        "order-confirmation": ["付款条件30天内付款"],
        "invoice": ["付款条件30天内付款", "发货单1"],
        "credit-note": [],
    }
    for kind, more in paid.items():
        text = read_paper(Browser(office, "boss" if kind == "order-confirmation" else "money"), f"{kind}/1")
        assert not [said for said in (*SELLER.values(), *buyer, *more) if said not in text], (kind, text)
    for kind in ("delivery-note", "packing-list"):
        text = read_paper(Browser(office, "boss"), f"{kind}/1")
        assert "浦东新区世纪大道100号" in text and "PO-4711" in text, (kind, text)
        assert "44001234" not in text and "税号" not in text, "nobody pays by what goes with the goods"
    assert "PaymentWithin30days" in read_paper(Browser(office, "money", language="en"), "invoice/1")


def test_what_the_site_does_not_say_leaves_no_caption(office: Serving) -> None:
    text = read_paper(Browser(office, "money"), "invoice/1")
    assert "税号" not in text and "开户行" not in text, text


def test_a_weight_bears_its_unit_once(office: Serving) -> None:
    boss = Browser(office, "boss")
    delivery, packing = (read_paper(boss, f"{kind}/1") for kind in ("delivery-note", "packing-list"))
    assert "毛重kg0.3" in delivery and "0.3kg" not in delivery, delivery
    assert "毛重kg0.3" in packing and packing.count("0.3kg") == 1 and "kgkg" not in packing, packing


def test_every_paper_names_the_items_in_the_reader_s_language_or_else_in_the_other(office: Serving) -> None:
    office.world.edit("item", ITEM, 1, name_en="Green tea")
    office.world.edit("item", ITEM, 2, name="", name_en="Black tea")
    sent_to_floor(office, 2, "I1", "I2", "I3")
    money = {"invoice", "credit-note"}
    for language, wanted in (("zh", {"货品1", "Blacktea", "货品3"}), ("en", {"Greentea", "Blacktea", "货品3"})):
        for kind in ("pick-list", "order-confirmation"):
            text = read_paper(Browser(office, "boss", language), f"{kind}/2")
            assert {name for name in ("货品1", "Greentea", "Blacktea", "货品3") if name in text} == wanted, kind
        for kind in sorted(set(PAPERS) - {"pick-list"}):
            text = read_paper(Browser(office, "money" if kind in money else "boss", language), f"{kind}/1")
            assert ("货品1" in text, "Greentea" in text) == (language == "zh", language == "en"), (kind, text)


@pytest.mark.parametrize(
    ("language", "picked", "packed", "signed"),
    [
        ("zh", "没有待拣的货品。", "还没有装箱。", "签字"),
        ("en", "Nothinglefttopick.", "Nothingpackedyet.", "signature"),
    ],
)
def test_a_paper_with_nothing_to_list_says_so(
    office: Serving, language: str, picked: str, packed: str, signed: str
) -> None:
    sent_to_floor(office, 2, "I1")
    boss = Browser(office, "boss", language)
    for paper, said in (("pick-list/1", picked), ("delivery-note/2", packed), ("packing-list/2", packed)):
        text = read_paper(boss, paper)
        assert said in text and signed not in text and WORDS["unit"][language == "en"] not in text, text
    for paper, said in (("pick-list/2", picked), ("delivery-note/1", packed), ("packing-list/1", packed)):
        assert said not in read_paper(boss, paper)


def test_papers_are_in_the_reader_s_language_and_stand_on_the_pages(office: Serving) -> None:
    boss = Browser(office, "boss", language="en")
    told = text_of(boss.client.get("/papers/order-confirmation/1.pdf").content)
    assert "Orderconfirmation" in told or "ORDERCONFIRMATION" in told, told
    page = boss.get("/orders/1")
    for kind in ("order-confirmation", "delivery-note", "packing-list", "pick-list"):
        assert f"/papers/{kind}/1.pdf" in page and f"/papers/{kind}/1/print" not in page, "no printer is named"
    page = Browser(office, "money").get("/money/invoices/1")
    assert "/papers/invoice/1.pdf" in page and "/papers/credit-note/1.pdf" in page


def test_papers_are_for_those_who_may_see_what_they_say(office: Serving) -> None:
    assert Browser(office, "sales").client.get("/papers/invoice/1.pdf").status_code == 403
    assert Browser(office, "picker").client.get("/papers/order-confirmation/1.pdf").status_code == 403
    boss = Browser(office, "boss")
    for path in ("delivery-note/99", "order-confirmation/99", "song/1", "credit-note/99"):
        assert boss.client.get(f"/papers/{path}.pdf").status_code == 409, path
    assert "paper_printer" in boss.client.post("/papers/delivery-note/1/print").text


def test_a_printer_that_is_not_there_is_said(office: Serving) -> None:
    office.site.settings = msgspec.structs.replace(office.site.settings, paper_printer="floor-nowhere")
    boss = Browser(office, "boss")
    assert "/papers/delivery-note/1/print" in boss.get("/orders/1")
    answer = boss.client.post("/papers/delivery-note/1/print")
    assert answer.status_code == 409 and "floor-nowhere" in answer.text


def test_what_follows_a_print_may_be_loaded_again(office: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    office.site.settings = msgspec.structs.replace(office.site.settings, paper_printer="office")
    taken: list[str] = []

    def take(data: bytes, queue: str, title: str) -> str:
        taken.append(title)
        return f"{queue}-{len(taken)}"

    monkeypatch.setattr("web.pages.papers.spool", take)
    boss = Browser(office, "boss")
    shown = boss.client.post("/papers/delivery-note/1/print").url
    assert shown.path == "/papers/delivery-note/1/sent"
    for _ in range(2):
        assert "office-1" in boss.client.get(shown).text
    assert taken == ["delivery-note 1"]
    assert boss.client.get("/papers/song/1/sent?job=x").status_code == 409


@pytest.mark.parametrize(("font", "said"), [("", False), ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", True)])
def test_pages_say_when_chinese_is_left_to_the_reader_s_viewer(office: Serving, font: str, said: bool) -> None:
    office.site.settings = msgspec.structs.replace(office.site.settings, font=font)
    for login, path in (("boss", "/orders/1"), ("money", "/money/invoices/1")):
        page = Browser(office, login).get(path)
        assert ("fonts-wqy-microhei" in page) == said, path
    assert "发货单" in text_of(Browser(office, "boss").client.get("/papers/delivery-note/1.pdf").content)
