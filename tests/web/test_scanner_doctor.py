"""The scanner doctor and the page Devices in real Chromium: each misbehaviour typed as key events, its finding in words."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from labels.scanner_test import TESTS
from tests.web.front_browser import Keys
from tests.web.office import opened_office
from tests.web.serving import Serving
from tests.web.test_browser_order import Desk
from web.scanner_diagnosis import AIM, Bent, typed

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with opened_office(tmp_path_factory.mktemp("doctor") / "site", "") as running:
        yield running


@pytest.fixture(scope="module")
def desk(chromium: Browser, office: Serving) -> Iterator[Desk]:
    desk = Desk(chromium, office, "boss")
    yield desk
    assert desk.errors == []
    desk.close()


class Wedge:
    """Types codes into the page as a scanner does."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = Keys(page.context.new_cdp_session(page))

    def type(self, text: str, *, end: bool = True) -> None:
        self.keys.wait(2000)
        with self.keys.together():
            for letter in text:
                if letter == "\x1d":
                    self.keys.press("]", "BracketRight", modifiers=2, virtual=221)
                elif letter.isascii():
                    self.keys.letters(letter)
                else:
                    self.keys.press(letter, "Minus", text=letter)
            if end:
                self.keys.enter()

    def composed(self, text: str) -> None:
        """As an input method does: the keys are its own, the text comes at its end, full-width."""
        for letter in text:
            self.keys.event("rawKeyDown", "Process", f"Key{letter.upper()}", windowsVirtualKeyCode=229)
        cdp = self.keys.cdp
        cdp.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
        cdp.send("Input.insertText", {"text": "".join(chr(ord(letter) + 0xFEE0) for letter in text)})


def examined(desk: Desk, change: Callable[[str], str] = str, *, end: bool = True, twice: bool = False) -> list[str]:
    page = desk.goto("/doctor/scanner")
    wedge = Wedge(page)
    for test, text in TESTS.items():
        expect(page.locator(f'#doctor [data-test="{test}"]')).to_be_visible()
        for _ in range(2 if twice else 1):
            wedge.type(change(AIM[test] + text), end=end)
    return findings(page)


def findings(page: Page) -> list[str]:
    expect(page.locator("#findings h2")).to_be_visible()
    return [str(one.get_attribute("data-finding")) for one in page.locator("#findings .finding").all()]


def test_a_good_scanner_and_the_codes_on_the_screen(desk: Desk) -> None:
    page = desk.goto("/doctor/scanner")
    picture = page.locator("#doctor img").first
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    assert examined(desk) == ["all_well"]
    assert "扫描枪设置正确" in desk.page.locator("#findings").inner_text()


def test_misbehaviours_by_key_events(desk: Desk) -> None:
    assert examined(desk, lambda text: text.replace("\x1d", "")) == ["gs_lost"]
    assert examined(desk, lambda text: typed(text, Bent(caps=True))) == ["caps_lock"]
    assert examined(desk, lambda text: text[3:]) == ["aim_off"]
    assert examined(desk, end=False) == ["suffix_missing"]
    desk.page.locator("#findings summary").click()  # shows the code, and is no scan
    picture = desk.page.locator("#findings .setup")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    assert "“Scan Data Transmission Format”" in desk.page.locator("#findings").inner_text()
    assert examined(desk, twice=True) == ["double_fire"]
    assert examined(desk, lambda text: typed(text, Bent("us", "de"))) == ["layout"]
    assert all(word in desk.page.locator("#findings").inner_text() for word in ("德式", "Product Reference Guide"))


def test_an_input_method_in_the_way(desk: Desk) -> None:
    page = desk.goto("/doctor/scanner")
    wedge = Wedge(page)
    for test, text in TESTS.items():
        expect(page.locator(f'#doctor [data-test="{test}"]')).to_be_visible()
        if test == "digits":
            wedge.composed(text)
        else:
            wedge.type(AIM[test] + text)
    assert findings(page) == ["ime"]


def test_devices_live(desk: Desk, office: Serving) -> None:
    page = desk.goto("/devices")
    expect(page.locator("main")).to_contain_text("readers.toml")
    device = {"name": "dock1", "kind": "gate", "state": "ready", "last_seen": "2026-01-05T08:00:00Z", "last_code": "3 tags",
              "troubles": ["gate_silent"], "error": "gate_silent: nothing heard for 30 s", "spool": 7,
              "counts": {"reads": 90, "passages": 3, "dropped": 4, "stale": 2}}  # fmt: skip
    token = office.world.station(77, "gate")
    client = office.client(authorization=f"Bearer {token}")
    assert client.post("/health", json={"devices": [device]}).is_success
    expect(page.locator("tbody tr")).to_contain_text("消息服务器丢弃 4")
    assert all(
        word in page.locator("tbody tr").inner_text()
        for word in ("dock1", "3 tags", "7", "过旧 2", "通过 3", "标签读取 90")
    )
    assert client.post("/health", json={"devices": [{**device, "last_code": "5 tags"}]}).is_success
    expect(page.locator("tbody tr")).to_contain_text("5 tags")
    assert page.goto(f"{office.url}/stations") is not None
