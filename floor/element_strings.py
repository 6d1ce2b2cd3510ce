"""GS1 element strings: the run of (application identifier, value) pairs in a GS1 bar code.

biip brings the table of identifiers, so a new one comes with an upgrade. The verdicts are ours: biip neither refuses a
wrong check digit nor knows which identifiers must stand together, and says "no" without saying why.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from floor.check_digit import BadCode, is_digits
from floor.element_checks import CSET82, fault

GS = "\x1d"
Element = tuple[str, str]
_DATED = ("11", "12", "13", "15", "16", "17", "7250", "7251", "8008")

# General Specifications 4.14, mandatory associations: identifiers or what they begin with : one of these must be there.
_NEEDS = """
02 8026 : 37
10 11 13 15 16 20 240 241 422 : 01 02 03 8006 8026
12 391 : 8020
17 : 01 02 03 255 8006 8026
21 251 7021 8012 : 01 03 8006
22 235 337 71 8001 8014 8200 : 01
242 7001 : 01 02 8006 8026
243 : 01 03
250 : 01+21 03+21 8006+21
254 : 414
30 31 32 350 351 352 356 357 360 361 364 365 366 : 01 02
33 34 353 354 355 362 363 367 368 369 : 00 01
37 : 00+02 00+8026
390 : 255 8020
392 : 01+30 01+31 01+32 01+35 01+36
393 395 : 30 31 32 35 36
394 8111 : 255
403 430 431 432 433 7041 : 00
4303 : 4302
4313 : 4312
415 : 8020
423 424 425 426 7003 7010 7011 8008 : 01 02 03
427 : 01+422 02+422 03+422
7002 7005 7006 7007 7008 7009 703 8005 : 01 02
7004 : 01+10 03+10
7020 : 01+416 03+416 8006+416
7022 : 01+7021 03+7021 8006+7021
723 : 01 8004
7240 : 01 8006
7241 7242 7253 7254 7255 7256 8019 : 8017 8018
7250 7251 7252 7257 7259 : 8018
7258 : 8018+7259
8007 8020 : 415
8009 : 00 01 03
8011 : 8010
8030 : 00 01+21 03+21 253 255 8003 8004 8006+21 8010+8011 8017 8018
8040 : 01+21
8041 8042 8043 : 01+21+8040
"""

# General Specifications 4.13, invalid pairs.
_BARS = """
01 : 255 37
02 : 01 03
03 : 01 02 37
21 : 235
255 : 01 02 415 8006 8020 8026
390 : 390 391 394 8111
391 : 391
392 : 392 393
393 : 393
394 : 394 8111
395 : 392 393 395 8005
420 : 421
421 : 4307
422 423 424 425 : 426
4330 : 4331
4331 : 4330
4332 : 4333
4333 : 4332
7240 : 03
7250 : 7251
7251 : 7250
7253 7254 7255 : 7256 7259
7259 : 7256
8006 : 01 03 37
8017 : 8018
8018 : 8017
8026 : 02 03 8006
"""


class Identifier(Struct, frozen=True):
    """One application identifier: how its value looks, and how long it must be at least."""

    ai: str
    pattern: re.Pattern[str]
    separated: bool  # a separator must follow unless the value ends the message
    least: int
    exact: bool
    numeric: bool


@lru_cache(maxsize=2048)
def identifier(head: str) -> Identifier | None:
    """The identifier with which `head` begins (four characters are enough); None if there is none."""
    if not is_digits(head[:2]):
        return None
    # Not at the top: biip takes 0.15 s to import, and most scans of a floor hold no element strings.
    from biip import ParseError
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier

    try:
        entry = GS1ApplicationIdentifier.extract(head)
    except ParseError:
        return None
    _, _, layout = entry.format.partition("+")
    parts = re.findall(r"(\[?)\+?[NXYZ](\.\.)?(\d+)", layout)
    return Identifier(
        ai=entry.ai,
        pattern=re.compile(entry.pattern.removeprefix("^" + entry.ai).removesuffix("$"), re.ASCII),
        separated=entry.separator_required,
        least=sum(0 if optional else 1 if upto else int(size) for optional, upto, size in parts),
        exact=not re.search(r"\.\.|\[", layout),
        numeric=not re.search(r"[XYZ]", layout),
    )


def value_of(known: Identifier, data: str) -> str:
    """The value at the head of `data`, the characters up to the next separator.

    Raises BadCode empty, too_short, bad_length, too_long, bad_charset, or what `element_checks.fault` finds.
    """
    if not data:
        raise BadCode("empty", ai=known.ai)
    match = known.pattern.match(data)
    if match is None or not match.group():
        raise BadCode(_misfit(known, data), ai=known.ai)
    value = match.group()
    if known.separated and len(data) > len(value):
        raise BadCode("too_long" if _fits(known, data[len(value)]) else "bad_charset", ai=known.ai)
    if code := fault(known.ai, value):
        raise BadCode(code, ai=known.ai, value=value)
    return value


def _misfit(known: Identifier, data: str) -> str:
    """Why the head of `data` does not match the pattern."""
    head = data[: max(known.least, 1)]
    if not all(_fits(known, mark) for mark in head):
        return "bad_charset"
    if len(data) < known.least:
        return "bad_length" if known.exact else "too_short"
    return "bad_date" if known.ai.startswith(_DATED) else "bad_value"


def _fits(known: Identifier, mark: str) -> bool:
    return is_digits(mark) if known.numeric else mark in CSET82


def whole_value(known: Identifier, data: str) -> str:
    """`data` as the one value of `known`, as in a web address or in typed brackets; errors as in value_of."""
    value = value_of(known, data)
    if len(value) < len(data):
        raise BadCode("too_long" if _fits(known, data[len(value)]) else "bad_charset", ai=known.ai)
    return value


def split(text: str) -> list[Element]:
    """Cut a message (symbology identifier and leading FNC1 removed, later FNC1 as GS) into its elements, in order.

    General Specifications 7.8. Raises BadCode empty, unknown_ai, duplicate_conflict, or as value_of.
    """
    if not text:
        raise BadCode("empty")
    if not text.isascii():
        raise BadCode("bad_charset")
    elements: list[Element] = []
    at = 0
    while at < len(text):
        known = identifier(text[at : at + 4])
        if known is None:
            raise BadCode("unknown_ai", ai=text[at : at + 4])
        start = at + len(known.ai)
        stop = text.find(GS, start)
        value = value_of(known, text[start:] if stop < 0 else text[start:stop])
        elements.append((known.ai, value))
        at = start + len(value)
        if text[at : at + 1] == GS:
            at += 1
    refuse_contradictions(elements)
    return elements


def refuse_contradictions(elements: Iterable[Element]) -> None:
    """One identifier may come twice with one value, never with two. Raises BadCode duplicate_conflict."""
    seen: dict[str, str] = {}
    for ai, value in elements:
        if seen.setdefault(ai, value) != value:
            raise BadCode("duplicate_conflict", ai=ai)


def misplaced(elements: Iterable[Element]) -> str | None:
    """What the standard holds against this company of identifiers: invalid_pair, association_missing or None.

    Real labels often break these rules while each value is right, so a caller may only warn.
    """
    present = {ai for ai, _ in elements}
    for ai in present:
        if any(other.startswith(bar) for bar in _barred(ai) for other in present if other != ai):
            return "invalid_pair"
    for ai in present:
        for choices in _needed(ai):
            if not any(all(_holds(present, part) for part in choice.split("+")) for choice in choices):
                return "association_missing"
    return None


def _holds(present: set[str], start: str) -> bool:
    return any(ai.startswith(start) for ai in present)


def _rows(table: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    rows = (line.split(" : ") for line in table.strip().splitlines())
    return [(tuple(subjects.split()), tuple(others.split())) for subjects, others in rows]


@lru_cache(maxsize=1024)
def _needed(ai: str) -> tuple[tuple[str, ...], ...]:
    return tuple(choices for subjects, choices in _rows(_NEEDS) if ai.startswith(subjects))


@lru_cache(maxsize=1024)
def _barred(ai: str) -> tuple[str, ...]:
    # A measure may be given with one number of decimals only: 310n bars every other 310n.
    own = (ai[:3],) if len(ai) == 4 and ai[:2] in ("31", "32", "33", "34", "35", "36") else ()
    return own + tuple(bar for subjects, bars in _rows(_BARS) if ai.startswith(subjects) for bar in bars)
