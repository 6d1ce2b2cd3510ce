"""Sends one source's scans in order: the next one goes only when the server has answered the one before."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from devices.door import Answered, Door, Later, Malformed, Shut
from devices.scan import Reply
from devices.seat import Health
from devices.spool import Kept, Spool

log = logging.getLogger("floor.readers")

FIRST_WAIT_S, LONGEST_WAIT_S, SHUT_WAIT_S = 0.1, 5.0, 60.0
SKEW_S = 30.0
FRESH_S = 30.0


class Sender:
    """Empties a spool through a door until stopped; `tell` gets each fresh answer, to sound it at the device."""

    def __init__(
        self, spool: Spool, door: Door, health: Health, *, tell: Callable[[Reply], None], clock: Callable[[], datetime]
    ) -> None:
        self.spool, self.door, self.health, self.tell, self.clock = spool, door, health, tell, clock
        self._wait_s = 0.0

    def run(self, stop: threading.Event) -> None:
        """Blocks until `stop` is set. What was not answered by then stays in the spool."""
        if self.spool.parked:
            self._say_parked()
        while not stop.is_set():
            kept = self.spool.first(0.2)
            if kept is not None:
                self.send(kept)
                stop.wait(self._wait_s)
        self.door.close()

    def send(self, kept: Kept) -> None:
        """Send once and act on the outcome; sets how long to wait before the next."""
        try:
            self._act(kept, self.door.post(kept.body, self.clock()))
        except OSError as error:
            self.health.trouble("server", f"cannot set a scan aside: {error}")
            self._wait_s = LONGEST_WAIT_S
        skew = self.door.skew_s or 0.0
        late = f"clock is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the server's"
        self.health.trouble("clock", late if abs(skew) > SKEW_S else None)

    def _act(self, kept: Kept, outcome: Answered | Malformed | Shut | Later) -> None:
        if isinstance(outcome, Answered):
            self.spool.done(kept)
            self._well()
            if (self.clock() - kept.at).total_seconds() < FRESH_S:
                self.tell(outcome.reply)
        elif isinstance(outcome, Malformed):
            self.spool.park(kept, outcome.why)
            self._well()
            self._say_parked()
            log.error("scan %s parked: %s", kept.id, outcome.why)
        elif isinstance(outcome, Shut):
            self.health.trouble("server", outcome.why)
            self._wait_s = SHUT_WAIT_S
        else:
            self.health.trouble("server", outcome.why)
            self._wait_s = min(max(self._wait_s * 2, FIRST_WAIT_S), LONGEST_WAIT_S)

    def _well(self) -> None:
        self.health.trouble("server", None)
        self._wait_s = 0.0

    def _say_parked(self) -> None:
        where = self.spool.parked_path
        self.health.trouble("parked", f"{self.spool.parked} scans which the server would not understand lie in {where}")
