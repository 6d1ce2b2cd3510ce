"""HID-POS: reports to codes, and a socket standing in for the hidraw node (both keep message borders)."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.adapters import source_file
from devices.agent import Agent
from devices.reports import Reports, parse
from devices.scan import DialectError
from devices.simulators.hid_pos import VirtualHidPos
from tests.devices.far_side import FarSide, until


def report(data: bytes, aim: bytes = b"]C1", more: bool = False, shift: int = 0) -> bytes:
    head = b"\x02" + b"\x00" * shift + bytes([len(data)]) + aim + data
    return head.ljust(63, b"\x00") + bytes([more])


def codes(*parts: bytes) -> list[tuple[str | None, bytes]]:
    joined = Reports()
    return [code for part in parts if (code := joined.feed(part)) is not None]


def test_one_byte_further() -> None:
    assert codes(report(b"A-1", shift=1)) == [("]C1", b"A-1")]


def test_without_aim_id() -> None:
    assert codes(report(b"A-1", aim=b"\x00\x00\x00")) == [(None, b"A-1")]


@given(st.binary(min_size=1, max_size=600).filter(lambda code: code[-1] not in b"\r\n\x00"))
def test_code_over_several_reports(code: bytes) -> None:
    pieces = [code[at : at + 56] for at in range(0, len(code), 56)]
    parts = [report(piece, more=number < len(pieces) - 1) for number, piece in enumerate(pieces)]
    assert codes(*parts) == [("]C1", code)]


def test_answers_to_commands_and_other_reports_are_nothing() -> None:
    assert codes(report(b"REV", aim=b"]X0"), report(b"x", aim=b"]Z6"), b"\x01" * 64) == []


def test_never_ending_code_is_dropped() -> None:
    joined = Reports()
    with pytest.raises(DialectError, match="too_long"):
        for _ in range(100):
            joined.feed(report(b"x" * 56, more=True))
    assert joined.feed(report(b"A")) == ("]C1", b"A")


@given(st.binary(max_size=80))
def test_no_report_breaks_it(raw: bytes) -> None:
    for one in (raw, b"\x02" + raw):
        try:
            part = parse(one)
        except DialectError as error:
            assert error.code in {"short_report", "bad_length", "no_aim"}
        else:
            assert part is None or len(part.data) <= 56


def test_found_by_its_report_descriptor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = source_file("hid_pos")
    monkeypatch.setattr(file, "HIDRAW", tmp_path)
    with pytest.raises(OSError, match="0 HID-POS scanners found"):
        file.found()
    for name, descriptor in (("hidraw0", "05010906a101"), ("hidraw1", "058c0902a1018502"), ("hidraw2", "06 00ff")):
        (tmp_path / name / "device").mkdir(parents=True)
        (tmp_path / name / "device/report_descriptor").write_bytes(bytes.fromhex(descriptor))
    assert file.found() == "/dev/hidraw1"
    (tmp_path / "hidraw2/device/report_descriptor").write_bytes(bytes.fromhex("058c0902a1018502"))
    with pytest.raises(OSError, match="2 HID-POS scanners found: name one"):
        file.found()


def test_through_the_agent(far: FarSide, run_agent: Callable[..., Agent], tmp_path: Path) -> None:
    code = "010950600013435210AB\x1d21中" + "9" * 60
    node = tmp_path / "hidraw"
    agent = run_agent({"name": "pos", "kind": "hid_pos", "path": str(node), "honeywell": True})
    until(agent.health, lambda health: bool(health) and health[0]["state"] == "gone")
    device = VirtualHidPos(node)
    assert device.in_use(10)
    device.scan(code, aim="]d2")
    far.wait(1)
    assert (far.scans[0]["codes"], far.scans[0]["symbology"]) == ([code], "]d2")
    assert device.heard(10)[:5] == b"\xfd\x03\x16\x07\x0d"
    device.send(b"\x02\x05")
    assert "short_report" in until(agent.health, lambda health: health[0]["error"])[0]["error"]
    device.close()
    assert until(agent.health, lambda health: health[0]["state"] == "gone")[0]["state"] == "gone"


def test_faults_by_name(far: FarSide, run_agent: Callable[..., Agent], tmp_path: Path) -> None:
    device = VirtualHidPos(tmp_path / "hidraw")
    run_agent({"name": "pos", "kind": "hid_pos", "path": str(device.path)})
    assert device.in_use(10)
    device.scan("A\x1dB", "lost_gs")
    device.scan("SHIFTED", "shifted")
    device.scan("TWICE", "double_fire")
    assert far.wait(4) == ["AB", "SHIFTED", "TWICE", "TWICE"]
    device.scan("HALF-A-CODE", "truncated")
    time.sleep(0.7)  # longer than PARTIAL_S: what follows does not grow onto it
    device.scan("WHOLE")
    device.scan("GONE", "unplug")
    device.plug()
    assert device.in_use(10)
    device.scan("BACK")
    assert far.wait(6) == ["AB", "SHIFTED", "TWICE", "TWICE", "WHOLE", "BACK"]
    with pytest.raises(ValueError, match="no such fault"):
        device.scan("X", "wrong_layout")
    device.close()


def test_a_unit_without_aim_identifiers_is_told_so_and_never_cut(
    far: FarSide, run_agent: Callable[..., Agent], tmp_path: Path
) -> None:
    device = VirtualHidPos(tmp_path / "hidraw", aim=False)
    agent = run_agent({"name": "untold", "kind": "hid_pos", "path": str(device.path)})
    assert device.in_use(10)
    device.scan("ABC-1")
    assert "no_aim" in until(agent.health, lambda health: health[0]["error"])[0]["error"]
    device.close()
    told = VirtualHidPos(tmp_path / "told", aim=False)
    run_agent({"name": "told", "kind": "hid_pos", "path": str(told.path), "aim": False}, spool=str(tmp_path / "other"))
    assert told.in_use(10)
    told.scan("ABC-1" + "9" * 100)
    assert far.wait(1) == ["ABC-1" + "9" * 100]
    assert far.scans[0]["symbology"] is None
    told.close()
