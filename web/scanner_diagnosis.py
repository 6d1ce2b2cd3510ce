"""What is wrong with a scanner, from what arrived of the six test codes; pure, for the page and the command alike."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from typing import Literal

from devices.frames import AIM as AIM_ID
from devices.keys import CAPS, EV_KEY, Keys
from devices.layouts import LAYOUTS
from devices.simulators.keyboard import strokes
from labels.scanner_test import TESTS

Mark = Literal["ok", "warn", "bad"]
GS = "\x1d"
AIM = {"suffix": "]C0", "layout": "]C0", "digits": "]C0", "gs1": "]C1", "aim": "]E0", "once": "]C0"}
LEAST_ALIKE = 0.3  # below, it is some other code
ENTER = 28


@dataclass(frozen=True)
class Heard:
    """One arrival: its text, whether an end (Enter, Tab, CR, LF) followed, whether an input method had its hands on it."""

    text: str
    ended: bool = True
    composed: bool = False


@dataclass(frozen=True)
class Finding:
    """`code` is stable and has its words in web/texts/scanner.py, which `about` fills."""

    code: str
    mark: Mark
    about: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Bent:
    """How keys are bent on their way: the scanner types as one country, the computer reads as another, Caps Lock is on."""

    scanner: str = "us"
    host: str = "us"
    caps: bool = False


@dataclass(frozen=True)
class Match:
    """What an arrival is: of which test, with AIM identifier or not, and what stands where the GS belongs."""

    test: str
    heard: Heard
    aim: bool
    gs: str = GS


def diagnose(heard: Sequence[Heard]) -> list[Finding]:
    """What is wrong, the worst first; one finding `all_well` where nothing is. Arrivals may come in any order."""
    if not heard:
        return [Finding("nothing_heard", "bad")]
    plain = [Heard(unicodedata.normalize("NFKC", one.text), one.ended, one.composed) for one in heard]
    bent = _bent(plain)
    matches, odd = list[Match](), list[Heard]()
    for one in _unglued(plain, bent):
        match = next(_matches(one, bent), None)
        if match is None:
            odd.append(one)
        else:
            matches.append(match)
    found = [*_about_keys(heard, bent), *_about_ends(matches), *_about_content(matches), *_odd(odd)]
    if missing := [test for test in TESTS if all(one.test != test for one in matches)]:
        numbers = ", ".join(str(list(TESTS).index(test) + 1) for test in missing)
        found.append(Finding("not_read", "warn", {"numbers": numbers}))
    order = {"bad": 0, "warn": 1, "ok": 2}
    return sorted(found, key=lambda one: order[one.mark]) or [Finding("all_well", "ok")]


@cache
def typed(text: str, bent: Bent) -> str:
    """What a computer reads where a scanner types `text`; "" where the scanner's layout has no key for a letter."""
    keys, done = Keys(bent.host), list[str]()
    try:
        presses = strokes(bent.scanner, text)
    except ValueError:
        return ""
    if bent.caps:
        keys.feed(EV_KEY, CAPS, 1, 0.0)
    for held, key in [*presses, (None, ENTER)]:
        order = [(held, 1), (key, 1), (key, 0), (held, 0)] if held else [(key, 1), (key, 0)]
        for code, value in order:
            done += keys.feed(EV_KEY, code or 0, value, 0.0)
    return "".join(done)


def _bent(heard: Sequence[Heard]) -> Bent:
    """The likeliest bending that explains an arrival of the layout test; none where nothing does."""
    straight = [Bent(name, name, caps) for caps in (False, True) for name in ("us",)]
    crossed = [Bent(a, b, caps) for caps in (False, True) for a in ("us", "de", "fr", "uk") for b in LAYOUTS if a != b]
    wanted = (AIM["layout"] + TESTS["layout"], TESTS["layout"])
    for bent in (*straight, *crossed):
        if any(one.text in {typed(text, bent), typed(text, bent) * 2} for one in heard for text in wanted):
            return bent
    return Bent()


def _unglued(heard: Sequence[Heard], bent: Bent) -> Iterator[Heard]:
    """Codes that came in one piece, with no end between, are so many arrivals."""
    known = [typed(prefix + text, bent) for test, text in TESTS.items() for prefix in (AIM[test], "")]
    for one in heard:
        pieces, rest = list[str](), one.text
        while code := next((code for code in known if code and rest.startswith(code)), ""):
            pieces.append(code)
            rest = rest[len(code) :]
        if rest or len(pieces) < 2:
            yield one
        else:
            yield from (Heard(code, False, one.composed) for code in pieces[:-1])
            yield Heard(pieces[-1], one.ended, one.composed)


def _matches(one: Heard, bent: Bent) -> Iterator[Match]:
    for test, text in TESTS.items():
        for prefix in (AIM[test], ""):
            if one.text == typed(prefix + text, bent):
                yield Match(test, one, bool(prefix))
            elif GS in text:
                before, _, after = (typed(part, bent) for part in (prefix + text).partition(GS))
                between = one.text[len(before) : len(one.text) - len(after)]
                if one.text == before + between + after and len(between) < 5:
                    yield Match(test, one, bool(prefix), between)


def _about_keys(heard: Sequence[Heard], bent: Bent) -> Iterator[Finding]:
    if any(one.composed or one.text != unicodedata.normalize("NFKC", one.text) for one in heard):
        yield Finding("ime", "bad")
    if bent.scanner != bent.host:
        yield Finding("layout", "bad", {"scanner": bent.scanner, "host": bent.host})
    if bent.caps:
        yield Finding("caps_lock", "bad")


def _about_ends(matches: Sequence[Match]) -> Iterator[Finding]:
    if any(not one.heard.ended for one in matches):
        yield Finding("suffix_missing", "bad")
    if twice := [test for test, count in Counter(one.test for one in matches).items() if count > 1]:
        yield Finding("double_fire", "bad", {"code": TESTS[twice[0]]})


def _about_content(matches: Sequence[Match]) -> Iterator[Finding]:
    for one in matches:
        if one.test == "gs1" and one.gs != GS:
            yield Finding("gs_changed", "bad", {"instead": one.gs}) if one.gs else Finding("gs_lost", "bad")
            break
    if matches and not any(one.aim for one in matches):
        yield Finding("aim_off", "warn")


def _odd(odd: Sequence[Heard]) -> Iterator[Finding]:
    """What fits no test: a part of one, one with something around it, or a foreign code."""
    for one in odd[:6]:
        text = AIM_ID.sub("", one.text, count=1)
        near = max(TESTS.values(), key=lambda whole: SequenceMatcher(None, whole, text).ratio())
        about = {"heard": one.text, "wanted": near}
        if near in text:
            yield Finding("extra", "bad", {**about, "around": text.replace(near, "…", 1)})
        elif len(text) >= 2 and text in near:
            yield Finding("truncated", "bad", about)
        elif SequenceMatcher(None, near, text).ratio() > LEAST_ALIKE:
            yield Finding("garbled", "bad", about)
        else:
            yield Finding("foreign", "warn", about)
