"""The queue in real Chromium: written first, sent in order, counted as noted, lost by nothing and doubled by nothing."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.web.front_browser import Front, clean, expect, until, verdict

pytestmark = pytest.mark.browser


def network(page: Page) -> str:
    return page.locator("#network").inner_text()


def waiting(page: Page, count: int) -> None:
    expect(page.locator("#network")).to_contain_text(f"已记下，{count} 条待发送")


def test_a_scan_carries_what_the_person_saw(front: Front) -> None:
    page = front.fresh()
    front.keys(page).scan("6901234567892")
    until(page, lambda: len(front.recorder.posts) == 1)
    (post,) = front.recorder.posts
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", post.pop("id"))
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", post.pop("at"))
    assert post == {
        "codes": ["6901234567892"],
        "symbology": None,
        "session": "s-1",
        "note": 17,
        "line": 4,
        "quantity": None,
        "seq": 1,
    }
    clean(page)


# The device's clock is five minutes behind, `performance` counts on undisturbed.
BEHIND = """
((right) => {
  window.Date = class extends right {
    constructor(...given) { given.length ? super(...given) : super(Date.now()); }
    static now() { return right.now() - 300000; }
  };
})(Date)
"""


def off_s(post: dict[str, Any]) -> float:
    """How far the time of a scan is from ours, in seconds."""
    return abs((datetime.fromisoformat(post["at"]) - datetime.now(UTC)).total_seconds())


def test_a_device_with_a_wrong_clock_stamps_its_scans_right(front: Front) -> None:
    page = front.fresh(script=BEHIND)
    front.keys(page).scan("6901234567892")
    until(page, lambda: len(front.recorder.posts) == 1)
    assert off_s(front.recorder.posts[0]) < 60
    clean(page)


def test_a_clock_that_goes_wrong_while_the_page_is_open_is_told_by_the_answers(front: Front) -> None:
    page = front.fresh()
    page.evaluate(BEHIND)
    keys = front.keys(page)
    keys.scan("6901234567892")
    expect(verdict(page)).to_have_attribute("data-state", "ok")
    keys.scan("6901234567892")
    until(page, lambda: len(front.recorder.posts) == 2)
    wrong, right = front.recorder.posts
    assert off_s(wrong) > 200 and off_s(right) < 60
    clean(page)


@pytest.mark.parametrize("host", ["localhost", "floor.test"])
def test_cut_wifi_keeps_everything_over_a_reload_too(front: Front, host: str) -> None:
    """`floor.test` is no secure context: no Web Locks there, a lease on disk instead."""
    page = front.fresh(host=host)
    assert page.evaluate("'locks' in navigator") == (host == "localhost")
    keys = front.keys(page)
    keys.scan("BEFORE-1")
    expect(verdict(page)).to_have_attribute("data-state", "ok")  # its answer is home: an unanswered one would wait, too
    expect(page.locator("#network")).to_be_hidden()
    front.wifi.cut()
    for code in ("CUT-0001", "CUT-0002", "CUT-0003"):
        keys.scan(code)
    waiting(page, 3)
    assert "网络断开" in network(page)
    assert "CUT-0003" in verdict(page).inner_text()
    expect(verdict(page)).to_have_attribute("data-state", "noted")
    assert front.recorder.codes == ["BEFORE-1"]
    front.wifi.restore()
    front.recorder.failures = [503, 503]
    page.reload()
    until(page, lambda: len(front.recorder.codes) == 4)
    assert front.recorder.codes == ["BEFORE-1", "CUT-0001", "CUT-0002", "CUT-0003"]
    expect(page.locator("#network")).to_be_hidden()
    clean(page)


def test_a_lost_answer_is_asked_for_again_under_the_same_id(front: Front) -> None:
    page = front.fresh()
    front.recorder.failures = [0, 0]  # stored, but what comes back is a stranger's web page
    front.keys(page).scan("ONCE-0001")
    expect(verdict(page)).to_have_attribute("data-state", "ok")
    assert len(front.recorder.posts) == 3
    assert len({post["id"] for post in front.recorder.posts}) == 1
    assert front.recorder.codes == ["ONCE-0001"]


def test_a_stalled_request_is_given_up_and_repeated(front: Front) -> None:
    page = front.fresh()
    front.wifi.stall()
    front.keys(page).scan("STALL-001")
    waiting(page, 1)
    expect(page.locator("#network")).to_contain_text("请继续扫码", timeout=7000)  # 4 s
    front.wifi.cut()
    front.wifi.restore()
    until(page, lambda: front.recorder.codes == ["STALL-001"])
    assert len({post["id"] for post in front.recorder.posts}) == 1


@pytest.mark.parametrize("status", [401, 303])
def test_signed_out_stops_the_queue_and_drops_nothing(front: Front, status: int) -> None:
    page = front.fresh()
    front.recorder.failures = [status] * 2
    keys = front.keys(page)
    keys.scan("LATE-0001")
    expect(page.locator("#network a")).to_have_attribute("href", "/sign-in")
    keys.scan("LATE-0002")
    waiting(page, 2)
    until(page, lambda: front.recorder.failures == [])
    page.wait_for_timeout(700)  # it does not hammer the door meanwhile
    assert len(front.recorder.posts) == 2
    front.recorder.failures = [503]
    page.locator("#network a").click()
    until(page, lambda: front.recorder.codes == ["LATE-0001", "LATE-0002"])


def test_what_the_server_cannot_read_is_set_aside_in_sight(front: Front) -> None:
    page = front.fresh()
    front.recorder.failures = [422]
    keys = front.keys(page)
    keys.scan("BAD-0001")
    expect(page.locator("#network")).to_contain_text("1 条已搁置：BAD-0001 服务器不认（422）")
    keys.scan("GOOD-001")
    until(page, lambda: front.recorder.codes == ["GOOD-001"])
    page.reload()
    page.get_by_role("button", name="重新发送").click()
    until(page, lambda: front.recorder.codes == ["GOOD-001", "BAD-0001"])
    expect(page.locator("#network")).to_be_hidden()
    front.recorder.failures = [400]
    keys.scan("BAD-0002")
    page.get_by_role("button", name="删除", exact=True).click()
    page.get_by_role("button", name="确定删除？").click()
    expect(page.locator("#network")).to_be_hidden()
    assert len(front.recorder.codes) == 2


@pytest.mark.parametrize("host", ["localhost", "floor.test"])
def test_two_tabs_never_double(front: Front, host: str) -> None:
    tabs = {"FIRST": front.fresh(host=host), "SECOND": front.another(host=host)}
    hands = {name: front.keys(tab) for name, tab in tabs.items()}
    front.wifi.cut()
    scanned = []
    for number in range(3):
        for name, tab in tabs.items():
            tab.bring_to_front()
            hands[name].scan(f"{name}-{number}")
            scanned.append(f"{name}-{number}")
            waiting(tab, len(scanned))
    front.recorder.delay_s = 0.02
    front.wifi.restore()
    tabs["SECOND"].evaluate("dispatchEvent(new Event('online'))")
    until(tabs["SECOND"], lambda: len(front.recorder.codes) == 6, 15)
    assert front.recorder.codes == scanned
    assert len({post["id"] for post in front.recorder.posts}) == 6
    for name, tab in tabs.items():
        expect(tab.locator("#network")).to_be_hidden()
        expect(verdict(tab)).to_contain_text(f"{name}-2")


def test_buttons_send_printed_commands_with_quantities(front: Front) -> None:
    page = front.fresh()
    page.locator("[data-code='CMD:UNDO']").dblclick()  # a finger that taps twice means once
    page.locator("[data-open=short]").click()
    page.locator("#there").fill("1.5")
    page.get_by_role("button", name="破损").click()
    expect(verdict(page)).to_contain_text("1.5 不是整数")
    page.locator("#there").fill("３")  # a Chinese keyboard's full-width digit
    page.wait_for_timeout(450)
    page.get_by_role("button", name="破损").click()
    until(page, lambda: len(front.recorder.posts) == 2)
    assert [(post["codes"], post["quantity"]) for post in front.recorder.posts] == [
        (["CMD:UNDO"], None),
        (["CMD:SHORT:DAMAGED"], 3),
    ]
    expect(page.locator("#short")).to_be_hidden()
    clean(page)


def test_signing_out_with_scans_waiting_takes_a_second_press(front: Front) -> None:
    page = front.fresh()
    front.recorder.failures = [503] * 50
    front.keys(page).scan("STAY-0001")
    waiting(page, 1)
    page.locator("#menu summary").click()
    page.get_by_role("button", name="退出").click()
    expect(page.locator("#network")).to_contain_text("本机还有 1 条扫码待发送")
    with page.expect_request("**/sign-out"):
        page.get_by_role("button", name="退出").click()


def test_a_field_may_ask_for_the_scan(front: Front) -> None:
    page = front.fresh("/sign-in")
    keys = front.keys(page)
    keys.scan("BADGE-7F3K")
    expect(page.locator("[name=badge]")).to_have_value("BADGE-7F3K")
    expect(page.locator("[name=pin]")).to_be_focused()
    assert not [post for post in front.recorder.posts if "BADGE-7F3K" in post["codes"]]
    clean(page)
