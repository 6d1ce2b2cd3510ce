"""The maker's memory of an RFID tag: who made the chip, which model, and its unforgeable serial number.

EPC Tag Data Standard 1.13, section 16: E2h, flags X S F, 9 bits of maker, 12 bits of model, perhaps an XTID header.
"""

import re

from msgspec import Struct

from floor.check_digit import BadCode

_MAKERS = {
    0x001: "Impinj",
    0x002: "Texas Instruments",
    0x003: "Alien",
    0x004: "Intelleflex",
    0x005: "Atmel",
    0x006: "NXP",
    0x007: "STMicroelectronics",
    0x00B: "EM Microelectronic",
    0x00F: "Quanray",
    0x010: "Fujitsu",
}


class Tid(Struct, frozen=True, omit_defaults=True):
    """mdid and model as 3 hex digits; xtid: an extended header follows; serial48 where that promises 48 bits."""

    mdid: str
    model: str
    xtid: bool
    manufacturer: str | None = None
    xtid_header: str | None = None
    serial48: str | None = None


def decode_tid(tag: str) -> Tid:
    """Read the hex of a tag's TID bank. Raises BadCode empty, bad_hex, unknown_header or too_short."""
    digits = "".join(tag.split()).upper()
    if not digits:
        raise BadCode("empty")
    if not re.fullmatch(r"[0-9A-F]+", digits):
        raise BadCode("bad_hex")
    if not digits.startswith("E2"[: len(digits)]):
        raise BadCode("unknown_header", header=digits[:2])
    if len(digits) < 8:
        raise BadCode("too_short", bits=4 * len(digits))
    flags, maker = divmod(int(digits[2:5], 16), 512)
    extended = flags >= 4
    header = digits[8:12] if extended else None
    if header is not None and len(header) < 4:
        raise BadCode("too_short", bits=4 * len(digits))
    serial = _serial48(header, digits[12:24])
    return Tid(
        mdid=f"{maker:03X}",
        model=digits[5:8],
        xtid=extended,
        manufacturer=_MAKERS.get(maker),
        xtid_header=header,
        serial48=serial,
    )


def _serial48(header: str | None, digits: str) -> str | None:
    """The top three bits of the XTID header are 001 where 48 bits of serial follow."""
    if header is None or int(header, 16) >> 13 != 1:
        return None
    if len(digits) < 12:
        raise BadCode("too_short", bits=48 + 4 * len(digits))
    return digits
