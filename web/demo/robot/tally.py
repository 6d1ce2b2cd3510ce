"""What the robot has done and was told, counted; several of its people work at once."""

import json
import sys
import threading
from collections import Counter
from typing import Any


class Tally:
    """`counts` by name, `refused` by code, `meant` the SSCCs that labels must say; `tell` reports each step."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.meant: list[str] = []
        self._lock = threading.Lock()

    def add(self, name: str, count: int = 1) -> None:
        with self._lock:
            self.counts[name] += count

    def verdict(self, code: str, accepted: bool) -> None:
        with self._lock:
            if not accepted:
                self.refused[code] += 1

    def closed(self, sscc: str) -> None:
        with self._lock:
            self.meant.append(sscc)
            self.counts["parcels"] += 1

    def step(self, name: str) -> None:
        """One order has come this far; said on standard output, a JSON line each."""
        self.add(name)
        say({"step": name})


_saying = threading.Lock()


def say(told: dict[str, Any]) -> None:
    with _saying:
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        sys.stdout.flush()
