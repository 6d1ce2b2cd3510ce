"""Reads the loose JSON of gates: several objects glued together, numbers as strings, times in odd forms."""

import base64
import binascii
import json
import math
import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from devices.scan import DialectError

HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){2,62}")
BLANK = re.compile(r"[\s,]*")
DECODER = json.JSONDecoder()
MOST = 10**17


def events(payload: bytes) -> list[Any]:
    """The JSON values of a payload: one, an array's members, or several that follow one another without separator.

    Raises DialectError bad_json.
    """
    # Nearly all are one plain value, and msgspec reads that several times faster.
    try:
        value = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _glued(payload)
    return value if isinstance(value, list) else [value]


def _glued(payload: bytes) -> list[Any]:
    try:
        text = payload.decode("utf-8-sig")
        found, at = [], BLANK.match(text).end()  # type: ignore[union-attr]
        while at < len(text):
            value, at = DECODER.raw_decode(text, at)
            found += value if isinstance(value, list) else [value]
            at = BLANK.match(text, at).end()  # type: ignore[union-attr]
    except (ValueError, RecursionError) as error:
        raise DialectError("bad_json", str(error)) from None
    if not text.strip():
        raise DialectError("bad_json", "empty")
    return found


def number(value: Any) -> float | int | None:
    """A finite number within +-10^17, also from text as some firmware sends it; anything else is None."""
    if type(value) is int:  # nearly all are, and this stands in the way of every read
        return value if -MOST <= value <= MOST else None
    if isinstance(value, str) and len(value) <= 20:
        try:
            value = float(value) if any(sign in value for sign in ".eE") else int(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if math.isfinite(value) and abs(value) <= MOST else None


def whole(value: Any) -> int | None:
    """As `number`, for counts and ports."""
    found = number(value)
    if type(found) is int:
        return found
    return int(found) if found is not None and found == int(found) else None


def epc_hex(value: Any) -> str | None:
    """An EPC or TID bank of 16 to 496 bits as upper-case hex; None for anything else."""
    return value.upper() if isinstance(value, str) and HEX.fullmatch(value) else None


def epc_base64(value: Any) -> str | None:
    """As `epc_hex`, from base64url or standard base64, padded or not."""
    if not isinstance(value, str) or not value or not value.isascii() or len(value) > 100:
        return None
    text = value.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        return None
    return epc_hex(raw.hex())


def utc(value: Any) -> datetime | None:
    """An ISO 8601 time with its zone (Z, +0000, up to nine fraction digits) in UTC; None for anything else."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def member(event: Any, *names: str) -> Any:
    """The value at a path of member names; None where anything on the way is missing or no object."""
    for name in names:
        event = event.get(name) if isinstance(event, dict) else None
    return event


def objects(value: Any) -> list[dict[str, Any]]:
    """The JSON objects in a list; nothing where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
