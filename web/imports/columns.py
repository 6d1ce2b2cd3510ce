"""What a kind's columns are called, in two languages, and how their cells are read; a bad cell says so in words."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from floor.check_digit import BadCode, gtin14
from floor.refusal import Refusal
from web.imports.sheet import MOST_COLUMNS, Unreadable

MOST_TEXT = 200
SHORTENED = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]+")
YES, NO = ("yes", "y", "true", "1", "是"), ("no", "n", "false", "0", "否", "")


class BadRow(Refusal):
    """Why one row was not taken, in words."""

    def __init__(self, why: str) -> None:
        super().__init__("bad_row", why=why)

    def __str__(self) -> str:
        return str(self.fields["why"])


@dataclass(frozen=True)
class Column:
    """`read` makes a value of a cell that is not empty; an empty one means `empty`. `example` stands in the template."""

    name: str
    title: str
    example: str
    read: Callable[[str], Any]
    required: bool = False
    empty: Any = ""


def of_header(header: Sequence[str], columns: Sequence[Column]) -> list[Column]:
    """The column behind each title, by its English or Chinese name. Unreadable names what is unknown, twice or missing."""
    known = {name: column for column in columns for name in (column.name, column.title)}
    if len(header) > MOST_COLUMNS:
        raise Unreadable(f"{len(header)} columns; {MOST_COLUMNS} at most")
    while header and not header[-1]:
        header = header[:-1]
    unknown = [title[:40] for title in header if title.lower() not in known]
    if unknown:
        raise Unreadable(f"unknown column {unknown[0]!r}; known are {', '.join(column.name for column in columns)}")
    found = [known[title.lower()] for title in header]
    twice = [column.name for column in found if found.count(column) > 1]
    if twice:
        raise Unreadable(f"column {twice[0]!r} stands there twice")
    missing = [column.name for column in columns if column.required and column not in found]
    if missing:
        raise Unreadable(f"column {missing[0]!r} is missing; known are {', '.join(column.name for column in columns)}")
    return found


def read_row(found: Sequence[Column], cells: Sequence[str]) -> dict[str, Any]:
    """The row's values by column name; a column that the file lacks is not among them. Raises BadRow."""
    if any(cells[len(found) :]):
        raise BadRow(f"{len(cells)} cells, and only {len(found)} columns")
    padded = [*cells, *("" for _ in range(len(found) - len(cells)))]
    row: dict[str, Any] = {}
    for column, cell in zip(found, padded, strict=False):
        if not cell and column.required:
            raise BadRow(f"{column.name} is empty")
        try:
            row[column.name] = column.read(cell) if cell else column.empty
        except BadRow as bad:
            raise BadRow(f"{column.name}: {bad}") from None
    return row


def text(cell: str) -> str:
    cell = unicodedata.normalize("NFC", cell)
    if len(cell) > MOST_TEXT:
        raise BadRow(f"{len(cell)} characters; {MOST_TEXT} at most")
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in cell):
        raise BadRow(f"a character that cannot be printed in {cell[:40]!a}")
    return cell


def key(cell: str) -> str:
    """A code that names a thing: printable, and not a number that a spreadsheet has shortened."""
    if SHORTENED.fullmatch(cell):
        raise BadRow(f"{cell} was shortened by the spreadsheet; format the column as text")
    return text(cell)


def whole(least: int, most: int) -> Callable[[str], int]:
    def read(cell: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,18}", cell) or not least <= int(cell) <= most:
            raise BadRow(f"{cell[:40]!r} is no whole number from {least} to {most}")
        return int(cell)

    return read


def decimal(places: int) -> Callable[[str], int]:
    """Read a number with at most `places` decimals as an exact integer of 10^-places."""
    form = re.compile(rf"([0-9]{{1,9}})(?:\.([0-9]{{1,{places}}}))?")

    def read(cell: str) -> int:
        parts = form.fullmatch(cell)
        if cell.startswith("-") and form.fullmatch(cell[1:]) and cell.strip("-0."):
            raise BadRow(f"{cell[:40]!r} is below zero")
        if parts is None or not cell.isascii():
            raise BadRow(f"{cell[:40]!r} is no number with at most {places} decimals")
        return int(parts[1] + (parts[2] or "").ljust(places, "0"))

    return read


def yes_no(cell: str) -> bool:
    if cell.lower() not in YES + NO:
        raise BadRow(f"{cell[:40]!r} is neither yes nor no")
    return cell.lower() in YES


def one_of(*words: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell.lower() not in words:
            raise BadRow(f"{cell[:40]!r} is none of {', '.join(words)}")
        return cell.lower()

    return read


def day(cell: str) -> date:
    parts = re.fullmatch(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})", cell)
    try:
        if parts is None:
            raise ValueError
        return date(*map(int, parts.groups()))
    except ValueError:
        raise BadRow(f"{cell[:40]!r} is no day, as 2026-11-24") from None


def gtin(cell: str) -> str:
    """A GTIN-8, -12, -13 or -14, as the 14 digits by which codes are stored."""
    key(cell)
    try:
        return gtin14(cell)
    except BadCode as bad:
        raise BadRow(f"{cell[:40]!r} is no GTIN ({bad.code.replace('_', ' ')})") from None
