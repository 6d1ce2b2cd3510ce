"""Cuts a label into rows and cells, so that each label's file reads as a list of what stands where."""

from labels.captions import caption
from labels.media import Box, Media
from labels.zpl import Drawing

CAPTION_MM = 2.6
RULE_MM = 0.4
GAP_MM = 0.8
AIR_MM = 0.6  # between bars and the text beneath them


class Rows:
    """Hands out full-width rows from the top (`down`) and from the bottom (`up`), `margin` mm from the edge."""

    def __init__(self, media: Media, margin: float = 3.0) -> None:
        self._left, self._width = margin, media.width_mm - 2 * margin
        self._top, self._bottom = margin, media.height_mm - margin

    def down(self, height: float) -> Box:
        """The next row from the top."""
        row = Box(self._left, self._top, self._width, height)
        self._top += height
        return row

    def up(self, height: float) -> Box:
        """The next row from the bottom."""
        self._bottom -= height
        return Box(self._left, self._bottom, self._width, height)

    def rest(self) -> Box:
        """What is left between them."""
        return Box(self._left, self._top, self._width, self._bottom - self._top)

    def rule(self, drawing: Drawing) -> None:
        """A line across above what `up` gave last, with air on both sides."""
        self.up(GAP_MM)
        drawing.rule(self.up(RULE_MM))
        self.up(GAP_MM)


def cells(row: Box, *shares: float) -> list[Box]:
    """The row cut into cells of these shares, with a gap between."""
    total, left, found = sum(shares), row.x, []
    for share in shares:
        width = row.width * share / total
        found.append(Box(left, row.y, width - GAP_MM, row.height))
        left += width
    return found


def captioned(drawing: Drawing, box: Box, key: str, *texts: str, largest_mm: float = 6.0) -> None:
    """A small caption over the texts."""
    drawing.text(box._replace(height=CAPTION_MM * 1.2), caption(drawing.media, key), largest_mm=CAPTION_MM, cut=True)
    below = CAPTION_MM * 1.2 + 0.3
    drawing.text(box._replace(y=box.y + below, height=box.height - below), *texts, largest_mm=largest_mm)


def copy_line(drawing: Drawing, rows: Rows, copy: bool, reason: str) -> None:
    """On a copy: that it is one, and why, across the top."""
    if copy:
        words = f"{caption(drawing.media, 'copy')}: {reason}" if reason else caption(drawing.media, "copy")
        drawing.text(rows.down(6), words, largest_mm=5, cut=True)
