"""What stands on a page, in points from its top left corner, and the bytes of the PDF that shows it."""

import io
import threading
from collections.abc import Sequence
from typing import NamedTuple

from reportlab.graphics.barcode.code128 import Code128  # type: ignore[import-untyped]
from reportlab.graphics.barcode.qrencoder import (  # type: ignore[import-untyped]
    QR8bitByte,
    QRCode,
    QRErrorCorrectLevel,
)
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from labels.papers.typeface import Typeface
from labels.refused import LabelRefused

MM = 72 / 25.4
WIDTH, HEIGHT = A4
WIDEST_MODULE, NARROWEST_MODULE = 0.5 * MM, 0.19 * MM
QR_BYTES = 400
WRITING = threading.Lock()  # reportlab cuts the embedded font down in place: one paper at a time


class Text(NamedTuple):
    """`y` is the baseline; `x` the left edge, the middle or the right edge, as `align` says."""

    x: float
    y: float
    text: str
    size: float
    align: str = "left"
    grey: float = 0.0


class Rule(NamedTuple):
    x: float
    y: float
    width: float
    thick: float = 0.5
    grey: float = 0.0


class Bars(NamedTuple):
    """Code 128, its right edge at `x`; `width` is the most that it may take, quiet zones included."""

    x: float
    y: float
    width: float
    height: float
    content: str


class Square(NamedTuple):
    """QR, its right edge at `x`, `side` points wide with its quiet zone."""

    x: float
    y: float
    side: float
    content: str


Mark = Text | Rule | Bars | Square


def drawn(pages: Sequence[Sequence[Mark]], face: Typeface, title: str) -> bytes:
    """The PDF; the same marks give the same bytes."""
    out = io.BytesIO()
    with WRITING:
        canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=1)
        canvas.setTitle(title)
        canvas.setCreator("floor")
        for page in pages:
            for mark in page:
                _draw(canvas, face, mark)
            canvas.showPage()
        canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, face: Typeface, mark: Mark) -> None:
    if isinstance(mark, Text):
        _text(canvas, face, mark)
    elif isinstance(mark, Rule):
        canvas.setFillGray(mark.grey)
        canvas.rect(mark.x, HEIGHT - mark.y - mark.thick, mark.width, mark.thick, stroke=0, fill=1)
    elif isinstance(mark, Bars):
        canvas.setFillGray(0)
        bars = Code128(mark.content, barWidth=_module(mark), barHeight=mark.height, quiet=True)
        bars.drawOn(canvas, mark.x - bars.width, HEIGHT - mark.y - mark.height)
    else:
        _square(canvas, mark)


def _text(canvas: Canvas, face: Typeface, mark: Text) -> None:
    shift = {"left": 0.0, "center": 0.5, "right": 1.0}[mark.align]
    place = mark.x - (shift * face.width(mark.text, mark.size) if shift else 0)
    written = canvas.beginText(place, HEIGHT - mark.y)
    written.setFillGray(mark.grey)
    for font, piece in face.runs(mark.text):
        written.setFont(font, mark.size)
        written.textOut(piece)
    canvas.drawText(written)


def _module(mark: Bars) -> float:
    """As wide as the room allows. Refuses what a scanner could not read."""
    if not (mark.content.isascii() and mark.content.isprintable() and len(mark.content) <= 48):
        raise LabelRefused("bad_content", f"Code 128 cannot hold {mark.content[:60]!r}")
    module = min(WIDEST_MODULE, mark.width / float(Code128(mark.content, barWidth=1, quiet=True).width))
    if module < NARROWEST_MODULE:
        raise LabelRefused("does_not_fit", f"{mark.content[:60]!r} as Code 128 into {mark.width / MM:.0f} mm")
    return module


def _square(canvas: Canvas, mark: Square) -> None:
    data = mark.content.encode()
    if len(data) > QR_BYTES:
        raise LabelRefused("bad_content", f"{len(data)} bytes do not go into the QR code of a paper")
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(QR8bitByte(data))
    code.make()
    count = code.getModuleCount()
    module = mark.side / (count + 8)
    left, top = mark.x - mark.side + 4 * module, mark.y + 4 * module
    canvas.setFillGray(0)
    for row in range(count):
        for column, length in _runs([bool(code.isDark(row, column)) for column in range(count)]):
            place = left + column * module, HEIGHT - top - (row + 1) * module
            canvas.rect(*place, length * module, module * 1.02, stroke=0, fill=1)  # no hair lines between rows


def _runs(dark: list[bool]) -> list[tuple[int, int]]:
    """(first, length) of each stretch of dark modules."""
    runs: list[tuple[int, int]] = []
    for column, is_dark in enumerate(dark):
        if is_dark and column and dark[column - 1]:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif is_dark:
            runs.append((column, 1))
    return runs
