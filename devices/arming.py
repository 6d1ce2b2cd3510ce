"""Whether what passes a gate counts at present: always, while a shipment is being loaded there, or by an input."""

from collections.abc import Mapping
from typing import Any, Literal

Arm = Literal["always", "loading", "gpi"]


class Arming:
    """Times are monotonic seconds. As long as nobody has said anything the gate is armed: a read too many is refused
    by the server with a reason, one too few is goods gone unseen.

    `pin` and `level` name the input and its state that arms ("low" is triggered in the vendors' own examples);
    `hold_s` after its end the gate is still armed, for the last tags.
    """

    def __init__(self, how: Arm, *, pin: int | None = None, level: Literal["low", "high"] = "low", hold_s: float = 5.0):
        self.how, self.pin, self.level, self.hold_s = how, pin, level, hold_s
        self._on = True
        self._ended = 0.0

    def heard(self, says: Mapping[str, Any], now: float) -> None:
        """A message of the gate, which may tell of its inputs: Zebra by `pin` and `state`, Impinj `gpi`, `transition`."""
        state = says.get("state") or says.get("transition")
        port = says.get("pin", says.get("gpi"))
        if self.how == "gpi" and isinstance(state, str) and port is not None and self.pin in (None, port):
            self._set(state.lower().endswith(self.level), now)

    def told(self, loading: bool | None, now: float) -> None:
        """What the server last said: whether a shipment is being loaded at this door; None where it does not say."""
        if self.how == "loading":
            self._set(loading is not False, now)

    def armed(self, now: float) -> bool:
        return self.how == "always" or self._on or now - self._ended < self.hold_s

    def _set(self, on: bool, now: float) -> None:
        if self._on and not on:
            self._ended = now
        self._on = on
