"""`floor import KIND FILE`: tables come in by acts; bad rows are named, good ones stay, a second run changes nothing."""

import argparse
import importlib
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from floor.storage.writer import Writer
from web.cli import Stop
from web.commands.site import config_argument, working
from web.imports import template
from web.imports.bring_in import KINDS, Bringer, Outcome
from web.imports.sheet import Unreadable


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=[*KINDS, "northwind"])
    parser.add_argument("file", nargs="?", type=Path, help="CSV or XLSX; for northwind the folder of its tables")
    parser.add_argument("--template", action="store_true", help="write an empty table to FILE, or to standard output")
    parser.add_argument("--document", default="", help="stock: the delivery that it came with; default the file's name")
    config_argument(parser)


def run(options: argparse.Namespace) -> int:
    if options.template:
        return _template(options.kind, options.file)
    if options.file is None:
        raise Stop("name the FILE to bring in, or ask for a --template")
    if not options.file.exists():
        raise Stop(f"no such file: {options.file}")
    with working(options) as site:
        return bring_in(site.writer, options.kind, options.file, options.document)


def _template(kind: str, path: Path | None) -> int:
    if kind == "northwind":
        raise Stop("northwind comes as it is, there is no template for it")
    if path is None:
        sys.stdout.write(template.as_csv(kind))
        return 0
    try:
        template.write(kind, path)
    except OSError as error:
        raise Stop(f"{path}: {error.strerror}", 1) from None
    return 0


def bring_in(writer: Writer, kind: str, path: Path, document: str = "") -> int:
    """Bring one file in with a progress bar and a line for each bad row; 0 where every row was good, else 1."""
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(f"{kind} from {path.name}", total=None)

        def tell_bad(line: int, reason: str) -> None:
            console.print(f"{path.name} line {line}: {reason}", markup=False)

        def seen(line: int, total: int | None) -> None:
            progress.update(task, completed=line, total=total)

        try:
            if kind == "northwind":
                outcome = importlib.import_module("web.imports.northwind").bring_in(writer, path, seen)
            else:
                outcome = Bringer(writer, tell_bad, seen).bring_in(kind, path, document or path.name)
        except Unreadable as error:
            raise Stop(f"{path}: {error}", 1) from None
    return _sum(console, kind, outcome)


def _sum(console: Console, kind: str, outcome: Outcome) -> int:
    same = outcome.rows - outcome.changed - outcome.bad
    console.print(f"{kind}: {outcome.rows} rows, {outcome.changed} new or changed, {same} as before, {outcome.bad} bad")
    return 1 if outcome.bad else 0
