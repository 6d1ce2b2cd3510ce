"""RFID tags: the EPC in a tag's memory to and from the GS1 key that it carries (GS1 EPC Tag Data Standard 1.13).

Own integer code and not a library: a gate reads hundreds of tags a second, and the libraries are slower, lose the
filter or accept overflowing prefixes. Only writing a tag needs to know the length of the company prefix.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct, to_builtins

from floor.check_digit import BadCode, check_digit
from floor.element_checks import CSET82
from floor.tag_schemes import CAGE, ESCAPES, GID, PREFIX_BITS, SCHEMES, UNSUPPORTED, USDOD, Scheme
from floor.tag_writing import encode, encode_gtin, encode_sscc
from floor.tid import decode_tid

__all__ = ["BadCode", "Epc", "decode", "decode_base64", "decode_tid", "encode", "encode_gtin", "encode_sscc", "verdict"]

_HEX = re.compile(r"[0-9A-Fa-f]+")
_MOST_DIGITS = 128  # 512 bits; the longest EPC has 496


class Epc(Struct, frozen=True, kw_only=True):
    """What a tag says. `parts` are those of the URI, unescaped; of the keys, only the one of the scheme is set."""

    scheme: str
    parts: tuple[str, ...]
    filter: int | None = None
    company_prefix: str | None = None
    gtin: str | None = None
    sscc: str | None = None
    gln: str | None = None
    grai: str | None = None
    giai: str | None = None
    gsrn: str | None = None
    gdti: str | None = None
    serial: str | None = None

    @property
    def _body(self) -> str:
        return ".".join(part.translate(ESCAPES) for part in self.parts)

    @property
    def pure_uri(self) -> str:
        """What the thing is called, whatever tag it wears: urn:epc:id:..."""
        return f"urn:epc:id:{self.scheme.partition('-')[0]}:{self._body}"

    @property
    def tag_uri(self) -> str:
        """The same with coding scheme and filter, from which encode() makes the tag again."""
        lead = "" if self.filter is None else f"{self.filter}."
        return f"urn:epc:tag:{self.scheme}:{lead}{self._body}"

    @property
    def elements(self) -> tuple[tuple[str, str], ...]:
        """The GS1 element strings (identifier, value) of the same meaning; none for gid and usdod."""
        serial = self.serial or ""
        pairs = (
            ("01", self.gtin),
            ("21", self.gtin and serial),
            ("00", self.sscc),
            ("414", self.gln),
            ("254", self.gln and serial != "0" and serial),  # extension 0 means the place itself
            ("8003", self.grai and f"0{self.grai}{serial}"),
            ("8004", self.giai),
            ("8018", self.gsrn),
            ("253", self.gdti and self.gdti + serial),
        )
        return tuple((ai, value) for ai, value in pairs if value)

    @property
    def gs1_element_string(self) -> str | None:
        """The elements with bracketed identifiers."""
        return "".join(f"({ai}){value}" for ai, value in self.elements) or None


@lru_cache(maxsize=16384)
def decode(tag: str) -> Epc:
    """Read the EPC from the hex of a tag, either case, blanks allowed, zeros behind the scheme's bits allowed.

    Raises BadCode empty, bad_hex, too_long, too_short, unprogrammed, unknown_header, unsupported_scheme, bad_partition,
    company_prefix_overflow, reference_overflow, reserved_bits, bad_charset, empty_serial or serial_too_long.
    """
    digits = tag if tag.isalnum() else "".join(tag.split())
    if not digits:
        raise BadCode("empty")
    if not _HEX.fullmatch(digits):
        raise BadCode("bad_hex")
    if len(digits) > _MOST_DIGITS:
        raise BadCode("too_long", bits=4 * len(digits))
    size, value = 4 * len(digits), int(digits, 16)
    header = value >> (size - 8) if size >= 8 else -1
    scheme = SCHEMES.get(header)
    bits = scheme.bits if scheme else _known_bits(header)
    spare = size - bits
    if spare < 0:
        raise BadCode("too_short", bits=size, needed=bits)
    if value & ((1 << spare) - 1):
        raise BadCode("reserved_bits")
    value >>= spare
    if scheme:
        return _decode(scheme, value)
    return _decode_gid(value) if header == GID else _decode_usdod(value)


def _known_bits(header: int) -> int:
    """The size of the two schemes without a partition table; every other header is an error."""
    if header in (GID, USDOD):
        return 96
    if header < 0:
        raise BadCode("too_short", needed=96)
    if header == 0:
        raise BadCode("unprogrammed")
    raise BadCode("unsupported_scheme" if header in UNSUPPORTED else "unknown_header", header=f"{header:02X}")


def _decode(scheme: Scheme, value: int) -> Epc:
    left = scheme.bits - 14
    lead = value >> left
    partition = lead & 7
    if partition == 7:
        raise BadCode("bad_partition")
    left -= PREFIX_BITS[partition]
    width = 12 - partition
    prefix = (value >> left) & ((1 << PREFIX_BITS[partition]) - 1)
    if prefix >= 10**width:
        raise BadCode("company_prefix_overflow", digits=width)
    reference = ""
    if scheme.digits:
        size, places = scheme.reference[partition], scheme.digits - width
        left -= size
        number = (value >> left) & ((1 << size) - 1)
        if number >= 10**places:
            raise BadCode("reference_overflow", digits=places)
        reference = str(number).zfill(places) if places else ""
    rest = value & ((1 << left) - 1)
    if scheme.serial == "number":
        serial = str(rest)
    elif scheme.serial == "text":
        serial = _text(rest, left, scheme.most_characters(partition))
    elif rest:
        raise BadCode("reserved_bits")
    else:
        serial = ""
    return _named(scheme, (lead >> 3) & 7, str(prefix).zfill(width), reference, serial)


def _text(rest: int, bits: int, most: int) -> str:
    """Seven bits a character, zeros behind the last (section 14.4.2)."""
    pad = -bits % 7
    count = (bits + pad) // 7
    rest <<= pad
    marks = [(rest >> shift) & 127 for shift in range(7 * (count - 1), -1, -7)]
    text = bytes(marks).rstrip(b"\0").decode("ascii")
    if not text:
        raise BadCode("empty_serial")
    if len(text) > most:
        raise BadCode("serial_too_long", most=most)
    if any(mark not in CSET82 for mark in text):
        raise BadCode("bad_charset")
    return text


# The member of Epc that holds the key of each kind; it is named after the key, not after its serialised form.
_KEYS = {"sgtin": "gtin", "sgln": "gln", "sscc": "sscc", "grai": "grai", "gsrn": "gsrn", "gdti": "gdti"}


def _named(scheme: Scheme, lead: int, prefix: str, reference: str, serial: str) -> Epc:
    """Name the key of the scheme, with its check digit."""
    kind = scheme.kind
    if kind == "giai":
        return Epc(scheme=scheme.name, parts=(prefix, serial), filter=lead, company_prefix=prefix, giai=prefix + serial)
    leads = kind == "sgtin" or kind == "sscc"  # their reference's first digit goes before the prefix
    payload = reference[0] + prefix + reference[1:] if leads else prefix + reference
    key = {_KEYS[kind]: payload + check_digit(payload)}
    parts = (prefix, reference, serial) if serial else (prefix, reference)
    return Epc(scheme=scheme.name, parts=parts, filter=lead, company_prefix=prefix, serial=serial or None, **key)


def _decode_gid(value: int) -> Epc:
    parts = (value >> 60) & 0xFFFFFFF, (value >> 36) & 0xFFFFFF, value & 0xFFFFFFFFF
    return Epc(scheme="gid-96", parts=tuple(map(str, parts)))


def _decode_usdod(value: int) -> Epc:
    cage = ((value >> 36) & 0xFFFFFFFFFFFF).to_bytes(6, "big").decode("latin-1").removeprefix(" ")
    if not CAGE.fullmatch(cage):
        raise BadCode("bad_charset")
    return Epc(scheme="usdod-96", parts=(cage, str(value & 0xFFFFFFFFF)), filter=(value >> 84) & 15)


def decode_base64(tag: str) -> Epc:
    """Read an EPC sent as base64, either alphabet, padded or not (Impinj). Raises BadCode bad_base64 or as decode."""
    text = tag.strip().translate(str.maketrans("-_", "+/")).rstrip("=")
    if not text:
        raise BadCode("empty")
    try:
        return decode(base64.b64decode(text + "=" * (-len(text) % 4), validate=True).hex())
    except (binascii.Error, ValueError):
        raise BadCode("bad_base64") from None


_MEMBERS = ("scheme", "tag_uri", "pure_uri", "filter", "gtin", "sscc", "gln", "grai", "giai", "gsrn", "gdti", "serial")


def verdict(asked: Mapping[str, object]) -> dict[str, object]:
    """Answer one question about a tag; `error` holds the code where there is no answer.

    Asked is `hex`, `base64` or `tid`, answered by the members that apply; or `tag_uri`, or `gtin` with `serial`,
    `company_prefix_length` and `filter`, answered by the `hex` to write.
    """
    try:
        if "hex" in asked:
            return _members(decode(_string(asked, "hex")))
        if "base64" in asked:
            return _members(decode_base64(_string(asked, "base64")))
        if "tid" in asked:
            return dict(to_builtins(decode_tid(_string(asked, "tid"))))
        if "tag_uri" in asked:
            return {"hex": encode(_string(asked, "tag_uri"))}
        return {"hex": encode_gtin(_string(asked, "gtin"), _string(asked, "serial"), **_numbers(asked))}
    except BadCode as bad:
        return {"error": bad.code}


def _members(found: Epc) -> dict[str, object]:
    members = {name: getattr(found, name) for name in (*_MEMBERS, "company_prefix", "gs1_element_string")}
    return {name: member for name, member in members.items() if member is not None}


def _string(asked: Mapping[str, object], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str):
        raise BadCode("bad_input", member=name)
    return value


def _numbers(asked: Mapping[str, object]) -> dict[str, int]:
    numbers = {name: asked.get(name, 1) for name in ("company_prefix_length", "filter")}
    for name, value in numbers.items():
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadCode("bad_input", member=name)
    return {name: value for name, value in numbers.items() if isinstance(value, int)}
