"""Labels that carriers send as ZPL, PNG or PDF, brought onto our printers: their size checked, their commands sieved."""

import io
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image
from zebrafy.zebrafy_image import ZebrafyImage

from labels.commands import Command, drawing
from labels.media import Media
from labels.refused import LabelRefused

MOST_BYTES = 5_000_000
MOST_PIXELS = 40_000_000
MOST_LABELS = 20
SMALLEST_SCALE, LARGEST_SCALE = 0.9, 1.25  # beyond these the sender meant another label size
MOST_GRAPHIC = 900_000  # bytes that one ^GF counts with its six digits
POINTS = 72.0  # a PDF's units an inch
INK = frozenset(("FD", "FV", "GB", "GC", "GD", "GE", "GF", "GS", "XG"))  # a label without any of these stays white
SAME = 0.02  # a picture whose size differs less than this from the label's keeps its dots
PDFIUM = threading.Lock()  # the PDF reader is not made for threads


def zpl(received: bytes, media: Media, copies: int = 1) -> bytes:
    """What a carrier sent, as ZPL for this printer: one ^XA ... ^XZ a label. The kind is told by its first bytes.

    Raises LabelRefused: bad_content (none of the three, broken, too large), does_not_fit (another label size) or
    not_allowed (a command that does more than draw).
    """
    kind = _kind(received)
    if kind == "ZPL":
        return b"".join(_times(label, copies) for label in sieved(received, media))
    images: Iterable[Image.Image] = [_opened(received)] if kind == "PNG" else _pages(received, media)
    return b"".join(_times(_placed(image, media), copies) for image in images)


def labels(received: bytes) -> int:
    """How many labels it is. Raises LabelRefused as `zpl`, except for their size."""
    kind = _kind(received)
    if kind == "ZPL":
        return sum(piece.startswith(b"^XA") for piece in sieved(received, None))
    if kind == "PNG":
        _opened(received)
        return 1
    with PDFIUM, _document(received) as document:
        return len(document)


def _kind(received: bytes) -> str:
    if not received or len(received) > MOST_BYTES:
        raise LabelRefused("bad_content", f"a carrier label of {len(received)} bytes")
    if received.startswith(b"\x89PNG\r\n"):
        return "PNG"
    if received[:1024].lstrip().startswith(b"%PDF-"):
        return "PDF"
    if b"^XA" in received.upper():
        return "ZPL"
    raise LabelRefused("bad_content", "a carrier label is ZPL, PNG or PDF")


def _times(label: bytes, copies: int) -> bytes:
    """The label as often as wanted; a graphic that is stored for it comes once."""
    if copies == 1 or not label.startswith(b"^XA"):
        return label
    head, end, tail = label.rpartition(b"^XZ")
    return head + b"^PQ%d" % copies + end + tail


def sieved(received: bytes, media: Media | None) -> list[bytes]:
    """Foreign ZPL with nothing left in it but drawing, a piece each label or stored graphic; each label is printed
    once, whatever ^PQ said. Without `media` nothing is measured."""
    kept, label, count = [], list[Command](), 0
    code_page = b"0"
    for command in drawing(received):
        if command.name == "CI":
            code_page = command.parameters  # stays as it is from one label to the next
        if command.name == "~DG":
            kept.append(command.written)
        elif command.name == "XA":
            if label:
                raise LabelRefused("bad_content", "^XA within a label")
            label = [Command("XA", b"^LH0,0^FWN^LRN^PMN^PON^CI%s" % code_page, command.start)]
        elif label:
            if media is not None:
                _measure(command, media)
            label.append(command)
            if command.name == "XZ" and (prints := any(part.name in INK for part in label)):
                count += prints
                kept.append(_sized(label, media))
            label = [] if command.name == "XZ" else label
    if label or not 1 <= count <= MOST_LABELS:
        raise LabelRefused("bad_content", "a label without its end" if label else f"{count} labels at once")
    return kept


def _sized(label: list[Command], media: Media | None) -> bytes:
    size = b"^PW%d^LL%d" % (media.dots(media.width_mm), media.dots(media.height_mm)) if media is not None else b""
    rest = b"".join(command.written for command in label[1:] if command.name not in ("PW", "LL"))
    return label[0].written + size + rest


def _measure(command: Command, media: Media) -> None:
    """Refuses a label made for larger stock."""
    for name, room in (("PW", media.dots(media.width_mm)), ("LL", media.dots(media.height_mm))):
        told = command.parameters.strip()
        if command.name == name and told.isdigit() and int(told) > room * LARGEST_SCALE:
            raise LabelRefused("does_not_fit", f"^{name}{int(told)} on a label of {room} dots")


def _opened(received: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(received), formats=["PNG"]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise LabelRefused("bad_content", f"a picture of {image.width} x {image.height} dots")
            return _on_white(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, LabelRefused):
            raise
        raise LabelRefused("bad_content", f"a broken PNG: {error}") from error


def _on_white(image: Image.Image) -> Image.Image:
    """Grey, with white where the picture lets through."""
    coloured = image.convert("RGBA")
    white = Image.new("RGBA", coloured.size, "white")
    return Image.alpha_composite(white, coloured).convert("L")


def _pages(received: bytes, media: Media) -> Iterator[Image.Image]:
    """Each page in the printer's own resolution, so that one point is as long on paper as it was meant."""
    images = []
    with PDFIUM, _document(received) as document:
        for page in document:
            width, height = page.get_size()
            scale = _scale((width, height), _room(media, POINTS))
            images.append(page.render(scale=scale * media.dpi / POINTS, grayscale=True).to_pil())
            page.close()
    yield from images


@contextmanager
def _document(received: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """The PDF with a sane number of pages; PDFIUM must be held."""
    try:
        with pypdfium2.PdfDocument(received) as document:
            if not 1 <= len(document) <= MOST_LABELS:
                raise LabelRefused("bad_content", f"a PDF of {len(document)} pages")
            yield document
    except pypdfium2.PdfiumError as error:
        raise LabelRefused("bad_content", f"a broken PDF: {error}") from error


def _room(media: Media, dots_an_inch: float) -> tuple[float, float]:
    return media.width_mm * dots_an_inch / 25.4, media.height_mm * dots_an_inch / 25.4


def _scale(size: tuple[float, float], room: tuple[float, float]) -> float:
    """By how much a page must shrink to fit, upright or on its side; 1 where it fits. Refused below SMALLEST_SCALE."""
    width, height = size if (size[0] <= size[1]) == (room[0] <= room[1]) else (size[1], size[0])
    scale = min(1.0, room[0] / max(width, 1), room[1] / max(height, 1))
    if scale < SMALLEST_SCALE:
        shown = f"{size[0] * 25.4 / POINTS:.0f} x {size[1] * 25.4 / POINTS:.0f} mm"
        raise LabelRefused("does_not_fit", f"a page of {shown}")
    return scale


def _placed(image: Image.Image, media: Media) -> bytes:
    """The picture as one label, turned where that fits better, its dots kept where they can be."""
    width, height = media.dots(media.width_mm), media.dots(media.height_mm)
    turned = (image.width <= image.height) != (width <= height)
    upright = image.transpose(Image.Transpose.ROTATE_90) if turned else image
    scale = min(width / upright.width, height / upright.height)
    if abs(scale - 1) > SAME or upright.width > width or upright.height > height:
        size = (max(1, int(upright.width * scale)), max(1, int(upright.height * scale)))
        upright = upright.resize(size, Image.Resampling.LANCZOS)
    return b"^XA^LH0,0^FWN^LRN^PMN^PON^PW%d^LL%d%s^XZ" % (width, height, b"".join(_strips(upright)))


def _strips(image: Image.Image) -> Iterator[bytes]:
    """The picture as one ^GFA, or several one under the other where it is too much for one."""
    rows = MOST_GRAPHIC // ((image.width + 7) // 8)
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        graphic = ZebrafyImage(strip, format="Z64", dither=False, complete_zpl=False, pos_y=top)
        yield graphic.to_zpl().strip().encode()
