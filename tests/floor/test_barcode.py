"""The verdict on a scan, and the Key that the floor works with."""

import string
import subprocess
import sys
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from floor.barcode import BadCode, Key, read, read_tag, verdict
from floor.check_digit import check_digit
from tests.shared import vectors

GTIN = "09506000134352"


@pytest.mark.shared
def test_every_vector_has_the_verdict_of_the_standard() -> None:
    wrong = {
        vector["id"]: got
        for vector in vectors("gs1")
        if (got := verdict(vector["scan"])) != (vector.get("expect") or {"error": vector["error"]})
    }
    assert wrong == {}


@pytest.mark.shared
def test_read_accepts_what_the_standard_accepts_and_forgives_only_associations() -> None:
    for vector in vectors("gs1"):
        if vector.get("error") in (None, "association_missing"):
            key = read(vector["scan"])
            assert key.warnings == ((vector["error"],) if "error" in vector else ())
        elif vector["error"] != "not_digital_link":
            with pytest.raises(BadCode) as caught:
                read(vector["scan"])
            assert caught.value.code == vector["error"]


def test_members_of_a_case_label() -> None:
    key = read(f"]d201{GTIN}17271200\x1d15270630\x1d10LOT-7\x1d21S1", year=2026)
    assert (key.gtin, key.lot, key.serial) == (GTIN, "LOT-7", "S1")
    assert (key.expiry, key.best_before) == (date(2027, 12, 31), date(2027, 6, 30))
    assert key.ais == (("01", GTIN), ("17", "271200"), ("15", "270630"), ("10", "LOT-7"), ("21", "S1"))


def test_members_of_a_pallet_label() -> None:
    key = read(f"]C10010614141234567890802{GTIN}37120\x1d10A")
    assert (key.sscc, key.gtin, key.count, key.lot) == ("106141412345678908", GTIN, 120, "A")
    assert (key.plain, key.warnings) == (None, ())


def test_place_by_its_location_number() -> None:
    key = read("]C14140614141123452254DOCK-7")
    assert (key.value("414"), key.value("254"), key.value("10")) == ("0614141123452", "DOCK-7", None)


def test_expiry_with_the_time_of_day() -> None:
    assert read(f"]d201{GTIN}70032802291530", year=2026).expiry == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("two", "year", "full"),
    [("75", 2026, 2075), ("76", 2026, 2076), ("77", 2026, 1977), ("25", 1980, 2025), ("31", 1980, 1931)],
)
def test_century_of_a_two_digit_year(two: str, year: int, full: int) -> None:
    assert read(f"]d201{GTIN}17{two}0101", year=year).expiry == date(full, 1, 1)


def test_the_symbology_may_come_apart_from_the_code() -> None:
    assert read("10LOT", "]C1").lot == "LOT"
    assert read("10LOT", "]C0").plain == "10LOT"
    assert read("]C010LOT", "]C1").plain == "10LOT"
    assert read("9506000134352", "ean_13").gtin == GTIN


@pytest.mark.parametrize("lot", ["10D9T", "BIN-A-01-02", "21ABC", "9012", "1712AB", "0109506000134353"])
def test_text_that_only_looks_like_elements_stays_text(lot: str) -> None:
    assert verdict(lot) == {"plain": lot}
    assert read(lot).plain == lot


def test_digits_that_miss_their_check_digit_are_told() -> None:
    assert read("9506000134353").warnings == ("bad_check_digit",)
    assert read("950600013435").warnings == ("bad_check_digit",)
    assert read("123").warnings == ()


def test_a_plain_symbol_may_hold_a_gtin_or_an_sscc() -> None:
    assert read("]C09506000134352") == Key(
        raw="]C09506000134352", text="9506000134352", plain="9506000134352", gtin="09506000134352"
    )
    assert read("]A0106141412345678908").sscc == "106141412345678908"
    assert verdict("]C09506000134352") == {"plain": "9506000134352"}


def test_a_broken_element_behind_a_right_key_is_a_fault_not_text() -> None:
    with pytest.raises(BadCode) as caught:
        read(f"01{GTIN}17270230")
    assert caught.value.code == "bad_date"
    assert caught.value.fields == {"ai": "17", "value": "270230"}


def test_upc_sent_with_twelve_digits_is_read_but_is_not_the_standard() -> None:
    key = read("]E0614141000036")
    assert (key.gtin, key.warnings) == ("00614141000036", ("too_short",))
    assert verdict("]E0614141000036") == {"error": "too_short"}


@pytest.mark.parametrize(
    ("scan", "error"),
    [
        ("]E4" + "95050004", "bad_check_digit"),
        ("]E4" + "950500031", "too_long"),
        ("]E0" + "95060001343521", "too_long"),
        ("]E3" + "9506000134352123", "too_long"),
        ("]E0" + "950600013435A", "bad_charset"),
        ("]I1" + "80614141123459", "bad_check_digit"),
        ("]C1", "empty"),
        ("]", "bad_aim_id"),
        ("]C\x1d01", "bad_aim_id"),
        ("]!", "unsupported_symbology"),
        ("]C0   ", "empty"),
        ("\r\n", "empty"),
        ("A" * 4097, "too_long"),
        ("BIN\x02A", "bad_charset"),
        ("BIN\ud800", "bad_charset"),
        ("]C110\uff11\uff12", "bad_charset"),
    ],
)
def test_refused_scans(scan: str, error: str) -> None:
    assert verdict(scan) == {"error": error}
    with pytest.raises(BadCode) as caught:
        read(scan)
    assert caught.value.code == error


@pytest.mark.parametrize("scan", ["９５０６０００１３４３５２", "٩٥٠٦٠٠٠١٣٤٣٥٢", "库位-A-01"])
def test_digits_of_other_scripts_are_text_not_numbers(scan: str) -> None:
    assert verdict(scan) == {"plain": scan}


def test_composite_component_counts_its_ean_as_the_item() -> None:
    assert verdict("]E09506000134352|]e010LOT7") == {"gtin": "9506000134352", "ais": [["10", "LOT7"]]}
    key = read("]E09506000134352|]e010LOT7")
    assert (key.gtin, key.lot, key.warnings) == (GTIN, "LOT7", ())


def test_other_itf_lengths_are_text() -> None:
    assert verdict("]I11234567895") == {"plain": "1234567895"}


def test_text_typed_with_brackets() -> None:
    key = read(f"(01) {GTIN} (10) A(1)B(77)", "typed")
    assert (key.gtin, key.lot) == (GTIN, "A(1)B(77)")
    assert read("(HALL 2)", "typed").plain == "(HALL2)"
    with pytest.raises(BadCode, match="bad_check_digit"):
        read("(01)09506000134353", "typed")
    with pytest.raises(BadCode, match="too_long"):
        read(f"(01){GTIN}5", "typed")
    with pytest.raises(BadCode, match="duplicate_conflict"):
        read("(10)A(10)B", "typed")


def test_web_addresses_that_are_no_digital_link_are_text_to_the_floor() -> None:
    key = read("http://192.168.1.5:8000/enroll?token=x")
    assert (key.plain, key.warnings) == ("http://192.168.1.5:8000/enroll?token=x", ("not_digital_link",))
    assert verdict(key.raw) == {"error": "not_digital_link"}


def test_a_tag_reads_as_the_same_key_as_its_bar_code() -> None:
    tag = read_tag("3074257BF7194E4000001A85")
    code = read("]d20180614141123458216789")
    assert (tag.gtin, tag.serial, tag.ais) == (code.gtin, code.serial, code.ais)
    assert tag.tag is not None
    assert tag.tag.filter == 3
    assert read_tag("3374257BF40C0E400000162E").ais == (("8003", "006141411234525678"),)
    assert read_tag("3374257BF40C0E400000162E").serial is None
    assert read("3174257BF4499602D2000000", "epc").sscc == "106141412345678908"
    assert read_tag("350007AB70425D4000000586").plain == "urn:epc:id:gid:31415.271828.1414"
    with pytest.raises(BadCode, match="unprogrammed"):
        read("00" * 12, "epc")


anything = st.text(st.characters(), max_size=60)
pieces = st.sampled_from(
    ["]C1", "]d2", "]Q1", "]E0", "]e0", "]", "\x1d", "01" + GTIN, "10", "17", "00", "271231", "3103", "8003", "https://",
     "id.gs1.org/", "/01/", "?17=", "%", "(", ")", "|]e0", "\r\n", "９", "٩", "\x00", "\ud83d", " "]
)  # fmt: skip
glued = st.lists(st.one_of(pieces, st.text(string.printable, max_size=6)), max_size=12).map("".join)


@given(st.one_of(anything, glued), st.sampled_from([None, "]C1", "]Q1", "typed", "epc", "ean_13", ""]))
@example("]", None)
@example("]C1" + "\x1d" * 4000, None)
@example("https://a/01/%", None)
@example("(01", "typed")
def test_no_scan_raises_anything_but_bad_code(scan: str, symbology: str | None) -> None:
    try:
        key = read(scan, symbology)
    except BadCode as bad:
        assert bad.code.isidentifier()
    else:
        assert key.raw == scan
        assert key.ais or key.plain or key.gtin or key.sscc
    assert verdict(scan, symbology)


@given(st.integers(0, 10**17 - 1), st.text(string.ascii_letters + string.digits + "-/.", min_size=1, max_size=20))
def test_a_label_reads_back_as_written(number: int, lot: str) -> None:
    payload = f"{number:017d}"
    sscc = payload + check_digit(payload)
    key = read(f"]C100{sscc}02{GTIN}3712\x1d10{lot}")
    assert (key.sscc, key.lot, key.count, key.warnings) == (sscc, lot, 12, ())


@given(glued)
def test_reading_twice_gives_the_same(scan: str) -> None:
    assert verdict(scan) == verdict(scan)


def test_text_without_digits_at_its_head_does_not_load_the_table() -> None:
    program = "from floor.barcode import read; read('BIN-A'); read(']E09506000134352')"
    check = "import sys; print('biip' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", f"{program}; {check}"], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
