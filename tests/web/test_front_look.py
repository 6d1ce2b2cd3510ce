"""The look in real Chromium: readable by everybody in light and dark, big enough for gloves, fitting the three screens."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.web.front_browser import ColorScheme, Front, clean, expect, verdict

pytestmark = pytest.mark.browser
SCREENS = [(360, 740), (480, 800), (1280, 800)]
RULES = {"target-size": {"enabled": True}, "color-contrast-enhanced": {"enabled": True}}


def violations(page: Page) -> list[Any]:
    options = {"resultTypes": ["violations"], "rules": RULES}
    found = Axe().run(page, options=options).response["violations"]
    return [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(front: Front, scheme: ColorScheme) -> None:
    page = front.fresh(scheme=scheme)
    keys = front.keys(page)
    for code in ("", "6901234567892", "TWICE", "WRONG"):
        if code:
            keys.scan(code)
            expect(verdict(page)).to_contain_text(code)
        assert violations(page) == []
    front.recorder.failures = [422, 401]
    keys.scan("BAD-0001")
    keys.scan("BAD-0002")
    expect(page.locator("#network a")).to_be_visible()
    assert violations(page) == []
    page.locator("[data-open=short]").click()
    assert violations(page) == []
    page.goto(front.address("/office"))
    assert violations(page) == []
    page.goto(front.address("/sign-in"))
    assert violations(page) == []
    clean(page)


def test_fits_the_screens_with_room_for_gloves(front: Front) -> None:
    page = front.fresh("/?events=off")
    front.keys(page).scan("WRONG")
    expect(verdict(page)).to_have_attribute("data-state", "error")
    for path in ("/?events=off", "/office", "/sign-in"):
        page.goto(front.address(path))
        for width, height in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            if path != "/office":
                assert verdict(page).bounding_box()["y"] < height - 76  # type: ignore[index]
                check_gloves(page)


def check_gloves(page: Page) -> None:
    """Every button is at least 56 px either way, and 8 px from the next."""
    boxes = page.evaluate(
        "[...document.querySelectorAll('button, summary, .act, #network a')].filter((one) => one.checkVisibility())"
        ".map((one) => one.getBoundingClientRect().toJSON())"
    )
    assert boxes
    for number, one in enumerate(boxes):
        assert one["width"] >= 56, one
        assert one["height"] >= 56, one
        for other in boxes[number + 1 :]:
            apart = max(
                one["left"] - other["right"], other["left"] - one["right"],
                one["top"] - other["bottom"], other["top"] - one["bottom"],
            )  # fmt: skip
            assert apart >= 8, (one, other)


def test_the_step_needs_no_scrolling_on_a_phone(front: Front) -> None:
    page = front.fresh("/?events=off")
    facts = page.locator(".facts").bounding_box()
    bottom = page.locator(".bottom").bounding_box()
    assert facts
    assert bottom
    assert facts["y"] + facts["height"] < bottom["y"]
    assert page.locator(".step-target").evaluate("(one) => getComputedStyle(one).fontSize") == "48px"


def test_the_page_is_in_the_persons_language(front: Front) -> None:
    page = front.fresh("/office")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator(".pager")).to_contain_text("共 98 条")
    front.recorder.lang = "en"
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".pager")).to_contain_text("98 entries")
    assert page.locator("a[rel=next]").get_attribute("href") == "?q=%E8%8C%B6&page=3"
    assert page.locator("th a").first.get_attribute("href") == "?q=%E8%8C%B6&sort=number"
    expect(page.locator("th").first).to_have_attribute("aria-sort", "descending")
    expect(page.locator("form.languages [name=back]")).to_have_value("/office")
    page.locator("#menu summary").click()
    with page.expect_request("**/language") as asked:
        page.locator("button[lang='zh-Hans']").click()
    assert asked.value.post_data == "back=%2Foffice&lang=zh"
