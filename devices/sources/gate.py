"""RFID gates over MQTT. Reads are on disk before the broker may forget them; many reads become one passage."""

import hashlib
import logging
import re
import time
from collections.abc import Generator
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from devices.adapters import SettingsError, open_dialect
from devices.arming import Arm, Arming
from devices.gatelog import GateLog
from devices.gatestate import GateState
from devices.lamps import Lamps
from devices.passage import Passage, Rules
from devices.scan import Dialect, DialectError, Heard, Reply, Scan, TagRead, uuid7
from devices.seat import Seat
from devices.subscription import DROPPED_TOPIC, Message, Subscription

log = logging.getLogger("floor.readers")

HEARS = "gate"
LAMPS = {"outputs", "led", "commands"}  # options by which a dialect is told to switch them
HEX, TOPIC = re.compile("[0-9A-Fa-f]+"), re.compile(r"(?:(?:\+|[^+#\x00/]*)/)*(?:\+|#|[^+#\x00/]*)")
Seconds = Annotated[float, msgspec.Meta(gt=0)]
NoLess = Annotated[float, msgspec.Meta(ge=0)]
Many = Annotated[int, msgspec.Meta(ge=1)]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the broker is, which topics the gate writes to, and what makes a passage (see Rules).

    `heartbeat_s` is the longest silence of a healthy gate, 0 for a gate without heartbeat. Lamps stay on `lamp_s`; for
    a gate that switches them by HTTP (Impinj) `rest` is its address. `qos` 2 is asked of the broker as 1: its second
    half is kept in memory only, and a repeat is known by its id. `arm` says when passages count (see Arming).
    """

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 1883
    user: str | None = None
    password: str | None = None
    password_file: str | None = None
    tls: bool = False
    ca: str | None = None
    protocol: Literal["3.1.1", "5"] = "3.1.1"
    client_id: str | None = None
    topics: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    qos: Literal[0, 1, 2] = 1
    command_topic: str | None = None
    rest: str | None = None
    rest_user: str | None = None
    rest_password_file: str | None = None
    rest_ca: str | None = None
    dialect: str = "zebra_iot"
    options: dict[str, Any] = {}
    quiet_s: Seconds = 1.0
    longest_s: Seconds = 60.0
    most_tags: Many = 500
    least_reads: Many = 1
    rssi_floor_dbm: Annotated[float, msgspec.Meta(lt=0)] | None = None
    stale_s: Seconds = 60.0
    strays: tuple[str, ...] = ()
    inside: tuple[Many, ...] = ()
    outside: tuple[Many, ...] = ()
    direction: Literal["in", "out"] | None = None
    arm: Arm = "always"
    arm_pin: Many | None = None
    arm_level: Literal["low", "high"] = "low"
    arm_hold_s: NoLess = 5.0
    heartbeat_s: NoLess = 0.0
    lamp_s: Seconds = 3.0

    def __post_init__(self) -> None:
        if self.direction and not (self.inside and self.outside):
            raise ValueError("a direction needs the antenna ports `inside` and `outside`")
        for stray in self.strays:
            if not HEX.fullmatch(stray):
                raise ValueError(f"strays are EPCs in hex, or beginnings of them, and {stray!r} is none")
        if self.arm == "gpi" and self.dialect == "mapping":
            raise ValueError('arm = "gpi" needs a dialect that hears inputs, and mapping hears none')
        for topic in self.topics:
            if not topic or not TOPIC.fullmatch(topic):
                raise ValueError(f"{topic!r} is no topic to subscribe to (MQTT 3.1.1, 4.7)")


class Gate:
    """See Source. One scan is one passage: its codes are the EPCs seen, upper-case hex, each once."""

    def __init__(self, settings: Settings, seat: Seat) -> None:
        self.settings, self.seat = settings, seat
        self._dialect: Dialect = open_dialect(settings.dialect, "gate", settings.options)
        shared = {name: getattr(settings, name) for name in Rules.__dataclass_fields__}
        shared["strays"] = tuple(stray.upper() for stray in settings.strays)
        self._passage = Passage(Rules(**shared))
        self._arming = Arming(settings.arm, pin=settings.arm_pin, level=settings.arm_level, hold_s=settings.arm_hold_s)
        self._state = GateState(seat.health, settings.heartbeat_s)
        self._subscription = Subscription(settings, seat)
        self._lamps = Lamps(settings, self._dialect, self._subscription.publish, seat.health)
        self._log: GateLog | None = None
        self._tell_dark_lamps()

    def scans(self) -> Generator[Scan, bool | None, None]:
        self._log = log = GateLog(self.seat.folder, self.seat.name)
        yield from self._left_by_a_crash(log)
        try:
            self._subscription.start()
        except (OSError, ValueError) as error:
            raise SettingsError(f"cannot use the settings of the broker: {error}") from error
        self._state.heard(time.monotonic())
        while not self.seat.stop.is_set():
            group = self._subscription.take()
            now = time.monotonic()
            for scan in self._hear(log, group, now):
                if not (yield from self._kept(scan)):
                    return
            self._subscription.acknowledge(group)
            if self.seat.health.state != "ready":
                self._passage.deaf(now)
            if self._passage.due(now):
                yield from self._close_passage(log, now)
            self._state.watch(now, armed=self._arming.armed(now))

    def tell(self, reply: Reply) -> None:
        self._lamps.show("double" if reply.code == "double_fire" else reply.sound)

    def close(self) -> None:
        self._lamps.close()
        self._subscription.close()
        if self._log is not None:
            self._log.close()
            self._log = None

    def _tell_dark_lamps(self) -> None:
        """Where commands cannot go anywhere the lamps stay dark; that is a fault where somebody has set them."""
        commands = self._dialect.answer("error", True)
        needs = "command_topic" if commands and isinstance(commands[0], bytes) else "rest"
        if not commands or getattr(self.settings, needs):
            return
        text = f"the gate's lamps stay dark: `{needs}` is not set"
        if LAMPS.isdisjoint(self.settings.options):
            log.info("%s: %s", self.seat.name, text)
        else:
            self.seat.health.trouble("lamps", text)

    def _hear(self, log: GateLog, group: list[Message], now: float) -> list[Scan]:
        """Sync what counts in a group of messages; gives the bar codes among them. OSError leaves all to the broker."""
        at = self.seat.stamp.clock()
        self._arming.told(self.seat.loading, now)
        reads: list[TagRead] = []
        codes: list[Scan] = []
        for message in group:
            heard = self._heard(message, now)
            if message.topic == DROPPED_TOPIC:
                continue
            self._state.heard(now, heard)
            self.seat.health.add("reads", len(heard.reads or ()))
            if heard.says:
                self._arming.heard(heard.says, now)
            if self._arming.armed(now):
                reads += self._timed(message, heard.reads or ())
            else:
                self._passage.refused["disarmed"] += len(heard.reads or ())
            if heard.codes:
                codes += self._codes(message, heard, at)
        taken = self._passage.add(reads, now, at)
        if taken:
            log.reads(taken, at, self._passage.sides)
        self._state.refused(self._passage.refused, fresh=bool(taken))
        return codes

    def _heard(self, message: Message, now: float) -> Heard:
        if message.topic == DROPPED_TOPIC:
            self._state.broker_dropped(message.payload, now)
            return Heard()
        try:
            return self._dialect.reads(message.topic, message.payload)
        except DialectError as error:
            return Heard(None, {"error": error.code})

    def _timed(self, message: Message, reads: tuple[TagRead, ...]) -> tuple[TagRead, ...]:
        """A read without a time counts only in a message that has just been sent: nobody knows how old the others are."""
        if not message.late:
            return reads
        timed = tuple(read for read in reads if read.seen_at is not None)
        self._passage.refused["no_time"] += len(reads) - len(timed)
        return timed

    def _fresh(self, seen_at: datetime | None, at: datetime, late: bool) -> bool:
        if late and seen_at is None:
            self._passage.refused["no_time"] += 1
            return False
        stale = seen_at is not None and abs((at - seen_at).total_seconds()) > self.settings.stale_s
        self._passage.refused["stale"] += stale
        return not stale

    def _codes(self, message: Message, heard: Heard, at: datetime) -> list[Scan]:
        """The scans of a handheld's bar codes. Their ids come from the message: sent again, they are the same scans."""
        scans = []
        for place, (code, seen_at) in enumerate(heard.codes):
            if self._fresh(seen_at, at, message.late):
                made = self.seat.stamp((code.text,), code.symbology, seen_at or at)
                told = hashlib.sha256(b"%d\n%s\n%s" % (place, message.topic.encode(), message.payload)).digest()
                id = uuid7(int(made.at.timestamp() * 1000), told[:10])
                scans.append(replace(made, id=id) if seen_at else made)
        return scans

    def _left_by_a_crash(self, log: GateLog) -> Generator[Scan, bool | None, None]:
        if log.torn:
            self.seat.health.trouble("gatelog", f"{log.torn} unreadable lines of reads were set aside")
        rest, sides = log.counts, log.sides
        if log.scan is not None:
            rest = {epc: count for epc, count in rest.items() if epc not in log.scan.codes}
            sides = {epc: side for epc, side in sides.items() if epc in rest}
            if (yield from self._kept(log.scan)):
                log.handed_on(rest, log.at, sides)
        if rest and log.at is not None:
            self._passage.put(rest, time.monotonic(), log.at, sides)

    def _close_passage(self, log: GateLog, now: float) -> Generator[Scan, bool | None, None]:
        at: datetime | None = self._passage.last_at
        codes = self._passage.close(now)
        rest, sides = self._passage.rest, self._passage.went
        if codes:
            scan = self.seat.stamp(codes, "epc", at)
            log.close_passage(scan)
            if not (yield from self._kept(scan)):
                return
            self.seat.health.add("passages")
        log.handed_on(rest, at, sides)

    def _kept(self, scan: Scan) -> Generator[Scan, bool | None, bool]:
        """Hand a scan on, again and again where it cannot be kept: the broker holds what comes meanwhile."""
        while (yield scan) is False:
            self._subscription.idle(0.5)
            if self.seat.stop.is_set():
                return False
        return True


def open_source(settings: Settings, seat: Seat) -> Gate:
    return Gate(settings, seat)
