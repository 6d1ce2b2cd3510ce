"""What did my reader send? Pure functions, one JSON object in and one out, for `floor decode` and for tests."""

from collections.abc import Callable
from datetime import UTC
from typing import Any

import msgspec

from devices import packets, reports
from devices.adapters import SettingsError, known_charset, names, open_dialect
from devices.frames import Frames, Framing, marker
from devices.keys import EV_KEY, F8, Keys
from devices.layouts import LAYOUTS
from devices.scan import DialectError, TagRead

Object = dict[str, Any]
CONFIG = {"prefix", "suffix", "idle_ms", "partial_ms", "max_len", "charset", "then"}


def _serial(line: Object) -> Object:
    """`chunks`: hex bytes as read; `config`: prefix, suffix, idle_ms, max_len, charset, then "disconnect" -> `scans`."""
    config = line.get("config") or {}
    unknown = sorted(set(config) - CONFIG)
    if unknown:
        return {"error": "unknown_config", "detail": ", ".join(unknown)}
    frames = Frames(
        Framing(
            prefix=marker(config.get("prefix")),
            suffix=marker(config.get("suffix", "CR")),
            idle_s=config.get("idle_ms", 100) / 1000,
            partial_s=config.get("partial_ms", 500) / 1000,
            limit=config.get("max_len", 4096),
        )
    )
    found = [frame for chunk in line["chunks"] for frame in frames.feed(bytes.fromhex(chunk), 0.0)]
    if config.get("then") == "disconnect":
        frames.drop()
    found += frames.idle(3600.0)
    charset = known_charset(config.get("charset", "utf-8"))
    return {"scans": [frame.decode(charset, errors="backslashreplace") for frame in found]}


def _keys(line: Object) -> Object:
    """`events`: [code, value] or [type, code, value]; `layout`, `gs_key`, `silence_ms` -> `scans`."""
    layout = line.get("layout", "us")
    if layout not in LAYOUTS:
        return {"error": "unknown_layout", "detail": f"known are {', '.join(LAYOUTS)}"}
    silence_ms = line.get("silence_ms")
    state = Keys(layout, gs_key=line.get("gs_key", F8), silence_s=silence_ms / 1000 if silence_ms else None)
    scans: list[str] = []
    for event in line["events"]:
        kind, code, value = event if len(event) == 3 else (EV_KEY, *event)
        scans += state.feed(kind, code, value, 0.0)
    return {"scans": scans + state.idle(3600.0)}


def _hidpos(line: Object) -> Object:
    """`reports`: hex, in order -> `aim`, `data`; or `ignored`."""
    joined = reports.Reports()
    code = None
    for report in line["reports"]:
        code = joined.feed(bytes.fromhex(report)) or code
    if code is not None:
        return {"aim": code[0], "data": code[1].decode("utf-8", errors="backslashreplace")}
    return {"error": "unfinished"} if joined.pending else {"ignored": True}


def _ssi(line: Object) -> Object:
    """`frame`: hex of one packet -> `op` and what it carries; a damaged one also says what to `answer`."""
    try:
        packet = packets.parse(bytes.fromhex(line["frame"]))
    except DialectError as error:
        return {"error": error.code} | ({"answer": "CMD_NAK resend (D1, 01)"} if error.code == "checksum" else {})
    if packet.op not in packets.NAMES:
        return {"ignored": f"opcode {packet.op:02X}"}
    said: Object = {"op": packets.NAMES[packet.op]}
    if packet.op == packets.DECODE_DATA and packet.data:
        kind = packet.data[0]
        said |= {"ssi_type": f"{kind:02X}", "symbology": packets.SYMBOLOGIES.get(kind, "unknown")}
        said["data"] = packet.data[1:].decode("utf-8", errors="backslashreplace")
    elif packet.op in (packets.LED_ON, packets.LED_OFF) and packet.data[:1] != b"\xff" and packet.data:
        said["mask"] = packet.data[0]
    elif packet.op in (packets.BEEP, packets.CMD_NAK) and packet.data:
        said["code"] = packet.data[0]
    return said


def _gate(line: Object) -> Object:
    """`dialect`, `options`, `topic`, `payload` -> `reads` and whatever else the message says."""
    name = line["dialect"]
    if name not in names("dialects"):
        return {"error": "unknown_dialect", "detail": f"known are {', '.join(names('dialects'))}"}
    payload = line["payload"]
    data = payload.encode("utf-8", errors="surrogatepass") if isinstance(payload, str) else msgspec.json.encode(payload)
    heard = open_dialect(name, "gate", line.get("options") or {}).reads(str(line.get("topic", "")), data)
    reads = {} if heard.reads is None else {"reads": [tag(read) for read in heard.reads]}
    return reads | {name: value for name, value in heard.says.items() if name != "text"}


def tag(read: TagRead) -> Object:
    """A tag read with its time in UTC to the millisecond; `tid` and `reader` where they are known."""
    at = read.seen_at and read.seen_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    said: Object = {
        "epc": read.epc,
        "antenna": read.antenna,
        "rssi_dbm": read.rssi_dbm,
        "count": read.count,
        "seen_at": at,
    }
    return said | {name: value for name, value in (("tid", read.tid), ("reader", read.reader)) if value is not None}


DECODERS: dict[str, Callable[[Object], Object]] = {
    "serial": _serial,
    "keys": _keys,
    "hidpos": _hidpos,
    "ssi": _ssi,
    "gate": _gate,
}


def decode(kind: str, line: object) -> Object:
    """What `line` means; never raises. `kind` is one of DECODERS. Unreadable input gives `error`, with `detail`."""
    if not isinstance(line, dict):
        return {"error": "not_an_object"}
    try:
        return DECODERS[kind](line)
    except DialectError as error:
        return {"error": error.code}
    except SettingsError as error:
        return {"error": "bad_settings", "detail": str(error)}
    except Exception as error:  # noqa: BLE001 - the decoders' wall: any line may come, none may end the run
        return {"error": "bad_input", "detail": f"{type(error).__name__}: {error}"}


def decode_serial(line: object) -> Object:
    """See _serial."""
    return decode("serial", line)


def decode_keys(line: object) -> Object:
    """See _keys."""
    return decode("keys", line)


def decode_hidpos(line: object) -> Object:
    """See _hidpos."""
    return decode("hidpos", line)


def decode_ssi(line: object) -> Object:
    """See _ssi."""
    return decode("ssi", line)


def decode_gate(line: object) -> Object:
    """See _gate."""
    return decode("gate", line)
