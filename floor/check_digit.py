"""The modulo-10 check digit and the keys that end in one: GTIN and SSCC.

Its own file because bar codes, RFID tags and our own parcel numbers all need it; their shared error lives here too.
"""

GTIN_LENGTHS = (8, 12, 13, 14)


class BadCode(Exception):
    """A code that breaks its standard: `code` is stable (bad_check_digit, unknown_ai ...), `fields` says where."""

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields


def is_digits(text: str) -> bool:
    """Only 0-9, at least one: str.isdigit alone also takes Arabic and full-width digits."""
    return text.isascii() and text.isdigit()


def check_digit(digits: str) -> str:
    """The check digit that belongs behind `digits` (GS1 General Specifications 7.9). Raises BadCode bad_charset."""
    if not is_digits(digits):
        raise BadCode("bad_charset", value=digits)
    codes = digits.encode()
    threes, ones = codes[::-2], codes[-2::-2]
    total = 3 * (sum(threes) - 48 * len(threes)) + sum(ones) - 48 * len(ones)
    return str(-total % 10)


def has_check_digit(digits: str) -> bool:
    """Whether `digits` are digits whose last one is the right check digit of the others."""
    return len(digits) > 1 and is_digits(digits) and check_digit(digits[:-1]) == digits[-1]


def gtin14(code: str) -> str:
    """A GTIN-8, -12, -13 or -14 as the 14 digits by which items are stored.

    Raises BadCode bad_charset, bad_length or bad_check_digit.
    """
    if not is_digits(code):
        raise BadCode("bad_charset", value=code)
    if len(code) not in GTIN_LENGTHS:
        raise BadCode("bad_length", value=code)
    if not has_check_digit(code):
        raise BadCode("bad_check_digit", value=code)
    return code.zfill(14)


def sscc(company_prefix: str, serial: int, extension: int = 0) -> str:
    """The 18-digit SSCC of parcel `serial` (General Specifications 2.2.1): extension, prefix, serial, check digit.

    Prefix and serial share 16 digits. Raises BadCode bad_charset, company_prefix_length (4 to 12 digits are allotted),
    bad_extension (0 to 9), or serial_too_large, which means that the series of this extension digit is used up.
    """
    if not is_digits(company_prefix):
        raise BadCode("bad_charset", value=company_prefix)
    if not 4 <= len(company_prefix) <= 12:
        raise BadCode("company_prefix_length", value=company_prefix)
    if not 0 <= extension <= 9:
        raise BadCode("bad_extension", value=extension)
    width = 16 - len(company_prefix)
    if not 0 <= serial < 10**width:
        raise BadCode("serial_too_large", value=serial, most=10**width - 1)
    payload = f"{extension}{company_prefix}{serial:0{width}d}"
    return payload + check_digit(payload)
