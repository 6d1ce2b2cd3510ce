"""`floor decode` for readers: every shared vector, member for member, and no input that breaks it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices import decode as decode_file
from devices.decode import DECODERS, decode
from tests.shared import vectors

pytestmark = pytest.mark.shared


@pytest.mark.parametrize("kind", ["keys", "hidpos", "serial", "ssi"])
def test_scanner_vectors(kind: str) -> None:
    cases = [case for case in vectors("hid_serial") if case["kind"] == kind]
    for case in cases:
        wanted = {"scans": case["expect"]} if kind in ("keys", "serial") else case["expect"]
        assert decode(kind, case) == wanted, case["id"]
    assert len(cases) >= 5


@pytest.mark.parametrize(("name", "dialect"), [("rfid_zebra", "zebra_iot"), ("rfid_impinj", "impinj")])
def test_gate_vectors(name: str, dialect: str) -> None:
    cases = vectors(name)
    for case in cases:
        got = decode("gate", {"dialect": dialect, "topic": case["topic"], "payload": case["payload"]})
        assert got == case["expect"], case["id"]
    assert len(cases) > 15


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 300)
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["02ff", "us"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["chunks", "config", "suffix", "prefix", "events", "layout", "reports", "frame", "idle_ms"])
            | st.sampled_from(["dialect", "topic", "payload", "options", "max_len", "charset", "gs_key", "silence_ms"]),
            inner | st.sampled_from(["zebra_iot", "impinj", "mapping", "CR", "plain"]),
            max_size=5,
        )
    ),
    max_leaves=10,
)


@pytest.mark.parametrize("kind", sorted(DECODERS))
@given(line=JSON)
def test_no_line_breaks_a_decoder(kind: str, line: Any) -> None:
    json.dumps(decode(kind, line))


@pytest.mark.parametrize(
    ("kind", "line", "error"),
    [
        ("serial", {"chunks": ["4"]}, "bad_input"),
        ("serial", {"chunks": ["41"], "config": {"sufix": "CR"}}, "unknown_config"),
        ("keys", {"events": [], "layout": "dvorak"}, "unknown_layout"),
        ("hidpos", {"reports": ["02" + "38" + "5d4330" + "41" * 56 + "000001"]}, "unfinished"),
        ("ssi", {"frame": "00"}, "short"),
        ("gate", {"dialect": "serial_port", "payload": ""}, "unknown_dialect"),
        ("gate", {"dialect": "plain", "payload": ""}, "bad_settings"),
        ("gate", [], "not_an_object"),
    ],
)
def test_errors_have_names(kind: str, line: Any, error: str) -> None:
    assert decode(kind, line)["error"] == error


def test_each_kind_has_its_function() -> None:
    for kind in DECODERS:
        assert getattr(decode_file, f"decode_{kind}")(None) == {"error": "not_an_object"}


def test_payload_may_be_json_itself() -> None:
    event = {"type": "SIMPLE", "timestamp": "2026-01-05T08:00:00Z", "data": {"idHex": "3074257bf7194e4000001a85"}}
    told = decode("gate", {"dialect": "zebra_iot", "topic": "t", "payload": [event, event]})
    assert [read["epc"] for read in told["reads"]] == ["3074257BF7194E4000001A85"] * 2
