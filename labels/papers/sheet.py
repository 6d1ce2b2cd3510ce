"""Fills the pages of a paper from the top; what does not fit goes on under the same head, and every page says n of m."""

import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from labels.papers.marks import HEIGHT, MM, WIDTH, Bars, Mark, Rule, Square, Text, drawn
from labels.papers.typeface import Typeface
from labels.papers.words import word
from labels.refused import LabelRefused

LEFT, TOP, BOTTOM = 15 * MM, 12 * MM, HEIGHT - 18 * MM
RIGHT, INNER = WIDTH - LEFT, WIDTH - 2 * LEFT
BODY, SMALL, NUMBER, TITLE = 9.5, 7.5, 12.0, 20.0
PITCH, RISE = 1.35, 0.88  # line height, and the baseline below its top, in parts of the size
GAP = 3 * MM
BARS_WIDTH, BARS_HEIGHT, QR_SIDE = 88 * MM, 11 * MM, 22 * MM
GREY = 0.35
CAPTIONS = SMALL * PITCH + MM  # height of a table's head, and its rules above and below
RULED = CAPTIONS + 1.6


class Pdf(NamedTuple):
    """A paper. `font_note` is "" where every letter is embedded, else "font_not_embedded": the Chinese letters are
    those of whoever opens it (STSong-Light); the package fonts-wqy-microhei mends that."""

    data: bytes
    font_note: str


class Heading(NamedTuple):
    """What stands on top of every page. `kind`: a key of words.WORDS. `code`: what the scan of the paper says, "" for
    none; `link`: an address as QR, "" for none. `maker`: whose paper it is."""

    kind: str
    number: str
    code: str
    maker: str
    language: str
    link: str = ""


class Column(NamedTuple):
    """A column of a table; `share` of its width."""

    caption: str
    share: float
    align: str = "left"


class Band(NamedTuple):
    """A row over the whole table that begins a group, and is repeated where the group goes on on another page."""

    text: str
    right: str = ""


class Sheet:
    """A paper in the making."""

    def __init__(self, heading: Heading, font: Path | None) -> None:
        self.language, self.face, self._heading = heading.language, Typeface(font), heading
        self.pages: list[list[Mark]] = []
        self._y = self._start = TOP
        self._rows = 0  # of the table, on this page
        self.turn()

    def turn(self) -> None:
        """The next page."""
        self.pages.append([])
        self._y = TOP
        self._head()
        self._start = self._y

    def need(self, height: float) -> None:
        """Room for `height` points on this page or the next. Refused where no page has it ("does_not_fit")."""
        if self._y + height > BOTTOM:
            self.turn()
            if self._y + height > BOTTOM:
                raise LabelRefused("does_not_fit", f"{height / MM:.0f} mm in one piece on a page")

    def together(self, lay: Callable[[], None]) -> None:
        """What `lay` puts on the sheet in one piece, where a page is tall enough for it."""
        height = self._height(lay)
        if self._start + height <= BOTTOM:
            self.need(height)
        lay()

    def _height(self, lay: Callable[[], None]) -> float:
        """Of what `lay` puts on the sheet, in points; infinite where it takes more than a page."""
        pages, y, rows = len(self.pages), self._y, self._rows
        self.turn()
        lay()
        height = self._y - self._start if len(self.pages) == pages + 1 else math.inf
        del self.pages[pages:]
        self._y, self._rows = y, rows
        return height

    def word(self, key: str, **fields: object) -> str:
        return word(self.language, key, **fields)

    def captioned(self, *cells: tuple[str, Sequence[str]], columns: int = 0) -> None:
        """Cells side by side, `columns` in a row (all by default): a small caption (a key) over lines of text.

        Cells without text are left out."""
        told = [(key, [text for text in texts if text]) for key, texts in cells]
        told = [(key, texts) for key, texts in told if texts]
        across = columns or len(told) or 1
        for first in range(0, len(told), across):
            self._cells(told[first : first + across], INNER / across)

    def _cells(self, cells: Sequence[tuple[str, list[str]]], width: float) -> None:
        laid = [[line for text in texts for line in self.face.wrapped(text, width - GAP, BODY)] for _, texts in cells]
        height = SMALL * PITCH + max(map(len, laid)) * BODY * PITCH + GAP
        self.need(height)
        for place, ((key, _), lines) in enumerate(zip(cells, laid, strict=True)):
            x = LEFT + place * width
            self.put(self.word(key), x, self._y, size=SMALL, grey=GREY)
            for row, line in enumerate(lines):
                self.put(line, x, self._y + SMALL * PITCH + row * BODY * PITCH)
        self._y += height

    def table(
        self, columns: Sequence[Column], rows: Iterable[Sequence[str] | Band], follow: Callable[[], None] | None = None
    ) -> None:
        """A table whose head is repeated on each page.

        What `follow` puts below it stays in one piece with the last two rows, or the last, where a page is tall enough:
        sums or signatures on a page without an article could belong to anything.
        """
        total = sum(column.share for column in columns)
        widths = [INNER * column.share / total for column in columns]
        self.need(20 * MM)
        self._table_head(columns, widths)
        laid = [row if isinstance(row, Band) else self._laid(row, widths) for row in rows]
        after = GAP + (self._height(follow) if follow else 0)
        band: Band | None = None
        for place, row in enumerate(laid):
            if isinstance(row, Band):
                band = row
                self._room(14 * MM, columns, widths, None)
                self._band(row)
                continue
            if follow and place >= len(laid) - 2:
                self._keep(sum(map(_tall, laid[place:])) + after, columns, widths, band)
            self._room(_tall(row), columns, widths, band)
            self._row(row, columns, widths, _tall(row))
        self._y += GAP
        if follow:
            self.together(follow)

    def _laid(self, row: Sequence[str], widths: Sequence[float]) -> list[list[str]]:
        return [self.face.wrapped(text, width - GAP, BODY) for text, width in zip(row, widths, strict=True)]

    def _keep(self, height: float, columns: Sequence[Column], widths: Sequence[float], band: Band | None) -> None:
        """Turns for the end of a table and what follows it, unless that leaves a page without a row or does not help."""
        if self._rows and self._y + height > BOTTOM >= self._start + RULED + height:
            self._go_on(columns, widths, band)

    def _room(self, height: float, columns: Sequence[Column], widths: Sequence[float], band: Band | None) -> None:
        if self._y + height <= BOTTOM:
            return
        self._go_on(columns, widths, band)
        self.need(height)

    def _go_on(self, columns: Sequence[Column], widths: Sequence[float], band: Band | None) -> None:
        self.turn()
        self._table_head(columns, widths)
        if band:
            self._band(band._replace(text=f"{band.text} {self.word('continued')}"))

    def _table_head(self, columns: Sequence[Column], widths: Sequence[float]) -> None:
        self.rule(0.8)
        self._row([[self.word(column.caption)] for column in columns], columns, widths, CAPTIONS, size=SMALL)
        self.rule(0.8)
        self._rows = 0

    def _row(
        self, laid: Sequence[list[str]], columns: Sequence[Column], widths: Sequence[float], height: float, *,
        size: float = BODY,
    ) -> None:  # fmt: skip
        x = LEFT
        for lines, column, width in zip(laid, columns, widths, strict=True):
            shift = {"left": 0.0, "center": (width - GAP) / 2, "right": width - GAP}[column.align]
            for row, line in enumerate(lines):
                self.put(line, x + shift, self._y + 0.6 * MM + row * size * PITCH, size=size, align=column.align)
            x += width
        self._y += height
        self._rows += 1
        if size == BODY:
            self.pages[-1].append(Rule(LEFT, self._y, INNER, 0.3, 0.7))

    def _band(self, band: Band) -> None:
        self._y += 1.2 * MM
        self.put(band.text, LEFT, self._y, size=BODY + 1)
        self.put(band.right, RIGHT, self._y, size=BODY + 1, align="right")
        self._y += (BODY + 1) * PITCH + 0.6 * MM
        self.rule(0.5)

    def line(self, text: str, right: str = "", size: float = BODY) -> None:
        """A caption in the right half and its figure at the right edge, or one text over the whole width."""
        self.need(size * PITCH)
        if right:
            self.put(text, LEFT + INNER * 0.55, self._y, size=size)
            self.put(right, RIGHT - GAP, self._y, size=size, align="right")
            self._y += size * PITCH
            return
        for line in self.face.wrapped(text, INNER, size):
            self.need(size * PITCH)
            self.put(line, LEFT, self._y, size=size)
            self._y += size * PITCH

    def signatures(self, *keys: str) -> None:
        """A line to sign on for each, side by side."""
        self.need(26 * MM)
        width = INNER / len(keys)
        for place, key in enumerate(keys):
            x = LEFT + place * width
            self.pages[-1].append(Rule(x, self._y + 18 * MM, width - 2 * GAP))
            caption = f"{self.word(key)} / {self.word('date')}"
            self.put(caption, x, self._y + 19 * MM, size=SMALL, grey=GREY)
        self._y += 26 * MM

    def rule(self, thick: float = 0.5) -> None:
        self.pages[-1].append(Rule(LEFT, self._y, INNER, thick))
        self._y += thick

    def gap(self, height: float = GAP) -> None:
        self._y += height

    def put(
        self, text: str, x: float, top: float, *, size: float = BODY, align: str = "left", grey: float = 0.0
    ) -> None:
        """One line of text, its top at `top`."""
        if fit := self.face.fit(text):
            self.pages[-1].append(Text(x, top + size * RISE, fit, size, align, grey))

    def without(self, key: str) -> Pdf:
        """The paper that has nothing to list: one sentence that says so, and no place to sign."""
        self.gap()
        self.line(self.word(key), size=BODY + 2.5)
        return self.finish()

    def finish(self) -> Pdf:
        """All pages with their numbers."""
        heading = self._heading
        for number, page in enumerate(self.pages, 1):
            told = self.word("page", page=number, pages=len(self.pages))
            page.append(Rule(LEFT, HEIGHT - 15 * MM, INNER, 0.3, 0.7))
            baseline = HEIGHT - 11 * MM
            page.append(Text(RIGHT, baseline, self.face.fit(told), SMALL, "right", GREY))
            maker = self.face.fit(heading.maker)
            if maker:
                size = min(SMALL, INNER * 0.7 / max(self.face.width(maker, 1), 1))
                page.append(Text(LEFT, baseline, maker, size, "left", GREY))
        title = f"{self.word(heading.kind)} {heading.number}"
        return Pdf(drawn(self.pages, self.face, self.face.fit(title)), self.face.note)

    def _head(self) -> None:
        heading, page = self._heading, self.pages[-1]
        right = RIGHT
        if heading.link:
            page.append(Square(right, self._y - 2 * MM, QR_SIDE, heading.link))
            right -= QR_SIDE
        if heading.code:
            page.append(Bars(right, self._y, BARS_WIDTH, BARS_HEIGHT, heading.code))
        self.put(self.word(heading.kind), LEFT, self._y - MM, size=TITLE)
        room = right - LEFT - (BARS_WIDTH if heading.code else 0)
        wide = self.face.width(self.face.fit(heading.number), 1)
        self.put(heading.number, LEFT, self._y + TITLE * PITCH, size=min(NUMBER, room / max(wide, 1)))
        self._y += max(TITLE * PITCH + NUMBER * PITCH, QR_SIDE - 2 * MM if heading.link else 0) + MM
        self.rule(0.8)
        self._y += GAP


def _tall(laid: Sequence[list[str]] | Band) -> float:
    """Height in points of a row whose texts are wrapped; 0 for a band, which is no row at a table's end."""
    return 0 if isinstance(laid, Band) else max(map(len, laid)) * BODY * PITCH + 1.6 * MM
