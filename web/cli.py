"""The one command `floor`; each subcommand is a file in web/commands that imports only what it needs."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

COMMANDS = {
    "demo": "a trading company in a box: real broker, pty, printer; with --orders N a robot works it",
    "run": "run the service: web, courier, readers, or all of them",
    "init": "a real site's start: database, first administrator, company, warehouse",
    "station": "add a station and show its token once",
    "import": "bring in items, places, customers, stock, prices from CSV or XLSX, or the northwind sample",
    "verify": "replay the journal against the tables and name every difference",
    "backup": "write a consistent backup while the service runs",
    "restore": "bring a backup back into an empty place",
    "decode": "what did my reader, tag or printer send? JSON lines in, JSON lines out",
    "label": "draw any label as ZPL or as a picture, with the site's own templates",
    "doctor": "look at settings, database, disk, clock, broker, printers, ports, and say what to do",
}


class Parser(argparse.ArgumentParser):
    """Wrong use is one clear line and exit code 2."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message} (see {self.prog} --help)", file=sys.stderr)
        sys.exit(2)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    name = next((word for word in arguments if not word.startswith("-")), "")
    parser = Parser(prog="floor", description="Scanners, gates, labels and the order ledger of one warehouse floor.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser, metavar="COMMAND")
    for command, text in COMMANDS.items():
        sub = commands.add_parser(command, help=text, description=text)
        if command == name:
            importlib.import_module(f"web.commands.{_module(command)}").arguments(sub)
    options = parser.parse_args(arguments)
    try:
        code: int = importlib.import_module(f"web.commands.{_module(options.command)}").run(options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1
    except Stop as stop:
        print(f"floor {options.command}: {stop}", file=sys.stderr)
        return stop.code
    except _of_databases() as error:
        print(f"floor {options.command}: the database cannot be used: {_first_line(error)}", file=sys.stderr)
        return 1
    return code


def _of_databases() -> tuple[type[Exception], ...]:
    """What a database raises that is away or locked; asked for when something was raised: most commands never load its library."""
    known: Any = sys.modules.get("sqlalchemy.exc")
    return (known.OperationalError,) if known is not None else ()


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", error)).strip().partition("\n")[0]


class Stop(Exception):
    """Ends a command with one clear line and an exit code."""

    def __init__(self, line: str, code: int = 2) -> None:
        super().__init__(line)
        self.code = code


def _module(command: str) -> str:
    return "import_" if command == "import" else command


if __name__ == "__main__":
    # Under its own name, so that the Stop which commands raise is the one that main() knows.
    sys.exit(importlib.import_module("web.cli").main())
