"""GS1 element strings for symbols: which application identifiers need a separator after them, and check digits."""

import re
from collections.abc import Sequence
from urllib.parse import quote

from labels.refused import LabelRefused

Elements = Sequence[tuple[str, str]]  # [("00", "106141412345678908")], the values without separators
GS = "\x1d"

# First two digits -> length of identifier and value together (GS1 General Specifications 24, figure 7.8.5-2);
# all others are followed by FNC1 unless they stand last.
PREDEFINED = {
    "00": 20, "01": 16, "02": 16, "03": 16, "04": 18, "11": 8, "12": 8, "13": 8, "14": 8, "15": 8, "16": 8, "17": 8,
    "18": 8, "19": 8, "20": 4, "31": 10, "32": 10, "33": 10, "34": 10, "35": 10, "36": 10, "41": 16,
}  # fmt: skip
QUALIFIERS = {"01": ("22", "10", "21"), "8006": ("22", "10", "21"), "414": ("254", "7040")}
CHECKED = frozenset({"00", "01", "02", "410", "411", "412", "413", "414", "415", "416", "417"})
CHARACTERS = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+")  # character set 82, figure 7.11-1


def check_digit(digits: str) -> str:
    """The GS1 check digit for the digits before it (General Specifications 7.9.1)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def checked_digits(value: str, length: int, what: str) -> str:
    """`value` when it is exactly `length` ASCII digits with a right check digit at the end; refused otherwise."""
    if not (value.isascii() and value.isdigit() and len(value) == length):
        raise LabelRefused("bad_content", f"{what} {value[:40]!r} is not {length} digits")
    right = check_digit(value[:-1])
    if right != value[-1]:
        raise LabelRefused("bad_content", f"{what} {value} ends in {value[-1]}, its check digit is {right}")
    return value


def element_string(elements: Elements) -> str:
    """The text of a GS1 symbol after its leading FNC1, with GS (0x1D) where a separator must stand."""
    if not elements:
        raise LabelRefused("bad_content", "no application identifiers")
    parts = []
    for place, (ai, value) in enumerate(elements):
        _examine(ai, value)
        last = place == len(elements) - 1
        parts.append(ai + value + ("" if last or ai[:2] in PREDEFINED else GS))
    return "".join(parts)


def digital_link(elements: Elements, domain: str = "https://id.gs1.org") -> str:
    """The same as a web address for QR (GS1 Digital Link URI Syntax 1.3): the first identifier and its qualifiers are
    the path, all others follow after the question mark."""
    element_string(elements)  # examines them
    (key, value), rest = elements[0], list(elements[1:])
    path = f"/{key}/{quote(value, safe='')}"
    for qualifier in QUALIFIERS.get(key, ()):
        for element in [element for element in rest if element[0] == qualifier]:
            rest.remove(element)
            path += f"/{qualifier}/{quote(element[1], safe='')}"
    query = "&".join(f"{ai}={quote(value, safe='')}" for ai, value in rest)
    return domain + path + ("?" + query if query else "")


def readable(elements: Elements) -> str:
    """The text under the bars: (01)09506000134352(10)AB-123."""
    return "".join(f"({ai}){value}" for ai, value in elements)


def _examine(ai: str, value: str) -> None:
    if not (ai.isascii() and ai.isdigit() and 2 <= len(ai) <= 4):
        raise LabelRefused("bad_content", f"application identifier {ai[:10]!r}")
    if not CHARACTERS.fullmatch(value) or len(value) > 90:
        raise LabelRefused("bad_content", f"({ai}) cannot hold {value[:40]!r}")
    length = PREDEFINED.get(ai[:2])
    if length is not None and (len(ai) + len(value) != length or not value.isdigit()):
        raise LabelRefused("bad_content", f"({ai}){value} must be {length - len(ai)} digits")
    if ai in CHECKED:
        checked_digits(value, len(value), f"({ai})")
