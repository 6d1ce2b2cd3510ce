"""RFID tags, against the shared vectors and against epcpy, an independent implementation."""

import base64
import re
import string
import sys
import warnings
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from floor.epc import BadCode, decode, decode_base64, encode, encode_gtin, encode_sscc, verdict
from floor.tag_schemes import NAMES
from tests.shared import vectors

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its source has old escapes that Python warns of when compiling it
    import epcpy

ALPHABET = string.ascii_letters + string.digits + "!'()*+,-.:;=_\"%&/<>?"
ESCAPED = str.maketrans({mark: f"%{ord(mark):02X}" for mark in '"%&/<>?'})


def question(vector: dict[str, Any]) -> dict[str, Any]:
    if vector["kind"] == "encode_gtin":
        return {name: vector[name] for name in ("gtin", "serial", "company_prefix_length", "filter")}
    if vector["kind"] == "encode_error":
        return {"tag_uri": vector["tag_uri"]}
    return {{"input_form_base64": "base64", "tid": "tid"}.get(vector["kind"], "hex"): vector["hex"]}


@pytest.mark.shared
def test_every_vector() -> None:
    wrong = {}
    for vector in vectors("epc"):
        answer = verdict(question(vector))
        expected = vector.get("expect") or ({"error": vector["error"]} if "error" in vector else {"hex": vector["hex"]})
        if not expected.items() <= answer.items():
            wrong[vector["id"]] = answer
    assert wrong == {}


@pytest.mark.shared
def test_every_decoded_vector_is_written_again_as_it_was() -> None:
    tags = [vector["hex"] for vector in vectors("epc") if vector["kind"] == "decode"]
    assert [encode(decode(tag).tag_uri) for tag in tags] == tags


@st.composite
def tag_uris(draw: st.DrawFn) -> str:
    """A tag URI of any scheme with a partition table, within the scheme's limits."""
    scheme = draw(st.sampled_from(sorted(NAMES.values(), key=lambda scheme: scheme.name)))
    width = draw(st.integers(6, 12))
    prefix = draw(st.text(st.sampled_from(string.digits), min_size=width, max_size=width))
    parts = [str(draw(st.integers(0, 7))), prefix]
    if scheme.digits:
        size = scheme.digits - width
        parts.append(draw(st.text(st.sampled_from(string.digits), min_size=size, max_size=size)))
    if scheme.serial == "number":
        bits = {"sgtin": 38, "grai": 38}.get(scheme.kind, 41) if scheme.digits else 42
        parts.append(str(draw(st.integers(0, 2**bits - 1))))
    elif scheme.serial == "text":
        most = scheme.most_characters(12 - width)
        parts.append(draw(st.text(st.sampled_from(ALPHABET), min_size=1, max_size=most)).translate(ESCAPED))
    return f"urn:epc:tag:{scheme.name}:{'.'.join(parts)}"


def epcpy_can_write(tag_uri: str) -> bool:
    """It stumbles over colons and over escapes with a letter, and counts an escaped character as three."""
    _, _, _, name, body = tag_uri.split(":", 4)
    scheme, parts = NAMES[name], body.split(".", 3 if NAMES[name].digits else 2)
    if scheme.serial != "text":
        return True
    return not re.search(":|%.[A-F]", body) and len(parts[-1]) <= scheme.most_characters(12 - len(parts[1]))


def written_by_epcpy(tag_uri: str) -> tuple[Any, str]:
    """What the other implementation makes of a tag URI: its object and the hex to write."""
    theirs = epcpy.tag_uri_to_tag_encodable(tag_uri)
    module = sys.modules[type(theirs).__module__]
    filters = next(member for name, member in vars(module).items() if name.endswith("FilterValue"))
    _, _, _, name, body = tag_uri.split(":", 4)
    tag = theirs.hex(binary_coding_scheme=type(theirs).BinaryCodingScheme(name), filter_value=filters(body[0]))
    return theirs, tag


@given(tag_uris())
@example("urn:epc:tag:sgtin-198:0.061414.1234567.a%26b.c")
def test_epcpy_agrees(tag_uri: str) -> None:
    assume(epcpy_can_write(tag_uri))
    theirs, tag = written_by_epcpy(tag_uri)
    assert encode(tag_uri) == tag
    ours = decode(tag)
    assert ours.tag_uri == tag_uri
    assert ours.pure_uri == theirs.epc_uri == epcpy.hex_to_tag_encodable(tag).epc_uri
    # A location without extension is written 0; the standard then leaves out AI 254, epcpy does not.
    if ours.gln is None or ours.serial != "0":
        assert ours.gs1_element_string == theirs.gs1_element_string()


@given(tag_uris())
def test_a_tag_reads_alike_in_every_form(tag_uri: str) -> None:
    tag = encode(tag_uri)
    spaced = " ".join(tag[at : at + 4] for at in range(0, len(tag), 4))
    raw = bytes.fromhex(tag)
    forms = [decode(tag.lower()), decode(spaced), decode(tag + "0000"), decode_base64(base64.b64encode(raw).decode())]
    forms.append(decode_base64(base64.urlsafe_b64encode(raw).decode().rstrip("=")))
    assert all(form == decode(tag) for form in forms)


@given(st.binary(min_size=12, max_size=26))
@example(bytes.fromhex("30") + b"\xff" * 11)
def test_every_tag_that_is_read_is_written_again(raw: bytes) -> None:
    try:
        found = decode(raw.hex())
    except BadCode:
        return
    again = encode(found.tag_uri)
    assert raw.hex().upper().rstrip("0") == again.rstrip("0")


@given(st.sampled_from(sorted(NAMES.values(), key=lambda scheme: scheme.name)), st.binary(min_size=26, max_size=26))
def test_random_bits_under_a_known_header(scheme: Any, raw: bytes) -> None:
    """Random bytes seldom hit a header; here the header is right, so overflow and padding rules meet random bits."""
    tag = (bytes([scheme.header]) + raw)[: -(-scheme.bits // 8)].hex()
    try:
        found = decode(tag)
    except BadCode:
        return
    assert encode(found.tag_uri).rstrip("0") == tag.upper().rstrip("0")


@given(st.one_of(st.text(max_size=60), st.text("0123456789abcdefABCDEF -_=/+.:%", max_size=60)))
def test_no_text_raises_anything_but_bad_code(text: str) -> None:
    for name in ("hex", "base64", "tid", "tag_uri", "gtin"):
        assert verdict({name: text, "serial": text, "company_prefix_length": 7})
    assert verdict({"tag_uri": f"urn:epc:tag:sgtin-96:3.0614141.812345.{text}"})
    assert verdict({"gtin": "80614141123458", "serial": text, "company_prefix_length": 7})


@pytest.mark.parametrize(
    ("tag", "error"),
    [
        ("3", "too_short"),
        ("30", "too_short"),
        ("0x74257BF7194E4000001A85", "bad_hex"),
        ("3074_257BF7194E4000001A85", "bad_hex"),
        ("３０74257BF7194E4000001A85", "bad_hex"),
        ("30" * 65, "too_long"),
        ("3074257BF7194E4000001A8500000001", "reserved_bits"),
        ("E28011602000A1B2C3D4E5F6", "unknown_header"),
        ("2E74257BF4499602D2000000", "unsupported_scheme"),
        ("3074257BF7FFFFC000001A85", "reference_overflow"),
        ("2F320434149455900000162E", "bad_charset"),
        ("3674257BF6B7800000000000000000000000000000000000000", "empty_serial"),
        ("3674257BF6B7A6404000000000000000000000000000000000", "bad_charset"),
    ],
)
def test_tags_that_are_no_epc(tag: str, error: str) -> None:
    assert verdict({"hex": tag})["error"] == error


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("sgtin-96:3.0614141.812345", "bad_uri"),
        ("sgtin-96:x.0614141.812345.1", "bad_uri"),
        ("sgtin-96:12.0614141.812345.1", "filter_range"),
        ("sgtin-96:3.0614141.812345.274877906944", "serial_too_large"),
        ("sgtin-96:3.0614141.812345.", "empty_serial"),
        ("sgtin-96:3.0614141.81234A.1", "bad_charset"),
        ("sgtin-96:3.0614141.812345.A", "bad_charset"),
        ("sgtin-198:3.0614141.812345.%41", "bad_charset"),
        ("sgtin-198:3.0614141.812345.a#b", "bad_charset"),
        ("sgtin-198:3.0614141.812345." + "A" * 21, "serial_too_long"),
        ("sscc-96:3.0614141.123456789", "length_not_17"),
        ("sgln-96:3.0614141.1234.1", "length_not_12"),
        ("lgtin-96:3.0614141.812345.1", "unsupported_scheme"),
        ("gid-96:31415.271828", "bad_uri"),
        ("gid-96:268435456.1.1", "serial_too_large"),
        ("usdod-96:3.CAGIY.1", "bad_charset"),
        ("usdod-96:16.CAGEY.1", "serial_too_large"),
    ],
)
def test_tag_uris_that_cannot_be_written(body: str, error: str) -> None:
    assert verdict({"tag_uri": f"urn:epc:tag:{body}"}) == {"error": error}


def test_serials_that_need_the_longer_tag() -> None:
    for serial in ("0001", "A", str(2**38)):
        tag = encode_gtin("80614141123458", serial, 7)
        assert decode(tag).scheme == "sgtin-198"
        assert decode(tag).serial == serial
    assert decode(encode_gtin("80614141123458", str(2**38 - 1), 7)).scheme == "sgtin-96"


def test_an_sscc_of_ours_as_a_tag() -> None:
    tag = encode_sscc("106141412345678908", 7, filter=2)
    assert (decode(tag).sscc, decode(tag).filter, len(tag)) == ("106141412345678908", 2, 24)
    with pytest.raises(BadCode, match="bad_check_digit"):
        encode_sscc("106141412345678901", 7)
    with pytest.raises(BadCode, match="company_prefix_length"):
        encode_sscc("106141412345678908", 5)


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({}, "bad_input"),
        ({"hex": 17}, "bad_input"),
        ({"gtin": "80614141123458", "serial": "1"}, "company_prefix_length"),
        ({"gtin": "80614141123458", "serial": "1", "company_prefix_length": "7"}, "bad_input"),
        ({"gtin": "80614141123459", "serial": "1", "company_prefix_length": 7}, "bad_check_digit"),
        ({"gtin": "80614141123458", "serial": "1", "company_prefix_length": 7, "filter": 8}, "filter_range"),
        ({"base64": "MHQle_cZTkAAABqF!"}, "bad_base64"),
        ({"base64": "A"}, "bad_base64"),
        ({"base64": ""}, "empty"),
        ({"tid": ""}, "empty"),
        ({"tid": "E28"}, "too_short"),
        ({"tid": "E2801160"}, "too_short"),
        ({"tid": "E28011602000A1B2"}, "too_short"),
        ({"tid": "E0040150"}, "unknown_header"),
        ({"tid": "E2ZZ"}, "bad_hex"),
    ],
)
def test_questions_without_an_answer(asked: dict[str, object], error: str) -> None:
    assert verdict(asked) == {"error": error}


def test_tid_without_a_promised_serial() -> None:
    assert verdict({"tid": "e280 6894 0000"}) == {
        "mdid": "006", "manufacturer": "NXP", "model": "894", "xtid": True, "xtid_header": "0000"
    }  # fmt: skip
    assert "manufacturer" not in verdict({"tid": "E21FF412"})
