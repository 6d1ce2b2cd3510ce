"""Amounts in Chinese capitals: the examples of the People's Bank's rules, and that each reads back as its number."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from labels.papers.capitals import capitals, figure, in_words
from labels.refused import LabelRefused

DIGITS = {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
STEPS = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("minor", "wanted"),
    [
        (1000350, "壹万零叁元伍角整"),
        (140950, "壹仟肆佰零玖元伍角整"),  # this and the next four: the annex of the rules
        (600714, "陆仟零柒元壹角肆分"),
        (168032, "壹仟陆佰捌拾元零叁角贰分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (10700053, "壹拾万零柒仟元零伍角叁分"),
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (15, "壹角伍分"),
        (100, "壹元整"),
        (1000, "壹拾元整"),
        (10000_00, "壹万元整"),
        (10010_00, "壹万零壹拾元整"),
        (100000_00, "壹拾万元整"),
        (100000001_00, "壹亿零壹元整"),
        (100100000_00, "壹亿零壹拾万元整"),
        (1000000000000_00, "壹万亿元整"),
        (2050000300_07, "贰拾亿零伍仟万零叁佰元零柒分"),
        (-2550, "负贰拾伍元伍角整"),
    ],
)
def test_known_amounts(minor: int, wanted: str) -> None:
    assert capitals(minor) == wanted


def number(words: str) -> int:
    """The number in 元 of capitals, read as a person does: from the left, with 万 and 亿 closing what stands before."""
    for unit, worth in (("亿", 10**8), ("万", 10**4)):
        upper, found, lower = words.rpartition(unit)
        if found:
            return number(upper) * worth + number(lower)
    total = digit = 0
    for sign in words:
        if sign in STEPS:
            total, digit = total + digit * STEPS[sign], 0
        else:
            digit = DIGITS[sign]
    return total + digit


@given(minor=st.one_of(st.integers(0, 10**6), st.integers(0, 10**18 - 1), st.integers(0, 17).map(lambda n: 10**n)))
@example(minor=10**18 - 1)
def test_capitals_read_back_as_their_number(minor: int) -> None:
    words = capitals(minor)
    yuan, _, rest = words.removesuffix("整").rpartition("元") if "元" in words else ("", "", words.removesuffix("整"))
    cents = sum(
        DIGITS[digit] * worth
        for digit, worth in re.findall(r"(.)(角|分)", rest)
        for worth in [10 if worth == "角" else 1]
    )
    assert number(yuan) * 100 + cents == minor
    assert "零零" not in words and not re.search("零[元万亿角分拾佰仟]", words.removeprefix("零元整"))
    assert words.endswith("整") is (minor % 10 == 0)


def test_the_currency_stands_before_and_others_have_no_capitals() -> None:
    assert in_words(1000350, "CNY") == "人民币壹万零叁元伍角整"
    assert in_words(100, "USD") == "美元壹元整"
    assert in_words(100, "JPY") == ""
    with pytest.raises(LabelRefused, match="bad_content"):
        capitals(10**18)


@pytest.mark.parametrize(
    ("minor", "currency", "wanted"),
    [(123450, "CNY", "1,234.50"), (-5, "EUR", "-0.05"), (1234, "JPY", "1,234"), (1234567, "KWD", "1,234.567")],
)
def test_figures(minor: int, currency: str, wanted: str) -> None:
    assert figure(minor, currency) == wanted
