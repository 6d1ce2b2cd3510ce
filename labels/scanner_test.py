"""The six test codes that tell how a scanner is set up: what arrives is compared with what they say."""

from dataclasses import dataclass

from labels.captions import caption
from labels.elements import Elements, readable
from labels.media import Media
from labels.refused import LabelRefused
from labels.rows import AIR_MM, Rows
from labels.symbols.code128 import code128
from labels.symbols.ean13 import ean13
from labels.symbols.gs1_128 import gs1_128
from labels.symbols.symbol import Symbol
from labels.zpl import Drawing

# What each test tells, in the order in which they are scanned -> what the bars say (GS1-128 with its separators).
TESTS = {
    "suffix": "FLOOR-TEST-1",  # comes as one scan, with its end, and nothing before it
    "layout": "azqwmAZ-/;:_@#",  # letters and signs that move with the keyboard layout; Caps Lock turns them
    "digits": "0123456789",  # French keyboards want the shift key for them
    "gs1": "10TEST-A\x1d21B2",  # the FNC1 between lot and serial must arrive as GS
    "aim": "9506000134352",  # an EAN-13: behind ]E0 where the AIM identifier is on
    "once": "FLOOR-TEST-6",  # must arrive once, however long the trigger is held
}
GS1: Elements = (("10", "TEST-A"), ("21", "B2"))


@dataclass(frozen=True)
class ScannerTestLabel:
    """`test`: a name in TESTS."""

    test: str


def symbol(test: str) -> Symbol:
    """The bars of a test."""
    if test == "gs1":
        return gs1_128(GS1)
    return ean13(TESTS[test]) if test == "aim" else code128(TESTS[test])


def zpl(label: ScannerTestLabel, media: Media) -> bytes:
    """The label as ZPL; LabelRefused where there is no such test or it does not fit."""
    if label.test not in TESTS:
        raise LabelRefused("bad_content", f"{label.test[:40]!r} is none of {', '.join(TESTS)}")
    drawing, rows = Drawing(media), Rows(media, margin=2)
    number = list(TESTS).index(label.test) + 1
    title = f"{number} / {len(TESTS)}  {caption(media, 'test_' + label.test)}"
    drawing.text(rows.down(media.height_mm * 0.3), title, largest_mm=5, smallest_mm=2, align="center")
    text = rows.up(3.2)
    rows.up(AIR_MM)
    drawing.symbol(rows.rest(), symbol(label.test))
    shown = readable(GS1) if label.test == "gs1" else TESTS[label.test]
    drawing.text(text, shown, largest_mm=3, smallest_mm=1.6, align="center")
    return drawing.zpl()
