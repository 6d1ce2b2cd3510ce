"""The verdict strip, its sounds and the live pages in real Chromium."""

import pytest
from playwright.sync_api import Page

from tests.web.front_browser import Front, clean, expect, until, verdict

pytestmark = pytest.mark.browser

# Notes each tone and buzz as it is made, in place of a microphone.
EARS = """
window.heard = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (at) { heard.push(this.frequency.value); return start.call(this, at); };
Object.defineProperty(Navigator.prototype, "vibrate", { value: (how) => heard.push("buzz " + how), configurable: true });
"""


def heard(page: Page) -> list[object]:
    sounds: list[object] = page.evaluate("heard.splice(0)")
    return sounds


def test_right_wrong_double_and_done_look_and_sound_different(front: Front) -> None:
    page = front.fresh(script=EARS)
    keys = front.keys(page)
    expected = [
        ("6901234567892", "ok", "✓", [1000]),
        ("TWICE", "double", "⚠", ["buzz 30,40,30", 2200, 2200, 2200]),
        ("WRONG", "error", "✕", ["buzz 200,100,200", 150, 150]),
        ("LAST", "done", "✓", [880, 1320]),
    ]
    for code, state, sign, sounds in expected:
        keys.scan(code)
        expect(verdict(page)).to_have_attribute("data-state", state)
        expect(verdict(page).locator(".verdict-sign")).to_have_text(sign)
        assert heard(page) == sounds
    clean(page)


def test_red_stays_until_a_good_scan_or_a_tap(front: Front) -> None:
    page = front.fresh()
    keys = front.keys(page)
    strip = verdict(page)
    keys.scan("WRONG")
    expect(strip).to_contain_text("拿错了：这是 WRONG。应拣 A-03-02 的 西湖龙井 250 g")
    expect(strip).to_contain_text("wrong_item")
    page.reload()
    expect(strip).to_have_attribute("data-state", "error")
    front.recorder.failures = [503]
    keys.scan("6901234567892")
    expect(page.locator("#network")).to_contain_text("已记下，1 条待发送")
    expect(strip).to_have_attribute("data-state", "error")  # noted is not good
    expect(strip).to_have_attribute("data-state", "ok")
    keys.scan("WRONG")
    strip.get_by_role("button", name="知道了").click()
    expect(strip).to_have_attribute("data-state", "seen")
    expect(strip).to_contain_text("拿错了")


def test_a_double_never_wipes_red_away(front: Front) -> None:
    page = front.fresh(script=EARS)
    keys = front.keys(page)
    strip = verdict(page)
    keys.scan("WRONG")
    expect(strip).to_have_attribute("data-state", "error")
    heard(page)
    keys.scan("TWICE")
    until(page, lambda: front.recorder.codes == ["WRONG", "TWICE"])
    page.wait_for_function("heard.length >= 3")
    assert heard(page) == ["buzz 200,100,200", 150, 150]
    expect(strip).to_have_attribute("data-state", "error")
    expect(strip).to_contain_text("拿错了：这是 WRONG")
    keys.scan("6901234567892")
    expect(strip).to_have_attribute("data-state", "ok")
    keys.scan("STILL-WRONG")  # the first of the two was refused
    expect(strip).to_have_attribute("data-state", "error")
    expect(strip).to_contain_text("仍未接受")
    clean(page)


def test_names_with_markup_stay_text(front: Front) -> None:
    page = front.fresh()
    front.keys(page).scan("<img src=x onerror=alert(1)>")
    expect(verdict(page)).to_contain_text("<img src=x onerror=alert(1)>")
    assert verdict(page).locator("img").count() == 0
    clean(page)


def test_a_verdict_renews_the_page_and_leads_on(front: Front) -> None:
    page = front.fresh("/?events=off")
    keys = front.keys(page)
    keys.scan("6901234567892")
    expect(page.locator(".count")).to_have_text("1 / 12")
    expect(page.locator(".progress")).to_contain_text("1 / 12")
    keys.scan("NOTE-17")
    page.wait_for_url("**/pick/17")


def test_live_changes_keep_what_is_under_the_fingers(front: Front) -> None:
    page = front.fresh()
    field = page.locator("[name=remark]")
    field.click()
    field.press_sequentially("half a word", delay=130)
    field.evaluate("(field) => field.setSelectionRange(4, 4)")
    until(page, lambda: "0" in front.recorder.opened)
    front.recorder.codes.append("by somebody else")
    front.recorder.events += ["order:3", "note:17"]
    expect(page.locator(".count")).to_have_text("1 / 12")
    assert front.recorder.fragments == 1
    expect(field).to_have_value("half a word")
    expect(field).to_be_focused()
    assert field.evaluate("(field) => field.selectionStart") == 4
    clean(page)


def test_a_button_is_not_swapped_away_under_the_finger(front: Front) -> None:
    page = front.fresh()
    until(page, lambda: "0" in front.recorder.opened)
    page.evaluate(
        "const button = document.createElement('button');"
        "Object.assign(button, { id: 'passing', textContent: 'x' }).dataset.code = 'CMD:PASSING';"
        "document.querySelector('section[data-live]').prepend(button)"
    )
    page.locator("#passing").hover()
    page.mouse.down()
    front.recorder.codes.append("by somebody else")
    front.recorder.events += ["note:17"]
    until(page, lambda: front.recorder.fragments == 1)
    page.wait_for_timeout(300)
    expect(page.locator("#passing")).to_be_visible()
    page.mouse.up()
    until(page, lambda: "CMD:PASSING" in front.recorder.codes)
    expect(page.locator("#passing")).to_have_count(0)
    clean(page)


def test_a_dead_stream_is_opened_again_where_it_stopped(front: Front) -> None:
    page = front.fresh()
    until(page, lambda: front.recorder.opened == ["0"])
    front.recorder.events += ["note:17"]
    until(page, lambda: front.recorder.fragments == 1)
    front.recorder.beating = False  # looks open, is dead
    until(page, lambda: len(front.recorder.opened) > 1)
    assert front.recorder.opened[1] == "1"
    front.recorder.beating = True
    until(page, lambda: front.recorder.fragments > 1)
    expect(page.locator("#network")).to_be_hidden()


def test_a_refused_stream_is_tried_again(front: Front) -> None:
    page = front.fresh("/?events=off")
    for status in (503, 204, 401):
        front.recorder.events_status = status
        page.goto(front.address("/"))
        expect(page.locator("#network")).to_contain_text("页面可能不是最新")
        front.recorder.events_status = 200
        expect(page.locator("#network")).to_be_hidden()


def test_a_restored_backup_begins_anew(front: Front) -> None:
    page = front.fresh()
    until(page, lambda: front.recorder.opened == ["0"])
    front.recorder.events += ["order:1", "order:2", "!reset"]
    until(page, lambda: front.recorder.fragments == 1)
    until(page, lambda: len(front.recorder.opened) == 2)
    assert front.recorder.opened[1] == "99"


def test_a_hidden_page_holds_no_stream(front: Front) -> None:
    page = front.fresh()
    until(page, lambda: front.recorder.opened == ["0"])
    until(page, lambda: front.recorder.open_streams == 1)
    hide(page, True)
    until(page, lambda: front.recorder.open_streams == 0)
    front.recorder.codes.append("meanwhile")
    front.recorder.events += ["note:17"]
    hide(page, False)
    expect(page.locator(".count")).to_have_text("1 / 12")
    assert front.recorder.opened == ["0", "0"]


def hide(page: Page, hidden: bool) -> None:
    """Headless Chromium never hides a page by itself."""
    page.evaluate(
        "(hidden) => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )
