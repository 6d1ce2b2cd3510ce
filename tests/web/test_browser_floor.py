"""An order's day in real Chromium: badge, picked at scanner speed, wifi lost and found, packed, printed, shipped, invoiced."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from floor.deliveries import LINE, NOTE
from floor.facts.delivery import Picked
from floor.facts.station import Refused
from floor.ledger.receivables import INVOICE_LINE
from floor.storage import journal
from floor.storage.requests import REQUEST
from tests.databases import fresh_sqlite
from tests.web.floor_site import COFFEE, MARKER, PEN, TEA, FloorSite, floor_site
from tests.web.front_browser import WAIT_MS, Keys, Wifi, until
from web.compose import new_uid

pytestmark = pytest.mark.browser
WANTED = ((PEN, 3), (TEA, 2), (MARKER, 2))


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[FloorSite]:
    (tmp_path / "site").mkdir()
    with floor_site(tmp_path / "site", fresh_sqlite(tmp_path)) as running:
        yield running


@pytest.fixture
def wifi(floor: FloorSite) -> Iterator[Wifi]:
    port = urlsplit(floor.url).port
    assert port is not None
    between = Wifi(port)
    yield between
    between.close()


class Worker:
    """A person at a station's own device: scans with its keys, presses with its finger."""

    def __init__(self, chromium: Browser, floor: FloorSite, station: str, name: str, url: str = "") -> None:
        self.floor, self.url, self.errors = floor, url or floor.url, list[str]()
        context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
        context.set_default_timeout(WAIT_MS)
        # This device has seen before that its scanner ends with Enter: a slow machine's pauses then end no scan.
        context.add_init_script("localStorage.setItem('wedge-ends', 'yes')")
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.keys = Keys(context.new_cdp_session(self.page))
        self.page.goto(f"{self.url}/enrol?token={floor.token(station)}")
        person = floor.person(name)
        self.keys.scan(f"BADGE:{person.badge}")
        expect(self.page.locator("[name=badge]")).to_have_value(f"BADGE:{person.badge}")
        for digit in person.pin:
            self.page.locator(f"[data-key='{digit}']").click()
        self.page.locator(".keypad .main").click()
        expect(self.page.locator(".here")).to_contain_text(name)

    def scan(self, code: str, verdict: str) -> None:
        self.key(code)
        self.expect(verdict)

    def key(self, code: str) -> None:
        """Scan without waiting for an answer, slower than what counts as a double fire."""
        self.page.wait_for_timeout(350)
        self.keys.scan(code)

    def press(self, code: str, verdict: str) -> None:
        self.page.locator(f"[data-code='{code}']").first.click()
        self.expect(verdict)

    def expect(self, verdict: str) -> None:
        """The strip shows this verdict's code; the page has followed it."""
        expect(self.page.locator("#verdict .verdict-code")).to_contain_text(f"· {verdict}")

    def state(self, state: str) -> None:
        expect(self.page.locator("#verdict")).to_have_attribute("data-state", state)


def facts(floor: FloorSite, kind: type[Any]) -> list[Any]:
    with floor.site.engine.connect() as db:
        entries = [journal.entry_of(row) for row in journal.rows(db)]
    return [entry for entry in entries if isinstance(entry.fact, kind)]


def line_states(floor: FloorSite, note: int) -> list[tuple[int, int, int]]:
    rows = floor.rows(select(LINE).where(LINE.c.note == note).order_by(LINE.c.line))
    return [(row.ordered, row.picked, row.packed) for row in rows]


def pick(floor: FloorSite, picker: Worker, wifi: Wifi, note: int) -> None:
    """The note's first stop asks for its bin; a wrong item stays red; the wifi goes in the middle of the second stop."""
    page = picker.page
    expect(page.locator(".entries")).to_contain_text(f"发货单 {note}")
    picker.scan(f"NOTE:{note}", "opened")
    page.wait_for_url(f"**/pick/{note}")
    pens, markers, tea = floor.tasks(note)
    expect(page.locator(".step-target")).to_have_text(pens.place)
    picker.scan(floor.gtin(PEN), "scan_bin_first")
    picker.state("error")
    picker.scan(f"BIN:{pens.place}", "bin_ok")
    picker.scan(floor.gtin(COFFEE)[1:], "wrong_item")
    picker.state("error")
    page.reload()
    picker.state("error")
    for _ in range(pens.quantity):
        picker.key(floor.gtin(PEN)[1:])
    picker.expect("line_done")
    picker.state("ok")
    expect(page.locator(".step-target")).to_have_text(markers.place)
    wifi.cut()
    codes = [floor.gtin(MARKER)[1:], floor.gtin(MARKER)[1:], floor.code_for(tea)]
    for number, code in enumerate(codes, 1):
        picker.key(code)
        expect(page.locator("#network")).to_have_attribute("data-waiting", str(number))
    picker.state("noted")
    expect(page.locator("#network")).to_contain_text("3")
    page.route("**/scan", lambda route: route.abort())
    wifi.restore()
    page.reload()
    expect(page.locator("#network")).to_have_attribute("data-waiting", "3")
    assert len(facts(floor, Picked)) == pens.quantity
    page.unroute("**/scan")
    until(page, lambda: len(facts(floor, Picked)) == pens.quantity + 3)
    expect(page.locator("#network")).to_be_hidden()
    picker.scan(floor.code_for(tea), "note_picked")
    picker.state("done")
    expect(page.locator(".step[data-state=done]")).to_be_visible()
    expect(page.locator(".progress")).to_contain_text("7 / 7")


def pack(floor: FloorSite, packer: Worker, note: int) -> str:
    """Everything into one parcel; its label is called printed when the printer has proven it, and is scanned back."""
    page = packer.page
    expect(page.locator(".entries")).to_contain_text(f"发货单 {note}")
    packer.scan(f"NOTE:{note}", "opened")
    page.wait_for_url(f"**/pack/{note}")
    packer.scan(floor.gtin(PEN), "packed")
    packer.press("CMD:PACKALL", "packed_all")
    packer.press("CMD:CLOSE", "parcel_closed_ok")
    expect(page.locator(".parcel .chip.ok").filter(has_text="已打印")).to_be_visible()
    assert len(floor.printer.labels) == 1
    sscc = str(floor.parcels_of(note)[0].sscc)
    packer.scan(f"]C100{sscc}", "label_verified")
    expect(page.locator(".step[data-state=done]")).to_be_visible()
    return sscc


def ship(shipper: Worker, sscc: str, note: int) -> None:
    page = shipper.page
    expect(page.locator(".entries").first).to_contain_text(f"发货单 {note}")
    page.locator(f"a[href='/ship/{note}']").first.click()
    page.wait_for_url(f"**/ship/{note}")
    shipper.expect("loading_started")
    shipper.press("CMD:SHIP", "missing_tags")
    shipper.state("error")
    shipper.scan(f"]C100{sscc}", "passage_ok")
    shipper.scan("SF123", "tracking_bad_format")
    shipper.scan("SF1234567890123", "tracking_ok")
    shipper.press("CMD:SHIP", "shipped")
    shipper.state("done")
    expect(page.locator(".step[data-state=done]")).to_contain_text("已发走")


def bill(chromium: Browser, floor: FloorSite, order: int) -> None:
    """Finance signs in, sees on the order's page that it has left, presses the invoice, and sees it invoiced."""
    person = floor.person("何美玲")
    page = chromium.new_context(locale="zh-CN").new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{floor.url}/sign-in")
    page.fill("[name=login]", person.login)
    page.fill("[name=password]", person.password)
    page.locator("form:has([name=password]) button").last.click()
    page.wait_for_url(re.compile(r"/(orders|today|money)$"))
    page.goto(f"{floor.url}/orders/{order}")
    chips, body = page.locator("#order-body .chips").first, page.locator("#order-body")
    expect(chips).to_contain_text("已发运")
    expect(chips).not_to_contain_text("已开票")
    expect(body).to_contain_text("SF1234567890123")
    page.get_by_role("button", name="开具发票").click()
    page.wait_for_url(re.compile(r"/money/invoices/\d+$"))
    page.goto(f"{floor.url}/orders/{order}")
    expect(chips).to_contain_text("已发运")
    expect(chips).to_contain_text("已开票")
    expect(page.get_by_role("button", name="开具发票")).to_have_count(0)
    assert errors == []
    page.context.close()


def test_an_order_goes_its_whole_way_and_the_wifi_loses_nothing(
    chromium: Browser, floor: FloorSite, wifi: Wifi
) -> None:
    order, note = floor.order(*WANTED)
    picker = Worker(chromium, floor, "拣货台 1", "李雷", f"http://127.0.0.1:{wifi.port}")
    pick(floor, picker, wifi, note)
    packer = Worker(chromium, floor, "打包台 1", "王强")
    sscc = pack(floor, packer, note)
    shipper = Worker(chromium, floor, "月台 1", "马建国")
    ship(shipper, sscc, note)
    bill(chromium, floor, order)
    assert line_states(floor, note) == [(3, 3, 3), (2, 2, 2), (2, 2, 2)]
    assert floor.rows(select(NOTE.c.state).where(NOTE.c.id == note))[0].state == "shipped"
    picked = facts(floor, Picked)
    assert [entry.fact.line for entry in picked] == [1, 1, 1, 3, 3, 2, 2]
    assert [entry.at for entry in picked] == sorted(entry.at for entry in picked)
    assert len({entry.cause for entry in picked}) == len(picked) == 7
    billed = floor.rows(select(INVOICE_LINE.c.quantity).order_by(INVOICE_LINE.c.line))
    assert [row.quantity for row in billed] == [quantity for _, quantity in WANTED]
    wrong = [entry.fact.code for entry in facts(floor, Refused)]
    assert wrong == ["scan_bin_first", "wrong_item", "missing_tags", "tracking_bad_format"]
    assert len(floor.rows(select(REQUEST.c.id))) == len({row.id for row in floor.rows(select(REQUEST.c.id))})
    for worker in (picker, packer, shipper):
        assert worker.errors == []
        worker.page.context.close()


def test_a_note_of_another_person_is_joined_or_taken_over(chromium: Browser, floor: FloorSite) -> None:
    floor.release(17, *WANTED)
    first = Worker(chromium, floor, "手持 1", "韩梅梅")
    first.scan("NOTE:17", "opened")
    second = Worker(chromium, floor, "拣货台 1", "李雷")
    second.page.locator("a[href='/pick/17']").click()
    second.page.wait_for_url("**/pick/17")
    second.expect("held_by")
    expect(second.page.locator(".trouble")).to_contain_text("韩梅梅")
    second.press("NOTE:17:JOIN", "joined")
    expect(second.page.locator(".step")).to_be_visible()
    expect(first.page.locator(".note-line")).to_contain_text("李雷")
    third = Worker(chromium, floor, "手持 2", "Tom Baker")
    third.scan("NOTE:17", "held_by")
    third.page.wait_for_url("**/pick/17")
    third.press("NOTE:17:TAKE", "handed_over")
    expect(first.page.locator(".trouble")).to_contain_text("Tom Baker")
    floor.withdraw(17)
    expect(third.page.locator(".trouble")).to_contain_text("撤回" if "撤回" in third.page.content() else "Withdrawn")
    for worker in (first, second, third):
        assert worker.errors == []
        worker.page.context.close()


def test_a_short_pick_a_typed_quantity_and_an_undo(chromium: Browser, floor: FloorSite) -> None:
    floor.release(17, (MARKER, 5))
    picker = Worker(chromium, floor, "拣货台 1", "李雷")
    picker.scan("NOTE:17", "opened")
    page = picker.page
    page.wait_for_url("**/pick/17")
    plus = page.locator("[data-keys=quantity] [data-key='+']")
    plus.click()
    plus.click()
    expect(page.locator("#quantity")).to_have_value("3")
    picker.scan(floor.gtin(MARKER), "picked")
    expect(page.locator(".step-quantity")).to_contain_text("2")
    expect(page.locator("#quantity")).to_have_value("")
    picker.press("CMD:UNDO", "undone")
    expect(page.locator(".step-quantity")).to_contain_text("5")
    page.locator("#quantity").fill("4")
    picker.scan(floor.gtin(MARKER), "picked")
    page.locator("[data-open=short]").click()
    picker.press("CMD:SHORT:missing", "note_picked")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator(".chip.bad")).to_contain_text("1")
    row = floor.rows(select(LINE).where(LINE.c.note == 17))[0]
    assert (row.picked, row.shorted) == (4, 1)
    assert picker.errors == []
    page.context.close()


def test_a_scanner_on_the_stations_own_machine_shows_and_leads_on_its_screen(
    chromium: Browser, floor: FloorSite
) -> None:
    """The reader has no screen and the page no scanner: the verdict is shown, and the page goes to the note."""
    floor.release(17, (MARKER, 5))
    picker = Worker(chromium, floor, "拣货台 1", "李雷")
    page = picker.page
    expect(page.locator(".entries")).to_contain_text("发货单 17")
    reader = next(one.reader_token for one in floor.company.stations if one.name == "拣货台 1")
    with httpx.Client(base_url=floor.url, headers={"authorization": f"Bearer {reader}"}) as door:

        def scan(code: str) -> None:
            at = datetime.now(UTC).isoformat()
            door.post("/scan", json={"id": new_uid(), "seq": 1, "codes": [code], "symbology": None, "at": at})

        scan("NOTE:17")
        page.wait_for_url("**/pick/17")
        picker.expect("opened")
        scan(floor.gtin(TEA))
        picker.expect("wrong_item")
        picker.state("error")
        expect(page.locator("#verdict .verdict-words")).to_contain_text("应拣")
        scan(floor.gtin(MARKER))
        picker.expect("picked")
        expect(page.locator(".progress")).to_contain_text("1 / 5")
    assert picker.errors == []
    page.context.close()
