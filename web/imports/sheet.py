"""A table in a file, row by row: CSV as people's programs write it, or XLSX; never the whole of it in memory."""

import codecs
import csv
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

PIECE = 1 << 20
MOST_COLUMNS, MOST_CELL = 200, 100_000
MOST_UNPACKED = 4 << 30  # bytes of a workbook, unpacked
MOST_ROW = 8 << 20  # bytes of one row of it: a row is held whole, at a dozen times its size
MOST_SHARED = 256 << 20  # bytes of a workbook's shared texts, which its format makes us hold
SHARED = "xl/sharedStrings.xml"
OLD_WORKBOOK, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
BROKEN_WORKBOOK = (
    zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, SyntaxError, AttributeError, IndexError, EOFError,
    NotImplementedError, OSError,
)  # fmt: skip


class Unreadable(Exception):
    """The file cannot be read, or not further; the text says why and, where known, in which line."""


@dataclass
class Sheet:
    """`header` holds the titles of the columns; `total` the lines of the file, None where nobody knows.

    `rows` yields (line in the file, cells as texts), without empty ones; it raises Unreadable where the file breaks.
    """

    header: list[str]
    rows: Iterator[tuple[int, list[str]]]
    total: int | None


def open_sheet(path: Path) -> Sheet:
    """The table in `path`; what it is shows in its first bytes, not in its name. Raises Unreadable."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from None
    if start == OLD_WORKBOOK:
        raise Unreadable("an old .xls workbook; save it as .xlsx or as CSV")
    rows, total = _workbook(path) if start == ZIP else _text(path)
    filled = ((line, cells) for line, cells in rows if any(cells))
    first = next(filled, None)
    if first is None:
        raise Unreadable("the file is empty")
    return Sheet(header=first[1], rows=filled, total=total)


def _text(path: Path) -> tuple[Iterator[tuple[int, list[str]]], int]:
    encoding, lines = encoding_of(path)
    return _csv(path, encoding), lines


def encoding_of(path: Path) -> tuple[str, int]:
    """The encoding in which the whole file can be read, and how many lines it has."""
    with path.open("rb") as file:
        start = file.read(2)
    tried = ("utf-16",) if start in UTF16 else ("utf-8-sig", "gb18030")
    for encoding in tried:
        lines, whole = _lines_in(path, encoding)
        if whole:
            return encoding, lines
    raise Unreadable(f"line {lines + 1} is neither UTF-8 nor GB18030 text")


def _lines_in(path: Path, encoding: str) -> tuple[int, bool]:
    """Lines up to the end, or up to the first byte that is no text in this encoding."""
    decoder, lines, last = codecs.getincrementaldecoder(encoding)(), 0, "\n"
    with path.open("rb") as file:
        while True:
            piece = file.read(PIECE)
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                return lines + piece[: error.start].count(b"\n"), False
            if "\0" in text:
                raise Unreadable(
                    f"line {lines + text[: text.index(chr(0))].count(chr(10)) + 1} holds a NUL: no text file"
                )
            lines, last = lines + text.count("\n"), text[-1:] or last
            if not piece:
                return lines + (last != "\n"), True


def _csv(path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(MOST_CELL)
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=_delimiter(file.readline()))
        file.seek(0)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise Unreadable(f"line {line}: {error}") from None
            if cells is None:
                return
            yield line, [cell.strip() for cell in cells]


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


class _Checked(zipfile.ZipFile):
    """A workbook of which a part is checked when it is first read: pictures and the like may be as large as they are."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._passed: set[str] = {SHARED}
        sizes = {info.filename: info.file_size for info in self.infolist()}
        if sum(sizes.values()) > MOST_UNPACKED or sizes.get(SHARED, 0) > MOST_SHARED:
            raise Unreadable("the workbook is too large; save it as CSV")

    def read(self, name: Any, pwd: bytes | None = None) -> bytes:
        """A part that is held whole: styles, say, but no rows."""
        part = self.getinfo(name)
        if part.file_size > MOST_ROW:
            raise Unreadable(f"{part.filename} in the workbook is too large; save it as CSV")
        return super().read(name, pwd)

    def open(self, name: Any, *args: Any, **named: Any) -> Any:
        """A part that is read piece by piece: a sheet."""
        part = self.getinfo(getattr(name, "filename", name))
        if part.filename not in self._passed:
            self._passed.add(part.filename)
            if part.file_size > MOST_ROW:
                _check_rows(self, part)
        return super().open(name, *args, **named)


def _workbook(path: Path) -> tuple[Iterator[tuple[int, list[str]]], int | None]:
    from openpyxl.reader.excel import ExcelReader

    try:
        with path.open("rb") as file:  # a workbook is one whatever its name ends in
            reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
        reader.archive = _Checked(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that it does not know do not concern us
            reader.read()
            sheet = reader.wb.worksheets[0]
        total: int | None = sheet.max_row
        sheet.reset_dimensions()  # what a workbook says of its own size is often wrong
    except BROKEN_WORKBOOK as error:
        raise Unreadable(f"the workbook cannot be opened: {error}") from None
    return _cells(reader.wb, sheet), total


def _check_rows(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse a part that unpacks to one endless row, before anything of it is held."""
    since, tail = 0, b""
    with packed.open(part) as unpacked:
        while piece := unpacked.read(PIECE):
            seen = tail + piece
            if b"<!" in seen:  # it could hide the end of a row, and no program writes it here
                raise Unreadable("the workbook holds a comment or a DOCTYPE between its cells; save it as CSV")
            end = seen.rfind(b"row>")
            since, tail = since + len(piece) if end < 0 else len(seen) - end, seen[-3:]
            if since > MOST_ROW:
                raise Unreadable("a row of the workbook is too long; save it as CSV")


def _cells(book: Any, sheet: Any) -> Iterator[tuple[int, list[str]]]:
    line = 0
    try:
        for line, values in enumerate(sheet.iter_rows(values_only=True), 1):
            yield line, [_as_text(value) for value in values]
    except BROKEN_WORKBOOK as error:
        raise Unreadable(f"row {line + 1}: the workbook is broken: {error}") from None
    finally:
        book.close()


def _as_text(value: Any) -> str:
    """A cell as a person would have typed it: 12.0 is 12, a day is 2026-11-24."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if not (value.hour or value.minute or value.second):
            return value.date().isoformat()
        case date():
            return value.isoformat()
    return str(value).strip()
