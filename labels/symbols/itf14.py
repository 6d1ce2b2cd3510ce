"""ITF-14: the bars on cartons (ISO/IEC 16390; GS1 General Specifications 5.3)."""

from labels.elements import checked_digits
from labels.escape import field
from labels.symbols.symbol import Symbol

RATIO = 3  # wide to narrow; 2.25 to 3 are allowed, and 3 is whole for every module width
COLUMNS = 7 * (6 + 4 * RATIO) + 4 + (RATIO + 2)  # 7 pairs, start, stop


def itf14(gtin: str) -> Symbol:
    """A GTIN of 14 digits."""
    digits = checked_digits(gtin, 14, "ITF-14")

    def draw(module: int, height: int) -> bytes:
        return b"^BY%d,%d.0,%d^B2N,%d,N,N,N%s" % (module, RATIO, height, height, field(digits))

    return Symbol("ITF-14", COLUMNS, None, 10, 0.25, 1.016, draw)
