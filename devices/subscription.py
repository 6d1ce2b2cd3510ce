"""The line to an MQTT broker: fixed client id, persistent session, and nothing acknowledged before it is on disk.

Here and in the simulators alone is paho imported; every callback is one that cannot raise, as an exception would end
paho's thread while `is_connected()` goes on saying yes.
"""

import queue
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from devices.seat import Seat

TICK_S = 0.05
GATHER_S, PLENTY = 0.05, 10  # what comes within a moment is synced at once; half of what a stock broker has under way ends it
GROUP = 500
INBOX = 100_000
DROPPED_TOPIC = "$SYS/broker/publish/messages/dropped"
WEEK_S = 7 * 24 * 3600


class Message(NamedTuple):
    """One message as the broker sent it. `connection` numbers the connection on which it may be acknowledged."""

    connection: int
    mid: int
    qos: int
    topic: str
    payload: bytes


class Subscription:
    """A paho client with acknowledgement by hand. `settings` are those of the gate (host, topics, tls, ...)."""

    def __init__(self, settings: Any, seat: Seat, *, most: int = INBOX) -> None:
        self.settings, self.seat, self.most = settings, seat, most
        self.overflowed = 0
        self._inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._plenty = threading.Event()
        self._connection = 0
        self._lock = threading.Lock()
        self._refusal = ""
        self._client_id = settings.client_id or f"floor-{seat.name}"
        self._client: mqtt.Client | None = None

    def start(self) -> None:
        """Connect and stay connected; OSError or ValueError where password, CA or address cannot be used."""
        session = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        session.SessionExpiryInterval = WEEK_S
        fresh: dict[str, Any] = {"clean_start": False, "properties": session} if self.settings.protocol == "5" else {}
        client = self._client = self._made()
        client.connect_async(self.settings.host, self.settings.port, keepalive=15, **fresh)
        client.loop_start()

    def take(self) -> list[Message]:
        """The messages waiting, at most GROUP; waits a tick for the first, and a moment for more to come."""
        group: list[Message] = []
        with suppress(queue.Empty):
            group.append(self._inbox.get(timeout=TICK_S))
            self._plenty.wait(GATHER_S)
            self._plenty.clear()
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
        """Whether paho's thread runs."""
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
        client.suppress_exceptions = True
        client.reconnect_delay_set(min_delay=1, max_delay=10)
        if wanted.user is not None:
            client.username_pw_set(wanted.user, self._password())
        if wanted.tls or wanted.ca:
            client.tls_set(ca_certs=wanted.ca)
        client.on_connect = self._connected
        client.on_connect_fail = lambda *_: self._lost("no broker answers, or its certificate is not trusted")
        client.on_disconnect = lambda _client, _data, _flags, reason, _properties: self._lost(str(reason))
        client.on_subscribe = self._subscribed
        client.on_message = self._arrived
        return client

    def _password(self) -> str | None:
        if self.settings.password_file is not None:
            return Path(self.settings.password_file).read_text(encoding="utf-8").strip()
        password: str | None = self.settings.password
        return password

    def _connected(self, client: mqtt.Client, _data: object, _flags: object, reason: Any, _properties: object) -> None:
        self._refusal = str(reason) if reason.is_failure else ""
        if reason.is_failure:
            return
        with self._lock:
            self._connection += 1
        wanted: list[tuple[str, int]] = [(topic, min(self.settings.qos, 1)) for topic in self.settings.topics]
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
        try:
            topic = message.topic  # decodes, and may raise
        except UnicodeDecodeError:
            topic = ""
        waiting = self._inbox.qsize()
        if waiting < self.most:
            self._inbox.put(Message(self._connection, message.mid, message.qos, topic, bytes(message.payload)))
            if waiting == PLENTY:
                self._plenty.set()
            return
        # Only QoS 0 comes so far: of the others the broker has at most max_inflight_messages under way.
        self.overflowed += 1
        self.seat.health.count("inbox", self.overflowed)
        self.seat.health.trouble("inbox", f"{self.overflowed} messages were not taken: more than {self.most} waited")
