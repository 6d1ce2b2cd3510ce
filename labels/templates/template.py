"""Reads a site's ZPL with its {{names}} and says, with line and column, everything that would go wrong on paper."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from labels.commands import RFID, SET_UP, Command, allowed, commands, position, without_shift
from labels.media import Media
from labels.templates import bars
from labels.templates.extent import number
from labels.templates.overlap import Laid, lay, overlaps
from labels.templates.part import NAME, Part
from labels.templates.placeholders import CODES, NEEDED, SIZES, names

MOST_BYTES = 2_000_000
WIDEST, LONGEST, SMALLEST = 220, 990, 10  # millimetres of a label
FAR = 1_000_000  # dots
Size = tuple[int, int]  # width and height in dots


@dataclass(frozen=True)
class Finding:
    """What is wrong and where, counted from 1. `code`: template_broken, template_not_allowed, template_unknown,
    template_missing, template_unescaped, template_code (a bar code that cannot hold what it should), template_overlap or
    template_outside (it runs off the label); and template_unchecked, of which nobody here knows whether it lies over
    something."""

    code: str
    name: str
    line: int
    column: int
    detail: str

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.code}: {self.name}: {self.detail}"


@dataclass
class Reading:
    """What holds at a place in the file."""

    code_page: bytes = b"28"
    default_font: Command | None = None
    module: int = 2
    tall: int = 10
    width: int = 0
    height: int = 0
    turned: str = "N"
    home: tuple[int, int] = (0, 0)
    field: list[Command] = field(default_factory=list)

    def see(self, command: Command) -> None:
        if command.name == "CI":
            self.code_page = command.parameters.strip()
        elif command.name == "CF":
            font, _, rest = command.parameters.partition(b",")
            self.default_font = Command("A", font + b"N," + rest, command.start)
        elif command.name == "BY":
            module, _, tall = [*(told.strip() for told in command.parameters.split(b",")), b"", b""][:3]
            self.module = int(module) if module.isdigit() else self.module
            self.tall = int(tall) if tall.isdigit() else self.tall
        elif command.name == "FW":
            told_turn = command.parameters[:1].decode("latin-1").upper()
            self.turned = told_turn if told_turn in ("R", "I", "B") else "N"
        elif command.name in ("PW", "LL", "LH"):
            said = command.parameters.split(b",")
            if command.name == "LH":
                self.home = number(said, 0), number(said, 1)
            elif command.name == "PW":
                self.width = number(said, 0) or self.width
            else:
                self.height = number(said, 0) or self.height


@dataclass(frozen=True)
class Template:
    """A template that may be filled: verbatim pieces and parts with names, between ^XA and ^XZ.

    `notices`: what a person should look at on paper; it keeps nothing from printing.
    """

    kind: str
    code_page: bytes
    parts: tuple[bytes | Part, ...]
    notices: tuple[Finding, ...] = ()


def read(kind: str, zpl: bytes, dpi: int = 203) -> tuple[Template | None, list[Finding]]:
    """The template for printers of this resolution, or None and everything that is wrong with it."""
    zpl = zpl.removeprefix(b"\xef\xbb\xbf")
    findings, notices = list(_look(kind, zpl)), list[Finding]()
    if not findings:
        findings, notices = _lying(kind, zpl, dpi)
    if findings:
        return None, sorted(findings, key=_place)
    reading, parts = Reading(), list[bytes | Part]()
    code_page = b"28"
    for command in _drawing(zpl):
        reading.see(command)
        if command.name == "XA":
            parts, code_page, reading.field = [], reading.code_page, []
        elif command.name != "XZ":
            reading.field.append(command)
            if command.name == "FS":
                parts.append(_part(reading))
                reading.field = []
        elif any(isinstance(part, Part) for part in parts):
            break
    parts.append(b"".join(command.written for command in reading.field))
    return Template(kind, code_page, tuple(parts), tuple(sorted(notices, key=_place))), []


def _place(finding: Finding) -> tuple[int, int]:
    return finding.line, finding.column


def _drawing(zpl: bytes) -> Iterator[Command]:
    return without_shift(command for command in commands(zpl) if command.name not in SET_UP)


def _part(reading: Reading) -> bytes | Part:
    part = _field_of(reading)
    return part if part.names else b"".join(command.written for command in part.commands)


def _field_of(reading: Reading) -> Part:
    told = tuple(reading.field)
    data = next((command.parameters for command in told if command.name == "FD"), b"")
    pieces = tuple(NAME.split(data))
    escape = next((command for command in told if command.name == "FH"), None)
    indicator = (escape.parameters[:1] or b"_") if escape else b""
    font = next((command for command in told if command.name == "A"), reading.default_font)
    barcode = next((command for command in told if command.name in bars.KINDS), None)
    size = reading.module, reading.code_page, reading.tall
    return Part(told, pieces, indicator, font, barcode, *size, reading.turned, reading.home)


def _look(kind: str, zpl: bytes) -> Iterator[Finding]:
    """All findings, each with its place."""

    def found(code: str, name: str, offset: int, detail: str) -> Finding:
        return Finding(code, name, *position(zpl, offset), detail)

    if len(zpl) > MOST_BYTES:
        yield found("template_broken", "file", 0, f"more than {MOST_BYTES} bytes")
        return
    if zpl.startswith((b"\xff\xfe", b"\xfe\xff")) or b"^\0X\0A" in zpl:
        yield found("template_broken", "file", 0, "it is in UTF-16: save it as UTF-8")
        return
    yield from _broken(zpl)
    reading, seen, coded = Reading(), set[str](), set[str]()
    for command in commands(zpl):
        if not allowed(command, RFID):
            yield found(
                "template_not_allowed", command.written[:20].decode("latin-1"), command.start, "does more than draw"
            )
        reading.see(command)
        reading.field.append(command)
        if command.name in ("FS", "XA", "XZ"):
            part = _part(reading)
            reading.field = []
            if isinstance(part, Part):
                seen |= set(part.names)
                coded |= set(part.names) if part.barcode else set()
                yield from _field(kind, zpl, part)
    for group, where in ((CODES[kind], coded), *((group, seen) for group in NEEDED[kind])):
        if not where & set(group):
            place = "in a bar code" if where is coded else "anywhere"
            yield found("template_missing", " / ".join(group), len(zpl.rstrip()), f"must stand {place}")


def _lying(kind: str, zpl: bytes, dpi: int) -> tuple[list[Finding], list[Finding]]:
    """What lies over bars or under them or cuts them off, which no scanner reads; and what a person should look at: text
    over text or over the edge, and fields of which only the printer knows how large they are. Of two the later is named."""
    parts, said = _fields(zpl)
    usual = round(SIZES[kind][0] * dpi / 25.4), round(SIZES[kind][1] * dpi / 25.4)
    room = said[0] or usual[0], said[1] or usual[1]
    laid = lay(kind, parts, _media(room, dpi))
    refused, notices = list[Finding](), list[Finding]()
    for first, second in overlaps(laid):
        line, column = position(zpl, first.start)
        detail = f"lies over {first.name!r} of line {line}, column {column}"
        found = Finding("template_overlap", second.name, *position(zpl, second.start), detail)
        (refused if first.bars or second.bars else notices).append(found)
    for one in laid:
        place = position(zpl, one.start)
        if one.where is None:
            detail = "only the printer knows how large it is: whether it lies over something was not checked"
            notices.append(Finding("template_unchecked", one.name, *place, detail))
        elif detail := _outside(one, room, said):
            sure = one.bars and _outside(one, (said[0] or FAR, said[1] or FAR), said) != ""
            (refused if sure else notices).append(Finding("template_outside", one.name, *place, detail))
    return refused, notices


def _outside(one: Laid, room: Size, said: Size) -> str:
    """How a field leaves a label of `room`; "" where it stays on it. `said`: what of it the file itself says, else 0."""
    assert one.where is not None and one.needed is not None
    if one.needed.left < 0 or one.needed.top < 0:
        return f"begins at {one.where.left}, {one.where.top}, which is before the label"
    for least, reached, end, name, told in (
        (one.needed.right, one.where.right, room[0], "^PW", said[0]),
        (one.needed.bottom, one.where.bottom, room[1], "^LL", said[1]),
    ):
        if least > end:
            why = name if told else f"the usual size, since the file has no {name}"
            return f"reaches to {reached} dots, the label ends at {end} ({why})"
    return ""


def _media(room: Size, dpi: int) -> Media:
    """The label for which a template was drawn, or the nearest that there is."""
    width, height = (max(dots * 25.4 / dpi, SMALLEST) for dots in room)
    return Media(min(width, WIDEST), min(height, LONGEST), dpi, None, "en")


def _fields(zpl: bytes) -> tuple[list[Part], Size]:
    """Every field of the file, with names or without, and the label's size in dots, 0 where the file does not say."""
    reading, parts = Reading(), list[Part]()
    for command in _drawing(zpl):
        reading.see(command)
        reading.field.append(command)
        if command.name in ("FS", "XA", "XZ"):
            parts.append(_field_of(reading))
            reading.field = []
    return parts, (reading.width, reading.height)


def _instead(kind: str, name: str) -> str:
    close = get_close_matches(name, names(kind), n=1, cutoff=0.7)
    known = sorted(known for known in names(kind) if not known[-1].isdigit() or known.endswith("gs1"))
    return f"did you mean {close[0]}?" if close else f"a {kind} label has {', '.join(known)}"


def _broken(zpl: bytes) -> Iterator[Finding]:
    """Names that no field holds, braces without end, and files that are not one label."""
    inside = [
        (command.start, command.start + 3 + len(command.parameters))
        for command in commands(zpl)
        if command.name == "FD"
    ]
    whole = {match.start() for match in NAME.finditer(zpl)}
    for match in re.finditer(rb"\{\{", zpl):
        line, column = position(zpl, match.start())
        if match.start() not in whole:
            yield Finding("template_broken", "{{", line, column, "no name and }} after it")
        elif not any(start < match.start() < end for start, end in inside):
            yield Finding("template_broken", "{{", line, column, "a name stands outside of ^FD ... ^FS")
    yield from _endless(zpl)
    depth = labels = 0
    names_in_label = False
    for command in commands(zpl):
        depth += (command.name == "XA") - (command.name == "XZ")
        names_in_label |= command.name == "FD" and NAME.search(command.parameters) is not None
        if command.name == "XZ":
            labels, names_in_label = labels + names_in_label, False
        if depth not in (0, 1):
            yield Finding(
                "template_broken", f"^{command.name}", *position(zpl, command.start), "^XA and ^XZ do not pair"
            )
            return
    if depth or labels != 1:
        detail = "^XZ is missing" if depth else f"{labels} labels with names, one is wanted"
        yield Finding("template_broken", "^XZ", *position(zpl, len(zpl.rstrip())), detail)


def _endless(zpl: bytes) -> Iterator[Finding]:
    """Data that begins while other data has no ^FS yet, or has none before the label ends: of such a field a printer
    shows something else than what is read here."""
    opened: Command | None = None
    for command in commands(zpl):
        data, ends = command.name in ("FD", "FV"), command.name in ("XA", "XZ")
        if opened and (data or ends):
            begun, detail = (command, "before") if data else (opened, "behind")
            place = position(zpl, begun.start)
            yield Finding("template_broken", f"^{begun.name}", *place, f"^FS is missing {detail} it")
        if data or ends or command.name == "FS":
            opened = command if data else None


def _field(kind: str, zpl: bytes, part: Part) -> Iterator[Finding]:
    """What is wrong with one field: its names, its ^FH, its bar code, its place."""
    data = part.one("FD")
    assert data is not None
    for match in NAME.finditer(data.parameters):
        name = match[1].decode()
        place = position(zpl, data.start + 3 + match.start())
        if name not in names(kind):
            yield Finding("template_unknown", name, *place, _instead(kind, name))
        elif not part.indicator or part.indicator.isalnum() or part.indicator in b" -./:()+,":
            yield Finding("template_unescaped", name, *place, "write ^FH before the ^FD of this field")
        elif detail := bars.complaint(part, name):
            yield Finding("template_code", name, *place, detail)
    if not (part.one("FO") or part.one("FT") or part.one("RF")):
        yield Finding("template_broken", "^FD", *position(zpl, data.start), "no ^FO or ^FT says where")
