"""RFID gates over MQTT. Reads are on disk before the broker may forget them; many reads become one passage."""

import queue
import threading
import time
from collections.abc import Generator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from devices.adapters import open_dialect
from devices.gatelog import GateLog
from devices.gatestate import GateState
from devices.passage import Passage, Rules
from devices.scan import Dialect, DialectError, Heard, Reply, Scan, TagRead
from devices.seat import Seat

HEARS = "gate"
TICK_S = 0.05
GROUP = 500
INBOX = 100_000
DROPPED_TOPIC = "$SYS/broker/publish/messages/dropped"
WEEK_S = 7 * 24 * 3600


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the broker is, which topics the gate writes to, and what makes a passage (see Rules).

    `heartbeat_s` is the longest silence of a healthy gate, 0 for a gate without heartbeat. Lamps stay on `lamp_s`.
    QoS 2 is not offered: its handshake is kept in memory only, and ids make a repeat harmless anyway.
    """

    host: str = "127.0.0.1"
    port: int = 1883
    user: str | None = None
    password: str | None = None
    password_file: str | None = None
    tls: bool = False
    ca: str | None = None
    protocol: Literal["3.1.1", "5"] = "3.1.1"
    client_id: str | None = None
    topics: tuple[str, ...]
    qos: Literal[0, 1] = 1
    command_topic: str | None = None
    dialect: str = "zebra_iot"
    options: dict[str, Any] = {}
    quiet_s: float = 1.0
    longest_s: float = 60.0
    most_tags: int = 500
    least_reads: int = 1
    rssi_floor_dbm: float | None = None
    stale_s: float = 60.0
    strays: tuple[str, ...] = ()
    heartbeat_s: float = 0.0
    lamp_s: float = 3.0


class Message(NamedTuple):
    """One message as the broker sent it. `connection` numbers the connection on which it may be acknowledged."""

    connection: int
    mid: int
    qos: int
    topic: str
    payload: bytes


class Subscription:
    """A paho client with a persistent session, a fixed id, and acknowledgement by hand."""

    def __init__(self, settings: Settings, seat: Seat) -> None:
        self.settings, self.seat = settings, seat
        self._inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._connection = 0
        self._lock = threading.Lock()
        self._refusal = ""
        self._client_id = settings.client_id or f"floor-{seat.name}"
        self._client: mqtt.Client | None = None

    def start(self) -> None:
        session = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        session.SessionExpiryInterval = WEEK_S
        fresh: dict[str, Any] = {"clean_start": False, "properties": session} if self.settings.protocol == "5" else {}
        client = self._client = self._made()
        client.connect_async(self.settings.host, self.settings.port, keepalive=15, **fresh)
        client.loop_start()

    def take(self) -> list[Message]:
        """The messages waiting, at most GROUP; waits a tick for the first."""
        group: list[Message] = []
        with suppress(queue.Empty):
            group.append(self._inbox.get(timeout=TICK_S))
            while len(group) < GROUP:
                group.append(self._inbox.get_nowait())
        return group

    def acknowledge(self, group: list[Message]) -> None:
        """Let the broker forget these. A number of an earlier connection may by now mean another message: left out."""
        for message in group:
            with self._lock:
                if self._client is not None and message.qos and message.connection == self._connection:
                    self._client.ack(message.mid, message.qos)

    def publish(self, payload: bytes) -> None:
        client, topic = self._client, self.settings.command_topic
        if topic and client is not None and client.is_connected():
            client.publish(topic, payload, qos=1)

    def alive(self) -> bool:
        """Whether paho's thread runs; an exception ends it while `is_connected()` goes on saying yes."""
        return any(thread.name == f"paho-mqtt-client-{self._client_id}" for thread in threading.enumerate())

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.disconnect()
            client.loop_stop()

    def _made(self) -> mqtt.Client:
        wanted = self.settings
        five = wanted.protocol == "5"
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            protocol=MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311,
            clean_session=None if five else False,
            manual_ack=True,
        )
        client.reconnect_delay_set(min_delay=1, max_delay=10)
        if wanted.user is not None:
            client.username_pw_set(wanted.user, self._password())
        if wanted.tls or wanted.ca:
            client.tls_set(ca_certs=wanted.ca)
        client.on_connect = self._connected
        client.on_connect_fail = lambda *_: self._lost("no broker answers")
        client.on_disconnect = lambda _client, _data, _flags, reason, _properties: self._lost(str(reason))
        client.on_subscribe = self._subscribed
        client.on_message = self._arrived
        return client

    def _password(self) -> str | None:
        if self.settings.password_file is not None:
            return Path(self.settings.password_file).read_text(encoding="utf-8").strip()
        return self.settings.password

    def _connected(self, client: mqtt.Client, _data: object, _flags: object, reason: Any, _properties: object) -> None:
        self._refusal = str(reason) if reason.is_failure else ""
        if reason.is_failure:
            return
        with self._lock:
            self._connection += 1
        wanted: list[tuple[str, int]] = [(topic, self.settings.qos) for topic in self.settings.topics]
        client.subscribe([*wanted, (DROPPED_TOPIC, 0)])
        self.seat.health.ready()

    def _subscribed(
        self, _client: object, _data: object, _mid: object, answers: list[Any], _properties: object
    ) -> None:
        refused = [topic for topic, answer in zip(self.settings.topics, answers, strict=False) if answer.is_failure]
        self.seat.health.trouble("topics", f"the broker refuses the topics {', '.join(refused)}" if refused else None)

    def _lost(self, why: str) -> None:
        with self._lock:
            self._connection += 1
        self.seat.health.gone(f"no connection to the broker {self.settings.host}: {self._refusal or why}")

    def _arrived(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        # Nothing here may raise: it would end paho's thread. The topic property decodes, and may.
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        if self._inbox.qsize() < INBOX:
            self._inbox.put(Message(self._connection, message.mid, message.qos, topic, bytes(message.payload)))
        else:
            self.seat.health.trouble("inbox", f"more than {INBOX} messages wait: some were not taken")


class Gate:
    """See Source. One scan is one passage: its codes are the EPCs seen, upper-case hex, each once."""

    def __init__(self, settings: Settings, seat: Seat) -> None:
        self.settings, self.seat = settings, seat
        self._dialect: Dialect = open_dialect(settings.dialect, "gate", settings.options)
        shared = {name: getattr(settings, name) for name in Rules.__dataclass_fields__}
        self._passage = Passage(Rules(**shared))
        self._state = GateState(seat.health, settings.heartbeat_s)
        self._subscription = Subscription(settings, seat)
        self._log: GateLog | None = None
        self._lamps_off: tuple[float, list[bytes]] | None = None

    def scans(self) -> Generator[Scan, bool | None, None]:
        self._log = log = GateLog(self.seat.folder, self.seat.name)
        yield from self._left_by_a_crash(log)
        self._subscription.start()
        self._state.heard(time.monotonic())
        while not self.seat.stop.is_set():
            group = self._subscription.take()
            now = time.monotonic()
            self._hear(log, group, now)
            self._subscription.acknowledge(group)
            if self.seat.health.state != "ready":
                self._passage.deaf(now)
            if self._passage.due(now):
                yield from self._close_passage(log, now)
            self._watch(now)

    def tell(self, reply: Reply) -> None:
        sound = "double" if reply.code == "double_fire" else reply.sound
        for command in self._dialect.answer(sound, True):
            self._subscription.publish(command)
        self._lamps_off = (time.monotonic() + self.settings.lamp_s, self._dialect.answer(sound, False))

    def close(self) -> None:
        self._subscription.close()
        if self._log is not None:
            self._log.close()
            self._log = None

    def _hear(self, log: GateLog, group: list[Message], now: float) -> None:
        """Sync what counts in a group of messages; OSError leaves all of them with the broker."""
        at = self.seat.stamp.clock()
        reads: list[TagRead] = []
        for message in group:
            heard = self._heard(message)
            reads += heard.reads or ()
            if message.topic != DROPPED_TOPIC:
                self._state.heard(now, heard)
        taken = self._passage.add(reads, now, at)
        if taken:
            log.reads(taken, at)
        self._state.refused(self._passage.refused, fresh=bool(taken))

    def _heard(self, message: Message) -> Heard:
        if message.topic == DROPPED_TOPIC:
            self._state.broker_dropped(message.payload)
            return Heard()
        try:
            return self._dialect.reads(message.topic, message.payload)
        except DialectError as error:
            return Heard(None, {"error": error.code})

    def _left_by_a_crash(self, log: GateLog) -> Generator[Scan, bool | None, None]:
        if log.torn:
            self.seat.health.trouble("gatelog", f"{log.torn} unreadable lines of reads were set aside")
        rest = log.counts
        if log.scan is not None:
            rest = {epc: count for epc, count in rest.items() if epc not in log.scan.codes}
            yield from self._offer(log, log.scan, rest, log.at)
        if rest and log.at is not None:
            self._passage.put(rest, time.monotonic(), log.at)

    def _close_passage(self, log: GateLog, now: float) -> Generator[Scan, bool | None, None]:
        at: datetime | None = self._passage.last_at
        codes = self._passage.close(now)
        if not codes:
            log.handed_on(self._passage.rest, at)
            return
        scan = self.seat.stamp(codes, "epc", at)
        log.close_passage(scan)
        yield from self._offer(log, scan, self._passage.rest, at)

    def _offer(
        self, log: GateLog, scan: Scan, rest: dict[str, int], at: datetime | None
    ) -> Generator[Scan, bool | None, None]:
        """Hand a passage on, again and again where it cannot be kept; the broker holds what comes meanwhile."""
        while (yield scan) is False:
            if self.seat.stop.wait(0.5):
                return
        log.handed_on(rest, at)

    def _watch(self, now: float) -> None:
        if not self._subscription.alive():
            raise ConnectionError("the MQTT thread has ended")
        self._state.silence(now)
        if self._lamps_off is not None and now >= self._lamps_off[0]:
            for command in self._lamps_off[1]:
                self._subscription.publish(command)
            self._lamps_off = None


def open_source(settings: Settings, seat: Seat) -> Gate:
    return Gate(settings, seat)
