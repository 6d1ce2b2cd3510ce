"""Web addresses that carry GS1 keys."""

import pytest

from floor.barcode import read, verdict

GTIN = "09506000134352"


@pytest.mark.parametrize(
    ("address", "ais"),
    [
        (f"https://id.gs1.org/01/{GTIN}", [["01", GTIN]]),
        (f"HTTP://a/01/{GTIN}#part", [["01", GTIN]]),
        (f"https://a.b:8080/00/faux/01/{GTIN}/22/V/10/L/21/S", [["01", GTIN], ["22", "V"], ["10", "L"], ["21", "S"]]),
        (f"https://a/01/{GTIN}/235/X", [["01", GTIN], ["235", "X"]]),
        (
            f"https://a/01/{GTIN}?linkType=all&17=271231&flag&3103=001500&",
            [["01", GTIN], ["17", "271231"], ["3103", "001500"]],
        ),
        ("https://a/414/0614141123452/254/A%2FB", [["414", "0614141123452"], ["254", "A/B"]]),
        ("https://a/00/106141412345678908?400=A+B", None),
        ("https://a/8004/0614141X", [["8004", "0614141X"]]),
    ],
)
def test_elements_in_the_address(address: str, ais: list[list[str]] | None) -> None:
    assert verdict("]Q1" + address) == ({"ais": ais} if ais else {"error": "bad_charset"})
    assert verdict(address) == verdict("]d1" + address)


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("https://a", "not_digital_link"),
        ("https:///01/" + GTIN, "not_digital_link"),
        (f"https://a_b/01/{GTIN}", "not_digital_link"),
        (f"https://a/01/{GTIN}/", "not_digital_link"),
        (f"https://a/01/{GTIN}/x/y", "not_digital_link"),
        (f"https://a/gtin/{GTIN}", "not_digital_link"),
        (f"https://a/01/{GTIN} ", "not_digital_link"),
        ("https://a/01/09506000134353", "bad_check_digit"),
        ("https://a/01/9506000134352", "bad_length"),
        (f"https://a/01/{GTIN}5", "too_long"),
        (f"https://a/01/{GTIN}/10/", "empty"),
        (f"https://a/01/{GTIN}/10/%00", "bad_charset"),
        (f"https://a/01/{GTIN}/10/%E5%BA%93", "bad_charset"),
        (f"https://a/01/{GTIN}/21/S/10/L", "bad_key_sequence"),
        (f"https://a/01/{GTIN}/10/L/235/X", "bad_key_sequence"),
        (f"https://a/01/{GTIN}/17/271231", "bad_key_sequence"),
        (f"https://a/01/{GTIN}?21=S", "dl_qualifier_in_query"),
        ("https://a/00/106141412345678908?21=S", "dl_attribute_not_allowed"),
        (f"https://a/01/{GTIN}?4999=1", "unknown_ai"),
        (f"https://a/01/{GTIN}?17=271231&17=271231", "duplicate_conflict"),
        (f"https://a/01/{GTIN}?17=", "empty"),
        (f"https://a/01/{GTIN}?17=270230", "bad_date"),
        ("https://a/00/106141412345678908?17=271231", "association_missing"),
    ],
)
def test_addresses_that_break_the_standard(address: str, error: str) -> None:
    assert verdict("]Q1" + address) == {"error": error}


def test_the_key_of_an_address() -> None:
    key = read(f"]Q1https://example.com/p/01/{GTIN}/10/L-1?17=271231", year=2026)
    assert (key.gtin, key.lot, str(key.expiry)) == (GTIN, "L-1", "2027-12-31")
    assert key.text == f"https://example.com/p/01/{GTIN}/10/L-1?17=271231"
