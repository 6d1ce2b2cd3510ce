"""Key events to codes: the shared vectors, layouts, and what must never leak into a code."""

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.keys import ALT, ALTGR, CAPS, EV_KEY, EV_SYN, SYN_DROPPED, SYN_REPORT, Keys, alt_code
from devices.layouts import LAYOUTS
from devices.simulators.keyboard import strokes
from tests.shared import vectors

ENTER, SHIFT = 28, 42


def typed(keys: Keys, presses: list[tuple[int | None, int]], now: float = 0.0) -> list[str]:
    done = []
    for held, key in [*presses, (None, ENTER)]:
        for code, value in ([(held, 1)] if held else []) + [(key, 1), (key, 0)] + ([(held, 0)] if held else []):
            done += keys.feed(EV_KEY, code, value, now)
    return done


@pytest.mark.shared
def test_shared_vectors() -> None:
    cases: list[dict[str, Any]] = [vector for vector in vectors("hid_serial") if vector["kind"] == "keys"]
    for case in cases:
        keys = Keys(case["layout"], gs_key=case.get("gs_key", 66))
        got = [text for code, value in case["events"] for text in keys.feed(EV_KEY, code, value, 0.0)]
        assert got == case["expect"], case["id"]
    assert len(cases) > 5


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
@given(data=st.data())
def test_what_a_scanner_types_in_a_layout_is_what_is_read(layout: str, data: st.DataObject) -> None:
    there = LAYOUTS[layout]
    known = {*there.plain.values(), *there.shift.values(), *there.altgr.values(), "\x1d"} - there.dead
    code = data.draw(st.text(st.sampled_from(sorted(known)), min_size=1, max_size=40))
    assert typed(Keys(layout), strokes(layout, code)) == [code]


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_every_layout_types_gs1_and_links(layout: str) -> None:
    wanted = string.ascii_letters + string.digits + "]!\"%&'()*+,-./_:;<=>?#@ "
    assert set(wanted) <= {
        *LAYOUTS[layout].plain.values(),
        *LAYOUTS[layout].shift.values(),
        *LAYOUTS[layout].altgr.values(),
    }


def test_wrong_layout_shows() -> None:
    assert typed(Keys("de"), strokes("us", "XYZ-1")) == ["XZYß1"]


@pytest.mark.parametrize(
    ("digits", "character"), [("029", "\x1d"), ("29", "\x1d"), ("0228", "ä"), ("132", "ä"), ("065", "A")]
)
def test_alt_codes_do_not_leak_digits(digits: str, character: str) -> None:
    keypad = {"0": 82, "1": 79, "2": 80, "3": 81, "4": 75, "5": 76, "6": 77, "7": 71, "8": 72, "9": 73}
    keys = Keys()
    events = [(30, 1), (30, 0), (ALT, 1)]
    events += [(keypad[digit], value) for digit in digits for value in (1, 0)] + [(ALT, 0), (ENTER, 1)]
    assert [text for code, value in events for text in keys.feed(EV_KEY, code, value, 0.0)] == ["a" + character]


@given(st.text("0123456789", min_size=1, max_size=12))
def test_any_alt_code_is_at_most_one_character(digits: str) -> None:
    assert len(alt_code(digits)) <= 1


def test_dead_keys_compose() -> None:
    circumflex, space, e, q = 41, 57, 18, 16
    assert typed(Keys("de"), [(None, circumflex), (None, e)]) == ["ê"]
    assert typed(Keys("de"), [(None, circumflex), (None, space)]) == ["^"]
    assert typed(Keys("de"), [(None, circumflex), (None, q)]) == ["^q"]
    assert typed(Keys("de"), [(ALTGR, q)]) == ["@"]


def test_overrun_drops_the_whole_code_and_stuck_keys() -> None:
    keys = Keys()
    keys.feed(EV_KEY, SHIFT, 1, 0.0)
    keys.feed(EV_KEY, 30, 1, 0.0)
    keys.feed(EV_SYN, SYN_DROPPED, 0, 0.0)
    keys.feed(EV_KEY, 48, 1, 0.0)
    keys.feed(EV_SYN, SYN_REPORT, 0, 0.0)
    assert typed(keys, [(None, 46)]) == []
    assert typed(keys, [(None, 30)]) == ["a"]
    assert keys.dropped == 1


def test_rest_is_dropped_after_silence() -> None:
    keys = Keys()
    keys.feed(EV_KEY, 30, 1, 0.0)
    assert keys.idle(0.4) == []
    assert typed(keys, [(None, 48)], 0.6) == ["b"]


def test_silence_ends_a_code_where_set() -> None:
    keys = Keys(silence_s=0.1)
    keys.feed(EV_KEY, 30, 1, 0.0)
    assert keys.idle(0.05) == []
    assert keys.idle(0.11) == ["a"]
    keys.feed(EV_KEY, 30, 1, 1.0)
    assert typed(keys, [(None, 48)], 2.0) == ["a", "b"]


def test_over_long_is_dropped() -> None:
    keys = Keys()
    assert typed(keys, [(None, 30)] * 5000) == []
    assert typed(keys, [(None, 30)] * 4096) == ["a" * 4096]


def test_caps_lock_twice_is_none() -> None:
    assert typed(Keys(), [(None, CAPS), (None, 30), (None, CAPS), (None, 30)]) == ["Aa"]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 300), st.integers(-1, 3), st.floats(0, 1)), max_size=60))
def test_no_event_breaks_it(events: list[tuple[int, int, int, float]]) -> None:
    keys, now = Keys("fr"), 0.0
    for kind, code, value, pause in events:
        now += pause
        assert all(keys.feed(kind, code, value, now))
