"""Element strings one by one: values, their checks, and which may stand together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floor.barcode import verdict
from floor.check_digit import BadCode
from floor.element_strings import identifier, misplaced, split

GTIN = "0109506000134352"
SSCC = "00106141412345678908"


@pytest.mark.parametrize(
    ("elements", "error"),
    [
        ("421840ABC", None),
        ("421999ABC", "bad_country"),
        (GTIN + "422276", None),
        (GTIN + "422000", "bad_country"),
        (GTIN + "423276840", None),
        (GTIN + "423276999", "bad_country"),
        (GTIN + "42327684", "too_long"),
        (SSCC + "4307CN", None),
        (SSCC + "4307XX", "bad_country"),
        (GTIN + "7030999ABC", None),
        (GTIN + "3103001500\x1d3932978100", None),
        (GTIN + "3103001500\x1d3932000100", "bad_currency"),
        (GTIN + "11271301", "bad_date"),
        (GTIN + "11270100", None),
        (GTIN + "11270001", "bad_date"),
        (GTIN + "7003271231", "bad_length"),
        (GTIN + "70032712312460", "bad_time"),
        (GTIN + "70032712002359", "bad_date"),
        (GTIN + "7007270101270132", "bad_date"),
        (GTIN + "7007270101270131", None),
        (GTIN + "70112701010830", None),
        (GTIN + "8008270131235959", None),
        (GTIN + "800827013124", "bad_date"),
        (SSCC + "43242701019999", None),
        (SSCC + "43242701012500", "bad_time"),
        (SSCC + "43210", None),
        (SSCC + "43212", "bad_value"),
        (SSCC + "4301A%2FB", None),
        (SSCC + "4301A%2", "bad_escape"),
        (SSCC + "430918000000003600000000", None),
        (SSCC + "430918000000013600000000", "bad_value"),
        ("00106141412345678901", "bad_check_digit"),
        ("40206141411234567890", None),
        ("80030061414112345", "too_short"),
        ("800300614141123453S", "bad_check_digit"),
        ("800310614141123452S", "bad_value"),
        ("8004061414", None),
        ("8004ABC", "bad_company_prefix"),
        ("401061", "bad_company_prefix"),
        ("8006" + "95060001343520102", "bad_length"),
        ("8006" + "095060001343520102", None),
        ("8006" + "095060001343520302", "bad_value"),
        ("8006" + "095060001343520002", "bad_value"),
        ("8010" + "0614141A/B\x1d80110", None),
        ("8010" + "0614141A/B\x1d801101", "bad_value"),
        ("8013" + "1987654Ad4X4bL5ttr2310c2K", None),
        ("8013" + "1987654Ad4X4bL5ttr2310cXK", "bad_check_digit"),
        ("8017" + "061414112345678902", None),
        (GTIN + "800100000000100190", "bad_value"),
        (GTIN + "80010100002000101", "bad_length"),
        (GTIN + "800101000020001019", None),
        ("415061414112345280200123\x1d8007DE89370400440532013000", None),
        ("415061414112345280200123\x1d8007DE88370400440532013000", "bad_check_digit"),
        ("90ANY-thing", None),
        ("99" + "A" * 90, None),
        ("99" + "A" * 91, "too_long"),
        (GTIN + "30", "empty"),
        (GTIN + "30A", "bad_charset"),
        (GTIN + "3012A", "bad_charset"),
        (GTIN + "10A\x1d\x1d21B", "unknown_ai"),
        ("010950600013435A", "bad_charset"),
        ("0109506", "bad_length"),
        ("98765", None),
        ("8018061414112345678902\x1d72520", None),
        ("8018061414112345678902\x1d72523", "bad_value"),
        ("8018061414112345678902\x1d725019991301", "bad_date"),
    ],
)
def test_value_of_one_element(elements: str, error: str | None) -> None:
    answer = verdict("]C1" + elements)
    assert answer.get("error") == error
    assert ("ais" in answer) is (error is None)


@pytest.mark.parametrize(
    ("ais", "fault"),
    [
        ("01 10", None),
        ("10", "association_missing"),
        ("00 02 37", None),
        ("00 37", "association_missing"),
        ("01 37", "invalid_pair"),
        ("01 02", "invalid_pair"),
        ("01 21 250", None),
        ("01 250", "association_missing"),
        ("01 21 235", "invalid_pair"),
        ("01 3103 3922", None),
        ("01 3922", "association_missing"),
        ("01 3102 3103", "invalid_pair"),
        ("00 3302", None),
        ("00 3373", "association_missing"),
        ("01 3373", None),
        ("414 254", None),
        ("254", "association_missing"),
        ("255 3900", None),
        ("255 3900 3910 8020 415", "invalid_pair"),
        ("420", None),
        ("420 421", "invalid_pair"),
        ("00 4302 4303", None),
        ("00 4303", "association_missing"),
        ("01 8030", "association_missing"),
        ("01 21 8030", None),
        ("01 21 8040 8041", None),
        ("8017 8018", "invalid_pair"),
        ("400 403", "association_missing"),
        ("91 99", None),
    ],
)
def test_which_elements_stand_together(ais: str, fault: str | None) -> None:
    assert misplaced([(ai, "") for ai in ais.split()]) == fault
    assert misplaced([(ai, "") for ai in reversed(ais.split())]) == fault


def test_fault_says_where() -> None:
    with pytest.raises(BadCode) as caught:
        split("10A\x1d4999")
    assert caught.value.fields == {"ai": "4999"}


def test_identifiers_are_found_by_their_beginning_only() -> None:
    known = identifier("1012")
    assert known is not None
    assert known.ai == "10"
    assert [identifier(head) for head in ("", "1", "A", "05", "4999", "٠١", "０１")] == [None] * 7


@given(st.text(st.sampled_from("0123456789\x1dAz#"), max_size=80))
def test_what_is_split_can_be_put_together_again(text: str) -> None:
    try:
        elements = split(text)
    except BadCode:
        return
    assert "".join(ai + value for ai, value in elements) == text.replace("\x1d", "")
    again = "\x1d".join(ai + value for ai, value in elements)
    assert split(again) == elements
