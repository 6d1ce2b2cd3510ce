"""Scans by HTTP as pickers send them, beside an empty endpoint and a bare durable commit of the same run."""

import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
TICK_US = 1_000_000 / os.sysconf("SC_CLK_TCK")
PORT = 8077
CASES: list[tuple[str, int, str, float, float]] = [
    ("bare answer, 1 client", 1, "/bare", 2, 0),
    ("empty endpoint, 1 client", 1, "/empty", 2, 0),
    ("POST /scan, 1 picker", 1, "/scan", 2, 0),
    ("bare answer, 16 clients", 16, "/bare", 2, 0),
    ("empty endpoint, 16 clients", 16, "/empty", 2, 0),
    ("POST /scan, 16 flat out", 16, "/scan", 3, 0),
    ("POST /scan, 16 at 2 scans/s", 16, "/scan", 3, 0.5),
    ("the same, an import beside", 16, "/scan", 3, 0.5),
]


class Server:
    """The measured process, and the CPU it has used."""

    def __init__(self, folder: Path) -> None:
        argv = [sys.executable, "-m", "tests.bench.site", str(folder), str(PORT), "16"]
        self.process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def cpu_us(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * TICK_US

    def memory_mb(self) -> float:
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(text.partition("VmRSS:")[2].split()[0]) / 1024

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def crowd(server: Server, pickers: int, path: str, seconds: float, pause: float) -> dict[str, Any]:
    before = server.cpu_us()
    argv = [sys.executable, "-m", "tests.bench.load", str(PORT), str(pickers), path, str(seconds), str(pause)]
    told: dict[str, Any] = json.loads(subprocess.run(argv, cwd=ROOT, capture_output=True, check=True, text=True).stdout)
    told["cpu_us"] = (server.cpu_us() - before) / told["count"]
    return told


def importing(folder: Path) -> subprocess.Popen[bytes]:
    """Something big going on beside the scans: 300 edits a second through the writer, as an import does."""
    return subprocess.Popen([sys.executable, "-m", "tests.bench.beside", str(PORT)], cwd=ROOT)


def durable_commit_ms(folder: Path) -> float:
    """Median of a bare single-row commit on SQLite, WAL, synchronous=FULL."""
    db = sqlite3.connect(folder / "bare.db", isolation_level=None)
    db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS t(a, b)")
    times = []
    for n in range(200):
        start = time.perf_counter()
        db.execute("INSERT INTO t VALUES (?, ?)", (n, "x" * 50))
        times.append((time.perf_counter() - start) * 1000)
    db.close()
    return statistics.median(times)


def rounds(many: int) -> tuple[dict[str, list[dict[str, Any]]], list[float], float]:
    folder = Path(tempfile.mkdtemp(prefix="floor-bench-"))
    server = Server(folder)
    seen: dict[str, list[dict[str, Any]]] = {name: [] for name, *_ in CASES}
    commits = []
    try:
        for number in range(many):
            commits.append(durable_commit_ms(folder))
            for name, *case in CASES:
                beside = importing(folder) if "import" in name else None
                seen[name].append(crowd(server, *case))
                if beside is not None:
                    beside.terminate()
                    beside.wait()
            print(f"round {number + 1} of {many}", file=sys.stderr)
        return seen, commits, server.memory_mb()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def median(rows: list[dict[str, Any]], name: str) -> float:
    return statistics.median(row[name] for row in rows)


def measure(many: int) -> list[str]:
    """Markdown lines: medians of so many interleaved rounds, with ratios to the floors of the same run."""
    seen, commits, memory = rounds(many)
    commit = statistics.median(commits)
    lines = [f"| bare durable SQLite commit | p50 {commit:.2f} ms |", "|---|---|", ""]
    lines += ["| case | per s | p50 ms | p95 ms | p99 ms | CPU us each | CPU : empty | p50 : commit | wrong |"]
    lines += ["|---|---|---|---|---|---|---|---|---|"]
    for name, pickers, *_ in CASES:
        floor = median(seen["empty endpoint, 1 client" if pickers == 1 else "empty endpoint, 16 clients"], "cpu_us")
        rows = seen[name]
        each = [median(rows, column) for column in ("per_s", "p50", "p95", "p99", "cpu_us")]
        ratios = (each[4] / floor, each[1] / commit)
        wrong = sum(row["wrong"] for row in rows)
        lines.append(f"| {name} | {each[0]:.0f} | {each[1]:.2f} | {each[2]:.2f} | {each[3]:.2f} | {each[4]:.0f} "
                     f"| {ratios[0]:.1f} | {ratios[1]:.1f} | {wrong} |")  # fmt: skip
    return [*lines, "", f"memory of the all-in-one process: {memory:.0f} MB", ""]
