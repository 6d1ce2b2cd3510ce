"""Makes one passage of many raw tag reads: what went through the gate between two silences, each tag once."""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from devices.scan import TagRead

ROOM = 20  # times the tags of one passage: what memory holds before the next is closed
NOWHERE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Rules:
    """When a passage ends, and which reads belong to none. Times in seconds, `rssi_floor_dbm` in dBm.

    `strays` are EPCs, or beginnings of EPCs, that never count: shelves and signs beside the door. A read older (or
    further in the future) than `stale_s` by the reader's own clock never counts: it comes from a backlog, or the clock
    is wrong; either way nobody knows when the goods passed. With a `direction` only tags count that went from one side
    to the other, by the antenna ports that look `inside` and `outside`.
    """

    quiet_s: float = 1.0
    longest_s: float = 60.0
    most_tags: int = 500
    least_reads: int = 1
    rssi_floor_dbm: float | None = None
    stale_s: float = 60.0
    strays: tuple[str, ...] = ()
    inside: tuple[int, ...] = ()
    outside: tuple[int, ...] = ()
    direction: Literal["in", "out"] | None = None


class Passage:
    """The passage under way, if any. `refused` counts reads not taken, by reason: stale, stray, weak, overflow; and tags
    that did not make it: faint (too few reads), turned (not in the wanted direction).

    `sides` is where each tag of the last `add` was seen, first and last: "io" is from inside to outside.

    A passage that ends by length or size, not by silence, leaves its tags lingering: one that stays in the field does
    not count again until it has been silent for `quiet_s`.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.refused: Counter[str] = Counter()
        self.last_at: datetime | None = None
        self.sides: dict[str, str] = {}
        self._ports = dict.fromkeys(rules.inside, "i") | dict.fromkeys(rules.outside, "o")
        self._way = {None: "", "in": "oi", "out": "io"}[rules.direction]
        self._went: dict[str, str] = {}
        self._tags: dict[str, int] = {}
        self._lingering: OrderedDict[str, float] = OrderedDict()
        self._opened = self._last = 0.0

    def add(self, reads: Iterable[TagRead], now: float, at: datetime) -> dict[str, int]:
        """Take reads that arrived at monotonic second `now`, UTC `at`; gives those that count, as EPC -> how often."""
        taken: dict[str, int] = {}
        self.sides = {}
        room = ROOM * self.rules.most_tags - len(self._tags)
        for read in reads:
            epc = read.epc
            if self._refused(read, at) or self._lingers(epc, now):
                continue
            if epc not in self._tags and epc not in taken and len(taken) >= room:
                self.refused["overflow"] += 1
                continue
            taken[epc] = taken.get(epc, 0) + max(read.count, 1)
            if self._way and read.antenna in self._ports:
                side = self._ports[read.antenna]
                self.sides[epc] = self.sides.get(epc, side)[0] + side
        self.put(taken, now, at, self.sides)
        return taken

    def put(self, taken: dict[str, int], now: float, at: datetime, sides: Mapping[str, str] = NOWHERE) -> None:
        """Take counts and sides as `add` gave them, as when they come back from disk."""
        if not taken:
            return
        if not self._tags:
            self._opened = now
        for epc, count in taken.items():
            self._tags[epc] = self._tags.get(epc, 0) + count
        for epc, side in sides.items():
            self._went[epc] = self._went.get(epc, side)[0] + side[1]
        self._last, self.last_at = now, at

    def deaf(self, now: float) -> None:
        """Nothing can be heard at present (no broker): that is not the silence which ends a passage."""
        self._last = now

    def due(self, now: float) -> bool:
        """Whether the passage has ended."""
        if not self._tags:
            return False
        return (
            now - self._last >= self.rules.quiet_s
            or now - self._opened >= self.rules.longest_s
            or len(self._tags) >= self.rules.most_tags
        )

    def close(self, now: float) -> tuple[str, ...]:
        """End the passage: its EPCs in the order first seen. More than fit stay behind as the next one."""
        fitting = list(self._tags.items())[: self.rules.most_tags]
        self._tags = dict(list(self._tags.items())[len(fitting) :])
        self._opened = now
        if now - self._last < self.rules.quiet_s:
            for epc, _ in fitting:
                self._lingering[epc] = now
            self._prune(now)
        loud = [epc for epc, count in fitting if count >= self.rules.least_reads]
        went = {epc: self._went.pop(epc, "") for epc, _ in fitting}
        codes = tuple(epc for epc in loud if not self._way or went[epc] == self._way)
        self.refused["faint"] += len(fitting) - len(loud)
        self.refused["turned"] += len(loud) - len(codes)
        return codes

    @property
    def rest(self) -> dict[str, int]:
        """What counts so far in the passage under way."""
        return dict(self._tags)

    @property
    def went(self) -> dict[str, str]:
        """Where the tags of the passage under way were first and last seen."""
        return dict(self._went)

    def _refused(self, read: TagRead, at: datetime) -> bool:
        rules, reason = self.rules, ""
        if read.seen_at is not None and abs((at - read.seen_at).total_seconds()) > rules.stale_s:
            reason = "stale"
        elif rules.strays and read.epc.startswith(rules.strays):
            reason = "stray"
        elif rules.rssi_floor_dbm is not None and read.rssi_dbm is not None and read.rssi_dbm < rules.rssi_floor_dbm:
            reason = "weak"
        if reason:
            self.refused[reason] += 1
        return bool(reason)

    def _lingers(self, epc: str, now: float) -> bool:
        last = self._lingering.pop(epc, None)
        if last is None or now - last >= self.rules.quiet_s:
            return False
        self._lingering[epc] = now
        return True

    def _prune(self, now: float) -> None:
        while self._lingering and now - next(iter(self._lingering.values())) >= self.rules.quiet_s:
            self._lingering.popitem(last=False)
        while len(self._lingering) > 10 * self.rules.most_tags:
            self._lingering.popitem(last=False)
            self.refused["overflow"] += 1
