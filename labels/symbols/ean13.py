"""EAN-13: the bars on goods sold one by one (ISO/IEC 15420)."""

from labels.elements import checked_digits
from labels.escape import field
from labels.symbols.symbol import Symbol

FOOT = 14  # dots by which the guard bars reach below the others


def ean13(gtin: str) -> Symbol:
    """A GTIN of 13 digits, or of 14 that begins with 0."""
    digits = checked_digits(gtin[1:] if len(gtin) == 14 and gtin[0] == "0" else gtin, 13, "EAN-13")

    def draw(module: int, height: int) -> bytes:
        return b"^BY%d,3,%d^BEN,%d,N,N%s" % (module, height, height, field(digits[:12]))

    return Symbol("EAN-13", 95, None, 11, 0.264, 0.66, draw, foot=FOOT)
