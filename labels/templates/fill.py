"""Puts values into the fields of a site's template: escaped always, smaller where too wide, as a picture where the
printer has no letters for them."""

import math

from PIL import Image

from labels.escape import escaped, field
from labels.fonts import font_for
from labels.graphic import BASELINE, gfa, line_image
from labels.letters import HEAD, PITCH, Laid, clean, lay, line_width
from labels.media import Media
from labels.refused import LabelRefused
from labels.templates import bars
from labels.templates.extent import covered, needed
from labels.templates.part import STATE, Part
from labels.templates.placeholders import Coded, Value

SHRINK = 0.5  # text becomes at most this much smaller than the template says
CODECS = {b"28": "utf-8", b"27": "cp1252"}
HEX = frozenset("0123456789ABCDEFabcdef")
Place = tuple[int, int, int]  # left, top, height of a letter


def filled(part: Part, values: dict[str, Value], media: Media) -> bytes:
    """The field as ZPL; nothing where all that it should show is empty."""
    told = [values.get(name, "") for name in part.names]
    if not any(value.elements if isinstance(value, Coded) else value for value in told):
        return _state(part)
    if part.one("RF"):
        return _written(part, [_hex(str(value)) for value in told])
    if part.barcode:
        _inside(part, told, media)
        return _written(part, bars.data(part, told)[0])
    lines = [clean(line) for line in _lines(part, told)]
    font, turned, height = _font(part, media)
    if font != "@" and turned == "N":
        return _laid(part, lines, height, media) if font == "0" or not _ascii(lines) else _written(part, _joined(told))
    return _written(part, _joined(told)) if font == "@" or _ascii(lines) else _turned(part, lines, media)


def _hex(text: str) -> str:
    if not HEX.issuperset(text) or len(text) % 4:
        raise LabelRefused("bad_content", f"EPC {text[:40]!r} is not whole 16-bit words in hex")
    return text


def _inside(part: Part, told: list[Value], media: Media) -> None:
    """Bars that would run off the label cannot be scanned."""
    where = covered(part, told)
    if where is None:
        return
    least, right, bottom = needed(part, where), media.dots(media.width_mm), media.dots(media.height_mm)
    if least.left < 0 or least.top < 0 or least.right > right or least.bottom > bottom:
        detail = f"bars of {where.width} x {where.height} dots at {where.left}, {where.top}"
        raise LabelRefused("does_not_fit", f"{detail} on a label of {right} x {bottom}")


def _joined(values: list[Value]) -> list[str]:
    return [clean(", ".join(value) if isinstance(value, tuple) else str(value)) for value in values]


def _written(part: Part, texts: list[str], *, whole: bool = False) -> bytes:
    """The template's own commands with the texts in their places, or one text in the place of all (`whole`); code pages
    other than UTF-8 come back after it."""
    told = (piece if at % 2 == 0 else escaped(texts[at // 2], part.indicator) for at, piece in enumerate(part.pieces))
    text = escaped(texts[0], part.indicator) if whole else b"".join(told)
    wide = not _ascii(texts) and part.code_page != b"28"
    before, after = (b"^CI28", b"^CI" + part.code_page) if wide else (b"", b"")
    written = (b"^FD" + text if command.name == "FD" else command.written for command in part.commands)
    return before + b"".join(written) + after


def _state(part: Part) -> bytes:
    """What the field sets for those after it."""
    return b"".join(command.written for command in part.commands if command.name in STATE)


def _lines(part: Part, values: list[Value]) -> list[str]:
    """The whole text of the field, line by line: lines of an address stay apart in a text block."""
    block = part.one("FB") is not None
    if block and len(values) == 1 and isinstance(values[0], tuple) and not b"".join(part.pieces[::2]).strip():
        return [line for line in values[0] if isinstance(line, str)]
    texts = _joined(values)
    return ["".join(texts[at // 2] if at % 2 else _static(part, piece) for at, piece in enumerate(part.pieces))]


def _static(part: Part, piece: bytes) -> str:
    """The template's own text as people read it."""
    plain, rest = bytearray(), piece
    while rest:
        head, sign, rest = rest.partition(part.indicator)
        plain += head
        code = rest[:2].decode("latin-1")
        if sign and len(code) == 2 and HEX.issuperset(code):
            plain.append(int(code, 16))
            rest = rest[2:]
        else:
            plain += sign
    return plain.decode(CODECS.get(part.code_page, "cp850"), "replace")


def _ascii(lines: list[str]) -> bool:
    return all(line.isascii() for line in lines)


def _numbers(told: bytes) -> list[int]:
    return [int(number) if number.strip().isdigit() else 0 for number in told.split(b",")]


def _origin(part: Part) -> tuple[int, int]:
    where = part.one("FO") or part.one("FT")
    numbers = [*(_numbers(where.parameters) if where else ()), 0, 0]
    return numbers[0], numbers[1]


def _font(part: Part, media: Media) -> tuple[str, str, int]:
    """The font's letter, how it is turned (N, R, I, B) and its height in dots."""
    told = part.font.parameters.decode("latin-1").upper() if part.font else "AN,9"
    numbers = [*_numbers(told.partition(",")[2].encode()), 0]
    turned = told[1:2] if told[1:2] in ("R", "I", "B") else "N"
    return told[:1], turned, min(numbers[0] or 9, media.dots(media.height_mm))


def _laid(part: Part, lines: list[str], height: int, media: Media) -> bytes:
    """Upright text as large as it fits, down to SHRINK. Refused where it does not ("does_not_fit")."""
    left, top = _origin(part)
    block = part.one("FB")
    told = [*(block.parameters.split(b",") if block else ()), *[b""] * 4]
    width, most, extra = _numbers(b",".join(told[:3]))
    room = media.dots(media.width_mm) - left
    width, most = min(width or room, room), max(most, 1)
    if not block and _ascii(lines) and line_width(lines[0], height) <= width:
        return _written(part, lines, whole=True)
    if part.one("FT"):
        top -= round(height * BASELINE) + (most - 1) * (height + extra)
    tall = max(round(most * (height * PITCH + extra)), math.ceil(height * (1 + HEAD)))
    found = lay(lines, (width, tall), _sizes(height), media.font)
    if found is None:
        raise LabelRefused("does_not_fit", f"{' / '.join(lines)[:60]!r} into {most} lines of {width} dots")
    return _state(part) + _placed(part, found, (left, max(top, 0), width), told[3].strip().upper())


def _sizes(height: int) -> list[int]:
    sizes, size = [height], int(height * 0.9)
    while size >= max(height * SHRINK, 10):
        sizes.append(size)
        size = int(size * 0.9)
    return sizes


def _placed(part: Part, laid: Laid, room: Place, align: bytes) -> bytes:
    left, top, width = room
    reverse = b"^FR" if part.one("FR") else b""
    out = []
    for row, line in enumerate(laid.lines):
        spare = max(width - line.width, 0)
        x = left + (spare // 2 if align == b"C" else spare if align == b"R" else 0)
        drawn = (
            b"^A0N,%d,%d%s" % (laid.size, laid.size, field(line.text))
            if line.font is None
            else gfa(line_image(line.text, line.font, laid.size))
        )
        out.append(b"^FO%d,%d%s%s^FS" % (x, top + row * laid.pitch, reverse, drawn))
    return b"".join(out)


def _turned(part: Part, lines: list[str], media: Media) -> bytes:
    """One turned line in letters that the printer lacks, as a picture that stands where the field would."""
    _, turned, height = _font(part, media)
    text = " ".join(lines)
    image = line_image(text, font_for(text, media.font), height)
    left, top = _origin(part)
    if part.one("FT"):
        over, under = round(height * BASELINE), height - round(height * BASELINE)
        shift = {"R": (-under, 0), "I": (-image.width, -under), "B": (-over, -image.width)}[turned]
        left, top = max(left + shift[0], 0), max(top + shift[1], 0)
    turns = {"R": Image.Transpose.ROTATE_270, "I": Image.Transpose.ROTATE_180, "B": Image.Transpose.ROTATE_90}
    picture = image.transpose(turns[turned])
    if left + picture.width > media.dots(media.width_mm) or top + picture.height > media.dots(media.height_mm):
        raise LabelRefused("does_not_fit", f"{text[:60]!r} turned by {turned} at {left}, {top}")
    reverse = b"^FR" if part.one("FR") else b""
    return _state(part) + b"^FO%d,%d%s%s^FS" % (left, top, reverse, gfa(picture))
