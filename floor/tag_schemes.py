"""The tables of the GS1 EPC Tag Data Standard 1.13, section 14: which bits of a tag hold what."""

import re

from msgspec import Struct

# The partition tables: by partition value 0 to 6, the bits of the company prefix, which has 12 - partition digits, and
# of the reference. What is left of the scheme's bits is the serial.
PREFIX_BITS = (40, 37, 34, 30, 27, 24, 20)
_ITEM = (4, 7, 10, 14, 17, 20, 24)
_UNIT = (18, 21, 24, 28, 31, 34, 38)
_PLACE = (1, 4, 7, 11, 14, 17, 21)
_NONE = (0,) * 7

ESCAPES = str.maketrans({mark: f"%{ord(mark):02X}" for mark in '"%&/<>?'})
UNESCAPES = {f"%{ord(mark):02X}": mark for mark in '"%&/<>?'}
CAGE = re.compile(r"[A-HJ-NP-Z0-9]{5,6}")


class Scheme(Struct, frozen=True):
    """A binary coding scheme: header, 3 bits of filter, 3 of partition, then company prefix, reference, serial."""

    name: str
    kind: str  # the scheme of the pure identity
    header: int
    bits: int
    digits: int  # company prefix and reference together
    reference: tuple[int, ...]  # bits by partition value
    serial: str  # "number", "text", or "zero" where the bits are reserved
    characters: int = 0  # the most that a text serial may have

    def most_characters(self, partition: int) -> int:
        """The longest text serial; an individual asset's grows as the company prefix shrinks."""
        return self.characters + (0 if self.digits else partition)


SCHEMES = {
    scheme.header: scheme
    for scheme in (
        Scheme("sgtin-96", "sgtin", 0x30, 96, 13, _ITEM, "number"),
        Scheme("sgtin-198", "sgtin", 0x36, 198, 13, _ITEM, "text", 20),
        Scheme("sscc-96", "sscc", 0x31, 96, 17, _UNIT, "zero"),
        Scheme("sgln-96", "sgln", 0x32, 96, 12, _PLACE, "number"),
        Scheme("sgln-195", "sgln", 0x39, 195, 12, _PLACE, "text", 20),
        Scheme("grai-96", "grai", 0x33, 96, 12, _ITEM, "number"),
        Scheme("grai-170", "grai", 0x37, 170, 12, _ITEM, "text", 16),
        Scheme("giai-96", "giai", 0x34, 96, 0, _NONE, "number"),
        Scheme("giai-202", "giai", 0x38, 202, 0, _NONE, "text", 18),
        Scheme("gsrn-96", "gsrn", 0x2D, 96, 17, _UNIT, "zero"),
        Scheme("gdti-96", "gdti", 0x2C, 96, 12, _PLACE, "number"),
    )
}
NAMES = {scheme.name: scheme for scheme in SCHEMES.values()}
GID, USDOD = 0x35, 0x2F
# Known to the standard, met by no gate of ours: the rest of 1.13 and the "+" schemes of 2.x.
UNSUPPORTED = {0x2E, 0x3A, 0x3B, 0x3C, 0x3D, 0x3E, 0x3F, 0x40, 0x41, *range(0xF0, 0xFC)}
