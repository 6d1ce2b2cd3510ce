"""A hand with a plain reader: it writes bytes, and learns from the journal what the floor made of them."""

import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from web.demo.robot.person import Person, Trouble
from web.demo.robot.tally import Tally

LOOK_S, PATIENCE_S = 0.015, 30.0
SAME_CODE_S = 0.36  # sooner than this the floor takes a second read of a code for a double fire


class Verdicts:
    """Reads the journal on and on, and hands each verdict to the device that waits for it."""

    def __init__(self, person: Person) -> None:
        self._person, self._after = person, 0
        self._heard: dict[str, queue.SimpleQueue[dict[str, Any]]] = defaultdict(queue.SimpleQueue)
        self._stop = threading.Event()
        while self._fetch():
            pass  # what was scanned before this shift does not concern it
        self._thread = threading.Thread(target=self._read_on, daemon=True)

    def __enter__(self) -> "Verdicts":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def next_of(self, device: str, wait_s: float = PATIENCE_S) -> dict[str, Any] | None:
        try:
            return self._heard[device].get(timeout=wait_s)
        except queue.Empty:
            return None

    def _fetch(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._person.get(f"/api/scans?after={self._after}")
        self._after = max([self._after, *(scan["id"] for scan in found)])
        return found

    def _read_on(self) -> None:
        while not self._stop.wait(LOOK_S):
            for scan in self._fetch():
                self._heard[scan["device"]].put(scan)


class Reader:
    """`write(code, fault)` puts the bytes of a code onto the line, with a misbehaviour by name where one is given."""

    def __init__(self, device: str, write: Callable[[str, str | None], None], verdicts: Verdicts, tally: Tally) -> None:
        self.device, self._write, self._verdicts, self._tally = device, write, verdicts, tally
        self._last, self._at = "", 0.0
        self.scans = 0

    def scan(self, code: str, fault: str | None = None) -> dict[str, Any]:
        """Scan once and wait for the verdict; a double fire sends the code twice, and the second verdict is the answer."""
        if code == self._last:
            time.sleep(max(0.0, self._at + SAME_CODE_S - time.monotonic()))
        self._write(code, fault)
        verdict = self._judged(code)
        if fault == "double_fire":
            verdict = self._judged(code)
        self._last, self._at = code, time.monotonic()
        return verdict

    def _judged(self, code: str) -> dict[str, Any]:
        self._tally.add("scans")
        self.scans += 1
        verdict = self._verdicts.next_of(self.device)
        if verdict is None:
            raise Trouble(f"{self.device} scanned {code!r} and heard nothing for {PATIENCE_S:.0f} s")
        self._tally.verdict(verdict["code"], verdict["accepted"])
        return verdict


def accepted(verdict: dict[str, Any], *codes: str) -> dict[str, Any]:
    """The verdict, where it is a yes and one of `codes`."""
    if not verdict["accepted"] or (codes and verdict["code"] not in codes):
        raise Trouble(f"wanted {' or '.join(codes) or 'a yes'}, got {verdict['code']} {verdict['fields']}")
    return verdict
