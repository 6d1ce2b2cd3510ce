"""Printers hold Latin letters only, so other scripts are drawn here with a font found on this machine."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from labels.refused import LabelRefused

FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
# In this order: fonts that hold Chinese come first, so that one font draws a mixed line.
PATTERNS = (
    "wqy-microhei.tt*",
    "NotoSansCJK*Regular.*",
    "SourceHanSans*Regular.*",
    "NotoSansSC*",
    "wqy-zenhei.tt*",
    "DroidSansFallback*.ttf",
    "msyh.tt*",
    "simhei.ttf",
    "PingFang.ttc",
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "NotoSans*-Regular.ttf",
    "unifont*.*tf",
    "LiberationSans-Regular.ttf",
    "arial.ttf",
    "Arial Unicode.ttf",
)
SUFFIXES = (".ttf", ".ttc", ".otf")
NEVER_ASSIGNED = "\U0010fffe"
MEASURE = 100  # the size at which glyphs are measured; widths grow in proportion


@lru_cache(maxsize=1)
def found() -> tuple[Path, ...]:
    """Every usable font file on this machine, best first."""
    return tuple(_search())


def _search() -> Iterator[Path]:
    folders = [folder for name in FOLDERS if (folder := Path(name).expanduser()).is_dir()]
    files = sorted(file for folder in folders for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES)
    for pattern in PATTERNS:
        yield from (file for file in files if file.match(pattern))


@lru_cache(maxsize=64)
def face(path: Path, size: int) -> ImageFont.FreeTypeFont:
    """The font at a size in dots. Raises LabelRefused("no_font") when the file is no font."""
    try:
        return ImageFont.truetype(str(path), size)
    except OSError as error:
        raise LabelRefused("no_font", f"{path}: {error}") from error


@lru_cache(maxsize=16384)
def holds(path: Path, character: str) -> bool:
    """Whether the font draws this character as itself rather than as its mark for missing ones."""
    font = face(path, 24)
    drawn, missing = font.getmask(character, mode="1"), font.getmask(NEVER_ASSIGNED, mode="1")
    return drawn.size != missing.size or bytes(drawn) != bytes(missing)


@lru_cache(maxsize=16384)
def advance(path: Path, character: str) -> float:
    """How far the pen moves for one character, in parts of the font size."""
    return face(path, MEASURE).getlength(character) / MEASURE


@lru_cache(maxsize=4096)
def font_for(text: str, named: Path | None) -> Path:
    """The font to draw `text` with: `named` if given, else the first found one that holds all its letters.

    A sign that no font holds is drawn as an empty box; a letter that none holds is refused with "no_font",
    because an address with boxes in it sends goods astray.
    """
    candidates = (named,) if named else found()
    letters = [character for character in text if character.isalnum()]
    lacking = letters
    for path in candidates:
        lacks = [character for character in letters if not holds(path, character)]
        if not lacks:
            return path
        lacking = min(lacking, lacks, key=len)
    where = str(named) if named else "this machine (for Chinese, install the package fonts-wqy-microhei)"
    raise LabelRefused("no_font", f"no font on {where} holds {''.join(lacking[:10]) or text[:10]}")
