"""Printers' answers: the shared vectors, and that nothing strange ever counts as healthy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import status
from tests.shared import vectors

IDLE = b"\x02030,0,0,1218,000,0,0,0,000,0,0,0\x03\r\n\x02001,0,0,0,1,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"


def test_the_shared_vectors() -> None:
    wrong = []
    for vector in vectors("zpl_status"):
        found = status.decode(vector["command"], vector["reply"])
        for member, wanted in vector["expect"].items():
            same = (
                set(found.get(member, ())) == set(wanted)
                if isinstance(wanted, list)
                else found.get(member, "") == wanted
            )
            if not same:
                wrong.append((vector["id"], member, wanted, found))
    assert wrong == []


@given(reply=st.binary(max_size=200))
def test_junk_is_an_error_for_every_question(reply: bytes) -> None:
    for question in ("~HS", "~HQES", "~HI"):
        assert "error" in status.decode(question, reply)


@given(place=st.integers(0, len(IDLE) - 1), byte=st.integers(0, 255))
def test_one_wrong_byte_never_hides_a_problem(place: int, byte: int) -> None:
    """Read the idle answer with one byte changed: it is either understood as something defined, or an error."""
    found = status.host_status(IDLE[:place] + bytes([byte]) + IDLE[place + 1 :])
    if "error" not in found:
        assert found["ready"] is (not found["problems"])


@pytest.mark.parametrize("field", range(1, 12))
def test_a_flag_that_is_neither_0_nor_1_is_malformed(field: int) -> None:
    first, rest = IDLE.split(b"\x03", 1)
    fields = first.split(b",")
    fields[field] = b"x"
    assert status.host_status(b",".join(fields) + b"\x03" + rest) == {"error": "malformed"}


def test_a_field_that_newer_firmware_adds_is_a_problem_only_when_set() -> None:
    assert status.host_status(IDLE.replace(b"0,0,0\x03", b"0,0,0,0\x03"))["ready"]
    assert status.host_status(IDLE.replace(b"0,0,0\x03", b"0,0,0,1\x03"))["problems"] == ["unknown_status"]


@pytest.mark.parametrize(
    ("errors", "wanted"),
    [
        ("1 00000000 00000005", ["paper_out", "head_open"]),
        ("1 00000000 80000000", ["unknown_error"]),
        ("1 00000001 00000000", ["unknown_error"]),
        ("1 00000000 00000000", ["unknown_error"]),
        ("1 00000000 00000401", ["paper_out", "unknown_error"]),
        ("1 00000000 00000130", ["head_over_temperature", "motor_over_temperature", "invalid_firmware_configuration"]),
    ],
)
def test_error_bits(errors: str, wanted: list[str]) -> None:
    reply = f"\x02\r\n PRINTER STATUS\r\n ERRORS: {errors}\r\n WARNINGS: 0 00000000 00000000\r\n\x03"
    assert status.decode("~HQES", reply)["errors"] == wanted


def test_a_half_answer_is_incomplete() -> None:
    assert status.decode("~HI", "\x02ZTC") == {"error": "incomplete"}
    assert status.decode(status.getvar("a"), '"12') == {"error": "incomplete"}
    assert status.decode('{}{"a":null}', '{"a":') == {"error": "incomplete"}
    assert status.decode("~WC", "x") == {"error": "unknown_command"}
