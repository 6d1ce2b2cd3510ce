"""The faults of tests/faults at a size for every day; in full by `python -m tests.faults`."""

import importlib

import pytest

from devices.adapters import open_dialect
from devices.dialects.ssi import ACK
from devices.frames import read_code
from devices.keys import EV_KEY, Keys
from devices.packets import DECODE_DATA, Packet
from tests.faults import __main__ as command

SMALL = {"unplug_serial": 8, "unplug_hid": 10, "kill_agent": 6, "server_down": 300, "disk_full": 20, "parsers": 3000}


@pytest.mark.parametrize("name", SMALL)
def test_fault(name: str) -> None:
    told = importlib.import_module(f"tests.faults.{name}").run(7, SMALL[name], lambda _: None)
    assert told


def test_every_fault_is_found_and_a_broken_invariant_fails_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {*SMALL, "broker_restart", "labels"} <= set(command.names())
    fault = importlib.import_module("tests.faults.parsers")

    def broken(seed: int, count: int, tick: object) -> dict[str, object]:
        assert (seed, count) == (5, 3)
        raise AssertionError("a scan was doubled")

    monkeypatch.setattr(fault, "run", broken)
    assert command.main(["parsers", "--seed", "5", "--count", "3"]) == 1
    assert "**broken**: a scan was doubled" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        command.main(["nonsense"])


def test_what_random_bytes_have_found() -> None:
    """A control key over a letter whose upper case is two; an AIM identifier without data; a packet without a code."""
    german = Keys("de")
    assert [german.feed(EV_KEY, code, 1, 0.0) for code in (29, 12, 30, 28)][-1] == ["\x01"]
    assert read_code(b"]C1", "ascii", True) == ("]C1", None)
    ssi = open_dialect("ssi", "line", {})
    assert ssi.feed(Packet(DECODE_DATA, 0, 0, b"\x0b").frame(), 0.0) == [ACK]
