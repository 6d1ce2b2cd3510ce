"""The wedge listener in real Chromium: everything that types like a scanner is read, everything that is a person's is left alone."""

import pytest
from playwright.sync_api import Page

from tests.web.front_browser import Front, Keys, clean, expect, until, verdict

pytestmark = pytest.mark.browser
CODE = "6901234567892"
GS = "\x1d"


def read(front: Front, page: Page, *codes: str) -> None:
    """Exactly these codes arrived, in this order."""
    until(page, lambda: len(front.recorder.codes) >= len(codes))
    expect(page.locator("#network")).to_be_hidden()
    assert front.recorder.codes == list(codes)
    clean(page)


def test_ends_by_enter_and_tab_and_back_to_back(front: Front) -> None:
    page = front.fresh()
    keys = front.keys(page)
    keys.scan(CODE)
    keys.letters("A-01-02")
    keys.press("Tab", "Tab")
    keys.letters("B-01/02")
    keys.enter()
    read(front, page, CODE, "A-01-02", "B-01/02")


def test_ends_by_silence(front: Front) -> None:
    page = front.fresh()
    front.recorder.wedge = {"silent_ms": 500}
    page.reload()
    keys = front.keys(page)
    keys.wait(900)
    keys.letters("ABCDEF-123")
    until(page, lambda: front.recorder.codes == ["ABCDEF-123"])
    keys.wait(900)
    keys.letters("ABCDE")  # five letters and silence are too few to be sure
    page.wait_for_timeout(700)
    read(front, page, "ABCDEF-123")


def test_keys_that_come_late_never_make_a_shorter_code(front: Front) -> None:
    page = front.fresh()
    front.recorder.wedge = {"silent_ms": 300}
    page.reload()
    keys = front.keys(page)
    keys.wait(900)
    keys.letters("69012")
    page.wait_for_timeout(500)  # the machine stood still: by their own clock the keys are 5 ms apart
    keys.letters("34567892")
    keys.enter()
    read(front, page, CODE)
    keys.wait(900)
    keys.letters("TOO-LATE")
    until(page, lambda: len(front.recorder.codes) > 1)
    keys.letters("-NO-SCAN")
    keys.enter()
    expect(verdict(page)).to_contain_text("只读到 -NO-SCAN，请重扫")
    assert front.recorder.codes == [CODE, "TOO-LATE"]


def test_ten_at_no_gap_and_twelve_while_the_server_is_slow(front: Front) -> None:
    page = front.fresh()
    keys = front.keys(page)
    front.recorder.delay_s = 0.05
    codes = [f"SLOW-{number:04}" for number in range(22)]
    for code in codes:
        keys.letters(code, gap_ms=0 if code < "SLOW-0010" else 5)
        keys.enter()
    read(front, page, *codes)
    assert [post["seq"] for post in front.recorder.posts] == list(range(1, 23))


def by_f8(keys: Keys) -> None:
    keys.press("F8", "F8")


def by_control(keys: Keys) -> None:
    keys.press("Control", "ControlLeft")
    keys.press("]", "BracketRight", modifiers=2)


def by_alt(keys: Keys) -> None:
    keys.event("rawKeyDown", "Alt", "AltLeft", modifiers=1, windowsVirtualKeyCode=18)
    for digit in "029":
        keys.press(digit, f"Numpad{digit}", modifiers=1)
    keys.event("keyUp", "Alt", "AltLeft", windowsVirtualKeyCode=18)


def test_group_separators_and_the_aim_identifier(front: Front) -> None:
    page = front.fresh()
    keys = front.keys(page)
    for separate in (by_f8, by_control, by_alt):
        keys.wait(500)
        keys.letters("]d210LOT7")
        separate(keys)
        keys.letters("21X9")
        keys.enter()
    read(front, page, *[f"10LOT7{GS}21X9"] * 3)
    assert {post["symbology"] for post in front.recorder.posts} == {"]d2"}


def test_a_half_typed_field_is_given_back(front: Front) -> None:
    page = front.fresh()
    keys = front.keys(page)
    field = page.locator("[name=remark]")
    field.click()
    keys.wait(500)
    keys.letters("half", gap_ms=150)
    keys.scan(CODE)
    read(front, page, CODE)
    expect(field).to_have_value("half")
    expect(field).to_be_focused()


def test_typing_is_no_scan(front: Front) -> None:
    page = front.fresh("/sign-in")
    page.evaluate("document.addEventListener('submit', (event) => event.preventDefault())")
    keys = front.keys(page)
    page.locator("[name=pin]").click()
    for gap_ms in (70, 120, 200):
        keys.wait(500)
        keys.letters("2026", gap_ms)
        keys.enter(gap_ms)
    page.wait_for_timeout(250)
    expect(page.locator("[name=pin]")).to_have_value("202620262026")
    assert front.recorder.posts == []


def test_a_scan_presses_no_button_but_a_person_does(front: Front) -> None:
    page = front.fresh()
    keys = front.keys(page)
    page.evaluate(
        "window.clicks = 0; document.querySelector('[data-code]').addEventListener('click', () => { window.clicks += 1 })"
    )
    page.locator("[data-code='CMD:UNDO']").focus()
    keys.scan("BIN A 03 02")
    read(front, page, "BIN A 03 02")
    page.locator("[data-code='CMD:UNDO']").focus()
    assert page.evaluate("clicks") == 0
    keys.wait(900)
    keys.enter()
    assert page.evaluate("clicks") == 1
    keys.wait(900)
    keys.press(" ", "Space", text=" ")
    assert page.evaluate("clicks") == 2
    read(front, page, "BIN A 03 02", "CMD:UNDO", "CMD:UNDO")


def test_a_dialog_refuses_scans_aloud_and_is_not_answered_by_them(front: Front) -> None:
    page = front.fresh()
    keys = front.keys(page)
    page.locator("[data-open=ask]").click()
    page.locator("#yes").focus()
    keys.scan(CODE)
    expect(page.locator("#ask")).to_have_attribute("data-refused", f"请先回答屏幕上的问题，再重扫 {CODE}。")
    expect(verdict(page)).to_have_attribute("data-state", "error")
    expect(page.locator("#ask")).to_be_visible()
    assert front.recorder.posts == []
    page.locator("#ask [data-close]").click()
    page.locator("[data-open=short]").click()  # this one wants a scan
    keys.scan("CMD:SHORT:MISSING")
    read(front, page, "CMD:SHORT:MISSING")


def test_an_input_method_on_a_desktop_keeps_nothing_from_us(front: Front) -> None:
    page = front.fresh()
    keys = front.keys(page)
    keys.wait(500)
    for code, shift in [("KeyA", 8), ("KeyB", 0), ("Digit3", 0), ("Minus", 0), ("Digit4", 0)]:
        keys.press("Process", code, virtual=229, modifiers=shift)
    keys.press("Process", "Enter", virtual=229)
    read(front, page, "Ab3-4")


def test_android_letters_and_whole_commits(front: Front) -> None:
    page = front.fresh()
    front.recorder.wedge = {
        "silent_ms": 0,
        "slow_ms": 5000,
        "gap_ms": 10_000,
    }  # texts put in bear the machine's own time
    page.reload()
    keys = front.keys(page)
    keys.wait(500)
    for letter in "LETTERS":
        keys.event("rawKeyDown", "Unidentified", "", windowsVirtualKeyCode=229)
        keys.cdp.send("Input.insertText", {"text": letter})
        keys.event("keyUp", "Unidentified", "", windowsVirtualKeyCode=229)
    page.keyboard.press("Enter")
    read(front, page, "LETTERS")
    page.wait_for_timeout(200)
    keys.cdp.send("Input.insertText", {"text": "WHOLE-4711\r\n"})
    read(front, page, "LETTERS", "WHOLE-4711")
    expect(page.locator("#sink")).to_have_value("")


def test_firmware_that_sets_alt_on_every_key(front: Front) -> None:
    page = front.fresh()
    keys = front.keys(page)
    keys.wait(500)
    for digit in "47110815":
        keys.press(digit, f"Digit{digit}", modifiers=1)
    keys.enter()
    read(front, page, "47110815")


def test_chinese_is_typed_not_scanned(front: Front) -> None:
    page = front.fresh()
    keys = front.keys(page)
    field = page.locator("[name=remark]")
    field.click()
    for word in ("x", "xi", "xihu"):
        keys.cdp.send("Input.imeSetComposition", {"text": word, "selectionStart": len(word), "selectionEnd": len(word)})
    keys.cdp.send("Input.insertText", {"text": "西湖龙井一级茶"})
    page.wait_for_timeout(250)
    expect(field).to_have_value("西湖龙井一级茶")
    assert front.recorder.posts == []


def test_radio_scanners_stumble(front: Front) -> None:
    page = front.fresh()
    keys = front.keys(page)
    keys.wait(500)
    keys.letters("690123", gap_ms=25)
    keys.wait(65)
    keys.letters("4567892", gap_ms=25)
    keys.enter(25)
    read(front, page, CODE)


def test_a_busy_page_reads_by_the_events_clock(front: Front) -> None:
    page = front.fresh()
    keys = front.keys(page)
    page.evaluate("setInterval(() => { const end = performance.now() + 200; while (performance.now() < end); }, 250)")
    keys.scan("BUSY-0001")
    keys.scan("BUSY-0002")
    read(front, page, "BUSY-0001", "BUSY-0002")


def test_a_prefix_key_makes_sure_of_slow_scanners(front: Front) -> None:
    page = front.fresh()
    front.recorder.wedge = {"prefix": "F9"}
    page.reload()
    keys = front.keys(page)
    keys.wait(500)
    keys.press("F9", "F9")
    keys.letters("A-1", gap_ms=200)
    keys.enter(200)
    read(front, page, "A-1")


def test_a_cut_off_code_is_refused_and_presses_nothing(front: Front) -> None:
    page = front.fresh()
    keys = front.keys(page)
    page.locator("[data-code='CMD:UNDO']").focus()
    keys.wait(500)
    keys.letters("A-1")
    keys.enter()
    expect(verdict(page)).to_contain_text("A-1")
    expect(verdict(page)).to_have_attribute("data-state", "error")
    assert front.recorder.posts == []


def test_a_person_may_paste_and_hold_keys(front: Front) -> None:
    page = front.fresh()
    keys = front.keys(page)
    field = page.locator("[name=remark]")
    field.evaluate("(field) => { field.value = 'from the clipboard'; field.focus(); }")
    field.press("Control+A")
    field.press("Control+X")
    field.press("Control+V")
    expect(field).to_have_value("from the clipboard")
    keys.wait(500)
    for _ in range(8):
        keys.wait(30)
        keys.event("keyDown", "x", "KeyX", text="x", autoRepeat=True, windowsVirtualKeyCode=88)
    keys.enter()
    assert front.recorder.posts == []


def test_texts_put_in_whole_are_typing_where_the_page_says_so(front: Front) -> None:
    page = front.fresh("/office")
    page.locator("[name=q]").fill("a whole text")  # as password managers and dictation do
    expect(page.locator("[name=q]")).to_have_value("a whole text")
    page.goto(front.address("/sign-in"))
    page.locator("[name=pin]").fill("4711")
    expect(page.locator("[name=pin]")).to_have_value("4711")
    assert front.recorder.posts == []
