"""A virtual dock-door gate of the Zebra IoT Connector kind, at the far end of a real MQTT broker."""

import json
import random
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

FAULTS = ("gate_storm", "strays", "clock_hours_off", "retained_backlog", "lost_events", "junk")


class VirtualGate:
    """Topics are `zebra/<name>/data`, `/events`, `/ctrl/cmd` and `/ctrl/res`, as in the vendor's sample.

    `commands` collects what was sent to the gate, `outputs` its GPO ports. What goes wrong, by name, is in FAULTS.
    """

    def __init__(
        self, name: str, host: str, port: int, *, user: str | None = None, password: str | None = None
    ) -> None:
        self.name, self.topic = name, f"zebra/{name}"
        self.commands: list[dict[str, Any]] = []
        self.outputs: dict[int, bool] = {}
        self.clock_off = timedelta()
        self.qos = 1
        self._events = self._sent = self._taken = 0
        self._counting = threading.Condition()
        self._ready = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"gate-{name}", clean_session=True)
        self._client.max_inflight_messages_set(200)
        if user is not None:
            self._client.username_pw_set(user, password)
        self._client.on_connect = lambda client, *_: client.subscribe(f"{self.topic}/ctrl/cmd", 1)
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = self._obey
        self._client.on_publish = self._published
        self._client.reconnect_delay_set(1, 1)
        self._client.connect_async(host, port, keepalive=15)
        self._client.loop_start()

    def connected(self, wait_s: float) -> bool:
        """Whether the gate has reached its broker."""
        return self._ready.wait(wait_s)

    def passage(
        self, epcs: Iterable[str], *, repeats: int = 5, antennas: int = 2, seed: int = 0, strays: Iterable[str] = ()
    ) -> int:
        """Goods pass: each tag is read `repeats` times by some antenna, in any order; how many messages were sent."""
        chance = random.Random(seed)
        reads = [(epc, -45 - chance.randrange(20)) for epc in epcs for _ in range(repeats)]
        reads += [(epc, -78 - chance.randrange(5)) for epc in strays]
        chance.shuffle(reads)
        for epc, rssi in reads:
            self._publish("data", self.tag(epc, 1 + chance.randrange(antennas), rssi))
        self._settle()
        return len(reads)

    def storm(self, epcs: list[str], reads: int, batch: int = 20) -> int:
        """A carton parked in the door: `reads` reads as fast as they go, `batch` to a message; how many messages."""
        events = [self.tag(epcs[n % len(epcs)], 1, -50) for n in range(reads)]
        batches = [events[at : at + batch] for at in range(0, reads, batch)]
        for one in batches:
            self._publish("data", one)
        self._settle()
        return len(batches)

    def fault(self, name: str, epcs: list[str]) -> None:
        """Let `epcs` pass while something goes wrong; `name` is one of FAULTS."""
        if name not in FAULTS:
            raise ValueError(f"no such fault: {name}; there are {', '.join(FAULTS)}")
        if name == "gate_storm":
            self.storm(epcs, 100 * len(epcs))
        elif name == "strays":
            self.passage(epcs, strays=[f"E28011606000{n:012X}" for n in range(len(epcs))])
        elif name == "clock_hours_off":
            self.clock_off, before = timedelta(hours=-5), self.clock_off
            self.passage(epcs)
            self.clock_off = before
        elif name == "retained_backlog":
            self.backlog(epcs, timedelta(hours=1))
        elif name == "lost_events":
            self._events += 10
            self.passage(epcs)
        else:
            for payload in (b"{", b"\xff\xff", b"null", b'[1, {"type": 5}]'):
                self.junk(payload)
            self.passage(epcs)

    def backlog(self, epcs: Iterable[str], age: timedelta) -> None:
        """Reads from the gate's own memory, sent after an outage of `age`."""
        now, self.clock_off = self.clock_off, self.clock_off - age
        self.passage(epcs, repeats=1)
        self.clock_off = now

    def heartbeat(self, *, radio: str = "connected", antennas: dict[str, str] | None = None) -> None:
        """The gate says that it is there, and how its radio and antennas are."""
        control = {"radioConnection": radio, "radioActivity": "active", "antennas": antennas or {}}
        event = self._event("heartbeat", {"radio_control": control}) | {"component": "RC", "eventNum": self._events}
        self._publish("events", event)
        self._settle()

    def gpi(self, pin: int, state: str) -> None:
        """An input of the gate changes to "HIGH" or "LOW": a light barrier, a push button."""
        self._publish("events", self._event("gpi", {"pin": pin, "state": state}) | {"component": "RG"})
        self._settle()

    def bar_codes(self, *codes: tuple[str, str], age: timedelta = timedelta(), repeat: int = 1) -> None:
        """A handheld's imager reads (code, symbology)s, in one message, which may come again word for word."""
        read = [{"decodedBarcode": code, "symbology": symbology} for code, symbology in codes]
        event = self._event("dataEVT", {"tagData": [], "barcodeData": read})
        event["timestamp"] = (datetime.now(UTC) - age).isoformat()
        for _ in range(repeat):
            self._publish("data", event)
        self._settle()

    def junk(self, payload: bytes) -> None:
        """Bytes that are no message of a gate."""
        self._send("data", payload)
        self._settle()

    def tag(self, epc: str, antenna: int, rssi_dbm: int) -> dict[str, Any]:
        """One read as the gate reports it in INVENTORY mode."""
        self._events += 1
        about = {"idHex": epc.lower(), "format": "epc", "antenna": antenna, "peakRssi": rssi_dbm, "reads": 1}
        return self._event("INVENTORY", about | {"eventNum": self._events})

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _event(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        at = (datetime.now(UTC) + self.clock_off).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
        return {"type": kind, "timestamp": at, "data": data}

    def _publish(self, topic: str, message: Any) -> None:
        self._send(topic, json.dumps(message).encode())

    def _send(self, topic: str, payload: bytes) -> None:
        with self._counting:
            self._sent += 1
        self._client.publish(f"{self.topic}/{topic}", payload, qos=self.qos)

    def _published(self, *_: object) -> None:
        with self._counting:
            self._taken += 1
            self._counting.notify_all()

    def _settle(self, seconds: float = 60.0) -> None:
        """Wait until the broker has acknowledged all that was sent; over its restarts, if need be."""
        with self._counting:
            if not self._counting.wait_for(lambda: self._taken >= self._sent, seconds):
                raise TimeoutError(f"the broker took {self._taken} of {self._sent} messages of the gate")

    def _obey(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        asked = json.loads(message.payload)
        self.commands.append(asked)
        if asked["command"] == "set_gpo":
            self.outputs[asked["payload"]["port"]] = asked["payload"]["state"]
        answer = {"command": asked["command"], "command_id": asked["command_id"], "response": "success", "payload": {}}
        self._publish("ctrl/res", answer)
