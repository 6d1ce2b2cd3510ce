"""The badge: a person's name and the code that signs them in."""

from dataclasses import dataclass

from labels.media import Media
from labels.rows import Rows
from labels.symbols.code128 import code128
from labels.zpl import Drawing


@dataclass(frozen=True)
class BadgeLabel:
    """`code` is scanned to sign in and is not written in letters, since who can read it can type it."""

    code: str
    name: str
    role: str = ""


def zpl(label: BadgeLabel, media: Media) -> bytes:
    """The label as ZPL; LabelRefused where a content is wrong or does not fit."""
    drawing, rows = Drawing(media), Rows(media, margin=2)
    drawing.text(rows.down(media.height_mm * 0.35), label.name, largest_mm=9, smallest_mm=2.5, align="center")
    if label.role:
        drawing.text(rows.down(media.height_mm * 0.12), label.role, largest_mm=4, align="center", cut=True)
    drawing.symbol(rows.rest(), code128(label.code))
    return drawing.zpl()
