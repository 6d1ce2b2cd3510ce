"""What a gate and its broker say about themselves, turned into words for the health of its reader."""

import logging
from collections import Counter

from devices.message import number
from devices.scan import Heard
from devices.seat import Health

log = logging.getLogger("floor.readers")

REASONS = {
    "stale": "reads refused as too old or from the future: a backlog, or the gate's clock is wrong",
    "no_time": "reads without a time refused: they may have lain in the broker for hours",
    "overflow": "tags were forgotten: too many at once, or too many stay in the gate's field",
}
LOSSES = {
    "missed": "events of the gate never came (its event numbers have gaps): pass again",
    "lost": "reads were lost in the gate: pass again",
    "dropped": "messages were dropped by the broker: raise max_queued_messages, pass again",
}
REMEMBER_S = 600.0
GRACE_S = 10.0  # a gate that was just armed may still be about to begin; a lamp that obeys may be another one
LAMPS = {"set_gpo", "set_appled"}


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
        self._failing = False
        self._idle_since: float | None = None
        self._armed_since: float | None = None
        self._dark_at = 0.0

    def heard(self, now: float, heard: Heard | None = None) -> None:
        """Any message is a sign of life; some say more."""
        self._last = now
        self.health.trouble("gate_silent", None)
        if heard is None:
            return
        says = heard.says
        error = says.get("error")
        self.health.trouble("message", f"a message could not be read: {error}" if error else None)
        if heard.reads:
            self._idle_since = None
            untimed = says.get("warning") == "bad_time"
            self.health.trouble("bad_time", "reads come without a time that can be read" if untimed else None)
        if says:
            self._radio(heard)
            self._reading(heard, now)
            self._lamps(heard, now)
            self._antennas(heard)
            self._alarm(heard, now)
            self._losses(heard, now)

    def watch(self, now: float, *, armed: bool = True) -> None:
        """Goods pass unseen by a gate that has not spoken for longer than its heartbeat, or is idle while armed."""
        self._armed_since = (self._armed_since or now) if armed else None
        idle = (
            armed and self._idle_since is not None and now - max(self._idle_since, self._armed_since or now) >= GRACE_S
        )
        self.health.trouble("not_reading", "the gate says that it does not read: start it" if idle else None)
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
        if well and self._failing:
            self._failing = False
            self.health.trouble("alarm", None)

    def _reading(self, heard: Heard, now: float) -> None:
        says = heard.says
        if "radio_active" not in says and "status" not in says:
            return
        if says.get("radio_active", True) and says.get("status") != "idle":
            self._idle_since = None
        elif self._idle_since is None:
            self._idle_since = now

    def _lamps(self, heard: Heard, now: float) -> None:
        says = heard.says
        if says.get("command") not in LAMPS or "ok" not in says:
            return
        if not says["ok"] and not says.get("benign"):
            self._dark_at = now
            self.health.trouble("lamps", "the gate refuses to switch its lamps: see `outputs` and its own settings")
        elif now - self._dark_at >= GRACE_S:
            self.health.trouble("lamps", None)

    def _antennas(self, heard: Heard) -> None:
        self._down |= set(heard.says.get("antennas_down", ()))
        self._down -= set(heard.says.get("antennas_up", ()))
        ports = ", ".join(str(port) for port in sorted(self._down))
        self.health.trouble("antennas", f"antenna {ports} of the gate is disconnected" if ports else None)

    def _alarm(self, heard: Heard, now: float) -> None:
        """An error is over with the next good heartbeat; a warning (too hot) only when it has not come for long."""
        severity = heard.says.get("severity")
        if severity in ("error", "warning"):
            self._failing, self._said["alarm"] = severity == "error", now
            self.health.trouble("alarm", f"the gate reports: {heard.says.get('text', 'an error')}")
