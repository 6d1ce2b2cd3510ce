"""`./run python -m tests.faults [NAME ...] [--seed N] [--count N]`: every fault in full, one after another, as a table."""

import argparse
import importlib
import os
import random
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import ModuleType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

HERE = Path(__file__).parent


def names() -> list[str]:
    """The faults there are: files that say their TITLE, their FULL count, and run(seed, count, tick)."""
    files = (path for path in sorted(HERE.glob("*.py")) if not path.stem.startswith("_"))
    return [path.stem for path in files if "\nTITLE = " in path.read_text(encoding="utf-8")]


def _told(figures: dict[str, object]) -> str:
    return ", ".join(f"{name} {figure}" for name, figure in figures.items())


def _run(fault: ModuleType, seed: int, count: int) -> tuple[bool, str]:
    """Whether every invariant held, and what to say; the progress goes to standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(fault.TITLE, total=count)
        try:
            seen = fault.run(seed, count, lambda done: bar.update(task, completed=done))
        except AssertionError as error:
            return False, f"**broken**: {' '.join(str(error).split())[:300]}"
        bar.update(task, completed=count)
    return True, _told(seen)


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0 where all held, 1 where an invariant broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(names())}; all where none is named")
    parser.add_argument("--seed", type=int, help="repeats a run")
    parser.add_argument("--count", type=int, help="at most so many of each, for a quick look")
    options = parser.parse_args(argv)
    if unknown := set(options.names) - set(names()):
        parser.error(f"no fault is called {', '.join(sorted(unknown))}; there are: {', '.join(names())}")
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**32)
    print(f"{date.today()}, {os.cpu_count()} cores, seed {seed}\n", flush=True)
    print("| fault | count | seconds | seen |\n|---|---|---|---|", flush=True)
    well = True
    for name in options.names or names():
        fault = importlib.import_module(f"tests.faults.{name}")
        count = min(fault.FULL, options.count or fault.FULL)
        begun = time.monotonic()
        held, told = _run(fault, seed, count)
        well = well and held
        print(f"| {fault.TITLE} | {count} | {time.monotonic() - begun:.0f} | {told} |", flush=True)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
