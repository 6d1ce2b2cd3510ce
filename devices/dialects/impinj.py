"""Impinj R700 and R720 over MQTT (IoT device interface, API 1.7). Its lamps hang at its REST door."""

from typing import Annotated, Any

import msgspec

from devices.adapters import Verdict
from devices.message import epc_base64, epc_hex, events, member, number, utc, whole
from devices.scan import DialectError, Heard, RestCall, TagRead

SPEAKS = "gate"
Port = Annotated[int, msgspec.Meta(ge=1, le=3)]
WILLS = {"connected": True, "connection lost": False, "": False}


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`wills`: the plain texts that the reader's will topic carries, and whether each means that it is there.

    `outputs`: which GPO ports (1 to 3) are high for a verdict; the gate's `rest` address must be set.
    """

    wills: dict[str, bool] = msgspec.field(default_factory=lambda: dict(WILLS))
    outputs: dict[Verdict, list[Port]] = msgspec.field(
        default_factory=lambda: {"ok": [1], "done": [1], "error": [2, 3], "double": [2]}
    )


class Impinj:
    """See Dialect."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._outputs: dict[str, list[int]] = dict(options.outputs.items())

    def reads(self, topic: str, payload: bytes) -> Heard:
        text = payload.decode("utf-8", errors="replace").strip()
        if text in self._options.wills:
            return Heard(None, {"online": self._options.wills[text]})
        reads: list[TagRead] = []
        says: dict[str, Any] = {}
        found = events(payload)
        if len(found) == 1 and not isinstance(found[0], dict):
            raise DialectError("not_an_object")
        tag_event = not found
        for event in found:
            kind = member(event, "eventType")
            if kind == "tagInventory" or member(event, "tagInventoryEvent"):
                tag_event = True
                tag(event, reads, says)
            elif isinstance(event, dict):
                says |= status(str(kind), event)
            else:
                says["error"] = "not_an_object"
        return Heard(tuple(reads) if tag_event else None, says)

    def answer(self, sound: str, on: bool) -> list[RestCall]:
        state = "high" if on else "low"
        wanted = [{"gpo": port, "state": state} for port in self._outputs.get(sound, [])]
        return [RestCall("PUT", "/api/v1/device/gpos", {"gpoConfigurations": wanted})] if wanted else []


def tag(event: dict[str, Any], reads: list[TagRead], says: dict[str, Any]) -> None:
    """Append the read of one tagInventory event, or say why there is none."""
    about = event.get("tagInventoryEvent")
    at = utc(member(about, "lastSeenTime")) or utc(event.get("timestamp"))
    if at is None:
        says["warning"] = "bad_time"
    raw = member(about, "epcHex") or member(about, "epc")
    epc = epc_hex(member(about, "epcHex")) or epc_base64(member(about, "epc"))
    if not raw:
        says["ignored"] = "no epc"
    elif epc is None:
        says["error"] = "bad_epc"
    else:
        rssi, host = number(member(about, "peakRssiCdbm")), event.get("hostname")
        reads.append(
            TagRead(
                epc,
                whole(member(about, "antennaPort")),
                None if rssi is None else rssi / 100,
                1,
                at,
                epc_hex(member(about, "tidHex")) or epc_base64(member(about, "tid")),
                host if isinstance(host, str) else None,
            )
        )


def status(kind: str, event: dict[str, Any]) -> dict[str, Any]:
    """What any other event says; unknown ones are named and passed over."""
    about = event.get(f"{kind}Event")
    port = whole(member(about, "antennaPort"))
    if kind == "inventoryStatus":
        said = member(about, "status") or member(about, "inventoryStatus")
        return {"status": said if isinstance(said, str) else None}
    if kind in ("antennaConnected", "antennaDisconnected") and port is not None:
        return {"antennas_up" if kind == "antennaConnected" else "antennas_down": [port]}
    if kind == "overflow":
        return {"lost": whole(member(about, "eventsPurged")) or 0}
    if kind == "gpiTransition":
        gpi, transition = whole(member(about, "gpi")), member(about, "transition")
        return {"gpi": gpi, "transition": transition if isinstance(transition, str) else None}
    return {"ignored": kind[:40]}


def open_dialect(options: Options) -> Impinj:
    return Impinj(options)
