"""Reads a site's ZPL with its {{names}} and says, with line and column, everything that would go wrong on paper."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from labels.commands import RFID, SET_UP, Command, allowed, commands, position, without_shift
from labels.templates import bars
from labels.templates.overlap import lay, overlaps
from labels.templates.part import NAME, Part
from labels.templates.placeholders import CODES, NEEDED, names

MOST_BYTES = 2_000_000
USUAL_WIDTH = 799  # dots, where the file does not say: 100 mm at 203 dpi


@dataclass(frozen=True)
class Finding:
    """What is wrong and where, counted from 1. `code`: template_broken, template_not_allowed, template_unknown,
    template_missing, template_unescaped, template_code (a bar code that cannot hold what it should) or
    template_overlap; and template_unchecked, of which nobody here knows whether it lies over something."""

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
        elif command.name == "PW" and command.parameters.strip().isdigit():
            self.width = int(command.parameters)


@dataclass(frozen=True)
class Template:
    """A template that may be filled: verbatim pieces and parts with names, between ^XA and ^XZ.

    `notices`: what a person should look at on paper; it keeps nothing from printing.
    """

    kind: str
    code_page: bytes
    parts: tuple[bytes | Part, ...]
    notices: tuple[Finding, ...] = ()


def read(kind: str, zpl: bytes) -> tuple[Template | None, list[Finding]]:
    """The template, or None and everything that is wrong with it."""
    zpl = zpl.removeprefix(b"\xef\xbb\xbf")
    findings, notices = list(_look(kind, zpl)), list[Finding]()
    if not findings:
        findings, notices = _lying(kind, zpl)
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
    return Part(told, pieces, indicator, font, barcode, reading.module, reading.code_page, reading.tall)


def _look(kind: str, zpl: bytes) -> Iterator[Finding]:
    """All findings, each with its place."""

    def found(code: str, name: str, offset: int, detail: str) -> Finding:
        return Finding(code, name, *position(zpl, offset), detail)

    if len(zpl) > MOST_BYTES:
        yield found("template_broken", "file", 0, f"more than {MOST_BYTES} bytes")
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


def _lying(kind: str, zpl: bytes) -> tuple[list[Finding], list[Finding]]:
    """What lies over bars or under them, which no scanner reads; and what a person should look at: text over text, and
    fields of which only the printer knows how large they are. The later of the two is named."""
    laid = lay(kind, *_fields(zpl))
    refused, notices = list[Finding](), list[Finding]()
    for first, second in overlaps(laid):
        line, column = position(zpl, first.start)
        detail = f"lies over {first.name!r} of line {line}, column {column}"
        found = Finding("template_overlap", second.name, *position(zpl, second.start), detail)
        (refused if first.bars or second.bars else notices).append(found)
    for one in laid:
        if one.where is None:
            detail = "only the printer knows how large it is: whether it lies over something was not checked"
            notices.append(Finding("template_unchecked", one.name, *position(zpl, one.start), detail))
    return refused, notices


def _fields(zpl: bytes) -> tuple[list[Part], int]:
    """Every field of the file, with names or without, and the label's width in dots."""
    reading, parts = Reading(), list[Part]()
    for command in _drawing(zpl):
        reading.see(command)
        reading.field.append(command)
        if command.name in ("FS", "XA", "XZ"):
            parts.append(_field_of(reading))
            reading.field = []
    return parts, reading.width or USUAL_WIDTH


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
