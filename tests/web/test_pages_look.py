"""How the floor's pages look in real Chromium: readable in light and dark, big enough for gloves, fitting all screens."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.databases import fresh_sqlite
from tests.web.floor_site import FloorSite, floor_site, stages
from tests.web.front_browser import WAIT_MS
from tests.web.test_front_look import SCREENS, check_gloves, violations

pytestmark = pytest.mark.browser
FLOOR = {
    "拣货台 1": ["/notes", "/notes?find=zzz", "/pick/17", "/pick/18", "/pick/19", "/pick/20", "/pick/24"],
    "打包台 1": ["/pack", "/pack/20", "/pack/21", "/pack/17"],
    "月台 1": ["/ship", "/ship/21", "/ship/22", "/ship/23"],
}
OFFICE = ["/today", "/counts", "/items", "/items?find=茶", "/items/49", "/history/note:23", "/waiting", "/cases", "/cases?settled=1",
          "/stations", "/devices", "/doctor/scanner", "/printers", "/printers?state=open"]  # fmt: skip

SETTING_UP = ["/people", "/people?words=zzz", "/people/new", "/people/1", "/people/8", "/stations", "/stations/new",
              "/stations/3", "/stations?retired=1", "/rules", "/history/person:8", "/history/policy:tax_bp"]  # fmt: skip


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FloorSite]:
    folder: Path = tmp_path_factory.mktemp("look")
    with floor_site(folder / "site", fresh_sqlite(folder)) as running:
        stages(running)
        running.site.courier.settle()
        yield running


class Looker:
    """The supervisor at a station's device; `open` shows a page without its live stream moving under the looker."""

    def __init__(self, chromium: Browser, floor: FloorSite, station: str) -> None:
        self.page: Page = chromium.new_context(locale="zh-CN").new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.floor = floor
        self.page.goto(f"{floor.url}/enrol?token={floor.token(station)}")
        person = floor.person("老郑")
        self.page.fill("[name=badge]", person.badge)
        self.page.fill("[name=pin]", person.pin)

    def sign_in(self) -> None:
        self.page.locator(".keypad .main").click()
        self.page.wait_for_url(lambda url: "sign-in" not in url)

    def open(self, path: str, width: int = 360, height: int = 740) -> Page:
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.goto(f"{self.floor.url}{path}")
        return self.page

    def close(self) -> None:
        assert self.errors == []
        self.page.context.close()


def check(page: Page, path: str, gloves: bool) -> None:
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        if gloves:
            page.set_viewport_size({"width": width, "height": 3000})  # nothing is hidden under the foot of the page
            check_gloves(page)
    page.set_viewport_size({"width": 360, "height": 740})


def read_by_all(page: Page) -> list[Any]:
    found = list[Any]()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += violations(page)
    page.emulate_media(color_scheme="light")
    return found


@pytest.mark.parametrize("station", FLOOR)
def test_floor_pages_are_for_everybody_and_for_gloves(chromium: Browser, floor: FloorSite, station: str) -> None:
    looker = Looker(chromium, floor, station)
    check(looker.page, "/sign-in", gloves=True)
    assert read_by_all(looker.page) == []
    looker.sign_in()
    for path in FLOOR[station]:
        page = looker.open(path)
        check(page, path, gloves=True)
        assert read_by_all(page) == [], path
        for opener in page.locator("[data-open]").all():
            opener.click()
            assert violations(page) == [], path
            page.locator("dialog[open] [data-close]").click()
    looker.close()


def test_pages_that_watch_are_for_everybody(chromium: Browser, floor: FloorSite) -> None:
    looker = Looker(chromium, floor, "拣货台 1")
    looker.sign_in()
    for path in OFFICE:
        page = looker.open(path)
        check(page, path, gloves=False)
        assert read_by_all(page) == [], path
    looker.close()


@pytest.fixture
def desk(chromium: Browser, floor: FloorSite) -> Iterator[Page]:
    """The administrator's browser in the office."""
    page = chromium.new_context(locale="zh-CN", device_scale_factor=2).new_page()
    page.set_default_timeout(WAIT_MS)
    forbidden: list[str] = []
    page.on("console", lambda said: forbidden.append(said.text) if "Security Policy" in said.text else None)
    admin = next(person for person in floor.company.people if person.login == "admin")
    page.goto(f"{floor.url}/sign-in")
    page.fill("[name=login]", admin.login)
    page.fill("[name=password]", admin.password)
    page.locator("#office button").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    yield page
    assert forbidden == []
    page.context.close()


def test_pages_that_set_up_are_for_everybody(desk: Page, floor: FloorSite) -> None:
    for path in SETTING_UP:
        desk.goto(f"{floor.url}{path}")
        check(desk, path, gloves=False)
        assert read_by_all(desk) == [], path


def test_a_refusal_while_setting_up_is_for_everybody(desk: Page, floor: FloorSite) -> None:
    for path, field in (("/people/8", "pin"), ("/stations/3", "stale_s"), ("/rules", "tax_bp")):
        desk.goto(f"{floor.url}{path}")
        desk.fill(f"[name={field}]", "1٣x")
        desk.locator("main form .main").first.click()
        assert desk.locator(".flash.bad").is_visible()
        check(desk, path, gloves=False)
        assert read_by_all(desk) == [], path


def read_back(page: Page) -> str:
    """What a camera reads from the code on the screen."""
    (seen,) = zxingcpp.read_barcodes(Image.open(BytesIO(page.locator(".qr").screenshot())))
    return str(seen.text)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_codes_on_the_screen_are_read_back(desk: Page, floor: FloorSite, scheme: Any) -> None:
    """A badge signs in, a new device's address enrols: as a camera sees them, at the smallest screen."""
    desk.emulate_media(color_scheme=scheme)
    desk.set_viewport_size({"width": 360, "height": 740})
    desk.goto(f"{floor.url}/people/8")
    assert read_back(desk) == f"BADGE:{floor.person('李雷').badge}"
    desk.goto(f"{floor.url}/stations/3")
    desk.locator("form[action$='/devices'] button").click()
    assert read_back(desk) == desk.locator(".code").inner_text()
    assert violations(desk) == []


def test_the_step_stands_above_the_verdict_on_a_phone(chromium: Browser, floor: FloorSite) -> None:
    """What to do next, and what the last scan said, are seen without scrolling."""
    looker = Looker(chromium, floor, "拣货台 1")
    looker.sign_in()
    for path in ("/pick/17", "/pick/20", "/pick/18"):
        page = looker.open(path)
        step = page.locator(".step, .trouble").first.bounding_box()
        verdict = page.locator("#verdict").bounding_box()
        assert step and verdict and step["y"] + step["height"] < verdict["y"] < 740 - 76, path
    looker.close()
