"""The Zebra dialect: the shared vectors, its commands, and that no payload breaks it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.dialects.zebra_iot import Options, ZebraIot
from devices.scan import DialectError, Heard
from tests.shared import vectors

TAG = '{"type":"SIMPLE","timestamp":"2026-01-05T08:00:00.123+0000","data":{"eventNum":%d,"idHex":"3074257bf7194e4000001a85"}}'


def hear(payload: str | bytes, topic: str = "zebra/a/data", dialect: ZebraIot | None = None) -> Heard:
    data = payload.encode() if isinstance(payload, str) else payload
    return (dialect or ZebraIot(Options())).reads(topic, data)


def plain(heard: Heard) -> dict[str, Any]:
    members: dict[str, Any] = dict(heard.says)
    if heard.reads is not None:
        members["reads"] = [
            {
                "epc": read.epc,
                "antenna": read.antenna,
                "rssi_dbm": read.rssi_dbm,
                "count": read.count,
                "seen_at": read.seen_at and read.seen_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            }
            | ({"tid": read.tid} if read.tid else {})
            for read in heard.reads
        ]
    return members


@pytest.mark.shared
def test_shared_vectors() -> None:
    cases = vectors("rfid_zebra")
    for case in cases:
        try:
            got = plain(hear(case["payload"], case["topic"]))
        except DialectError as error:
            got = {"error": error.code}
        assert {name: got.get(name) for name in case["expect"]} == case["expect"], case["id"]
    assert len(cases) > 20


def test_glued_objects_and_blanks_between() -> None:
    heard = hear((TAG % 1) + (TAG % 2) + "\r\n" + (TAG % 3) + "\n")
    assert heard.reads is not None
    assert (len(heard.reads), dict(heard.says)) == (3, {})


def test_event_numbers_are_remembered_per_topic_over_messages() -> None:
    dialect = ZebraIot(Options())
    hear(TAG % 5, "a", dialect)
    hear(TAG % 50, "b", dialect)
    assert hear(TAG % 8, "a", dialect).says == {"missed": 2}
    assert hear(TAG % 1, "a", dialect).says == {}
    assert hear(TAG % 51, "b", dialect).says == {}


def test_full_heartbeat() -> None:
    control = {
        "radioConnection": "connected",
        "radioActivity": "active",
        "antennas": {"1": "connected", "2": "connected", "3": "disconnected"},
    }
    data = {"radio_control": control, "reader_gateway": {"numDataMessagesDropped": "4"}, "system": {"uptime": "1"}}
    assert hear(json.dumps({"type": "HEARTBEAT", "data": data})).says == {
        "online": True,
        "radio_connected": True,
        "radio_active": True,
        "antennas_up": [1, 2],
        "antennas_down": [3],
        "dropped": 4,
    }


def test_handheld_barcodes_and_bad_hex() -> None:
    data = {"barcodeData": [{"decodedBarcode": "9506000134352", "symbology": "EAN13"}]}
    heard = hear(json.dumps({"type": "RAPID_READ", "timestamp": "2026-01-05T08:00:00Z", "data": data}))
    assert plain(heard) == {"reads": [], "barcodes": [{"data": "9506000134352", "symbology": "EAN13"}]}
    assert plain(hear('{"type":"SIMPLE","timestamp":"2026-01-05T08:00:00Z","data":{"idHex":"xyz"}}')) == {
        "reads": [],
        "error": "bad_hex",
    }


def test_commands_for_a_verdict() -> None:
    dialect = ZebraIot(Options(outputs={"ok": [1], "error": [2, 3]}, led=True))
    assert [json.loads(one) for one in dialect.answer("error", True)] == [
        {"command": "set_gpo", "command_id": "floor-3", "payload": {"port": 2, "state": True}},
        {"command": "set_gpo", "command_id": "floor-2", "payload": {"port": 3, "state": True}},
        {"command": "set_appled", "command_id": "floor-1", "payload": {"color": "red", "seconds": 3, "flash": True}},
    ]
    assert [json.loads(one)["payload"] for one in dialect.answer("ok", False)] == [{"port": 1, "state": False}]
    assert dialect.answer("no such sound", True) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "data", "idHex", "eventNum", "timestamp", "tagData", "barcodeData", "antenna", "command"]
            )
            | st.sampled_from(
                ["radio_control", "antennas", "component", "response", "peakRssi", "reads", "message", "pin"]
            ),
            inner | st.sampled_from(["SIMPLE", "heartbeat", "gpi", "error", "3074257bf7194e4000001a85"]),
            max_size=6,
        )
    ),
    max_leaves=12,
)


@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_payload_breaks_it(payload: bytes) -> None:
    try:
        heard = hear(payload, "t", ZebraIot(Options()))
    except DialectError as error:
        assert error.code in {"bad_json", "not_an_object"}
    else:
        json.dumps(plain(heard), allow_nan=False)


@pytest.mark.parametrize("payload", [b"[" * 100_000, b'{"a":' * 50_000, b"9" * 100_000, b"\xff\xfe"])
def test_hostile_payloads_are_bad_json(payload: bytes) -> None:
    with pytest.raises(DialectError) as caught:
        hear(payload)
    assert caught.value.code in ("bad_json", "not_an_object")
