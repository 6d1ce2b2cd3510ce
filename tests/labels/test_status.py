"""Printers' answers: the shared vectors, and that nothing strange ever counts as healthy."""

import json

import pytest
from hypothesis import given, settings
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


ODD = [
    b"",
    b"9" * 5000,
    b"[" * 5000,
    b'{"a":' * 5000,
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"\x02",
    b"\x03",
    b",",
    b'"',
    b"\xb2",
]
WHOLE = {
    "~HS": IDLE,
    "~HQES": b"\x02\r\n PRINTER STATUS\r\n ERRORS: 1 00000000 00000005\r\n WARNINGS: 0 00000000 00000000\r\n\x03",
    "~HI": b"\x02ZTC ZD420-203dpi ZPL,V84.20.18Z,8,8192KB\x03",
    '! U1 getvar "device.languages"': b'"epl_zpl"',
    '{}{"a":null}': b'{"a":{"b":[1,2,"x"]}}',
}


@settings(deadline=None, max_examples=400)
@given(question=st.sampled_from(sorted(WHOLE)), changes=st.lists(
    st.tuples(st.integers(0, 120), st.integers(0, 9), st.sampled_from(ODD)), min_size=1, max_size=4,
))  # fmt: skip
def test_whatever_a_printer_answers_is_told_as_json(question: str, changes: list[tuple[int, int, bytes]]) -> None:
    """Replies with pieces cut out and odd ones put in."""
    reply = WHOLE[question]
    for place, cut, put in changes:
        reply = reply[:place] + put + reply[place + cut :]
    json.dumps(status.decode(question, reply), allow_nan=False)
    assert status.whole(question.encode())(reply) in (True, False)


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("~HS", IDLE.replace(b"1218", b"9" * 5000)),
        ("~HI", b"\x02ZD420,V84," + b"8" * 5000 + b",8192KB\x03"),
        ('{}{"a":null}', b"[" * 5000),
        ('{}{"a":null}', b'{"a":NaN}'),
        ('{}{"a":null}', b'{"a":-1e999}'),
        ('{}{"a":null}', b'{"a":' + b"9" * 5000 + b"}"),
    ],
)
def test_what_no_number_or_text_can_be_is_malformed(question: str, reply: bytes) -> None:
    assert status.decode(question, reply) == {"error": "malformed"}


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
