"""Ids and tokens: UUIDv7 so that keys rise with time, random tokens kept only as hashes."""

import hashlib
import secrets

BADGE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def uuid7(time_ns: int, random: bytes) -> str:
    """A UUID of version 7 (RFC 9562, 5.7) of this time (ns since 1970) and ten random bytes."""
    number = (time_ns // 1_000_000) << 80 | int.from_bytes(random[:10], "big")
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    digits = f"{number:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def new_token() -> str:
    """A secret of 256 bits, in letters, digits, - and _."""
    return secrets.token_urlsafe(32)


def new_badge() -> str:
    """A badge's code: 40 random bits, as many as a bar code on a small label holds, and worth nothing without the PIN."""
    return "".join(secrets.choice(BADGE_LETTERS) for _ in range(8))


def token_hash(token: str) -> str:
    """What is stored of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()
