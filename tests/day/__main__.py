"""`python -m tests.day --seeds 10`: as many days as wanted, a line each; a day that fails leaves its folder behind."""

import argparse
import random
import shutil
import sys
import tempfile
import traceback
from pathlib import Path

from tests.day.working_day import live


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.day", description="Seeded working days.")
    parser.add_argument("--seeds", type=int, default=10, help="how many days (default 10)")
    parser.add_argument("--first", type=int, help="the first seed; default a random one")
    parser.add_argument("--orders", type=int, default=200)
    options = parser.parse_args()
    first = random.randrange(10**6) if options.first is None else options.first
    failed = 0
    for seed in range(first, first + options.seeds):
        folder = Path(tempfile.mkdtemp(prefix=f"floor-day-{seed}-"))
        try:
            print(live(seed, folder, options.orders), flush=True)
        except AssertionError:
            traceback.print_exc()
            print(f"seed {seed} failed, see {folder}", flush=True)
            failed += 1
        else:
            shutil.rmtree(folder)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
