"""The mapping dialect, by the worked examples of the README."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from devices.adapters import SettingsError, open_dialect
from devices.scan import Heard, TagRead

EPC = "3074257BF7194E4000001A85"
AT = datetime(2026, 1, 5, 8, 0, 0, 123000, tzinfo=UTC)


def hear(options: dict[str, Any], message: Any) -> Heard:
    heard: Heard = open_dialect("mapping", "gate", options).reads("t", json.dumps(message).encode())
    return heard


def test_smart_reader_app() -> None:
    options = {
        "list": "tag_reads",
        "epc": "epc",
        "antenna": "antennaPort",
        "rssi": "peakRssi",
        "time": "firstSeenTimestamp",
        "time_unit": "us",
        "tid": "tid",
        "reader": "readerName",
    }
    tag = {
        "epc": EPC.lower(),
        "antennaPort": 2,
        "peakRssi": -51.5,
        "firstSeenTimestamp": 1767600000123000,
        "tid": "E280",
    }
    heard = hear(options, {"readerName": "dock1", "mac": "x", "tag_reads": [tag]})
    assert heard.reads == (TagRead(EPC, 2, -51.5, 1, AT, "E280", "dock1"),)


def test_keonn_event() -> None:
    options = {"epc": "data.epc", "antenna": "data.port", "rssi": "data.rssi", "only": {"type": "TAG_READ"}}
    event = {"type": "TAG_READ", "data": {"epc": EPC, "port": "3", "rssi": "-60"}}
    assert hear(options, [event, {"type": "GPI"}]) == Heard((TagRead(EPC, 3, -60.0),), {"ignored": "other message"})


def test_spring_card() -> None:
    options = {"epc": "TagId", "rssi": "Rssi", "rssi_scale": 0.1, "only": {"State": "Insert", "Interface": "900"}}
    event = {"TagId": EPC, "Interface": "900", "Protocol": "UHF-EPC", "Rssi": -555, "State": "Insert"}
    heard = hear(options, event)
    assert heard.reads == (TagRead(EPC, None, -55.5),)
    assert hear(options, event | {"State": "Remove"}).reads == ()


def test_bad_values_are_named() -> None:
    options = {"epc": "e", "time": "t", "time_unit": "s"}
    assert hear(options, {"e": "xyz"}).says == {"error": "bad_epc"}
    assert hear(options, {}).says == {"ignored": "no epc"}
    assert hear(options, [3]).says == {"error": "not_an_object"}
    for time in ("soon", 10**17, None):
        heard = hear(options, {"e": EPC, "t": time})
        assert (heard.says, heard.reads and heard.reads[0].seen_at) == ({"warning": "bad_time"}, None)


def test_commands_and_wrong_options() -> None:
    options = {"epc": "e", "commands": {"error": {"on": {"lamp": 1}, "off": {"lamp": 0}}}}
    dialect = open_dialect("mapping", "gate", options)
    assert dialect.answer("error", True) == [b'{"lamp": 1}']
    assert dialect.answer("ok", True) == []
    with pytest.raises(SettingsError, match=r"options of dialect mapping: .*unknown field `epcs`"):
        open_dialect("mapping", "gate", {"epcs": "e"})
