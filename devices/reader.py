"""One reader at work: its source, its spool and its sender, in two threads that no other reader's fault can reach."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from devices.adapters import SettingsError, source_file
from devices.door import Door
from devices.scan import Reply, Scan, Source
from devices.seat import Health, Seat, Stamp
from devices.sender import Sender
from devices.spool import Spool
from devices.wiring import Stanza

log = logging.getLogger("floor.readers")

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 10.0


class Reader:
    """Opens its source at once, without touching the device: settings that cannot work raise SettingsError here."""

    def __init__(
        self,
        stanza: Stanza,
        folder: Path,
        door: Door,
        *,
        spool_limit: int,
        clock: Callable[[], datetime],
        randomness: Callable[[int], bytes],
    ) -> None:
        self.stanza = stanza
        self.spool = Spool(folder, stanza.name, spool_limit)
        stamp = Stamp(stanza.name, clock, randomness, self.spool.last_seq)
        self.seat = Seat(stanza.name, folder, stamp, Health(stanza.name), threading.Event(), self.spool.last)
        self.sender = Sender(self.spool, door, self.seat.health, tell=self._tell, clock=clock)
        self.source = self._open()
        self._threads: list[threading.Thread] = []
        self._broken = False
        if self.spool.torn:
            self.seat.health.trouble("torn", f"{self.spool.torn} unreadable lines of the spool were set aside")

    def start(self) -> None:
        for about, work in (("sender", lambda: self.sender.run(self.seat.stop)), ("source", self._read)):
            thread = threading.Thread(target=self._walled, args=(about, work), name=f"{self.stanza.name}-{about}")
            thread.daemon = True
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """End both threads. A sender that waits for a slow server is left to run into its time limit."""
        self.seat.stop.set()
        for thread in self._threads:
            thread.join(timeout=2.0)
        self.source.close()
        self.spool.close()

    def report(self) -> dict[str, Any]:
        return self.seat.health.report(self.stanza.name, self.stanza.kind, len(self.spool))

    def _open(self) -> Source:
        source: Source = source_file(self.stanza.kind).open_source(self.stanza.settings, self.seat)
        return source

    def _walled(self, about: str, work: Callable[[], None]) -> None:
        """Do `work` until told to stop, again after each break: whatever breaks here reaches no other reader."""
        pause = FIRST_PAUSE_S
        while not self.seat.stop.is_set():
            begun = time.monotonic()
            try:
                work()
            except Exception as error:  # The wall.
                trace = not isinstance(error, SettingsError)  # those are for the person who wrote them
                log.error("the %s of %s broke: %s", about, self.stanza.name, error, exc_info=trace)
                self.seat.health.trouble(about, f"{about} broke: {type(error).__name__}: {error}")
            pause = FIRST_PAUSE_S if time.monotonic() - begun > LONGEST_PAUSE_S else min(pause * 2, LONGEST_PAUSE_S)
            self.seat.stop.wait(pause)

    def _read(self) -> None:
        """Keep what the source scans until it ends or breaks; a broken one is replaced by a fresh one."""
        if self._broken:
            with suppress(OSError):
                self.source.close()
            self.source = self._open()
        self._broken, kept = True, None
        scans = self.source.scans()
        try:
            while True:
                kept = self._keep(scans.send(kept))
        except StopIteration:
            self._broken = False
        finally:
            scans.close()
            if self._broken:
                self.seat.health.state = "failed"

    def _keep(self, scan: Scan) -> bool:
        self.seat.health.seen(scan.codes[0] if len(scan.codes) == 1 else f"{len(scan.codes)} tags", scan.at)
        try:
            self.spool.keep(scan)
        except OSError as error:
            log.error("scan of %s refused: %s", self.stanza.name, error)
            self.seat.health.trouble("spool", f"scans are refused: {error}")
            return False
        self.seat.health.add("scans")
        for about in ("spool", "source"):
            self.seat.health.trouble(about, None)
        return True

    def _tell(self, reply: Reply) -> None:
        try:
            self.source.tell(reply)
        except (OSError, ValueError) as error:
            self.seat.health.trouble("tell", f"cannot answer at the device: {error}")
        else:
            self.seat.health.trouble("tell", None)
