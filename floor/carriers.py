"""Carriers and the form of their tracking numbers: a slip of the scanner is caught before it leads a customer astray.

Forms: public developer pages of SF, YTO, ZTO, STO, JD, Deppon; UPU S10 with its check digit; UPS 1Z with its check digit.
"""

import re
from collections.abc import Callable

from floor.refusal import Refusal


def _s10(number: str) -> bool:
    """UPU S10: two letters, eight digits, check digit, two letters of the country."""
    digits = [int(c) for c in number[2:10]]
    rest = 11 - sum(d * w for d, w in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    return int(number[10]) == {10: 0, 11: 5}.get(rest, rest)


def _ups(number: str) -> bool:
    """UPS 1Z: letters count by position (A=2, B=3, ... modulo 10), odd places once, even places twice."""
    values = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in number[2:17]]
    return (-(sum(values[::2]) + 2 * sum(values[1::2]))) % 10 == int(number[17])


def _always(number: str) -> bool:
    return True


CARRIERS: dict[str, tuple[str, re.Pattern[str], Callable[[str], bool]]] = {
    "SF": ("顺丰速运", re.compile(r"SF[0-9]{13}|[0-9]{12}"), _always),
    "YTO": ("圆通速递", re.compile(r"YT[0-9]{13}"), _always),
    "ZTO": ("中通快递", re.compile(r"7[3-9][0-9]{12}"), _always),
    "STO": ("申通快递", re.compile(r"77[0-9]{13}"), _always),
    "JD": ("京东物流", re.compile(r"JD[A-Z0-9]{11,16}"), _always),
    "DPK": ("德邦快递", re.compile(r"DPK[0-9]{12}"), _always),
    "EMS": ("中国邮政 EMS", re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}"), _s10),
    "UPS": ("UPS", re.compile(r"1Z[A-Z0-9]{15}[0-9]"), _ups),
    "OWN": ("自有车辆", re.compile(r"[A-Z0-9-]{4,30}"), _always),
}


def known(carrier: str) -> str:
    """The carrier's code, or `carrier_unknown`."""
    if carrier not in CARRIERS:
        raise Refusal("carrier_unknown", scanned=carrier[:40], carriers=sorted(CARRIERS))
    return carrier


def well_formed(carrier: str, number: str) -> bool:
    _, form, check = CARRIERS[carrier]
    return form.fullmatch(number) is not None and check(number)


def checked(carrier: str, number: str) -> str:
    """The tracking number in upper case, or `tracking_bad_format` where it cannot be one of this carrier's."""
    number = number.strip().upper()
    if not well_formed(known(carrier), number):
        raise Refusal("tracking_bad_format", scanned=number[:60], carrier=CARRIERS[carrier][0])
    return number
