"""What the agent gives to a source: its name, its folder, its stamp for scans, and the place to say how it is."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from devices.scan import Scan, rfc3339, uuid7
from devices.spool import Kept

log = logging.getLogger("floor.readers")


class Stamp:
    """Makes scans of one source: gives each its id, number and time."""

    def __init__(self, source: str, clock: Callable[[], datetime], randomness: Callable[[int], bytes], seq: int = 0):
        self.source, self.clock, self.randomness, self.seq = source, clock, randomness, seq

    def __call__(self, codes: tuple[str, ...], symbology: str | None = None, at: datetime | None = None) -> Scan:
        """A new scan, seen at `at` or just now."""
        now = self.clock()
        self.seq += 1
        made = uuid7(int(now.timestamp() * 1000), self.randomness(10))
        return Scan(made, self.seq, codes, symbology, (at or now).astimezone(UTC), self.source)


class Health:
    """How one source is, written by its threads and read by the agent. A trouble stays until it is taken back.

    What changes is logged too: the one place to look on a machine whose server does not answer.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.state = "starting"
        self.last_seen: datetime | None = None
        self.last_code: str | None = None
        self._troubles: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def trouble(self, about: str, text: str | None) -> None:
        """Say what is wrong about one thing ("line", "server", ...), or with None that it is well again."""
        if text is None and about not in self._troubles:
            return  # the common case, asked at every message of a gate
        with self._lock:
            known = self._troubles.pop(about, None) is not None
            if text is not None:
                self._troubles[about] = text
        if text is None:
            log.info("%s: %s is well again", self.name, about)
        elif not known:
            log.warning("%s: %s", self.name, text)

    def count(self, about: str, number: int) -> None:
        """How many there were of something since the start: reads refused by reason, events lost."""
        with self._lock:
            self._counts[about] = number

    def add(self, about: str, more: int = 1) -> None:
        """So many more of what went well: scans kept, tag reads heard, passages closed."""
        if more:
            with self._lock:
                self._counts[about] = self._counts.get(about, 0) + more

    def ready(self) -> None:
        """The device is there and heard."""
        if self.state != "ready":
            log.info("%s: ready", self.name)
        self.state = "ready"
        for about in ("line", "source"):
            self.trouble(about, None)

    def gone(self, why: str) -> None:
        """The device is not there: unplugged, switched off, held by another program."""
        self.state = "gone"
        self.trouble("line", why)

    def seen(self, code: str, at: datetime) -> None:
        self.last_code, self.last_seen = code, at

    @property
    def error(self) -> str | None:
        with self._lock:
            return "; ".join(self._troubles.values()) or None

    def report(self, name: str, kind: str, waiting: int) -> dict[str, Any]:
        """One entry of the body of `POST /health`: `troubles` are stable codes, `error` says the same in words."""
        with self._lock:
            troubles, counts = sorted(self._troubles), {about: n for about, n in self._counts.items() if n}
        return {
            "name": name,
            "kind": kind,
            "state": self.state,
            "last_seen": rfc3339(self.last_seen) if self.last_seen else None,
            "last_code": self.last_code,
            "error": self.error,
            "troubles": troubles,
            "counts": counts,
            "spool": waiting,
        }


@dataclass
class Seat:
    """Where a source sits: `folder` is for files of its own, `stop` is set when it shall end.

    `last` is the last scan kept before this start, sent or not; `loading` what the server last said of a shipment at
    this station's door, None where it does not say.
    """

    name: str
    folder: Path
    stamp: Stamp
    health: Health = field(default_factory=Health)
    stop: threading.Event = field(default_factory=threading.Event)
    last: Kept | None = None
    loading: bool | None = None
