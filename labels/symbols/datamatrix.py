"""GS1 DataMatrix: much content in little room (ISO/IEC 16022; GS1 General Specifications 5.6)."""

from labels.elements import GS, Elements, element_string
from labels.escape import field
from labels.refused import LabelRefused
from labels.symbols.symbol import Symbol

# Side of a square symbol -> data codewords (ISO/IEC 16022 table 7)
CAPACITY = {
    10: 3, 12: 5, 14: 8, 16: 12, 18: 18, 20: 22, 22: 30, 24: 36, 26: 44, 32: 62, 36: 86, 40: 114, 44: 144, 48: 174,
    52: 204, 64: 280, 72: 368, 80: 456, 88: 576, 96: 696, 104: 816,
}  # fmt: skip
# Named in the command because firmware differs in its default; outside GS1's character set, so it needs no doubling.
ESCAPE = "@"


def gs1_datamatrix(elements: Elements) -> Symbol:
    """Application identifiers as a square symbol whose side is fixed here, not left to the printer."""
    text = element_string(elements)
    side = next((side for side, words in CAPACITY.items() if words > _codewords(text)), None)
    if side is None:
        raise LabelRefused("bad_content", f"{len(text)} characters are too many for a DataMatrix")
    data = field(f"{ESCAPE}1" + text.replace(GS, f"{ESCAPE}1"))

    def draw(module: int, height: int) -> bytes:
        return b"^BXN,%d,200,%d,%d,6,%s,1%s" % (module, side, side, ESCAPE.encode(), data)

    return Symbol("GS1 DataMatrix", side, side, 2, 0.25, 1.0, draw)


def _codewords(text: str) -> int:
    """Codewords in ASCII encodation, which no better encodation of a printer exceeds: two digits or one sign each."""
    count = place = 0
    while place < len(text):
        place += 2 if text[place : place + 2].isdigit() and len(text) > place + 1 else 1
        count += 1
    return count
