"""Pictures for the printer: one-bit images as ^GFA in Zebra's Z64 form, and lines of text drawn with a font."""

import base64
import binascii
import zlib
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw

from labels.fonts import face

INVERTED = bytes(range(255, -1, -1))
BASELINE = 0.78  # of the cell height; the same as where the printer's own font stands
LETTER = 0.86  # font size in parts of the cell height, so that Chinese is as tall as the printer's capitals


def gfa(image: Image.Image) -> bytes:
    """The ^GF command that draws a one-bit image (mode "1", black on white).

    Z64 is base64 of zlib with a CRC-16 (CCITT, start 0) over the base64 text (ZPL II Programming Guide, ^GF and
    "Alternative Data Compression Scheme").
    """
    row = (image.width + 7) // 8
    black = bytearray(image.convert("1").tobytes().translate(INVERTED))
    if spare := row * 8 - image.width:  # Pillow fills the rest of the last byte with 0 = black once inverted
        keep = 0xFF << spare & 0xFF
        black[row - 1 :: row] = bytes([byte & keep for byte in black[row - 1 :: row]])
    text = base64.b64encode(zlib.compress(black, 9))
    crc = binascii.crc_hqx(text, 0)
    return b"^GFA,%d,%d,%d,:Z64:%s:%04X" % (len(black), len(black), row, text, crc)


@lru_cache(maxsize=512)
def drawn_line(text: str, font: Path, height: int) -> bytes:
    """The ^GF command of one line of text in a cell of `height` dots."""
    return gfa(line_image(text, font, height))


def drawn_width(text: str, font: Path, height: int) -> int:
    """How many dots wide the line will be."""
    return _extent(text, font, height)[1]


@lru_cache(maxsize=4096)
def _extent(text: str, font: Path, height: int) -> tuple[int, int, int, int]:
    """Font size, width in dots, and where the pen starts: from the left, and its baseline from the top."""
    size = max(6, round(height * LETTER))
    left, top, right, bottom = face(font, size).getbbox(text, anchor="ls")
    if bottom - top > height:  # stacked accents: smaller rather than cut
        size = max(6, int(size * height / (bottom - top)))
        left, top, right, bottom = face(font, size).getbbox(text, anchor="ls")
    baseline = min(max(round(height * BASELINE), -int(top)), height - max(0, int(bottom)))
    return size, max(1, int(right - left) + 1), int(-left), baseline


def line_image(text: str, font: Path, height: int) -> Image.Image:
    """One line of text as a picture of `height` dots."""
    size, width, left, baseline = _extent(text, font, height)
    image = Image.new("1", (width, height), 1)
    pen = ImageDraw.Draw(image)
    pen.fontmode = "1"
    pen.text((left, baseline), text, font=face(font, size), fill=0, anchor="ls")
    return image
