"""Amounts in figures and in Chinese capitals, which nobody can change by adding a stroke.

Rules: the People's Bank of China's requirements for filling in bills and settlement vouchers (正确填写票据和结算凭证的基本规定).
"""

from labels.refused import LabelRefused

DIGITS = "零壹贰叁肆伍陆柒捌玖"
STEPS = ("", "拾", "佰", "仟")
NAMES = {"CNY": "人民币", "USD": "美元", "EUR": "欧元", "HKD": "港元", "GBP": "英镑", "TWD": "新台币"}
NO_CENTS = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "XAF", "XOF", "XPF", "PYG", "UGX", "RWF"})
MILLS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND", "IQD", "LYD"})
END = 10**18  # minor units; the words above 万亿 are not agreed on


def figure(minor: int, currency: str) -> str:
    """An amount in minor units of an ISO 4217 currency: 123450 CNY is 1,234.50."""
    places = 0 if currency in NO_CENTS else 3 if currency in MILLS else 2
    whole, rest = divmod(abs(minor), 10**places)
    return f"{'-' if minor < 0 else ''}{whole:,}" + (f".{rest:0{places}}" if places else "")


def in_words(minor: int, currency: str) -> str:
    """人民币壹万零叁元伍角整 for 1000350 CNY; "" for a currency that is not counted in 元, 角 and 分 here."""
    name = NAMES.get(currency)
    return name + capitals(minor) if name else ""


def capitals(minor: int) -> str:
    """The amount (1/100 of a 元) in capitals, 整 where it ends without 分."""
    if abs(minor) >= END:
        raise LabelRefused("bad_content", f"{minor} is too much to be written in capitals")
    yuan, rest = divmod(abs(minor), 100)
    tens, ones = divmod(rest, 10)
    words = _whole(yuan) + "元" if yuan or not rest else ""
    if tens:
        words += ("零" if yuan and yuan % 10 == 0 else "") + DIGITS[tens] + "角"
    if ones:
        words += ("零" if yuan and not tens else "") + DIGITS[ones] + "分"
    return ("负" if minor < 0 else "") + words + ("" if ones else "整")


def _whole(number: int) -> str:
    """10003 as 壹万零叁: a gap of noughts is one 零, and none is written at the end."""
    for limit, unit in ((10**8, "亿"), (10**4, "万")):
        if number >= limit:
            upper, lower = divmod(number, limit)
            # A nought in the last place of the upper part counts as a gap, too, when something follows it.
            gap = "零" if lower and (lower < limit // 10 or upper % 10 == 0) else ""
            return _whole(upper) + unit + gap + (_whole(lower) if lower else "")
    words, skipped = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            words += ("零" if skipped and words else "") + DIGITS[digit] + STEPS[place]
        skipped = not digit
    return words or "零"
