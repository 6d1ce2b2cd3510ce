"""Languages and verdict words: what a page says is in the reader's language and never fails for want of a field."""

import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.text import environment, negotiate, script_texts, texts
from web.texts.verdicts import VERDICTS, verdict_text, word

ISSUE_CODES = re.findall(
    r"\w+",
    """unknown_code ambiguous_code bad_check_digit wrong_item wrong_bin over_pick line_taken bad_quantity lot_required
    lot_not_on_note serial_required serial_already_picked expired note_not_pickable note_withdrawn held_by
    reason_required nothing_short nothing_to_undo already_undone double_fire stale_scan parcel_other_order parcel_closed
    not_picked_yet open_parcels nothing_to_ship extra_tag missing_tags wrong_door tracking_bad_format
    tracking_already_used no_printer_for_station request_id_reused picked opened""",
)


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh", "zh"),
        ("zh-Hans", "zh"),
        ("zh-Hans-CN", "zh"),
        ("zh-TW", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("zh;q=0.3, en-GB;q=0.7", "en"),
        ("de-DE,de;q=0.9", "zh"),
        ("en;q=0", "zh"),
        ("", "zh"),
        ("*", "zh"),
        (";;q=,,,=", "zh"),
    ],
)
def test_the_language_follows_the_browser(header: str, lang: str) -> None:
    assert negotiate(header) == lang


def test_the_default_is_a_setting() -> None:
    assert negotiate("de", default="en") == "en"


@given(st.text(max_size=60))
def test_no_header_breaks_the_choice(header: str) -> None:
    assert negotiate(header) in ("zh", "en")


def test_every_code_of_the_scan_door_has_words() -> None:
    assert [code for code in ISSUE_CODES if code not in VERDICTS] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("code", sorted(VERDICTS))
def test_a_verdict_without_fields_still_speaks(lang: str, code: str) -> None:
    text = verdict_text(lang, code, {})
    assert text
    assert "{" not in text


def test_a_refusal_names_what_was_scanned_wanted_and_where() -> None:
    fields = {"scanned": "茶杯", "wanted": "茶壶", "bin": "A-03"}
    assert verdict_text("zh", "wrong_item", fields) == "拿错了：这是 茶杯。应拣 A-03 的 茶壶，请放回并重新拿。"
    english = verdict_text("en", "wrong_item", fields)
    assert english == "This is 茶杯. Wanted: 茶壶 from A-03. Put it back and take the right one."


def test_a_double_of_a_refused_scan_tells_why_it_is_still_refused() -> None:
    fields = {"scanned": "茶杯", "wanted": "茶壶", "bin": "A-03", "ms": 5}
    twice = verdict_text("zh", "double_fire", fields | {"first": "wrong_item"})
    assert twice == "同一条码连扫了两次，仍未接受：拿错了：这是 茶杯。应拣 A-03 的 茶壶，请放回并重新拿。"
    assert "It was counted once" in verdict_text("en", "double_fire", fields)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"wanted": "货品1"}, "Say why 货品1 is short"),
        ({"act": "reprint", "wanted": "SSCC 1", "choices": ["lost", "unreadable"]}, "printed again: lost, unreadable."),
        ({"act": "void", "wanted": "SSCC 1", "parcel": 3, "choices": ["damaged"]}, "parcel 3 (SSCC 1) is given up"),
        ({"act": "waive", "wanted": "17", "choices": ["too_big"]}, "no gate saw the missing parcels of note 17"),
    ],
)
def test_each_act_asks_for_its_own_reason(fields: dict[str, object], told: str) -> None:
    assert told in verdict_text("en", "reason_required", fields)


def test_what_the_gate_refuses_is_told_without_what_nobody_knows() -> None:
    assert verdict_text("en", "extra_tag", {"scanned": "37"}) == (
        "37 does not belong to this shipment. Take it off the truck."
    )
    assert "(it is of 18)" in verdict_text("en", "extra_tag", {"scanned": "37", "note": 18})
    assert "E280 at door D1 is no tag of ours" in verdict_text("en", "unknown_code", {"scanned": "E280", "door": "D1"})


def test_the_next_stop_is_told_in_words() -> None:
    stop = {"bin": "A-04", "item": "Tea", "quantity": 3, "unit": "pcs"}
    text = verdict_text("en", "picked", {"quantity": 1, "scanned": "Cup", "next": stop})
    assert text == "1 × Cup picked. Next: 3 pcs Tea from A-04."
    assert verdict_text("en", "picked", {"quantity": 1, "scanned": "Cup", "next": None}) == "1 × Cup picked."


def test_states_and_reasons_are_words_too() -> None:
    assert "已撤回" in verdict_text("zh", "note_not_pickable", {"note": 7, "reason": "withdrawn"})
    assert "odd" in verdict_text("zh", "note_not_pickable", {"note": 7, "reason": "odd"})


def test_times_are_shown_in_the_sites_zone() -> None:
    fields = {"name": "李强", "note": 7, "since": "2026-11-24T08:05:00+00:00"}
    assert "11-24 16:05" in verdict_text("zh", "held_by", fields, zone=ZoneInfo("Asia/Shanghai"))
    assert "2026-12-01" in verdict_text("zh", "expired", {"since": "2026-12-01"})
    assert "soon" in verdict_text("en", "expired", {"since": "soon"})


def test_words_keep_their_number_and_empty_fields_are_dashes() -> None:
    assert word("en", "unpriced:3") == "no price on line 3"
    assert word("en", "no_such_word") == "no_such_word"
    assert "picker, packer" in verdict_text("en", "not_allowed", {"wanted": ["picker", "packer"]})
    assert "— is not known here" in verdict_text("en", "unknown_code", {"scanned": ""})


def test_lists_are_joined_as_each_language_does() -> None:
    assert "1、2" in verdict_text("zh", "open_parcels", {"choices": [1, 2]})
    assert "1, 2" in verdict_text("en", "open_parcels", {"choices": [1, 2]})


@given(
    st.dictionaries(st.sampled_from(["scanned", "next", "reason", "choices"]), st.text() | st.integers() | st.none())
)
def test_no_field_breaks_a_verdict(fields: dict[str, object]) -> None:
    assert verdict_text("zh", "wrong_item", fields)


def test_braces_in_a_field_or_code_stay_text() -> None:
    assert "{0.__class__}" in verdict_text("en", "unknown_code", {"scanned": "{0.__class__}"})
    assert verdict_text("en", "no{such", {}) == "no{such"


def test_scripts_and_templates_speak_chinese() -> None:
    assert script_texts("zh")["noted"] == "已记下，{n} 条待发送"
    assert script_texts("en")["noted"] == "Noted, {n} waiting"
    assert texts("zh").gettext("Sign in") == "登录"
    assert environment("zh").from_string("{% trans %}Sign in{% endtrans %} {{ lang }} {{ html_lang }}").render() == (
        "登录 zh zh-Hans"
    )


def test_what_comes_from_data_is_escaped() -> None:
    assert environment("zh").from_string("{{ x }}").render(x="<b>^XA") == "&lt;b&gt;^XA"
