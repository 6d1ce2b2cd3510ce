"""What a printer's answers mean. Anything that is not understood is an error or a problem, never good health."""

import json
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

HS, HQES, HI = b"~HS", b"~HQES", b"~HI"
COUNT = "odometer.total_label_count"
LANGUAGES = "device.languages"
Raw = bytes | str | Sequence[bytes | str]

FRAME = re.compile(rb"\x02([^\x02\x03]*)\x03")
PRINT_MODES = {0: "rewind", 1: "peel_off", 2: "tear_off", 3: "cutter", 4: "applicator"}
# (string, field) of each flag of ~HS, in the order in which problems are told (ZPL II Programming Guide, ~HS)
PROBLEMS = {
    "paper_out": (0, 1),
    "head_open": (1, 2),
    "ribbon_out": (1, 3),
    "paused": (0, 2),
    "buffer_full": (0, 5),
    "partial_format": (0, 7),
    "ram_corrupt": (0, 9),
    "under_temperature": (0, 10),
    "over_temperature": (0, 11),
    "diagnostic_mode": (0, 6),
}
FIELDS = (12, 11, 2)
MOST_DIGITS = 18  # no printer counts further
# nibble from the right -> bit -> word (ZPL II Programming Guide, ~HQ, error and warning flags, group 1)
ERRORS: dict[int, dict[int, str]] = {
    0: {1: "paper_out", 2: "ribbon_out", 4: "head_open", 8: "cutter_fault"},
    1: {1: "head_over_temperature", 2: "motor_over_temperature", 4: "bad_head_element", 8: "head_detection_error"},
    2: {1: "invalid_firmware_configuration", 2: "thermistor_open"},
    4: {1: "paused"},
}
WARNINGS: dict[int, dict[int, str]] = {0: {1: "calibrate_media", 2: "clean_head", 4: "replace_head"}}
FLAGS = re.compile(r"(ERRORS|WARNINGS):\s*([01])\s+([0-9A-Fa-f]{8})\s+([0-9A-Fa-f]{8})")
SGD = re.compile(r'\s*! U1 getvar "([^"]+)"\s*')


def getvar(name: str) -> bytes:
    """The question for one printer setting (Set-Get-Do)."""
    return f'! U1 getvar "{name}"\r\n'.encode()


def whole(question: bytes) -> Callable[[bytes], bool]:
    """A test for "the answer to this question has come in whole", for a transport that reads piece by piece."""
    if question == HS:
        return lambda reply: len(FRAME.findall(reply)) >= len(FIELDS)
    if question.startswith(b"~"):
        return lambda reply: FRAME.search(reply) is not None
    if question.startswith(b"{}"):
        return lambda reply: "error" not in printer_json(reply)
    return lambda reply: reply.count(b'"') >= 2


def decode(command: bytes | str, reply: Raw) -> dict[str, Any]:
    """What a reply, in one or several reads, says: the members that `floor decode printer` prints."""
    asked = command.decode("utf-8", "replace") if isinstance(command, bytes) else command
    parts = [reply] if isinstance(reply, bytes | str) else reply
    raw = b"".join(part.encode("utf-8", "replace") if isinstance(part, str) else part for part in parts)
    name = asked.strip().upper()
    if name == "~HS":
        return host_status(raw)
    if name.startswith("~HQ"):
        return host_query(raw)
    if name == "~HI":
        return identification(raw)
    if found := SGD.fullmatch(asked):
        return setting(raw, found[1])
    if name.startswith("{}"):
        return printer_json(raw)
    return {"error": "unknown_command"}


def host_status(reply: bytes) -> dict[str, Any]:
    """~HS: three strings between STX and ETX. `error`: no_reply, incomplete or malformed."""
    strings = [[field.strip() for field in text.split(b",")] for text in FRAME.findall(reply)]
    if len(strings) < len(FIELDS):
        return {"error": _absence(reply)}
    last = strings[-(len(strings) % 3) - 3 :][:3]
    numbers = [[int(field) if _whole_number(field) else -1 for field in fields] for fields in last]
    if any(len(fields) < length for fields, length in zip(numbers, FIELDS, strict=True)):
        return {"error": "malformed"}
    first, second, _ = numbers
    flags = {word: numbers[string][field] for word, (string, field) in PROBLEMS.items()}
    yes_no = [*flags.values(), second[4], second[7]]
    if any(flag not in (0, 1) for flag in yes_no) or -1 in first or -1 in second:
        return {"error": "malformed"}
    problems = [word for word, flag in flags.items() if flag]
    if any(any(fields[length:]) for fields, length in zip(numbers, FIELDS, strict=True)):
        problems.append("unknown_status")
    return {
        "ready": not problems,
        "problems": problems,
        "label_length_dots": first[3],
        "formats_in_buffer": first[4],
        **{word: bool(flag) for word, flag in flags.items()},
        "thermal_transfer": bool(second[4]),
        "print_mode": PRINT_MODES.get(second[5], "unknown"),
        "label_waiting": bool(second[7]),
        "labels_remaining": second[8],
        "graphics_stored": second[10],
    }


def host_query(reply: bytes) -> dict[str, Any]:
    """~HQES: errors and warnings by name; a bit without one is unknown_error or unknown_warning."""
    found = {kind: flags for kind, *flags in FLAGS.findall(reply.decode("latin-1"))}
    if len(found) < 2:
        return {"error": _absence(reply)}
    return {
        "errors": _bits(found["ERRORS"], ERRORS, "unknown_error"),
        "warnings": _bits(found["WARNINGS"], WARNINGS, "unknown_warning"),
    }


def _bits(flags: list[str], words: dict[int, dict[int, str]], unknown: str) -> list[str]:
    any_at_all, upper, lower = (int(group, 16) for group in flags)
    named = [word for nibble, bits in words.items() for bit, word in bits.items() if lower >> 4 * nibble & bit]
    known = sum(bit << 4 * nibble for nibble, bits in words.items() for bit in bits)
    if upper or lower & ~known or (any_at_all and not lower):
        named.append(unknown)
    return named


def identification(reply: bytes) -> dict[str, Any]:
    """~HI: model, firmware, dots per millimetre, memory."""
    frame = FRAME.search(reply)
    if frame is None:
        return {"error": _absence(reply)}
    fields = [field.strip() for field in frame[1].decode("latin-1").split(",")]
    if len(fields) < 4 or not fields[0] or not _whole_number(fields[2].encode("latin-1")):
        return {"error": "malformed"}
    return {"model": fields[0], "firmware": fields[1], "dots_per_mm": int(fields[2]), "memory": fields[3]}


def setting(reply: bytes, name: str = "") -> dict[str, Any]:
    """One Set-Get-Do value; None where the printer does not know the name. `zpl`: whether it prints ZPL at all."""
    text = reply.decode("utf-8", "replace").strip()
    if not text or not text.startswith('"'):
        return {"error": "malformed" if text else "no_reply"}
    if text.count('"') < 2:
        return {"error": "incomplete"}
    value = text[1 : text.index('"', 1)]
    known = None if value == "?" else value
    languages = name == LANGUAGES and known is not None
    return {"value": known, **({"zpl": "zpl" in value.lower()} if languages else {})}


def printer_json(reply: bytes) -> dict[str, Any]:
    """The names asked for with their values (Link-OS JSON)."""
    text = reply.decode("utf-8", "replace").strip()
    if not text:
        return {"error": "no_reply"}
    try:
        found = json.loads(text, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError):
        return {"error": "malformed" if not text.startswith("{") or text.endswith("}") else "incomplete"}
    return found if isinstance(found, dict) else {"error": "malformed"}


def _finite(number: str) -> float:
    """NaN and what is too large for a number are no JSON, though Python reads and writes them."""
    found = float(number)
    if not math.isfinite(found):
        raise ValueError(number)
    return found


def _whole_number(field: bytes) -> bool:
    return field.isdigit() and len(field) <= MOST_DIGITS


def _absence(reply: bytes) -> str:
    if not reply:
        return "no_reply"
    return "incomplete" if b"\x02" in reply else "malformed"
