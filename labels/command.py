"""The command label: a sheet of codes at the bench that say "short", "undo", "close parcel" without a keyboard."""

from dataclasses import dataclass

from labels.media import Media
from labels.rows import AIR_MM, Rows
from labels.symbols.code128 import code128
from labels.zpl import Drawing


@dataclass(frozen=True)
class CommandLabel:
    """`code`: what the scan says. `text`: what it does, in the language of who reads it."""

    code: str
    text: str


def zpl(label: CommandLabel, media: Media) -> bytes:
    """The label as ZPL; LabelRefused where a content is wrong or does not fit."""
    drawing, rows = Drawing(media), Rows(media, margin=2)
    drawing.text(rows.down(media.height_mm * 0.4), label.text, largest_mm=10, smallest_mm=2.5, align="center")
    text = rows.up(3.2)
    rows.up(AIR_MM)
    drawing.symbol(rows.rest(), code128(label.code))
    drawing.text(text, label.code, largest_mm=3, smallest_mm=1.6, align="center")
    return drawing.zpl()
