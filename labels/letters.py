"""Fits text into a rectangle: which lines, how large, and whether the printer's own font can draw them."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from labels.fonts import advance, font_for
from labels.graphic import LETTER, drawn_width

# Advance widths of the printer's font 0 (^A0) in 1/1000 of its height, as rendered for every size from 20 to 200 dots.
_CLASSES = {
    250: "ijl",
    281: " !'(),./:;I[]`ft",
    345: "r",
    375: "z",
    438: "?Jcksvxy",
    470: '"#$*0123456789Laeo\\',
    500: "EFTZ^_bdghnpqu{|}",
    532: "CSV",
    563: "ABKOPQXY",
    595: "DGR",
    625: "&HNU",
    657: "w",
    750: "Mm",
    813: "W",
    907: "%+-=@",
    1000: "<>~",
}
WIDTHS = {character: width for width, characters in _CLASSES.items() for character in characters}
HEAD = 0.04  # some letters of font 0 rise this far above their cell
PITCH = 1.12  # line height in parts of the letter height
BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True)
class Line:
    """One line as it will be printed. `font` is None where the printer's own font draws it."""

    text: str
    font: Path | None
    width: int


@dataclass(frozen=True)
class Laid:
    """Lines of `size` dots, `pitch` dots apart."""

    lines: tuple[Line, ...]
    size: int
    pitch: int


def clean(text: str) -> str:
    """Text that paper can carry: no control characters, no hidden turns of direction, no half characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    whole = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    signs = (sign for sign in whole if sign not in BIDI)
    return " ".join(
        "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in signs).split()
    )


def lay(texts: Iterable[str], room: tuple[int, int], sizes: Iterable[int], named: Path | None) -> Laid | None:
    """The texts wrapped into `room` (width, height in dots) at the first of `sizes` that fits; None when none does."""
    return _lay(tuple(text for raw in texts if (text := clean(raw))), room, tuple(sizes), named)


@lru_cache(maxsize=2048)  # captions, counts and services come again on every label
def _lay(cleaned: tuple[str, ...], room: tuple[int, int], sizes: tuple[int, ...], named: Path | None) -> Laid | None:
    fonts = [None if text.isascii() else font_for(text, named) for text in cleaned]
    dense = [(text.replace(" ", ""), font) for text, font in zip(cleaned, fonts, strict=True)]
    for size in sizes:
        pitch = round(size * PITCH)
        least = sum(max(1.0, _width(text, font, size) / max(room[0] - 2, 1)) for text, font in dense)
        if least * pitch > room[1] and least > 1:
            continue  # not even without a blank
        lines = [
            line for text, font in zip(cleaned, fonts, strict=True) for line in _wrapped(text, room[0], size, font)
        ]
        tall = len(lines) * pitch <= room[1] or (len(lines) == 1 and size + round(size * HEAD) <= room[1])
        if tall and all(line.width <= room[0] for line in lines):
            return Laid(tuple(lines), size, pitch)
    return None


def cut_to(text: str, room: tuple[int, int], size: int, named: Path | None) -> Laid | None:
    """As much of `text` as `room` holds at `size`, with "..." for the rest; None when not even that fits."""
    words = clean(text)
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if lay([words[:middle] + "..."], room, [size], named):
            low = middle
        else:
            high = middle - 1
    return lay([words[:low].rstrip() + "..."], room, [size], named) if low else None


def _wrapped(text: str, width: int, size: int, font: Path | None) -> list[Line]:
    """`text` broken into lines of at most `width` dots (a single character may still be wider)."""
    lines: list[Line] = []
    step = _steps(font, size)
    while text:
        count = len(text) if _width(text, font, size) + 2 <= width else fitting(text, width, step)
        lines.append(_line(text[:count].rstrip(), font, size))
        text = text[count:].lstrip()
    return lines


def line_width(text: str, size: int) -> int:
    """The dots that the printer's own font needs for a line of plain ASCII."""
    return int(_width(text, None, size)) + 2


def _line(text: str, font: Path | None, size: int) -> Line:
    if font is None or text.isascii():
        return Line(text, None, line_width(text, size))
    return Line(text, font, drawn_width(text, font, size))


@lru_cache(maxsize=16384)
def _natural(text: str, font: Path | None) -> float:
    """How wide the text is, in parts of its size."""
    if font is None:
        return sum([WIDTHS[character] for character in text]) / 1000
    return sum([advance(font, character) for character in text]) * LETTER


def _width(text: str, font: Path | None, size: int) -> float:
    """In dots; the printer rounds each step of its own font."""
    return _natural(text, font) * size + (0.5 * len(text) if font is None else 0)


def _steps(font: Path | None, size: int) -> Callable[[str], float]:
    if font is None:
        return lambda character: WIDTHS[character] * size / 1000 + 0.5
    return lambda character: advance(font, character) * size * LETTER


def fitting(text: str, width: float, step: Callable[[str], float]) -> int:
    """How many characters go onto the first line: up to the last space that leaves it at least half full."""
    used, space = 2.0, 0
    for count, character in enumerate(text):
        used += step(character)
        if used > width:
            return space if space >= count // 2 and space else max(1, count)
        if character == " ":
            space = count + 1
    return len(text)
