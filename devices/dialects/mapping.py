"""Any gate that sends JSON: the settings say where in its messages the EPC, antenna, strength and time stand.

Worked examples stand in devices/README.md: Keonn AdvanNet, the SmartReader app, SpringCard.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec

from devices.adapters import Verdict
from devices.message import epc_base64, epc_hex, events, member, number, objects, utc, whole
from devices.scan import Heard, TagRead

SPEAKS = "gate"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000}


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Paths are member names joined by dots. `list` leads to the list of tags, the others start at a tag.

    `only` holds conditions on a message, path = text: others are passed over. `time` also looks beside the list.
    `commands`: by verdict, the payloads to publish as JSON when it comes ("on") and goes ("off").
    """

    epc: str
    encoding: Literal["hex", "base64"] = "hex"
    list: str | None = None
    antenna: str | None = None
    rssi: str | None = None
    rssi_scale: float = 1.0
    count: str | None = None
    tid: str | None = None
    reader: str | None = None
    time: str | None = None
    time_unit: Literal["iso", "s", "ms", "us"] = "iso"
    only: dict[str, str] = {}
    commands: dict[Verdict, dict[Literal["on", "off"], Any]] = {}


class Mapping:
    """See Dialect."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._commands: dict[str, dict[Any, Any]] = dict(options.commands.items())

    def reads(self, topic: str, payload: bytes) -> Heard:
        reads: list[TagRead] = []
        says: dict[str, Any] = {}
        for event in events(payload):
            wanted = self._options.only.items()
            if not isinstance(event, dict):
                says["error"] = "not_an_object"
            elif any(str(at(event, path)) != text for path, text in wanted):
                says["ignored"] = "other message"
            else:
                self._tags(event, reads, says)
        return Heard(tuple(reads), says)

    def answer(self, sound: str, on: bool) -> list[bytes]:
        command = self._commands.get(sound, {}).get("on" if on else "off")
        return [] if command is None else [json.dumps(command).encode()]

    def _tags(self, event: dict[str, Any], reads: list[TagRead], says: dict[str, Any]) -> None:
        wanted = self._options
        for tag in [event] if wanted.list is None else objects(at(event, wanted.list)):
            raw = at(tag, wanted.epc)
            epc = epc_hex(raw) if wanted.encoding == "hex" else epc_base64(raw)
            if epc is None:
                says.update({"error": "bad_epc"} if raw else {"ignored": "no epc"})
                continue
            seen_at = self._time(at(tag, wanted.time)) or self._time(at(event, wanted.time))
            if wanted.time is not None and seen_at is None:
                says["warning"] = "bad_time"
            rssi, reader = number(at(tag, wanted.rssi)), at(tag, wanted.reader) or at(event, wanted.reader)
            reads.append(
                TagRead(
                    epc,
                    whole(at(tag, wanted.antenna)),
                    None if rssi is None else rssi * wanted.rssi_scale,
                    max(whole(at(tag, wanted.count)) or 1, 1),
                    seen_at,
                    epc_hex(at(tag, wanted.tid)),
                    reader if isinstance(reader, str) else None,
                )
            )

    def _time(self, value: Any) -> datetime | None:
        if self._options.time_unit == "iso":
            return utc(value)
        count = number(value)
        if count is None:
            return None
        try:
            return EPOCH + timedelta(seconds=count / UNITS[self._options.time_unit])
        except OverflowError:
            return None


def at(event: Any, path: str | None) -> Any:
    """The value at a dotted path; None without a path, or where there is none."""
    return None if path is None else member(event, *path.split("."))


def open_dialect(options: Options) -> Mapping:
    return Mapping(options)
