"""What a scan means: from the bytes of a reader to a Key. GS1 stays in this file and in those that it imports.

The symbology identifier decides how a code is read; without one a code is GS1 only if all of it is, so that a lot named
10D9T stays a lot.
"""

import calendar
import re
from datetime import date
from functools import lru_cache

from msgspec import Struct, structs

from floor import digital_link, epc
from floor.check_digit import GTIN_LENGTHS, BadCode, gtin14, has_check_digit, is_digits
from floor.element_strings import GS, Element, identifier, misplaced, refuse_contradictions, split, whole_value

__all__ = ["BadCode", "Key", "read", "read_tag", "verdict"]

MOST_CHARACTERS = 4096
_CACHED_CHARACTERS = 256

# ISO/IEC 15424: the code characters that exist, and the identifiers behind which element strings stand.
_SYMBOLOGIES = "ABCDEFGHIJKLMNOPQRSTUXYZcdehopsz"
_ELEMENT_STRINGS = ("C1", "d2", "Q3", "e0", "J1")
_COMPOSITE = "|]e0"

# Without an identifier only a key makes a run of elements believable; it has a check digit in nearly every case.
_KEYS = ("00", "01", "02", "8003", "8004", "8006", "400", "401", "402", "41")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

# Warnings of read() that are errors to the standard.
_FAULTS = ("association_missing", "invalid_pair", "not_digital_link", "too_short")


class Key(Struct, frozen=True, kw_only=True):
    """What a code says. `text` is the code without symbology identifier and line end: the form to look up as it is.

    gtin and sscc are 14 and 18 digits; expiry is AI 17 (else the day of 7003), best_before AI 15, count AI 30 or 37.
    gtin is AI 01, else the contained item of AI 02. ais holds (identifier, value) in the order of the code.
    warnings: association_missing, invalid_pair, not_digital_link, too_short (UPC-A sent with 12 digits),
    bad_check_digit (plain digits of a key's length that are no key: perhaps mistyped).
    """

    raw: str
    text: str
    gtin: str | None = None
    lot: str | None = None
    serial: str | None = None
    expiry: date | None = None
    best_before: date | None = None
    count: int | None = None
    sscc: str | None = None
    plain: str | None = None
    addon: str | None = None
    ais: tuple[Element, ...] = ()
    tag: epc.Epc | None = None
    warnings: tuple[str, ...] = ()

    def value(self, ai: str) -> str | None:
        """The value of the first element `ai`, e.g. "414" for a place's GLN."""
        return next((value for other, value in self.ais if other == ai), None)


def read(scan: str, symbology: str | None = None, *, year: int | None = None) -> Key:
    """Read one scan, framed already, of up to 4096 characters.

    symbology: the identifier ("]C1") if the reader sends it apart, "epc" for a tag as hex, "typed" for text typed by a
    person, where "(01)09506000134352(10)A" is welcome; any other name says nothing about GS1 and changes nothing.
    year: the year by which two-digit years are judged (General Specifications 7.12), by default this one.
    Raises BadCode: empty, too_long, bad_aim_id, unsupported_symbology, bad_check_digit, unknown_ai, bad_charset,
    bad_date, duplicate_conflict and the others of element_strings, digital_link and epc. A missing association is a
    warning only.
    """
    if len(scan) > MOST_CHARACTERS:
        raise BadCode("too_long", most=MOST_CHARACTERS)
    # Long codes are rare, and would make the cache large.
    reader = _read if len(scan) <= _CACHED_CHARACTERS else _read.__wrapped__
    return reader(scan, symbology or "", year or date.today().year)


@lru_cache(maxsize=4096)
def _read(scan: str, symbology: str, year: int) -> Key:
    if symbology == "epc":
        return read_tag(scan)
    key = _decode(scan, symbology)
    return _with_meaning(key, year) if key.ais else key


@lru_cache(maxsize=4096)
def read_tag(tag: str) -> Key:
    """The key on an RFID tag, given as the hex of its EPC: gtin and serial, sscc, or the element of another scheme.

    Raises BadCode as epc.decode.
    """
    found = epc.decode(tag)
    return Key(
        raw=tag,
        text=found.pure_uri,
        gtin=found.gtin,
        serial=found.serial if found.gtin else None,
        sscc=found.sscc,
        plain=None if found.elements else found.pure_uri,
        ais=found.elements,
        tag=found,
    )


def verdict(scan: str, symbology: str | None = None) -> dict[str, object]:
    """The standard's verdict: `ais`, or `gtin` (with `addon`), `sscc`, `plain`; else `error`, a code as in read()."""
    try:
        if len(scan) > MOST_CHARACTERS:
            raise BadCode("too_long", most=MOST_CHARACTERS)
        key = _decode(scan, symbology or "")
    except BadCode as bad:
        return {"error": bad.code}
    if fault := next((warning for warning in key.warnings if warning in _FAULTS), None):
        return {"error": fault}
    if key.plain is not None:
        return {"plain": key.plain}
    members = {
        "ais": [list(element) for element in key.ais],
        "gtin": key.text if key.gtin else None,  # with as many digits as the symbol has
        "sscc": None if key.ais else key.sscc,
        "addon": key.addon,
    }
    return {name: member for name, member in members.items() if member}


def _decode(scan: str, symbology: str) -> Key:
    code = scan.strip("\r\n\t")
    if symbology.startswith("]") and not code.startswith("]"):
        code = symbology[:3] + code
    if not code.strip():
        raise BadCode("empty")
    if code.startswith("]"):
        return _identified(scan, code)
    if symbology == "typed" and code.lstrip().startswith("("):
        return _typed(scan, "".join(code.split()))
    return _bare(scan, code)


def _identified(scan: str, code: str) -> Key:
    """A code behind its symbology identifier, which decides alone."""
    symbology, text = code[1:3], code[3:]
    if len(symbology) < 2 or not (symbology.isascii() and symbology[1].isalnum()):
        raise BadCode("unsupported_symbology" if code[1:2] and code[1] not in _SYMBOLOGIES else "bad_aim_id")
    if symbology[0] not in _SYMBOLOGIES:
        raise BadCode("unsupported_symbology", symbology=symbology)
    if not text:
        raise BadCode("empty")
    if symbology in _ELEMENT_STRINGS:
        return _elements(scan, text, split(text))
    if symbology in ("E0", "E3", "E4"):
        return _ean(scan, text, symbology)
    if symbology == "I1" and len(text) == 14 and is_digits(text):
        return Key(raw=scan, text=text, gtin=gtin14(text))
    if text.startswith(digital_link.SCHEMES):
        return _link(scan, text)
    return _plain(scan, text)


def _ean(scan: str, text: str, symbology: str) -> Key:
    """EAN and UPC: 13 or 8 digits, behind ]E3 two or five more, behind ]E0 perhaps a composite component."""
    digits, composite, component = text.partition(_COMPOSITE) if symbology == "E0" else (text, "", "")
    size = 8 if symbology == "E4" else 13
    primary, addon = digits[:size], digits[size:]
    if not is_digits(digits):
        raise BadCode("bad_charset")
    if symbology == "E0" and len(digits) == 12 and has_check_digit(digits):
        return Key(raw=scan, text=digits, gtin=gtin14(digits), warnings=("too_short",))
    if len(primary) < size:
        raise BadCode("too_short")
    if addon and (symbology != "E3" or len(addon) not in (2, 5)):
        raise BadCode("too_long")
    key = Key(raw=scan, text=primary, gtin=gtin14(primary), addon=addon or None)
    if not composite:
        return key
    elements = split(component)
    return structs.replace(key, ais=tuple(elements), warnings=_warnings([("01", gtin14(primary)), *elements]))


def _bare(scan: str, code: str) -> Key:
    """A code without an identifier, from a reader that sends none."""
    if code.startswith(GS):
        return _elements(scan, code, split(code[1:]))
    if code.startswith(digital_link.SCHEMES):
        return _link(scan, code)
    if has_check_digit(code) and len(code) in GTIN_LENGTHS:
        return Key(raw=scan, text=code, gtin=gtin14(code))
    if has_check_digit(code) and len(code) == 18:
        return Key(raw=scan, text=code, sscc=code)
    try:
        elements = split(code)
    except BadCode:
        if _opens_with_key(code):
            raise
        return _plain(scan, code)
    if any(ai.startswith(_KEYS) for ai, _ in elements):
        return _elements(scan, code, elements)
    return _plain(scan, code)


def _opens_with_key(code: str) -> bool:
    """An SSCC or GTIN whose check digit holds stands at the head: chance does not make that, so the rest is a fault."""
    size = {"00": 18, "01": 14, "02": 14}.get(code[:2], 0)
    return size > 0 and len(code) > 2 + size and has_check_digit(code[2 : 2 + size])


def _typed(scan: str, text: str) -> Key:
    """The human-readable form; the table tells brackets in a value from those around an identifier."""
    pieces = re.split(r"\((\d{2,4})\)", text)
    elements: list[Element] = []
    for ai, value in zip(pieces[1::2], pieces[2::2], strict=True):
        known = identifier(ai)
        if known is not None and known.ai == ai:
            elements.append((ai, value))
        elif elements:
            elements[-1] = (elements[-1][0], f"{elements[-1][1]}({ai}){value}")
        else:
            raise BadCode("unknown_ai", ai=ai)
    if pieces[0] or not elements:
        return _plain(scan, text)
    for ai, value in elements:
        known = identifier(ai)
        assert known is not None
        whole_value(known, value)
    refuse_contradictions(elements)
    return _elements(scan, text, elements)


def _link(scan: str, address: str) -> Key:
    try:
        return _elements(scan, address, digital_link.parse(address))
    except BadCode as bad:
        if bad.code != "not_digital_link":
            raise
        return structs.replace(_plain(scan, address), warnings=(bad.code,))


def _elements(scan: str, text: str, elements: list[Element]) -> Key:
    return Key(raw=scan, text=text, ais=tuple(elements), warnings=_warnings(elements))


def _warnings(elements: list[Element]) -> tuple[str, ...]:
    warning = misplaced(elements)
    return (warning,) if warning else ()


def _plain(scan: str, code: str) -> Key:
    """Text without a meaning in GS1; digits that form a GTIN or an SSCC are offered as such beside it."""
    text = code.strip()
    if not text:
        raise BadCode("empty")
    if _CONTROL.search(text):
        raise BadCode("bad_charset")
    plain = Key(raw=scan, text=text, plain=text)
    if not is_digits(text) or len(text) not in (*GTIN_LENGTHS, 18):
        return plain
    if not has_check_digit(text):
        return structs.replace(plain, warnings=("bad_check_digit",))
    if len(text) == 18:
        return structs.replace(plain, sscc=text)
    return structs.replace(plain, gtin=gtin14(text)) if len(text) > 8 else plain


def _with_meaning(key: Key, year: int) -> Key:
    """Fill the members that the floor works with from the elements."""
    found = dict(reversed(key.ais))
    expiry = found.get("17") or found.get("7003", "")[:6]
    best_before, count = found.get("15"), found.get("30") or found.get("37")
    return structs.replace(
        key,
        gtin=key.gtin or found.get("01") or found.get("02"),
        lot=found.get("10"),
        serial=found.get("21"),
        sscc=found.get("00"),
        expiry=_day(expiry, year) if expiry else None,
        best_before=_day(best_before, year) if best_before else None,
        count=int(count) if count else None,
    )


def _day(yymmdd: str, year: int) -> date:
    """Two-digit years lie between 49 years before and 50 after `year`; day 00 is the last of its month."""
    two, month, day = int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:])
    full = year - 49 + (two - (year - 49)) % 100
    return date(full, month, day or calendar.monthrange(full, month)[1])
