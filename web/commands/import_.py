"""`floor import KIND FILE`: tables come in by acts; bad rows are named, good ones stay, a second run changes nothing."""

import argparse
import getpass
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from floor.storage.writer import Writer
from web.cli import Stop
from web.commands.site import config_argument, settings, started
from web.compose import Running, WriterTaken, compose
from web.imports import over_http, template
from web.imports.bring_in import KINDS, Bringer, Outcome, TellBad, TellSeen
from web.imports.sheet import Unreadable
from web.settings import SettingsError

PASSWORD_VARIABLE = "FLOOR_PASSWORD"
BringIn = Callable[[TellBad, TellSeen], Outcome]
STDOUT = Path("-")


class _Template(argparse.Action):
    """Whoever asks for a template names no file to bring in; anybody else must, before the options or after them."""

    def __init__(self, option_strings: list[str], dest: str, *, file: argparse.Action, help: str) -> None:
        super().__init__(option_strings, dest, nargs="?", const=STDOUT, type=Path, metavar="FILE", help=help)
        self.file = file

    def __call__(self, parser: Any, found: argparse.Namespace, values: Any, option_string: str | None = None) -> None:
        found.template = values
        self.file.required = False


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=[*KINDS, "northwind"])
    file = parser.add_argument("file", type=Path, help="CSV or XLSX; for northwind the folder of its tables")
    told = "write a table with one example row to FILE, or to standard output"
    parser.add_argument("--template", action=_Template, file=file, help=told)
    parser.add_argument("--document", default="", help="stock: the delivery that it came with; default the file's name")
    parser.add_argument("--login", help=f"while the service runs: who brings it in; password in {PASSWORD_VARIABLE}")
    config_argument(parser)


def run(options: argparse.Namespace) -> int:
    if options.template is not None:
        return _template(options.kind, options.file if options.template == STDOUT else options.template)
    if not options.file.exists():
        raise Stop(f"no such file: {options.file}")
    found = started(settings(options))
    try:
        with Running(compose(found), ()) as site:
            return bring_in(options.kind, options.file, _here(site.writer, options))
    except SettingsError as error:
        raise Stop(str(error)) from None
    except WriterTaken:
        return bring_in(options.kind, options.file, _there(found.origin, options))


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


def _here(writer: Writer, options: argparse.Namespace) -> BringIn:
    """Bring it in by this process's own writer."""
    path: Path = options.file
    if options.kind == "northwind":
        return lambda tell_bad, seen: importlib.import_module("web.imports.northwind").bring_in(writer, path, seen)
    document = options.document or path.name
    return lambda tell_bad, seen: Bringer(writer, tell_bad, seen).bring_in(options.kind, path, document)


def _there(url: str, options: argparse.Namespace) -> BringIn:
    """Let the running service bring it in."""
    if options.kind == "northwind" or not options.login:
        raise Stop(f"the service at {url} is running: give --login to bring it in there, or stop the service first", 1)
    password = os.environ.get(PASSWORD_VARIABLE) or (getpass.getpass("Password: ") if sys.stdin.isatty() else "")
    who = {"login": options.login, "password": password}
    document = options.document or options.file.name
    return lambda tell_bad, seen: over_http.bring_in(url, who, options.kind, options.file, document, tell_bad, seen)


def bring_in(kind: str, path: Path, work: BringIn) -> int:
    """Bring one file in with a progress bar and a line for each bad row; 0 where every row was good, else 1."""
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(f"{kind} from {path.name}", total=None)

        def tell_bad(line: int, reason: str) -> None:
            console.print(f"{path.name} line {line}: {reason}", markup=False)

        def seen(line: int, total: int | None) -> None:
            progress.update(task, completed=line, total=total)

        try:
            outcome = work(tell_bad, seen)
        except (Unreadable, over_http.NotTaken) as error:
            raise Stop(f"{path}: {error}", 1) from None
    return _sum(console, kind, outcome)


def _sum(console: Console, kind: str, outcome: Outcome) -> int:
    same = outcome.rows - outcome.changed - outcome.bad
    console.print(f"{kind}: {outcome.rows} rows, {outcome.changed} new or changed, {same} as before, {outcome.bad} bad")
    return 1 if outcome.bad else 0
