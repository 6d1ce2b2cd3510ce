"""Reads foreign ZPL command by command, and lets through only what draws on a label: never what sets, stores or resets."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from labels.refused import LabelRefused

# Drawing and its settings within one label (ZPL II Programming Guide). ^A stands for all its fonts.
DRAWS = frozenset({
    "A", "BY", "B0", "B1", "B2", "B3", "B4", "B5", "B7", "B8", "B9", "BA", "BB", "BC", "BD", "BE", "BF", "BI", "BJ",
    "BK", "BL", "BM", "BO", "BP", "BQ", "BR", "BS", "BT", "BU", "BX", "BZ", "CF", "CI", "CV", "FB", "FD", "FH", "FO",
    "FP", "FR", "FS", "FT", "FV", "FW", "FX", "GB", "GC", "GD", "GE", "GF", "GS", "LH", "LL", "LR", "LS", "PM", "PO",
    "PW", "TB", "XA", "XZ", "XG", "~DG",
})  # fmt: skip
# What exports carry to set the printer up. The media and the printer are ours, so these are left out.
SET_UP = frozenset({
    "JM", "JS", "JZ", "LT", "MC", "MD", "MF", "ML", "MM", "MN", "MT", "MU", "PF", "PH", "PP", "PQ", "PR", "SZ", "XB",
    "ZZ", "CC", "CD", "CT", "ID", "JU", "PA", "~CC", "~CD", "~CT", "~JS", "~SD", "~TA", "~PS",
})  # fmt: skip
# The set-up commands with which an export may come; the other forms (factory reset, other units) change meaning.
ONLY = {
    "CC": b"^", "~CC": b"^", "CT": b"~", "~CT": b"~", "CD": b",", "~CD": b",", "JM": b"A", "JU": b"S", "MU": b"D",
}  # fmt: skip
SHIFT = re.compile(rb"[+-]?\d{1,4}|")  # what ^LS may say: dots to the left
RFID = frozenset(("RS", "RF"))
PREAMBLE = re.compile(rb"\x10?CT~~CD,~CC\^~CT~")  # with which the driver of ZebraDesigner begins every file
ONE_SIGN = frozenset(("CC", "CD", "CT", "~CC", "~CD", "~CT"))
BINARY = re.compile(rb"([BC]),(\d{1,8}),\d*,\d*,")
STORED = re.compile(
    rb"(?:R:)?[A-Za-z0-9_]{1,8}(?:\.[A-Za-z]{3})?(?:,.*)?", re.DOTALL
)  # in memory, gone when switched off


@dataclass(frozen=True)
class Command:
    """`name` without its ^ but with its ~ ("FD", "~JR"); `start`: where it begins in the file."""

    name: str
    parameters: bytes
    start: int

    @property
    def written(self) -> bytes:
        sign = b"" if self.name[0] == "~" else b"^"
        return sign + self.name.encode() + self.parameters


def commands(zpl: bytes) -> Iterator[Command]:
    """Every command in order; what stands between them is nothing to a printer, and left out."""
    opened = PREAMBLE.match(zpl.lstrip())
    place = zpl.index(opened[0]) + len(opened[0]) if opened else 0
    while (place := _next(zpl, place)) < len(zpl):
        sign = zpl[place : place + 1]
        wide = 1 if sign == b"^" and zpl[place + 1 : place + 2] in (b"A", b"a") else 2
        name = zpl[place + 1 : place + 1 + wide].decode("latin-1").upper()
        name = "~" + name if sign == b"~" else name
        begin = place + 1 + wide
        end = begin + 1 if name in ONE_SIGN else _end(zpl, name, begin)
        yield Command(name, zpl[begin:end].rstrip(b"\r\n"), place)
        place = end


def _next(zpl: bytes, place: int) -> int:
    found = [at for sign in (b"^", b"~") if (at := zpl.find(sign, place)) >= 0]
    return min(found, default=len(zpl))


def _end(zpl: bytes, name: str, begin: int) -> int:
    if name == "GF" and (binary := BINARY.match(zpl, begin)):
        return binary.end() + int(binary[2])
    return _next(zpl, begin)


def position(zpl: bytes, offset: int) -> tuple[int, int]:
    """Line and column, counted from 1."""
    before = zpl[:offset]
    line = before.count(b"\n") + 1
    return line, len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1


def allowed(command: Command, extra: frozenset[str] = frozenset()) -> bool:
    """Whether the command may come at all: it draws, or it is a harmless set-up command."""
    name, told = command.name, command.parameters
    if name in ONLY and told.strip().upper() not in (ONLY[name], b""):
        return False
    if name == "LS":
        return SHIFT.fullmatch(told.strip()) is not None
    if name in ("~DG", "XG", "ID"):
        return STORED.fullmatch(told.strip()) is not None
    return name in DRAWS or name in SET_UP or name in extra


def without_shift(told: Iterable[Command]) -> Iterator[Command]:
    """The commands with each ^LS worked into the origins after it: a shift stays in the printer, and would move the
    labels of others too."""
    shift = 0
    for command in told:
        if command.name == "LS":
            shift = int(command.parameters.strip() or b"0")
        else:
            yield _moved(command, shift) if shift and command.name in ("FO", "FT") else command


def _moved(command: Command, shift: int) -> Command:
    """A field's origin, shifted to the left; ^FT without a place goes on where the field before it ended."""
    left, sign, rest = command.parameters.partition(b",")
    number = left.strip() or (b"0" if command.name == "FO" else b"")
    if not number.isdigit():
        return command
    return replace(command, parameters=b"%d" % max(int(number[:6]) - shift, 0) + sign + rest)


def drawing(zpl: bytes, extra: frozenset[str] = frozenset()) -> list[Command]:
    """The commands that draw, without those that set the printer up, and each where ^LS moves it.

    Raises LabelRefused("not_allowed") with line and column at the first that is neither.
    """
    found = []
    for command in commands(zpl):
        if not allowed(command, extra):
            line, column = position(zpl, command.start)
            written = command.written[:30].decode("latin-1")
            raise LabelRefused("not_allowed", f"line {line}, column {column}: {written!r}")
        if command.name not in SET_UP:
            found.append(command)
    return list(without_shift(found))
