"""Wedge scanners over a FIFO of input_event records, through agent and spool to a real server."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.adapters import SettingsError, fit, source_file
from devices.agent import Agent
from devices.simulators.keyboard import VirtualKeyboard
from tests.devices.far_side import FarSide, until


@pytest.fixture
def keyboard(tmp_path: Path) -> Iterator[VirtualKeyboard]:
    keyboard = VirtualKeyboard(tmp_path / "keyboard")
    yield keyboard
    keyboard.close()


def stanza(keyboard: VirtualKeyboard, **settings: Any) -> dict[str, Any]:
    return {"name": "wedge", "kind": "hid", "path": str(keyboard.path)} | settings


def test_codes_arrive_with_gs_and_aim_id(
    far: FarSide, run_agent: Callable[..., Agent], keyboard: VirtualKeyboard
) -> None:
    run_agent(stanza(keyboard))
    keyboard.type("]d2010950600013435210AB\x1d21x9")
    keyboard.type("https://id.gs1.org/01/09506000134352?x=1&y=2")
    far.wait(2)
    assert [(scan["codes"][0], scan["symbology"]) for scan in far.scans] == [
        ("010950600013435210AB\x1d21x9", "]d2"),
        ("https://id.gs1.org/01/09506000134352?x=1&y=2", None),
    ]


def test_faults_of_the_scanner(far: FarSide, run_agent: Callable[..., Agent], keyboard: VirtualKeyboard) -> None:
    run_agent(stanza(keyboard))
    keyboard.type("10AB\x1d21C", "lost_gs")
    keyboard.type("XY-1", "wrong_layout")
    keyboard.type("Ab1", "caps_lock")
    keyboard.type("C-3", "overrun")
    keyboard.type("A-1", "double_fire")
    assert far.wait(5) == ["10AB21C", "XZ/1", "aB1", "A-1", "A-1"]


def test_truncated_scan_is_not_glued_to_the_next(
    far: FarSide, run_agent: Callable[..., Agent], keyboard: VirtualKeyboard
) -> None:
    agent = run_agent(stanza(keyboard, partial_ms=60))
    keyboard.type("FIRST")
    far.wait(1)
    keyboard.type("9506000134352", "truncated")
    hid = agent.readers[0].source
    until(lambda: hid._keys.dropped, bool)  # type: ignore[attr-defined]
    keyboard.type("B-2")
    assert far.wait(2) == ["FIRST", "B-2"]


def test_unplugged_in_the_middle_of_a_code(
    far: FarSide, run_agent: Callable[..., Agent], keyboard: VirtualKeyboard
) -> None:
    agent = run_agent(stanza(keyboard))
    keyboard.type("FIRST")
    far.wait(1)
    keyboard.type("9506000134352", "unplug")
    until(agent.health, lambda health: health[0]["state"] == "gone")
    keyboard.plug()
    keyboard.type("B-2")
    assert far.wait(2) == ["FIRST", "B-2"]


def test_fifo_may_come_later_and_go(far: FarSide, run_agent: Callable[..., Agent], tmp_path: Path) -> None:
    agent = run_agent({"name": "wedge", "kind": "hid", "path": str(tmp_path / "late")})
    gone = until(agent.health, lambda health: bool(health) and health[0]["state"] == "gone")
    assert str(tmp_path / "late") in gone[0]["error"]
    late = VirtualKeyboard(tmp_path / "late")
    late.type("A-1")
    assert far.wait(1) == ["A-1"]
    assert until(agent.health, lambda health: health[0]["error"] is None)[0]["state"] == "ready"
    late.close()


@pytest.mark.parametrize(
    ("name", "vendor", "keyboard"),
    [
        ("Logitech K120", 0x046D, True),
        ("AT Translated Set 2 keyboard", 1, True),
        ("Honeywell Imaging & Mobility 1900", 0x0C2E, False),
        ("USB Keyboard", 0x05E0, False),
        ("WIT Electron Company WIT 122-UFS BarCode Scanner", 0x1234, False),
        ("Newland NLS-HR22", 0x1EAB, False),
    ],
)
def test_what_looks_like_a_keyboard(name: str, vendor: int, keyboard: bool) -> None:
    assert source_file("hid").looks_like_a_keyboard(name, vendor) is keyboard


def test_bare_event_node_is_refused_unless_wanted() -> None:
    settings, bare = source_file("hid").Settings, {"path": "/dev/input/event3"}
    with pytest.raises(SettingsError, match="somebody's keyboard"):
        fit(settings, bare, "reader 1")
    assert fit(settings, bare | {"any_keyboard": True}, "reader 1").any_keyboard
