"""Zebra IoT Connector over MQTT: FX7500, FX9600, ATR7000, FXR90 gates, and the handheld form of RFD40 and RFD90.

After the models of Zebra's RFID-IoTConnector-MQTT DockDoorSample, generated from the vendor's schema.
"""

import re
from collections import OrderedDict
from datetime import datetime
from typing import Annotated, Any

import msgspec

from devices.adapters import Verdict
from devices.frames import AIM
from devices.message import epc_hex, events, member, number, objects, utc, whole
from devices.scan import Code, DialectError, Heard, TagRead

SPEAKS = "gate"
Port = Annotated[int, msgspec.Meta(ge=1, le=4)]
TAG_MODES = {"SIMPLE", "INVENTORY", "PORTAL", "CONVEYOR", "CUSTOM", "DIRECTIONALITY", "RAPID_READ", "USERAPP"}
TOPICS = 64
COLOURS = {"ok": "green", "done": "green", "error": "red", "double": "amber"}
BARCODE = {"data": "decodedBarcode", "symbology": "symbology"}
# Only where the handheld's word for a symbology settles the AIM identifier (ISO/IEC 15424).
AIM_IDS = {"GS1128": "]C1", "EAN128": "]C1", "CODE128": "]C0", "CODE39": "]A0", "EAN13": "]E0", "EAN8": "]E4"}
AIM_IDS |= {"GS1DATAMATRIX": "]d2", "GS1QR": "]Q3", "GS1QRCODE": "]Q3"}


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`outputs`: which GPO ports (1 to 4) are high for a verdict. `led`: whether the reader's own light shows it."""

    outputs: dict[Verdict, list[Port]] = msgspec.field(
        default_factory=lambda: {"ok": [1], "done": [1], "error": [2, 3], "double": [2]}
    )
    led: bool = False


class ZebraIot:
    """See Dialect. Remembers the last event number of each topic, to know of events that never came."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._outputs: dict[str, list[int]] = dict(options.outputs.items())
        self._last_event: OrderedDict[str, int] = OrderedDict()
        self._commands = 0

    def reads(self, topic: str, payload: bytes) -> Heard:
        found = events(payload)
        if len(found) == 1 and not isinstance(found[0], dict):
            raise DialectError("not_an_object")
        reads: list[TagRead] = []
        says: dict[str, Any] = {}
        codes: list[tuple[Code, datetime | None]] = []
        tag_event = not found
        for event in found:
            if not isinstance(event, dict):
                says.setdefault("error", "not_an_object")
            elif "command" in event:
                says |= command(event)
            elif is_tag_event(event):
                tag_event = True
                self._tags(topic, event, reads, says)
                if member(event, "data", "barcodeData"):
                    codes += bar_codes(event, says)
            else:
                says |= management(event)
        return Heard(tuple(reads) if tag_event else None, says, tuple(codes))

    def answer(self, sound: str, on: bool) -> list[bytes]:
        wanted: list[tuple[str, dict[str, Any]]] = [
            ("set_gpo", {"port": port, "state": on}) for port in self._outputs.get(sound, [])
        ]
        if self._options.led and on and sound in COLOURS:
            colour = COLOURS[sound]
            wanted.append(("set_appled", {"color": colour, "seconds": 3, "flash": sound == "error"}))
        self._commands += len(wanted)
        return [
            msgspec.json.encode({"command": name, "command_id": f"floor-{self._commands - left}", "payload": payload})
            for left, (name, payload) in enumerate(wanted)
        ]

    def _tags(self, topic: str, event: dict[str, Any], reads: list[TagRead], says: dict[str, Any]) -> None:
        data = event.get("data")
        at = utc(event.get("timestamp"))
        if at is None:
            says["warning"] = "bad_time"
        for tag in tags_of(data):
            if "eventNum" in tag:
                self._count(topic, whole(tag["eventNum"]), says)
            if not tag.get("idHex"):
                says["ignored"] = "no idHex"
            elif (epc := epc_hex(tag["idHex"])) is None:
                says["error"] = "bad_hex"
            else:
                reads.append(
                    TagRead(
                        epc,
                        whole(tag.get("antenna")),
                        number(tag.get("peakRssi")),
                        max(whole(tag.get("reads")) or 1, 1),
                        at,
                        epc_hex(tag["TID"]) if "TID" in tag else None,
                        tag["hostName"] if isinstance(tag.get("hostName"), str) else None,
                    )
                )

    def _count(self, topic: str, event: int | None, says: dict[str, Any]) -> None:
        """A jump of the event number means events lost, a fall means that the reader has started anew."""
        if event is None:
            return
        last = self._last_event.pop(topic, event)
        self._last_event[topic] = event
        if event > last + 1:
            says["missed"] = says.get("missed", 0) + event - last - 1
        if len(self._last_event) > TOPICS:
            self._last_event.popitem(last=False)


def tags_of(data: Any) -> list[dict[str, Any]]:
    """The tags of an event's data: its own, a handheld's list, or an empty one that says that there is none."""
    if not isinstance(data, dict):
        return [{}]
    if "tagData" not in data and "barcodeData" not in data:
        return [data]
    return objects(data.get("tagData")) or ([] if objects(data.get("barcodeData")) else [data])


def bar_codes(event: dict[str, Any], says: dict[str, Any]) -> list[tuple[Code, datetime | None]]:
    """What a handheld's imager has read: each code with its AIM identifier, if known, and the event's time."""
    found = objects(member(event, "data", "barcodeData"))
    if found:
        says.setdefault("barcodes", []).extend({name: one.get(key) for name, key in BARCODE.items()} for one in found)
    at, codes = utc(event.get("timestamp")), []
    for one in found:
        text, kind = one.get("decodedBarcode"), re.sub(r"[^A-Z0-9]", "", str(one.get("symbology")).upper())
        if isinstance(text, str) and text:
            aim = AIM.match(text) if len(text) > 3 else None
            codes.append((Code(text[3:], aim.group()) if aim else Code(text, AIM_IDS.get(kind)), at))
    return codes


def is_tag_event(event: dict[str, Any]) -> bool:
    data = event.get("data")
    named = str(event.get("type", "")).upper() in TAG_MODES and "component" not in event
    return named or (isinstance(data, dict) and not {"idHex", "tagData", "barcodeData"}.isdisjoint(data))


def command(event: dict[str, Any]) -> dict[str, Any]:
    """A command on its way to the reader, or the reader's answer. A needless start or stop "fails" harmlessly."""
    if "response" not in event:
        return {"direction": "to reader"}
    ok = str(event["response"]).lower() == "success"
    harmless = {"benign": True} if not ok and event["command"] in ("start", "stop") else {}
    return {"command": str(event["command"]), "ok": ok} | harmless


def management(event: dict[str, Any]) -> dict[str, Any]:
    """Heartbeats, inputs and alarms. Every field of a heartbeat can be switched off at the reader."""
    kind, data = str(event.get("type")), event.get("data")
    if kind.lower() == "heartbeat":
        return heartbeat(data)
    if kind.lower() == "gpi":
        state = str(member(data, "state")).upper()
        return {"pin": whole(member(data, "pin")), "state": state, "triggered": state == "LOW"}
    if kind.lower() in ("error", "warning"):
        text = member(data, "message")
        return {"severity": kind.lower()} | ({"text": text[:200]} if isinstance(text, str) else {})
    return {"ignored": kind[:40]}


def heartbeat(data: Any) -> dict[str, Any]:
    says: dict[str, Any] = {"online": True}
    radio = member(data, "radio_control")
    for name, spellings, good in (
        ("radio_connected", ("radioConnection",), "connected"),
        ("radio_active", ("radioActivity", "radioActivitiy"), "active"),
    ):
        for spelling in spellings:
            if isinstance(state := member(radio, spelling), str):
                says[name] = state.lower() == good
    antennas = member(radio, "antennas")
    states = {whole(port): str(state).lower() for port, state in antennas.items()} if isinstance(antennas, dict) else {}
    for name, wanted in (("antennas_up", True), ("antennas_down", False)):
        ports = sorted(port for port, state in states.items() if port is not None and (state == "connected") is wanted)
        if ports:
            says[name] = ports
    dropped = whole(member(data, "reader_gateway", "numDataMessagesDropped"))
    return says if dropped is None else says | {"dropped": dropped}


def open_dialect(options: Options) -> ZebraIot:
    return ZebraIot(options)
