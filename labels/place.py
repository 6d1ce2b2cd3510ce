"""The place label: on a bin, a staging lane or a dock, read from two metres and scanned from one."""

from dataclasses import dataclass

from PIL import Image, ImageDraw

from labels.media import Box, Media
from labels.refused import LabelRefused
from labels.rows import AIR_MM, Rows
from labels.symbols.code128 import code128
from labels.zpl import Drawing


@dataclass(frozen=True)
class PlaceLabel:
    """`code`: what the scan says. `name`: what people read, such as "A-01-2". `arrow`: "up", "down" or ""."""

    code: str
    name: str
    arrow: str = ""


ARROWS = {"up": ((50, 0), (99, 99), (0, 99)), "down": ((0, 0), (99, 0), (50, 99))}


def zpl(label: PlaceLabel, media: Media) -> bytes:
    """The label as ZPL; LabelRefused where a content is wrong or does not fit."""
    drawing, rows = Drawing(media), Rows(media, margin=2)
    top = rows.down(media.height_mm * 0.45)
    if label.arrow:
        side = min(top.height, top.width * 0.15)
        drawing.picture(Box(top.x + top.width - side, top.y, side, side), _arrow(label.arrow))
        top = top._replace(width=top.width - side - 1)
    drawing.text(top, label.name, largest_mm=40, smallest_mm=4, align="center")
    text = rows.up(3.2)
    rows.up(AIR_MM)
    drawing.symbol(rows.rest(), code128(label.code))
    drawing.text(text, label.code, largest_mm=3, smallest_mm=1.6, align="center")
    return drawing.zpl()


def _arrow(which: str) -> Image.Image:
    if which not in ARROWS:
        raise LabelRefused("bad_content", f"arrow {which!r} is neither up nor down")
    image = Image.new("1", (100, 100), 1)
    ImageDraw.Draw(image).polygon(ARROWS[which], fill=0)
    return image
