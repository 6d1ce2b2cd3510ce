"""Honeywell scanners: packets, menu commands and their refusals, beeps, trigger; and over a real pty."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.agent import Agent
from devices.dialects.honeywell import BEEP, TRIGGER_OFF, TRIGGER_ON, Honeywell, Options
from devices.scan import Code
from devices.simulators.scanner import VirtualScanner
from tests.devices.far_side import FarSide, until
from tests.shared import vectors


def packet(data: bytes, aim: bytes = b"C1") -> bytes:
    """A code as the scanner sends it; its closing CR belongs to the data."""
    inner = b"MSGGET%04dI%s\x1d%s" % (len(data) + 1, aim, data + b"\r")
    return b"\x16\xfe" + len(inner).to_bytes(4, "little") + b"\r" + inner


@pytest.mark.shared
def test_commands_of_the_shared_vectors() -> None:
    known = {"SYN U CR": TRIGGER_OFF, "SYN BEL CR": BEEP}
    cases = [case for case in vectors("hid_serial") if case["kind"] == "honeywell"]
    assert [known[case["expect"]].hex() for case in cases] == [case["frame"] for case in cases]
    assert len(cases) == 2


def test_packet_gives_code_and_aim_id() -> None:
    line = Honeywell(Options())
    assert line.feed(packet(b"00106141412345678908"), 0.0) == [Code("00106141412345678908", "]C1")]
    assert line.feed(packet(b"]d20109506000134352\x1d21A", b"d1"), 0.0) == [Code("0109506000134352\x1d21A", "]d2")]
    assert line.receipt() == b""


def test_scanner_is_told_to_send_packets_at_each_opening() -> None:
    assert Honeywell(Options()).hello == b"\x16M\rDECHDR1!"
    line = Honeywell(Options(packets=False, menu=("BEPLVL3", "PAPHHF"), trigger="held"))
    assert line.hello == b"\x16M\rBEPLVL3;PAPHHF!" + TRIGGER_ON
    assert line.receipt() == TRIGGER_ON
    assert Honeywell(Options(packets=False)).hello == b""


def test_refused_menu_command_is_said(caplog: pytest.LogCaptureFixture) -> None:
    line = Honeywell(Options())
    with caplog.at_level(logging.WARNING, logger="floor.readers"):
        assert line.feed(b"DECHDR1\x06!" + packet(b"A-1"), 0.0) == [Code("A-1", "]C1")]
        assert caplog.messages == []
        line.feed(b"NOSUCH1\x05!BEPLVL9\x15!" + packet(b"A-2"), 0.1)
    assert ["does not know" in caplog.messages[0], "refuses the value of" in caplog.messages[1]] == [True, True]


def test_damaged_head_is_passed_over_and_half_a_packet_is_dropped() -> None:
    line = Honeywell(Options())
    assert line.feed(b"\x16\xfe\xff\xff\xff\xff\r" + packet(b"A-1"), 0.0) == [Code("A-1", "]C1")]
    assert line.feed(packet(b"B-2")[:20], 0.1) == []
    assert line.feed(packet(b"C-3"), 0.9) == [Code("C-3", "]C1")]


def test_plain_codes_and_beeps() -> None:
    line = Honeywell(Options(packets=False))
    assert line.feed(b"]E09506000134352\r", 0.0) == [Code("9506000134352", "]E0")]
    assert [line.tell(sound) for sound in ("ok", "done", "double", "error")] == [b"", BEEP, BEEP * 2, BEEP * 3]


@given(st.lists(st.binary(min_size=1, max_size=90).filter(lambda data: data.strip()), max_size=4), st.data())
def test_any_cutting_of_a_stream_gives_the_same(codes: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(packet(code) for code in codes)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=8)) | {0, len(stream)})
    line, whole = Honeywell(Options()), Honeywell(Options())
    pieces = [stream[cuts[n] : cuts[n + 1]] for n in range(len(cuts) - 1)]
    assert [one for piece in pieces for one in line.feed(piece, 0.0)] == whole.feed(stream, 0.0)


def test_over_a_line(far: FarSide, run_agent: Callable[..., Agent], tmp_path: Path) -> None:
    scanner = VirtualScanner(tmp_path / "scanner")
    agent = run_agent({"name": "h", "kind": "serial_port", "path": str(scanner.path), "dialect": "honeywell"})
    until(agent.health, lambda health: bool(health) and health[0]["state"] == "ready")
    assert scanner.heard(5) == b"\x16M\rDECHDR1!"
    far.sound = "error"
    scanner.send(packet(b"A-1"))
    assert far.wait(1) == ["A-1"]
    assert scanner.heard(5) == BEEP * 3
    scanner.unplug()
    scanner.plug()
    assert scanner.heard(10) == b"\x16M\rDECHDR1!"
    scanner.close()
