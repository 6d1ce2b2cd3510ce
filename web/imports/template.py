"""An empty table to fill in: the titles of a kind's columns and one line of examples."""

import csv
import importlib
import io
from pathlib import Path


def template(kind: str) -> list[list[str]]:
    columns = importlib.import_module(f"web.imports.{kind}").COLUMNS
    return [[column.name for column in columns], [column.example for column in columns]]


def as_csv(kind: str) -> str:
    """The template as CSV text, with the mark by which Excel knows UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows(template(kind))
    return "\ufeff" + text.getvalue()


def write(kind: str, path: Path) -> None:
    """Write it to a new file, as a workbook where the name ends so. FileExistsError where there is one."""
    if path.suffix.lower() != ".xlsx":
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(as_csv(kind))
        return
    from openpyxl import Workbook

    with path.open("xb") as out:
        book = Workbook(write_only=True)
        sheet = book.create_sheet(kind)
        for row in template(kind):
            sheet.append(row)
        book.save(out)
