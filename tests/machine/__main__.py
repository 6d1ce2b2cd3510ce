"""`./run python -m tests.machine`: builds what is missing, starts the machine, prints its checks as a table."""

import argparse
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from tests.machine import debian, qemu, site_disk

LONGEST_S = 900.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.machine")
    parser.add_argument("--fresh", action="store_true", help="build the Debian disk anew")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the console and the report of the run there")
    options = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="floor-machine-") as scratch:
        system = debian.disk(options.fresh)
        site = site_disk.build(Path(scratch))
        built = time.monotonic() - begun
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        checks = run(system, site, folder, lambda said: print(line(said), flush=True))
    wrong = sum(not check["ok"] for check in checks)
    whole = time.monotonic() - begun
    print(f"\n{date.today()}: {len(checks)} checks, {wrong} failed; disks {built:.0f} s, machine {whole - built:.0f} s")
    return 1 if wrong else 0


def run(system: Path, site: Path, folder: Path, show: Any) -> list[dict[str, Any]]:
    """All checks that the machine told, each also handed to `show`."""
    checks: list[dict[str, Any]] = []
    (folder / "report.jsonl").unlink(missing_ok=True)
    show({"group": "group", "check": "check", "ok": None, "seen": "seen", "seconds": "s"})
    with qemu.machine(system, site, folder) as (process, report):
        for said in qemu.heard(process, report, LONGEST_S):
            if "log" in said:
                print(said["log"], file=sys.stderr)
                continue
            checks.append(said)
            show(said)
    return checks


def line(said: dict[str, Any]) -> str:
    """One row of the table; the first one is its head."""
    if said["ok"] is None:
        return "| | check | seen | s |\n|---|---|---|---|"
    mark = "" if said["ok"] else "**FAILED** "
    return f"| {said['group']} | {mark}{said['check']} | {said['seen']} | {said['seconds']} |"


if __name__ == "__main__":
    sys.exit(main())
