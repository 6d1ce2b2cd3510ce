"""The one way for text into ZPL: nothing that anybody typed can ever become a printer command."""

import re

SAFE = re.compile(r"[A-Za-z0-9 \-./:()+,]*")
HARMLESS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -./:()+,")
CODES = tuple(bytes([byte]) if byte in HARMLESS else b"_%02X" % byte for byte in range(256))


def field(text: str) -> bytes:
    """^FH^FD and the text as UTF-8, every byte outside a harmless few as _XX (ZPL II Programming Guide, ^FH)."""
    if SAFE.fullmatch(text):
        return b"^FD" + text.encode()
    return b"^FH^FD" + escaped(text)


def escaped(text: str, indicator: bytes = b"_") -> bytes:
    """The text for a ^FD behind a ^FH with this indicator, which is a character that is none of the harmless."""
    codes = b"".join([CODES[byte] for byte in text.encode("utf-8", "replace")])
    return codes if indicator == b"_" else codes.replace(b"_", indicator)
