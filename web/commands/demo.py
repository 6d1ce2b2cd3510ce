"""`floor demo`: a trading company in a box to look at; with --orders N a robot works N orders and the books are checked."""

import argparse
import json
import random
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from devices.simulators.broker import NoBroker
from web.cli import Stop
from web.demo.box import KEPT, Box
from web.demo.work import STEPS, passed, settled, verified, work

PORT = 8080
MOST_ORDERS = 10_000


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder; default a new temporary one")
    parser.add_argument("--keep", action="store_true", help="go on with the company that is in --data already")
    parser.add_argument("--port", type=int, default=0, help=f"of the pages; default {PORT} where it is free")
    parser.add_argument("--orders", type=int, metavar="N", help="let a robot work N orders, then stop")
    parser.add_argument("--seed", type=int, default=1, help="of the robot's choices (default 1)")
    parser.add_argument("--json", action="store_true", help="the robot's figures as one JSON object, the last line")


def run(options: argparse.Namespace) -> int:
    _check(options)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # unwinds what was started, the broker among it
    signal.signal(signal.SIGINT, signal.default_int_handler)  # who is started by a script's `&` ignores it otherwise
    began = time.monotonic()
    console = Console(stderr=True, highlight=False)
    folder = _folder(options)
    port = options.port or (0 if options.orders else _free(PORT))
    box = Box(folder, port, random.Random(secrets.randbits(128)), orders=options.orders is None)
    try:
        if options.orders is None:
            return _open_to_people(box)
        code = _robot(box, options, console, began)
    except (NoBroker, OSError) as error:
        raise Stop(str(error), 1) from None
    if options.data is None and code == 0:
        shutil.rmtree(folder)
    else:
        console.print(f"the data are in {folder}", markup=False)
    return code


def _check(options: argparse.Namespace) -> None:
    if options.orders is not None and not 0 < options.orders <= MOST_ORDERS:
        raise Stop(f"--orders: from 1 to {MOST_ORDERS}")
    if options.json and options.orders is None:
        raise Stop("--json needs --orders")
    if not 0 <= options.port <= 65535:
        raise Stop("--port: from 1 to 65535")
    if options.keep and options.data is None:
        raise Stop("--keep needs --data")


def _folder(options: argparse.Namespace) -> Path:
    if options.data is None:
        return Path(tempfile.mkdtemp(prefix="floor-demo-"))
    folder: Path = options.data.resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        used = any(folder.iterdir())
    except OSError as error:
        raise Stop(f"{folder}: {error.strerror}") from None
    if used and not (options.keep and (folder / KEPT).exists()):
        wrong = "holds no demo company" if options.keep else "is in use; --keep goes on with a demo company in it"
        raise Stop(f"{folder} {wrong}")
    return folder


def _free(port: int) -> int:
    """The port where it is free, 0 (any) where it is not."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return 0
    return port


def _open_to_people(box: Box) -> int:
    from web.demo import counter

    with box:
        counter.stand_open(box, Console(highlight=False))
    return 0


def _robot(box: Box, options: argparse.Namespace, console: Console, began: float) -> int:
    with box:
        with _bars(console, options.orders) as (progress, tasks):
            told = work(box, options.orders, options.seed, lambda name: progress.advance(tasks[name]))
        quiet = settled(box)
    differences = verified(box)
    for line in [told.pop("trouble"), *differences, "" if quiet else "something is still under way"]:
        if line:
            console.print(line, markup=False, soft_wrap=True)
    figures = {**told, "verified": quiet and not differences, "seconds": round(time.monotonic() - began, 1)}
    (console if options.json else Console(highlight=False)).print(_table(figures))
    if options.json:
        print(json.dumps(figures, ensure_ascii=False), flush=True)
    return 0 if passed(figures) else 1


class _bars:
    """A bar for each step of an order, on standard error, gone at the end."""

    def __init__(self, console: Console, orders: int) -> None:
        columns = (TextColumn("{task.description:12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._tasks = {name: self._progress.add_task(name, total=orders) for name in STEPS}

    def __enter__(self) -> tuple[Progress, dict[str, Any]]:
        self._progress.start()
        return self._progress, self._tasks

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


def _table(figures: dict[str, Any]) -> Table:
    table = Table(title="What the robot did", show_header=False)
    for name, value in figures.items():
        told = "\n".join(f"{code} {count}" for code, count in value.items()) if isinstance(value, dict) else str(value)
        table.add_row(name.replace("_", " "), told)
    return table
