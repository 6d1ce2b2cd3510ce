"""A station's durable list: a scan is on disk before it is sent and stays until it is answered; also the record of the day."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class Basket:
    """One file of JSON lines a station: `scan`, `try`, `lost` and `answer`, in the order in which they happened."""

    def __init__(self, path: Path) -> None:
        self.waiting = {line["scan"]["id"]: line["scan"] for line in lines(path) if "scan" in line}
        for line in lines(path):
            if "answer" in line:
                self.waiting.pop(line["answer"], None)
        self._file = path.open("a", encoding="utf-8")

    def keep(self, scan: Line) -> None:
        self._write({"scan": scan})
        self.waiting[scan["id"]] = scan

    def tried(self, id: str) -> None:
        self._write({"try": id})

    def lost(self, id: str, why: str) -> None:
        self._write({"lost": id, "why": why})

    def answered(self, id: str, reply: Line) -> None:
        self._write({"answer": id, "reply": reply})
        del self.waiting[id]

    def close(self) -> None:
        self._file.close()

    def _write(self, line: Line) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()


def lines(path: Path) -> Iterator[Line]:
    """The lines of a file that may be growing; one that is not whole yet is left out."""
    if path.exists():
        with path.open(encoding="utf-8") as file:
            yield from (json.loads(line) for line in file if line.endswith("\n"))


def on_their_way(path: Path) -> set[str]:
    """The scans that this station has sent and has no word of, neither an answer nor a broken line."""
    sent: set[str] = set()
    for line in lines(path):
        if "try" in line:
            sent.add(line["try"])
        sent.discard(line.get("answer") or line.get("lost", ""))
    return sent
