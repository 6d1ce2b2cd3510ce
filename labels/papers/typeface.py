"""Which font draws which letters of a paper: one that is embedded where this machine has it, a standard one otherwise."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]
from reportlab.pdfbase.pdfmetrics import getFont, registerFont, stringWidth  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFError, TTFont  # type: ignore[import-untyped]

from labels.fonts import found
from labels.letters import clean, fitting
from labels.refused import LabelRefused

STANDARD = "STSong-Light"  # every PDF viewer brings or borrows a font for it (ISO 32000-1, 9.7.5.2, Adobe-GB1)
NOT_EMBEDDED = "font_not_embedded"
BOX = "□"  # in the place of a sign that no font holds


@lru_cache(maxsize=16)
def embedded(path: Path) -> str | None:
    """The name under which the font file is embedded; None where it is none with TrueType outlines."""
    name = f"{path.stem}-{abs(hash(path))}"
    try:
        registerFont(TTFont(name, str(path), subfontIndex=0))
    except (TTFError, OSError):
        return None
    return name


@lru_cache(maxsize=1)
def standard() -> str:
    registerFont(UnicodeCIDFont(STANDARD))
    return STANDARD


def _holds(name: str, sign: str) -> bool:
    if name == STANDARD:
        return sign < "\uffff" and bool(sign.encode("gbk", "ignore"))
    return ord(sign) in getFont(name).face.charToGlyph


@lru_cache(maxsize=16)
def chinese_note(named: Path | None) -> str:
    """What papers in Chinese have as their `font_note` on this machine: "" or NOT_EMBEDDED; "" for a `named` font that
    cannot be embedded at all, since every paper is refused then."""
    try:
        face = Typeface(named)
    except LabelRefused:
        return ""
    face.fit("中")
    return face.note


class Typeface:
    """Measures and splits text by the fonts that hold it. `note` is "" or NOT_EMBEDDED, once all text was seen."""

    def __init__(self, named: Path | None = None) -> None:
        self._paths = iter((named,) if named else found())
        self._names: list[str] = []
        self._known: dict[str, str] = {}
        self.note = ""
        if named and embedded(named) is None:
            raise LabelRefused("no_font", f"{named} is no TrueType font that a PDF can embed")

    def fit(self, text: str) -> str:
        """`text` as it will be drawn: cleaned, and a box for each sign without a font. Refuses letters ("no_font")."""
        return "".join(sign if self._font(sign) else BOX for sign in clean(text))

    def runs(self, text: str) -> Iterator[tuple[str, str]]:
        """(font, piece) for a text that went through `fit`."""
        run, font = "", ""
        for sign in text:
            wanted = self._font(sign) if sign != " " or not font else font
            if wanted != font and run:
                yield font, run
                run = ""
            run, font = run + sign, wanted
        if run:
            yield font, run

    def width(self, text: str, size: float) -> float:
        """In points."""
        return float(sum(stringWidth(piece, font, size) for font, piece in self.runs(text)))

    def wrapped(self, text: str, width: float, size: float) -> list[str]:
        """The lines of a text of any kind, none wider than `width` points unless a single sign is; at least one."""
        rest, lines = self.fit(text), []
        while rest:
            count = fitting(rest, width + 2, lambda sign: self._step(sign) * size)
            lines.append(rest[:count].rstrip())
            rest = rest[count:].lstrip()
        return lines or [""]

    def _step(self, sign: str) -> float:
        return _step(self._font(sign), sign)

    def _font(self, sign: str) -> str:
        """The font that holds the sign; "" where none does and a box will stand for it."""
        if sign not in self._known:
            self._known[sign] = self._search(sign)
        return self._known[sign]

    def _search(self, sign: str) -> str:
        for name in self._candidates():
            if _holds(name, sign):
                return name
        if _holds(standard(), sign):
            self.note = NOT_EMBEDDED
            return standard()
        if sign.isalnum():
            raise LabelRefused("no_font", f"no font on this machine holds {sign}")
        self._font(BOX)
        return ""

    def _candidates(self) -> Iterator[str]:
        """The fonts in use first; more are read from disk only when these lack a letter."""
        yield from self._names
        for path in self._paths:
            if name := embedded(path):
                self._names.append(name)
                yield name


@lru_cache(maxsize=16384)
def _step(font: str, sign: str) -> float:
    return float(stringWidth(sign, font, 1))
