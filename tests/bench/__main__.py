"""`./run python -m tests.bench [NAME ...] [--rounds N]`: figures of one run, as medians with ratios to its own floors."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    """The parts there are: files with `measure(rounds)`, which gives markdown lines."""
    files = (path for path in sorted(HERE.glob("*.py")) if not path.stem.startswith("_"))
    return [path.stem for path in files if "\ndef measure(" in path.read_text(encoding="utf-8")]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(names())}; all where none is named")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(argv)
    if unknown := set(options.names) - set(names()):
        parser.error(f"no part is called {', '.join(sorted(unknown))}; there are: {', '.join(names())}")
    print(f"{date.today()}, {os.cpu_count()} cores, medians of {options.rounds} rounds\n", flush=True)
    for name in options.names or names():
        print(f"measuring {name}", file=sys.stderr)
        for line in importlib.import_module(f"tests.bench.{name}").measure(options.rounds):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
