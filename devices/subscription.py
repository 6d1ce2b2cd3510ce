"""The line to an MQTT broker: fixed client id, persistent session, and nothing acknowledged before it is on disk.

Here and in the simulators alone is paho imported. The gate's own thread drives the client: paho's would die of one
exception while `is_connected()` goes on saying yes, and a thread more a gate costs more than all its reads.
"""

import platform
import select
import socket
import time
import zlib
from collections import deque
from pathlib import Path
from typing import Any, NamedTuple

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from devices.seat import Seat

TICK_S = 0.05
GROUP, PLENTY = 500, 15  # PLENTY is less than what a stock broker has under way
GATHER_S, LEAST_GATHER_S = 0.075, 0.001
FIRST_PAUSE_S, LONGEST_PAUSE_S, CONNECT_S = 1.0, 10.0, 3.0
INBOX = 100_000
DROPPED_TOPIC = "$SYS/broker/publish/messages/dropped"
CHUNK = 65_536
WEEK_S = 7 * 24 * 3600
THROUGH_S, LONGEST_BACKLOG_S = 1.0, 60.0  # so long a pause, or after so long, what comes is new


class Message(NamedTuple):
    """One message as the broker sent it. `connection` numbers the connection on which it may be acknowledged.

    `late`: it may come out of the broker's memory, and be hours old.
    """

    connection: int
    mid: int
    qos: int
    topic: str
    payload: bytes
    late: bool = False


class Client(mqtt.Client):
    """paho's client, which asks its line for single bytes, with what has arrived taken from the line at once."""

    ahead, at = b"", 0

    def _sock_recv(self, bufsize: int) -> bytes:
        if self.at == len(self.ahead):
            self.ahead, self.at = super()._sock_recv(CHUNK), 0
        piece = self.ahead[self.at : self.at + bufsize]
        self.at += len(piece)
        return piece

    @property
    def pending(self) -> bool:
        """Whether something is here that the line no longer shows."""
        return self.at < len(self.ahead)

    def forget(self, *_: object) -> None:
        """A new line: what is left of the one before belongs to nothing."""
        self.ahead, self.at = b"", 0


def own_id(name: str) -> str:
    """The client id of a gate of this machine, the same over restarts: another machine may have a gate of that name."""
    return f"floor-{name}-{zlib.crc32(platform.node().encode()):08x}"


class Subscription:
    """A paho client with acknowledgement by hand. `settings` are those of the gate (host, topics, tls, ...).

    One thread calls `start`, `take`, `acknowledge` and `idle`; `publish` may be called from any.
    """

    def __init__(self, settings: Any, seat: Seat, *, most: int = INBOX) -> None:
        self.settings, self.seat, self.most = settings, seat, most
        self.overflowed = 0
        self._inbox: deque[Message] = deque()
        self._connection = 0
        self._refusal = ""
        self._client_id = settings.client_id or own_id(seat.name)
        self._gather_s = GATHER_S
        self._pause_s, self._retry_at = FIRST_PAUSE_S, 0.0
        self._client: Client | None = None
        self._backlog = False
        self._back_at = self._busy_at = 0.0

    def start(self) -> None:
        """Make the client; the first `take` connects. OSError or ValueError where password, CA or address cannot be used."""
        session = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        session.SessionExpiryInterval = WEEK_S
        fresh: dict[str, Any] = {"clean_start": False, "properties": session} if self.settings.protocol == "5" else {}
        client = self._client = self._made()
        client.connect_async(self.settings.host, self.settings.port, keepalive=15, **fresh)

    def take(self) -> list[Message]:
        """The messages of a moment, at most GROUP; waits a tick for the first, and for some more that one sync serves."""
        self._turn(TICK_S)
        if not self._inbox:
            self._backlog = self._backlog and time.monotonic() - self._busy_at < THROUGH_S
            return []
        time.sleep(self._gather_s)
        self._turn(0)
        self._gather_s = min(max(self._gather_s * PLENTY / len(self._inbox), LEAST_GATHER_S), GATHER_S)
        return [self._inbox.popleft() for _ in range(min(len(self._inbox), GROUP))]

    def idle(self, seconds: float) -> None:
        """Take nothing for a while, but stay connected."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self.seat.stop.is_set():
            self._turn(min(left, TICK_S))

    def acknowledge(self, group: list[Message]) -> None:
        """Let the broker forget these. A number of an earlier connection may by now mean another message: left out."""
        for message in group:
            if self._client is not None and message.qos and message.connection == self._connection:
                self._client.ack(message.mid, message.qos)
        if group:
            self._busy_at = time.monotonic()  # only now the broker goes on with what it holds
        self._send()

    def publish(self, payload: bytes) -> None:
        """To the gate's command topic where it has one and a broker hears us; leaves with the next tick."""
        client, topic = self._client, self.settings.command_topic
        if topic and client is not None and client.is_connected():
            client.publish(topic, payload, qos=1)

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.on_disconnect = None
            client.disconnect()
            client.loop_write()

    def _turn(self, seconds: float) -> None:
        """Wait so long for the line, and do what it has to do."""
        client, line = self._client, self._line()
        if client is None or line is None:
            self._connect_again(seconds)
            return
        wanted = [line] if client.want_write() else []
        readable, _, _ = select.select([line], wanted, [], 0 if client.pending else seconds)
        if readable or client.pending:
            self._read(client, line)
        self._send()
        client.loop_misc()

    def _read(self, client: Client, line: Any) -> None:
        """All that has arrived: packet after packet for as long as they are messages, or TLS holds some back."""
        for _ in range(GROUP):
            before = len(self._inbox)
            if client.loop_read() != MQTTErrorCode.MQTT_ERR_SUCCESS:
                return
            if len(self._inbox) == before and not (hasattr(line, "pending") and line.pending()):
                return

    def _send(self) -> None:
        """What waits goes in one packet: acknowledgements one by one cost more than the reads."""
        client, line = self._client, self._line()
        if client is not None and line is not None and client.want_write():
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
            client.loop_write()
            if self._line() is line:
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)

    def _line(self) -> Any:
        return self._client.socket() if self._client is not None else None

    def _connect_again(self, seconds: float) -> None:
        client, wait = self._client, self._retry_at - time.monotonic()
        if client is None or wait > 0:
            self.seat.stop.wait(max(min(wait, seconds), 0))
            return
        try:
            client.reconnect()
        except OSError:
            self._lost("no broker answers, or its certificate is not trusted")

    def _made(self) -> Client:
        wanted = self.settings
        five = wanted.protocol == "5"
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            protocol=MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311,
            clean_session=None if five else False,
            manual_ack=True,
        )
        client.connect_timeout = CONNECT_S
        if wanted.user is not None:
            client.username_pw_set(wanted.user, self._password())
        if wanted.tls or wanted.ca:
            client.tls_set(ca_certs=wanted.ca)
        client.on_connect = self._connected
        client.on_disconnect = lambda _client, _data, _flags, reason, _properties: self._lost(str(reason))
        client.on_subscribe = self._subscribed
        client.on_message = self._arrived
        client.on_socket_open = client.forget
        client.on_socket_register_write = lambda *_: None  # so that who publishes leaves the sending to our thread
        return client

    def _password(self) -> str | None:
        if self.settings.password_file is not None:
            return Path(self.settings.password_file).read_text(encoding="utf-8").strip()
        password: str | None = self.settings.password
        return password

    def _connected(self, client: mqtt.Client, _data: object, flags: Any, reason: Any, _properties: object) -> None:
        self._refusal = str(reason) if reason.is_failure else ""
        if reason.is_failure:
            return
        self._connection += 1
        self._backlog = bool(flags.session_present)
        self._back_at = self._busy_at = time.monotonic()
        self._pause_s = FIRST_PAUSE_S
        wanted: list[tuple[str, int]] = [(topic, min(self.settings.qos, 1)) for topic in self.settings.topics]
        client.subscribe([*wanted, (DROPPED_TOPIC, 0)])
        self.seat.health.ready()

    def _subscribed(
        self, _client: object, _data: object, _mid: object, answers: list[Any], _properties: object
    ) -> None:
        refused = [topic for topic, answer in zip(self.settings.topics, answers, strict=False) if answer.is_failure]
        self.seat.health.trouble("topics", f"the broker refuses the topics {', '.join(refused)}" if refused else None)

    def _lost(self, why: str) -> None:
        self._connection += 1
        self._retry_at = time.monotonic() + self._pause_s
        self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
        self.seat.health.gone(f"no connection to the broker {self.settings.host}: {self._refusal or why}")

    def _behind(self) -> bool:
        """Whether the broker may still be handing out what it kept while we were away."""
        self._busy_at = now = time.monotonic()
        self._backlog = self._backlog and now - self._back_at < LONGEST_BACKLOG_S
        return self._backlog

    def _arrived(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        try:
            topic = message.topic  # decodes, and may raise
        except UnicodeDecodeError:
            topic = ""
        if len(self._inbox) < self.most:
            numbers = self._connection, message.mid, message.qos
            late = message.retain or message.dup or self._behind()
            self._inbox.append(Message(*numbers, topic, bytes(message.payload), late))
            return
        # Only QoS 0 comes so far: of the others the broker has at most max_inflight_messages under way.
        self.overflowed += 1
        self.seat.health.count("inbox", self.overflowed)
        self.seat.health.trouble("inbox", f"{self.overflowed} messages were not taken: more than {self.most} waited")
