"""One label as ZPL: everything is placed in millimetres, and what does not fit or lies over another is refused."""

import math
import re
from functools import lru_cache

from PIL import Image

from labels.escape import field
from labels.graphic import drawn_line, gfa
from labels.letters import HEAD, Laid, Line, cut_to, lay
from labels.media import Box, Dots, Media
from labels.refused import LabelRefused
from labels.symbols.symbol import Symbol

# Undo what an earlier label on the same printer may have left set: home, mirror, upside down, white on black.
HEADER = b"^XA^CI28^LH0,0^FWN^LRN^PMN^PON"
WIDEST_MODULE = 10  # dots; the most that ^BY and ^BQ take
EPC = re.compile(r"(?:[0-9A-F]{4}){2,31}")


class Drawing:
    """A label in the making. Boxes are millimetres; each thing placed keeps its rectangle to itself."""

    def __init__(self, media: Media) -> None:
        self.media = media
        self._fields: list[bytes] = []
        self._taken: list[tuple[str, Dots]] = []
        self._epc = b""

    def text(
        self, box: Box, *texts: str, largest_mm: float, smallest_mm: float = 2.0, align: str = "left", cut: bool = False
    ) -> None:
        """The texts, one under the other, wrapped, as large as the box allows between the two letter heights.

        `align`: left, center or right. Refused with "does_not_fit" where even the smallest is too large, unless
        `cut`: then one text is shortened and ends in "...".
        """
        where = self.media.rectangle(box)
        sizes = _sizes(self.media.dots(largest_mm), self.media.dots(smallest_mm))
        room = (where.width, where.height)
        laid = lay(texts, room, sizes, self.media.font)
        if laid is None and cut:
            laid = cut_to(" ".join(texts), room, sizes[-1], self.media.font)
        if laid is None:
            shown = " / ".join(texts)
            raise LabelRefused("does_not_fit", f"{shown[:60]!r} into {box.width:g} x {box.height:g} mm")
        if laid.lines:
            self._take("text", where)
            self._write(laid, where, align)

    def symbol(self, box: Box, symbol: Symbol) -> Box:
        """The bar code in the middle of the box, quiet zones included, its module as wide as fits.

        Returns the box of the symbol itself, for the text beneath it.
        """
        where = self.media.rectangle(box)
        module = self._module(where, symbol)
        self._take(symbol.name, where)
        width = symbol.columns * module
        height = where.height - symbol.foot if symbol.rows is None else symbol.rows * module
        left = where.left + (where.width - width) // 2
        top = where.top + symbol.head + (where.height - symbol.head - symbol.foot - height) // 2
        self._fields.append(b"^FO%d,%d%s^FS" % (left, top - symbol.head, symbol.draw(module, height)))
        return Box(*(self.media.millimetres(dots) for dots in (left, top, width, height)))

    def rule(self, box: Box) -> None:
        """A black bar."""
        where = self.media.rectangle(box)
        self._take("rule", where)
        thin = min(where.width, where.height)
        self._fields.append(b"^FO%d,%d^GB%d,%d,%d^FS" % (where.left, where.top, where.width, where.height, thin))

    def picture(self, box: Box, image: Image.Image) -> None:
        """A picture in black and white, stretched over the box."""
        where = self.media.rectangle(box)
        self._take("picture", where)
        scaled = image.convert("L").resize((where.width, where.height)).convert("1")
        self._fields.append(b"^FO%d,%d%s^FS" % (where.left, where.top, gfa(scaled)))

    def rfid(self, epc: str) -> None:
        """Also write this EPC (upper-case hex, whole 16-bit words) into the label's Gen 2 tag."""
        if not EPC.fullmatch(epc):
            raise LabelRefused("bad_content", f"EPC {epc[:40]!r} is not whole 16-bit words in hex")
        self._epc = b"^RS8^RFW,H^FD%s^FS" % epc.encode()

    def zpl(self) -> bytes:
        """The whole label, from ^XA to ^XZ."""
        size = b"^PW%d^LL%d" % (self.media.dots(self.media.width_mm), self.media.dots(self.media.height_mm))
        return b"".join([HEADER, size, self._epc, *self._fields, b"^XZ"])

    def _take(self, what: str, where: Dots) -> None:
        for other, taken in self._taken:
            if taken.meets(where):
                raise LabelRefused("does_not_fit", f"{what} at {where} lies over {other} at {taken}")
        self._taken.append((what, where))

    def _module(self, where: Dots, symbol: Symbol) -> int:
        module = where.width // (symbol.columns + 2 * symbol.quiet)
        if symbol.rows is not None:
            module = min(module, (where.height - symbol.head) // (symbol.rows + 2 * symbol.quiet))
        module = min(module, WIDEST_MODULE, int(self.media.dots(symbol.largest_mm)))
        if module < math.ceil(symbol.smallest_mm * self.media.dpi / 25.4 - 0.05):
            raise LabelRefused("does_not_fit", f"{symbol.name} of {symbol.columns} modules into {where.width} dots")
        return module

    def _write(self, laid: Laid, where: Dots, align: str) -> None:
        head = math.ceil(laid.size * HEAD)
        for place, line in enumerate(laid.lines):
            top = where.top + head + place * laid.pitch
            spare = where.width - line.width
            left = where.left + (spare // 2 if align == "center" else spare if align == "right" else 0)
            self._fields.append(b"^FO%d,%d%s^FS" % (left, top, self._drawn(line, laid.size)))

    @staticmethod
    def _drawn(line: Line, size: int) -> bytes:
        if line.font is None:
            return b"^A0N,%d,%d%s" % (size, size, field(line.text))
        return drawn_line(line.text, line.font, size)


@lru_cache(maxsize=256)
def _sizes(largest: int, smallest: int) -> tuple[int, ...]:
    """Letter heights in dots from the largest to the smallest."""
    sizes, size = [], largest
    while size > smallest:
        sizes.append(size)
        size = min(size - 1, int(size * 0.9))
    return (*sizes, smallest)
