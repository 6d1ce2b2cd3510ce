"""Runs all readers of one machine: starts them, tells the server how they are, and stops them in reverse."""

import fcntl
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from devices.adapters import SettingsError
from devices.door import Door
from devices.reader import Reader
from devices.spool import Spool
from devices.wiring import Stanza, Wiring

log = logging.getLogger("floor.readers")


def utc_now() -> datetime:
    return datetime.now(UTC)


class Agent:
    """`Agent(wiring).run(stop)` blocks until the event `stop` is set."""

    def __init__(
        self,
        wiring: Wiring,
        *,
        clock: Callable[[], datetime] = utc_now,
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.wiring, self.clock, self.randomness = wiring, clock, randomness
        self.readers: list[Reader] = []

    def run(self, stop: threading.Event) -> None:
        """Raises SettingsError as `at_work` does."""
        with self.at_work():
            self.report_until(stop)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """All readers opened and started, and stopped at the end.

        Raises SettingsError where a reader cannot be opened, or the spool folder not be used or not alone.
        """
        with alone(self.wiring.spool):
            try:
                for stanza in self.wiring.readers:
                    self.readers.append(self._reader(stanza))
                for reader in self.readers:
                    reader.start()
                self._tell_orphans()
                yield
            finally:
                for reader in self.readers:
                    reader.seat.stop.set()
                for reader in reversed(self.readers):
                    reader.stop()

    def _tell_orphans(self) -> None:
        """What a reader that was renamed or taken out has left is said, by whoever is still there."""
        left = orphans(self.wiring)
        if left:
            text = f"{'; '.join(left)}: no stanza bears such a name"
            log.error(text)
            for reader in self.readers[:1]:
                reader.seat.health.trouble("orphan", text)

    def health(self) -> list[dict[str, Any]]:
        """How each reader is: name, kind, state, last_seen, last_code, error, spool (scans waiting)."""
        return [reader.report() for reader in self.readers]

    def _reader(self, stanza: Stanza) -> Reader:
        try:
            return Reader(
                stanza,
                self.wiring.spool,
                Door(self.wiring.server, stanza.token, timeout_s=self.wiring.timeout_s, ca=self.wiring.ca),
                spool_limit=self.wiring.spool_limit,
                clock=self.clock,
                randomness=self.randomness,
            )
        except OSError as error:
            raise SettingsError(f'reader "{stanza.name}": {error}') from None

    def report_until(self, stop: threading.Event) -> None:
        """Tell the server how the readers are, every `health_s`, until the event is set."""
        tokens = {stanza.token for stanza in self.wiring.readers}
        doors = {token: Door(self.wiring.server, token, timeout_s=2.0, ca=self.wiring.ca) for token in tokens}
        while not stop.wait(self.wiring.health_s):
            for token, door in doors.items():
                mine = [reader for reader in self.readers if reader.stanza.token == token]
                loading = door.report([reader.report() for reader in mine])
                for reader in mine:
                    reader.seat.loading = loading
        for door in doors.values():
            door.close()


def orphans(wiring: Wiring) -> list[str]:
    """What waits in the spool for readers that stand no longer in the file, in words."""
    names = {stanza.name for stanza in wiring.readers}
    files = (path for path in sorted(wiring.spool.iterdir()) if path.stem not in names)
    return [
        f"{waiting} of a reader {path.stem!r} wait in {path}" for path in files if (waiting := _waiting(wiring, path))
    ]


def _waiting(wiring: Wiring, path: Path) -> str:
    if path.suffix == ".gate" and path.stat().st_size:
        return "tags of a passage"
    if path.suffix != ".jsonl" or path.stem.endswith(".parked"):
        return ""
    with closing(Spool(wiring.spool, path.stem, wiring.spool_limit)) as spool:
        return f"{len(spool)} scans" if len(spool) else ""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold `folder` for this process: two agents on one spool would send out of order."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fd = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SettingsError(f"the spool folder {folder} cannot be used: {error}") from None
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(f"another agent already uses the spool {folder}") from None
        yield
    finally:
        os.close(fd)
