"""What a value becomes inside a bar code field of a site's template: each bar code has its own escapes and modes."""

from labels.elements import GS, digital_link, element_string
from labels.refused import LabelRefused
from labels.symbols.code128 import invoked
from labels.symbols.qr import HALF
from labels.templates.part import Part
from labels.templates.placeholders import ELEMENTS, Coded, Value

KINDS = frozenset(
    [
        "B0",
        "B1",
        "B2",
        "B3",
        "B4",
        "B5",
        "B7",
        "B8",
        "B9",
        "BA",
        "BB",
        "BC",
        "BD",
        "BE",
        "BF",
        "BI",
        "BJ",
        "BK",
        "BL",
        "BM",
        "BO",
        "BP",
        "BQ",
        "BR",
        "BS",
        "BT",
        "BU",
        "BX",
        "BZ",
    ]
)
CODED = ELEMENTS | {"sscc_gs1"}
COLUMNS_128 = 11


def complaint(part: Part, name: str) -> str:
    """Why this name cannot stand in the field; "" where it can."""
    if part.barcode is None:
        return "these are bars, not text: use the name that ends in _text" if name in CODED else ""
    kind, told = part.barcode.name, _parameters(part)
    if kind == "BQ" and part.pieces[0].strip()[1:3].upper() != b"A,":
        return "the data of ^BQ begins with MA, (error level, automatic)"
    if kind == "BX" and (told[2:3] != [b"200"] or len(told) < 7 or len(told[6]) != 1):
        return "^BX must say quality 200 and name its escape character (7th parameter)"
    if name not in CODED:
        return ""
    if kind not in ("BC", "BX", "BQ"):
        return "application identifiers go into ^BC, ^BX or ^BQ"
    if kind == "BC" and _mode(part) != b"N":
        return "^BC must be in mode N (6th parameter) for application identifiers"
    alone = part.pieces[2].strip() == b"" and (kind == "BQ" or part.pieces[0].strip() == b"")
    return "" if alone and len(part.pieces) == 3 else "application identifiers stand alone in their field"


def data(part: Part, values: list[Value]) -> tuple[list[str], int]:
    """The texts for the names of a field, and how many modules wide its bars are where that is known (else 0)."""
    assert part.barcode is not None
    kind = part.barcode.name
    if isinstance(values[0], Coded):
        return _coded(part, values[0])
    texts = [
        ", ".join(value) if isinstance(value, tuple) else value for value in values if not isinstance(value, Coded)
    ]
    if kind == "BC":
        return _code128(part, texts)
    shown = "".join(texts)
    if HALF.search(shown) or (kind != "BQ" and not (shown.isascii() and shown.isprintable())):
        raise LabelRefused("bad_content", f"^{kind} cannot hold {shown[:60]!r}")
    if kind == "BX":
        sign = _parameters(part)[6].decode("latin-1")
        return [text.replace(sign, sign * 2) for text in texts], 0
    return [_digits(kind, text) for text in texts], 0


def _coded(part: Part, value: Coded) -> tuple[list[str], int]:
    assert part.barcode is not None
    if part.barcode.name == "BQ":
        return [digital_link(value.elements)], 0
    text = element_string(value.elements)
    if part.barcode.name == "BX":
        sign = _parameters(part)[6].decode("latin-1")
        return [f"{sign}1" + text.replace(sign, sign * 2).replace(GS, f"{sign}1")], 0
    written, count = invoked(text, gs1=True)
    return [written], COLUMNS_128 * (count + 2) + 13


def _code128(part: Part, texts: list[str]) -> tuple[list[str], int]:
    """Text behind ^BC: > is doubled up in mode N; digits in pairs are all that set C holds."""
    shown = "".join(texts)
    if not (shown.isascii() and shown.isprintable()):
        raise LabelRefused("bad_content", f"Code 128 cannot hold {shown[:60]!r}")
    if _mode(part) != b"N":
        if ">" in shown:
            raise LabelRefused("bad_content", f"> in {shown[:60]!r} needs ^BC in mode N")
        return texts, 0
    before = part.pieces[0]
    in_c = max(before.rfind(b">;"), before.rfind(b">5")) > max(before.rfind(b">:"), before.rfind(b">6"))
    if in_c and not (len(texts) == 1 and shown.isdigit() and len(shown) % 2 == 0):
        raise LabelRefused("bad_content", f"set C holds an even number of digits, not {shown[:60]!r}")
    static = b"".join(part.pieces[::2]).removeprefix(b">:")
    count = 0 if b">" in static or part.indicator in static else len(static) + len(shown)
    return [text.replace(">", ">0") for text in texts], COLUMNS_128 * (count + 2) + 13 if count else 0


def _digits(kind: str, text: str) -> str:
    """^BE works out the last digit of an EAN-13 itself and takes the twelve before it."""
    if kind == "BE":
        bare = text[1:] if len(text) == 14 and text[0] == "0" else text
        if not (len(bare) == 13 and bare.isdigit()):
            raise LabelRefused("bad_content", f"EAN-13 cannot hold {text[:40]!r}")
        return bare[:12]
    return text


def _parameters(part: Part) -> list[bytes]:
    assert part.barcode is not None
    return [told.strip() for told in part.barcode.parameters.split(b",")]


def _mode(part: Part) -> bytes:
    told = _parameters(part)
    return (told[5].upper() if len(told) > 5 else b"") or b"N"
