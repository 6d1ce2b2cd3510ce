"""The inside of a virtual printer: its queue, paper, head and counter, without any connection."""

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from labels.simulators.stream import Command, Event, Format, Getvar, Stream

BLOCKING = ("paper_out", "head_open", "ribbon_out", "paused", "over_temperature", "cutter_fault")
FAULTS = frozenset(
    {*BLOCKING, "slow", "silent", "babbling", "late", "drop_after", "reset", "wrong_language", "no_odometer"}
)
DEFAULTS = {"slow": 1.0, "late": 1.0, "drop_after": 100.0}
BUFFER = 64  # formats; more show as a full buffer


@dataclass(frozen=True)
class Printed:
    """A label that came out: its bytes as received, and when."""

    zpl: bytes
    at: float


class Mechanism:
    """Prints the formats it is handed, one after the other, in a thread of its own."""

    def __init__(self, *, folder: Path | None, seconds_per_label: float, clock: Callable[[], float]) -> None:
        self.labels: list[Printed] = []
        self.commands: list[str] = []
        self.count = 1000
        self.faults: dict[str, float] = {}
        self.stream = Stream()
        self._folder, self._seconds, self._clock = folder, seconds_per_label, clock
        self._queue: deque[Format] = deque()
        self._left = 0  # copies of the first format still to come
        self._paper: int | None = None  # labels left on the roll, None for plenty
        self._closed = False
        self._turn = threading.Condition()
        self._thread = threading.Thread(target=self._print, name="virtual printer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        with self._turn:
            self._closed = True
            self._turn.notify_all()
        self._thread.join()

    def fault(self, name: str, value: float | None = None) -> None:
        """Brings a fault about. `value`: seconds for slow and late (1), bytes of a label for drop_after (100), and
        for paper_out how many labels are still on the roll (0)."""
        if name not in FAULTS:
            raise ValueError(f"fault {name!r} is none of {', '.join(sorted(FAULTS))}")
        with self._turn:
            if name == "paper_out" and value:
                self._paper = int(value)
            else:
                self.faults[name] = DEFAULTS.get(name, 0.0) if value is None else value
            self._turn.notify_all()

    def clear(self, name: str) -> None:
        """Ends a fault; the printer goes on with what it holds, by itself."""
        with self._turn:
            self.faults.pop(name, None)
            if name == "paper_out":
                self._paper = None
            self._turn.notify_all()

    def reset(self) -> None:
        """Off and on again: everything not yet printed is lost."""
        with self._turn:
            self._queue.clear()
            self._left = 0
            self.stream = Stream()
            self._turn.notify_all()

    def take(self, event: Event) -> bytes:
        """Obeys one event; returns the answer, b"" for none."""
        if isinstance(event, Format):
            self._accept(event)
            return b""
        if isinstance(event, Getvar):
            return self._settings(event)
        return self._command(event)

    def _accept(self, event: Format) -> None:
        with self._turn:
            if "wrong_language" in self.faults:
                return
            self._queue.append(event)
            self._left = self._left or event.copies
            self._turn.notify_all()

    def _command(self, event: Command) -> bytes:
        answers = {"HS": self._host_status, "HQES": self._host_query, "HI": self._identification}
        if event.name in answers:
            return b"" if "wrong_language" in self.faults else answers[event.name]()
        self.commands.append(event.name)
        if event.name == "JA":
            with self._turn:
                self._queue.clear()
                self._left = 0
                self.stream.cancel()
        if event.name == "JR":
            self.reset()
        return b""

    def _settings(self, event: Getvar) -> bytes:
        known = {
            "odometer.total_label_count": None if "no_odometer" in self.faults else str(self.count),
            "device.languages": "epl" if "wrong_language" in self.faults else "hybrid_xml_zpl",
            "device.unique_id": "VIRTUAL0001",
        }
        if event.json:
            return json.dumps({name: known.get(name) for name in event.names}).encode()
        return f'"{(known.get(event.names[0]) if event.names else None) or "?"}"'.encode()

    def _host_status(self) -> bytes:
        with self._turn:
            on = {name: int(name in self.faults) for name in BLOCKING}
            waiting, left = len(self._queue), self._left
        full, partial = int(waiting >= BUFFER), int(self.stream.partial)
        return (
            f"\x02030,{on['paper_out']},{on['paused']},1218,{waiting + partial:03},{full},0,{partial},000,0,0,"
            f"{on['over_temperature']}\x03\r\n"
            f"\x02001,0,{on['head_open']},{on['ribbon_out']},1,2,4,0,{left:08},1,000\x03\r\n"
            "\x021234,0\x03\r\n"
        ).encode()

    def _host_query(self) -> bytes:
        bits = {"paper_out": 0x1, "ribbon_out": 0x2, "head_open": 0x4, "cutter_fault": 0x8}
        bits |= {"over_temperature": 0x10, "paused": 0x10000}
        flags = sum(bit for name, bit in bits.items() if name in self.faults)
        return (
            "\x02\r\n  PRINTER STATUS                          \r\n"
            f"   ERRORS:         {int(flags > 0)} 00000000 {flags:08X} \r\n"
            "   WARNINGS:       0 00000000 00000000 \r\n\x03"
        ).encode()

    def _identification(self) -> bytes:
        return b"\x02VIRTUAL-203dpi ZPL,V1.0,8,16384KB,0\x03\r\n"

    def _blocked(self) -> bool:
        return any(name in self.faults for name in BLOCKING)

    def _print(self) -> None:
        with self._turn:
            while not self._closed:
                if not self._queue or self._blocked():
                    self._turn.wait()
                    continue
                current = self._queue[0]
                self._feed_through()
                if self._queue and self._queue[0] is current and not self._blocked() and not self._closed:
                    self._come_out(current)

    def _feed_through(self) -> None:
        """The time one label takes, during which the paper may run out or the queue be cancelled."""
        seconds = self.faults.get("slow", self._seconds)
        until = time.monotonic() + seconds
        while seconds and self._queue and not self._blocked() and not self._closed:
            left = until - time.monotonic()
            if left <= 0:
                break
            self._turn.wait(left)

    def _come_out(self, current: Format) -> None:
        self.count += 1
        self.labels.append(Printed(current.zpl, self._clock()))
        if self._folder is not None:
            whole = self._folder / f"{len(self.labels):06}.zpl"
            unfinished = whole.with_suffix(".part")
            unfinished.write_bytes(current.zpl)
            unfinished.rename(whole)
        self._left -= 1
        if self._left == 0:
            self._queue.popleft()
            self._left = self._queue[0].copies if self._queue else 0
        if self._paper is not None:
            self._paper -= 1
            if self._paper == 0:
                self._paper = None
                self.faults["paper_out"] = 1.0
