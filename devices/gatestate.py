"""What a gate and its broker say about themselves, turned into words for the health of its reader."""

import logging
from collections import Counter

from devices.scan import Heard
from devices.seat import Health

log = logging.getLogger("floor.readers")

REASONS = {
    "stale": "reads refused as too old or from the future: a backlog, or the gate's clock is wrong",
    "overflow": "tags lingering at the gate were forgotten: too many stay in its field",
}


class GateState:
    """Keeps `health` true to what was heard last. Times are monotonic seconds."""

    def __init__(self, health: Health, heartbeat_s: float) -> None:
        self.health, self.heartbeat_s = health, heartbeat_s
        self.missed = 0
        self._last = 0.0
        self._lost = 0
        self._said: dict[str, int] = {}
        self._dropped: int | None = None
        self._down: set[int] = set()

    def heard(self, now: float, heard: Heard | None = None) -> None:
        """Any message is a sign of life; some say more."""
        self._last = now
        self.health.trouble("silent", None)
        if heard is None:
            return
        says = heard.says
        error = says.get("error")
        self.health.trouble("message", f"a message could not be read: {error}" if error else None)
        if says:
            self._radio(heard)
            self._antennas(heard)
            self._alarm(heard)

    def silence(self, now: float) -> None:
        """A gate with a heartbeat that has not spoken for too long is silent: goods pass unseen."""
        if self.heartbeat_s and now - self._last > self.heartbeat_s:
            self.health.trouble("silent", f"gate_silent: nothing heard for {self.heartbeat_s:.0f} s")

    def refused(self, counts: Counter[str], *, fresh: bool) -> None:
        """Reads that did not count, by reason; taken back once reads count again."""
        for reason, text in REASONS.items():
            if counts[reason] > self._said.get(reason, 0):
                self._said[reason] = counts[reason]
                self.health.trouble(reason, f"{counts[reason]} {text}")
            elif fresh:
                self.health.trouble(reason, None)

    def broker_dropped(self, payload: bytes) -> None:
        """Mosquitto counts what it threw away since its start; any growth is reads lost."""
        try:
            count = int(float(payload))
        except (ValueError, OverflowError):
            return
        grown = count - self._dropped if self._dropped is not None else 0
        self._dropped = count
        if grown > 0:
            log.error("the broker dropped %d messages", grown)
            self.health.trouble(
                "dropped", f"the broker dropped {grown} messages: raise max_queued_messages, pass again"
            )

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
        says = heard.says
        if says.get("severity") == "error":
            self.health.trouble("alarm", f"the gate reports: {says.get('text', 'an error')}")
        self.missed += says.get("missed", 0)
        if says.get("lost"):
            self._lost += says["lost"]
            self.health.trouble("lost", f"{self._lost} reads were lost in the gate: pass again")
