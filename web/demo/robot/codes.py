"""What stands on goods and labels, made from the standards: element strings, SSCC-96."""

from datetime import date

DATA_MATRIX, GS1_128 = "]d2", "]C1"  # ISO/IEC 15424
SSCC_96 = 0x31  # EPC Tag Data Standard: header, filter, partition, prefix, reference, 24 zero bits
PREFIX_BITS = {12: 40, 11: 37, 10: 34, 9: 30, 8: 27, 7: 24, 6: 20}


def with_lot(gtin: str, lot: str, expiry: str | None) -> str:
    """GTIN, expiry and lot as a GS1 DataMatrix says them; the lot comes last and needs no separator."""
    until = f"17{date.fromisoformat(expiry):%y%m%d}" if expiry else ""
    return f"{DATA_MATRIX}01{gtin.zfill(14)}{until}10{lot}"


def with_serial(gtin: str, serial: str) -> str:
    return f"{DATA_MATRIX}01{gtin.zfill(14)}21{serial}"


def parcel_label(sscc: str) -> str:
    return f"{GS1_128}00{sscc}"


def sscc_96(sscc: str, prefix_length: int) -> str:
    """The hex of the tag in a parcel's label."""
    prefix, reference = sscc[1 : 1 + prefix_length], sscc[0] + sscc[1 + prefix_length : 17]
    value = (SSCC_96 << 6) | (12 - prefix_length)
    value = value << PREFIX_BITS[prefix_length] | int(prefix)
    value = value << (58 - PREFIX_BITS[prefix_length]) | int(reference)
    return f"{value << 24:024X}"


def wrong_check_digit(gtin: str) -> str:
    return gtin[:-1] + str((int(gtin[-1]) + 3) % 10)
