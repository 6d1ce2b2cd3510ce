"""What a gate and its broker say about themselves, turned into words for the health of its reader."""

import logging
from collections import Counter

from devices.message import number
from devices.scan import Heard
from devices.seat import Health

log = logging.getLogger("floor.readers")

REASONS = {
    "stale": "reads refused as too old or from the future: a backlog, or the gate's clock is wrong",
    "overflow": "tags were forgotten: too many at once, or too many stay in the gate's field",
}
LOSSES = {
    "missed": "events of the gate never came (its event numbers have gaps): pass again",
    "lost": "reads were lost in the gate: pass again",
    "dropped": "messages were dropped by the broker: raise max_queued_messages, pass again",
}
REMEMBER_S = 600.0


class GateState:
    """Keeps `health` true to what was heard last. Times are monotonic seconds. A loss is told for REMEMBER_S."""

    def __init__(self, health: Health, heartbeat_s: float) -> None:
        self.health, self.heartbeat_s = health, heartbeat_s
        self._last = 0.0
        self._lost: Counter[str] = Counter()
        self._said: dict[str, float] = {}
        self._refused: dict[str, int] = {}
        self._totals: dict[str, int] = {}
        self._down: set[int] = set()

    def heard(self, now: float, heard: Heard | None = None) -> None:
        """Any message is a sign of life; some say more."""
        self._last = now
        self.health.trouble("gate_silent", None)
        if heard is None:
            return
        says = heard.says
        error = says.get("error")
        self.health.trouble("message", f"a message could not be read: {error}" if error else None)
        if says:
            self._radio(heard)
            self._antennas(heard)
            self._alarm(heard)
            self._losses(heard, now)

    def watch(self, now: float) -> None:
        """A gate with a heartbeat that has not spoken for too long is silent: goods pass unseen."""
        if self.heartbeat_s and now - self._last > self.heartbeat_s:
            self.health.trouble("gate_silent", f"gate_silent: nothing heard for {self.heartbeat_s:.0f} s")
        for about in [about for about, at in self._said.items() if now - at > REMEMBER_S]:
            del self._said[about]
            self.health.trouble(about, None)

    def refused(self, counts: Counter[str], *, fresh: bool) -> None:
        """Reads that did not count, by reason; taken back once reads count again."""
        for reason, count in counts.items():
            self.health.count(reason, count)
        for reason, text in REASONS.items():
            if counts[reason] > self._refused.get(reason, 0):
                self._refused[reason] = counts[reason]
                self.health.trouble(reason, f"{counts[reason]} {text}")
            elif fresh:
                self.health.trouble(reason, None)

    def broker_dropped(self, payload: bytes, now: float) -> None:
        """Mosquitto counts what it threw away since its start; any growth is reads lost."""
        count = number(payload.decode("ascii", errors="replace"))
        if count is not None:
            self._lose("dropped", self._grown("broker", int(count)), now)

    def _grown(self, about: str, count: int) -> int:
        before = self._totals.get(about, count)
        self._totals[about] = count
        return max(count - before, 0)

    def _lose(self, about: str, more: int, now: float) -> None:
        if more <= 0:
            return
        self._lost[about] += more
        self._said[about] = now
        log.error("%s: %d %s", self.health.name, more, LOSSES[about])
        self.health.count(about, self._lost[about])
        self.health.trouble(about, f"{self._lost[about]} {LOSSES[about]}")

    def _losses(self, heard: Heard, now: float) -> None:
        says = heard.says
        self._lose("missed", says.get("missed", 0), now)
        self._lose("lost", says.get("lost", 0), now)
        if "dropped" in says:
            self._lose("lost", self._grown("gate", says["dropped"]), now)

    def _radio(self, heard: Heard) -> None:
        says = heard.says
        if "online" not in says:
            return
        well = says["online"] and says.get("radio_connected", True)
        self.health.trouble("radio", None if well else "the gate says that its radio is off or it is offline")
        if well:
            self.health.trouble("alarm", None)

    def _antennas(self, heard: Heard) -> None:
        self._down |= set(heard.says.get("antennas_down", ()))
        self._down -= set(heard.says.get("antennas_up", ()))
        ports = ", ".join(str(port) for port in sorted(self._down))
        self.health.trouble("antennas", f"antenna {ports} of the gate is disconnected" if ports else None)

    def _alarm(self, heard: Heard) -> None:
        if heard.says.get("severity") == "error":
            self.health.trouble("alarm", f"the gate reports: {heard.says.get('text', 'an error')}")
