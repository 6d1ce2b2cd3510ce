"""What a pattern cannot say about the value of an application identifier: check digits, days, countries, currencies.

Each check is that of the component named in the GS1 General Specifications, section 3. Left out, since no floor meets
them: the coupons 8110 and 8112, and the freight unit type of 7041.
"""

import calendar
import re
from collections.abc import Callable
from functools import lru_cache

from floor.check_digit import has_check_digit, is_digits

# General Specifications 7.11: the 82 characters an alphanumeric value may hold, in the order of their weights.
CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CSET32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)

# ISO 3166-1 numeric and alpha-2, ISO 4217 numeric.
_COUNTRIES_LIST = """
    004 008 010 012 016 020 024 028 031 032 036 040 044 048 050 051 052 056 060 064 068 070 072 074 076 084 086 090
    092 096 100 104 108 112 116 120 124 132 136 140 144 148 152 156 158 162 166 170 174 175 178 180 184 188 191 192
    196 203 204 208 212 214 218 222 226 231 232 233 234 238 239 242 246 248 250 254 258 260 262 266 268 270 275 276
    288 292 296 300 304 308 312 316 320 324 328 332 334 336 340 344 348 352 356 360 364 368 372 376 380 384 388 392
    398 400 404 408 410 414 417 418 422 426 428 430 434 438 440 442 446 450 454 458 462 466 470 474 478 480 484 492
    496 498 499 500 504 508 512 516 520 524 528 531 533 534 535 540 548 554 558 562 566 570 574 578 580 581 583 584
    585 586 591 598 600 604 608 612 616 620 624 626 630 634 638 642 643 646 652 654 659 660 662 663 666 670 674 678
    682 686 688 690 694 702 703 704 705 706 710 716 724 728 729 732 740 744 748 752 756 760 762 764 768 772 776 780
    784 788 792 795 796 798 800 804 807 818 826 831 832 833 834 840 850 854 858 860 862 876 882 887 894
"""
_COUNTRY_LETTERS_LIST = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
_CURRENCIES_LIST = """
    008 012 032 036 044 048 050 051 052 060 064 068 072 084 090 096 104 108 116 124 132 136 144 152 156 170 174 188
    191 192 203 208 214 222 230 232 238 242 262 270 292 320 324 328 332 340 344 348 352 356 360 364 368 376 388 392
    398 400 404 408 410 414 417 418 422 426 430 434 446 454 458 462 480 484 496 498 504 512 516 524 532 533 548 554
    558 566 578 586 590 598 600 604 608 634 643 646 654 682 690 694 702 704 706 710 728 748 752 756 760 764 776 780
    784 788 800 807 818 826 834 840 858 860 882 886 901 924 925 927 928 929 930 931 932 933 934 936 938 940 941 943
    944 946 947 948 949 950 951 952 953 955 956 957 958 959 960 961 962 963 964 965 967 968 969 970 971 972 973 975
    976 977 978 979 980 981 984 985 986 990 994 997 999
"""
_COUNTRIES, _COUNTRY_LETTERS, _CURRENCIES = (
    frozenset(codes.split()) for codes in (_COUNTRIES_LIST, _COUNTRY_LETTERS_LIST, _CURRENCIES_LIST)
)


def is_day(text: str) -> bool:
    """YYMMDD or YYYYMMDD with a real day. Two digits of year never fall on a century without a leap day."""
    year, month, day = int(text[:-4]), int(text[-4:-2]), int(text[-2:])
    year = 2000 + year if len(text) == 6 else max(year, 1)
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def is_day_or_month(text: str) -> bool:
    """YYMMDD where day 00 stands for the month as a whole (General Specifications 3.4)."""
    return is_day(text[:4] + "01") if text[4:] == "00" else is_day(text)


def is_time(text: str) -> bool:
    """HHMM."""
    return int(text[:2]) < 24 and int(text[2:]) < 60


def is_time_or_open(text: str) -> bool:
    """HHMM, or 9999 where no time is asked for."""
    return text == "9999" or is_time(text)


def has_check_pair(text: str) -> bool:
    """The two check characters of a Global Model Number (General Specifications 7.9.5)."""
    data, pair = text[:-2], text[-2:]
    if len(data) > len(_PRIMES) or any(mark not in CSET82 for mark in data):
        return False
    total = sum(CSET82.index(mark) * prime for mark, prime in zip(reversed(data), _PRIMES, strict=False)) % 1021
    return pair == _CSET32[total >> 5] + _CSET32[total & 31]


def is_iban(text: str) -> bool:
    """ISO 13616: the modulo-97 rule."""
    if not re.fullmatch(r"[A-Z]{2}\d\d[A-Z0-9]+", text, re.ASCII) or text[:2] not in _COUNTRY_LETTERS:
        return False
    return int("".join(str(int(mark, 36)) for mark in text[4:] + text[:4])) % 97 == 1


def _is_piece(text: str) -> bool:
    return 0 < int(text[:2]) <= int(text[2:])


def _starts_with_company(text: str) -> bool:
    return len(text) >= 4 and is_digits(text[:4])


_ESCAPED = "4300 4301 4302 4303 4304 4305 4306 4310 4311 4312 4313 4314 4315 4316 4320 7253 7254 7256 7257 7259"
_CHECKS: tuple[tuple[str, int, int | None, Callable[[str], bool], str], ...] = (
    ("00", 0, None, has_check_digit, "bad_check_digit"),
    ("01 02 03 8006 8026", 0, 14, has_check_digit, "bad_check_digit"),
    ("253 255 41", 0, 13, has_check_digit, "bad_check_digit"),
    ("402 8017 8018", 0, None, has_check_digit, "bad_check_digit"),
    ("8003", 1, 14, has_check_digit, "bad_check_digit"),
    ("8013 8014", 0, None, has_check_pair, "bad_check_digit"),
    ("8007", 0, None, is_iban, "bad_check_digit"),
    ("401 7023 8004 8010 8013 8014", 0, None, _starts_with_company, "bad_company_prefix"),
    ("11 12 13 15 16 17", 0, None, is_day_or_month, "bad_date"),
    ("4324 4325", 0, 6, is_day_or_month, "bad_date"),
    ("4326 7003 7006 7007 7011 8008", 0, 6, is_day, "bad_date"),
    ("7007", 6, None, is_day, "bad_date"),
    ("7250 7251", 0, 8, is_day, "bad_date"),
    ("7003 7011", 6, None, is_time, "bad_time"),
    ("4324 4325", 6, None, is_time_or_open, "bad_time"),
    ("421 422 424 426", 0, 3, _COUNTRIES.__contains__, "bad_country"),
    ("423 425", 0, None, lambda text: _COUNTRIES.issuperset(re.findall("...", text)), "bad_country"),
    ("703", 0, 3, lambda text: text == "999" or text in _COUNTRIES, "bad_country"),
    ("4307 4317", 0, None, _COUNTRY_LETTERS.__contains__, "bad_country"),
    ("391 393", 0, 3, _CURRENCIES.__contains__, "bad_currency"),
    (_ESCAPED, 0, None, lambda text: not re.search(r"%(?![0-9A-Fa-f]{2})|%00", text), "bad_escape"),
    ("4309", 0, None, lambda text: int(text[:10]) <= 1_800_000_000 and int(text[10:]) <= 3_600_000_000, "bad_value"),
    ("7040", 3, None, lambda text: re.fullmatch(r"[-0-9A-Z_a-z]", text) is not None, "bad_value"),
    ("7241", 0, None, lambda text: 1 <= int(text) <= 10 or int(text) >= 80, "bad_value"),
    ("7252", 0, None, "0129".__contains__, "bad_value"),
    ("7258", 0, None, lambda text: 0 < int(text[0]) <= int(text[2]), "bad_value"),
    ("8001", 0, None, lambda text: all(map(int, (text[:4], text[4:9], text[9:12]))) and text[12] in "019", "bad_value"),
    ("8006 8026", 14, None, _is_piece, "bad_value"),
    ("8011", 0, None, lambda text: text == "0" or text[0] != "0", "bad_value"),
    ("8014", 0, None, lambda text: not is_digits(text), "bad_value"),
)


@lru_cache(maxsize=1024)
def _checks(ai: str) -> tuple[tuple[int, int | None, Callable[[str], bool], str], ...]:
    return tuple(check[1:] for check in _CHECKS if ai.startswith(tuple(check[0].split())))


def fault(ai: str, value: str) -> str | None:
    """The code of the first fault in the value of `ai`, whose pattern was met already; None if it is right."""
    for start, stop, holds, code in _checks(ai):
        part = value[start:stop]
        if part and not holds(part):
            return code
    return None
