"""QR (ISO/IEC 18004): for telephones, and for GS1 Digital Link."""

import re

from labels.escape import field
from labels.refused import LabelRefused
from labels.symbols.symbol import Symbol

# Bytes that versions 1 to 25 hold at error correction M (ISO/IEC 18004 table 7)
CAPACITY = (
    14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666, 711, 779, 857, 911,
    997,
)  # fmt: skip
HALF = re.compile("[\ud800-\udfff]")  # half characters, which no UTF-8 has
HEAD = 10  # printers start the symbol ^BY's height, here 10 dots, below the field's origin


def qr(text: str) -> Symbol:
    """Any text as UTF-8, up to 997 bytes."""
    size = len(text.encode("utf-8", "replace"))
    version = next((place for place, limit in enumerate(CAPACITY, 1) if size <= limit), None)
    if version is None or not text or HALF.search(text):
        raise LabelRefused("bad_content", f"{size} bytes do not go into a QR code here")
    side = 17 + 4 * version

    def draw(module: int, height: int) -> bytes:
        return b"^BY2,3,%d^BQN,2,%d%s" % (HEAD, module, field("MA," + text))

    return Symbol("QR", side, side, 4, 0.25, 1.2, draw, HEAD)
