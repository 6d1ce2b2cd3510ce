"""What to write into a tag, from its tag URI or from a GS1 key and the length of the company prefix in it."""

import re

from floor.check_digit import BadCode, gtin14, has_check_digit, is_digits
from floor.element_checks import CSET82
from floor.tag_schemes import CAGE, GID, NAMES, PREFIX_BITS, UNESCAPES, USDOD, Scheme

_TAG_URI = re.compile(r"urn:epc:tag:([a-z]+-\d+):([^:]*(?::[^:]*)*)", re.ASCII)


def encode(tag_uri: str) -> str:
    """The hex to write, upper case, in whole words of 16 bits.

    Raises BadCode bad_uri, unsupported_scheme, filter_range, company_prefix_length, length_not_13 (12, 17: prefix and
    reference together), bad_charset, empty_serial, serial_leading_zero, serial_too_large or serial_too_long.
    """
    match = _TAG_URI.fullmatch(tag_uri)
    if match is None:
        raise BadCode("bad_uri")
    name, body = match[1], match[2]
    if name == "gid-96":
        return _gid(body)
    if name == "usdod-96":
        return _usdod(body)
    scheme = NAMES.get(name)
    if scheme is None:
        raise BadCode("unsupported_scheme", scheme=name)
    lead, prefix, reference, serial = _parts(scheme, body)
    if not is_digits(lead) or len(lead) > 1:
        raise BadCode("filter_range" if is_digits(lead) else "bad_uri")
    return _pack(scheme, int(lead), prefix, reference, serial)


def encode_gtin(gtin: str, serial: str, company_prefix_length: int, filter: int = 1) -> str:
    """The hex of an SGTIN: 96 bits for a number without leading zeros below 2**38, else 198 bits.

    filter: 0 other, 1 item for sale, 2 case, 4 inner pack, 6 unit load, 7 component. Raises BadCode as gtin14, encode.
    """
    digits = gtin14(gtin)
    _check_prefix_length(company_prefix_length)
    prefix, reference = digits[1 : 1 + company_prefix_length], digits[0] + digits[1 + company_prefix_length : 13]
    short = is_digits(serial) and str(int(serial[:13])) == serial and int(serial) < 2**38
    return _pack(NAMES["sgtin-96" if short else "sgtin-198"], filter, prefix, reference, serial)


def encode_sscc(sscc: str, company_prefix_length: int, filter: int = 0) -> str:
    """The hex of an SSCC-96. filter: 0 other, 2 full case, 6 unit load. Raises BadCode bad_check_digit or as encode."""
    if len(sscc) != 18 or not has_check_digit(sscc):
        raise BadCode("bad_check_digit", value=sscc)
    _check_prefix_length(company_prefix_length)
    prefix, reference = sscc[1 : 1 + company_prefix_length], sscc[0] + sscc[1 + company_prefix_length : 17]
    return _pack(NAMES["sscc-96"], filter, prefix, reference, "")


def _parts(scheme: Scheme, body: str) -> tuple[str, str, str, str]:
    """filter, prefix, reference, serial; the last part may hold full stops if it is text."""
    count = 3 if not scheme.digits or scheme.serial == "zero" else 4
    parts = body.split(".", count - 1)
    if len(parts) != count:
        raise BadCode("bad_uri")
    if not scheme.digits:
        return parts[0], parts[1], "", parts[2]
    return parts[0], parts[1], parts[2], parts[3] if count == 4 else ""


def _check_prefix_length(length: int) -> None:
    if not 6 <= length <= 12:
        raise BadCode("company_prefix_length", length=length)


def _pack(scheme: Scheme, lead: int, prefix: str, reference: str, serial: str) -> str:
    if not 0 <= lead <= 7:
        raise BadCode("filter_range", filter=lead)
    _check_prefix_length(len(prefix))
    if not is_digits(prefix + reference):
        raise BadCode("bad_charset")
    if scheme.digits and len(prefix) + len(reference) != scheme.digits:
        raise BadCode(f"length_not_{scheme.digits}")
    partition = 12 - len(prefix)
    value = (scheme.header << 3 | lead) << 3 | partition
    value = value << PREFIX_BITS[partition] | int(prefix)
    value = value << scheme.reference[partition] | int(reference or "0")
    left = scheme.bits - 14 - PREFIX_BITS[partition] - scheme.reference[partition]
    value <<= left
    if scheme.serial == "number":
        value |= _number(serial, left)
    elif scheme.serial == "text":
        value |= _text(serial, left, scheme.most_characters(partition))
    return _words(value, scheme.bits)


def _words(value: int, bits: int) -> str:
    size = -(-bits // 16) * 16
    return f"{value << (size - bits):0{size // 4}X}"


def _number(text: str, bits: int) -> int:
    if not text:
        raise BadCode("empty_serial")
    if not is_digits(text):
        raise BadCode("bad_charset")
    if text[0] == "0" and text != "0":
        raise BadCode("serial_leading_zero")
    if len(text) > 20 or int(text) >= 1 << bits:
        raise BadCode("serial_too_large", most=(1 << bits) - 1)
    return int(text)


def _text(escaped: str, bits: int, most: int) -> int:
    """Seven bits a character from the left."""
    text = re.sub("%[0-9A-Fa-f]{2}", lambda match: UNESCAPES.get(match[0].upper(), "\0"), escaped)
    if not text:
        raise BadCode("empty_serial")
    if len(text) > most:
        raise BadCode("serial_too_long", most=most)
    if any(mark not in CSET82 for mark in text):
        raise BadCode("bad_charset")
    value = 0
    for mark in text:
        value = value << 7 | ord(mark)
    return value << (bits - 7 * len(text))


def _gid(body: str) -> str:
    parts = body.split(".")
    if len(parts) != 3:
        raise BadCode("bad_uri")
    manager, kind, serial = (_number(part, bits) for part, bits in zip(parts, (28, 24, 36), strict=True))
    return _words(((GID << 28 | manager) << 24 | kind) << 36 | serial, 96)


def _usdod(body: str) -> str:
    parts = body.split(".")
    if len(parts) != 3:
        raise BadCode("bad_uri")
    lead = _number(parts[0], 4)
    if not CAGE.fullmatch(parts[1]):
        raise BadCode("bad_charset")
    cage = int.from_bytes(parts[1].rjust(6).encode(), "big")
    return _words(((USDOD << 4 | lead) << 48 | cage) << 36 | _number(parts[2], 36), 96)
