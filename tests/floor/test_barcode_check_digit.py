"""Check digits, GTINs and our own SSCCs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floor.check_digit import BadCode, check_digit, gtin14, has_check_digit, sscc

digits = st.text(st.sampled_from("0123456789"), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("payload", "digit"), [("950600013435", "2"), ("10614141234567890", "8"), ("9505000", "3"), ("0", "0")]
)
def test_known_check_digits(payload: str, digit: str) -> None:
    assert check_digit(payload) == digit


@given(digits, st.integers(0, 29), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(payload: str, place: int, step: int) -> None:
    whole = payload + check_digit(payload)
    assert has_check_digit(whole)
    place %= len(whole)
    wrong = str((int(whole[place]) + step) % 10)
    assert not has_check_digit(whole[:place] + wrong + whole[place + 1 :])


@pytest.mark.parametrize("text", ["", "12a", "１２", "١٢", "-1", "1 2"])
def test_only_ascii_digits(text: str) -> None:
    with pytest.raises(BadCode, match="bad_charset"):
        check_digit(text)
    assert not has_check_digit(text)


def test_every_gtin_becomes_fourteen_digits() -> None:
    assert gtin14("95050003") == "00000095050003"
    assert gtin14("614141000036") == "00614141000036"
    assert gtin14("9506000134352") == "09506000134352"
    assert gtin14("80614141123458") == "80614141123458"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("9506000134353", "bad_check_digit"),
        ("123", "bad_length"),
        ("950600013435X", "bad_charset"),
        ("", "bad_charset"),
    ],
)
def test_what_is_no_gtin(code: str, error: str) -> None:
    with pytest.raises(BadCode) as caught:
        gtin14(code)
    assert caught.value.code == error


@given(st.integers(4, 12), st.data())
def test_an_sscc_holds_prefix_and_serial(length: int, data: st.DataObject) -> None:
    prefix = data.draw(st.text(st.sampled_from("0123456789"), min_size=length, max_size=length))
    serial = data.draw(st.integers(0, 10 ** (16 - length) - 1))
    number = sscc(prefix, serial, extension=3)
    assert len(number) == 18
    assert has_check_digit(number)
    assert (number[0], number[1 : 1 + length], int(number[1 + length : 17])) == ("3", prefix, serial)


@pytest.mark.parametrize(
    ("prefix", "serial", "extension", "error"),
    [
        ("0614141", 10**9, 0, "serial_too_large"),
        ("0614141", -1, 0, "serial_too_large"),
        ("061", 1, 0, "company_prefix_length"),
        ("0614141123456", 1, 0, "company_prefix_length"),
        ("06141A1", 1, 0, "bad_charset"),
        ("0614141", 1, 10, "bad_extension"),
    ],
)
def test_what_is_no_sscc(prefix: str, serial: int, extension: int, error: str) -> None:
    with pytest.raises(BadCode) as caught:
        sscc(prefix, serial, extension)
    assert caught.value.code == error
