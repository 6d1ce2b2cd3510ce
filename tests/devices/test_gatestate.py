"""What a gate loses is counted, told and after a while taken back; and when it counts at all."""

from collections import Counter
from typing import Any

import pytest

from devices.arming import Arming
from devices.gatestate import REMEMBER_S, GateState
from devices.scan import Heard, TagRead
from devices.seat import Health


def report(health: Health) -> tuple[list[str], dict[str, int]]:
    told = health.report("dock", "gate", 0)
    return told["troubles"], told["counts"]


def test_losses_add_up_and_are_forgotten_in_time() -> None:
    health = Health("dock")
    state = GateState(health, 0.0)
    state.heard(0.0, Heard(None, {"missed": 3}))
    state.heard(1.0, Heard(None, {"missed": 2, "lost": 7}))
    assert report(health) == (["lost", "missed"], {"missed": 5, "lost": 7})
    assert "5 events of the gate never came" in str(health.error)
    state.watch(REMEMBER_S)
    assert report(health)[0] == ["lost", "missed"]
    state.watch(REMEMBER_S + 2)
    assert report(health) == ([], {"missed": 5, "lost": 7})


@pytest.mark.parametrize("junk", [b"", b"nan", b"\xff", b"9" * 400])
def test_only_growth_of_the_brokers_count_is_a_loss(junk: bytes) -> None:
    health = Health("dock")
    state = GateState(health, 0.0)
    for payload in (b"40", junk, b"40"):
        state.broker_dropped(payload, 0.0)
    assert report(health) == ([], {})
    state.broker_dropped(b"45", 0.0)
    state.broker_dropped(b"2", 1.0)  # it has started anew
    state.broker_dropped(b"3", 2.0)
    assert report(health) == (["dropped"], {"dropped": 6})


def test_messages_dropped_inside_the_gate_are_losses() -> None:
    health = Health("dock")
    state = GateState(health, 0.0)
    for count in (10, 10, 14):
        state.heard(0.0, Heard(None, {"online": True, "dropped": count}))
    assert report(health) == (["lost"], {"lost": 4})


def test_refused_reads_are_counted_by_reason() -> None:
    health = Health("dock")
    GateState(health, 0.0).refused(Counter(stale=2, weak=5, overflow=1), fresh=False)
    assert report(health) == (["overflow", "stale"], {"stale": 2, "weak": 5, "overflow": 1})


LOW: list[dict[str, Any]] = [{"pin": 2, "state": "LOW"}, {"gpi": 2, "transition": "high-to-low"}]
HIGH: list[dict[str, Any]] = [{"pin": 2, "state": "HIGH"}, {"gpi": 2, "transition": "low-to-high"}]


@pytest.mark.parametrize(("low", "high"), list(zip(LOW, HIGH, strict=True)))
def test_armed_by_an_input_and_for_a_while_after(low: dict[str, Any], high: dict[str, Any]) -> None:
    arming = Arming("gpi", pin=2, hold_s=5.0)
    assert arming.armed(0.0)  # nobody has said anything yet
    arming.heard(high, 1.0)
    assert (arming.armed(5.9), arming.armed(6.1)) == (True, False)
    arming.heard({"pin": 1, "state": "LOW"}, 7.0)
    assert not arming.armed(7.0)
    arming.heard(low, 8.0)
    arming.heard({"severity": "warning"}, 9.0)
    assert arming.armed(100.0)
    assert Arming("gpi", level="high").armed(0.0)


def test_armed_by_the_servers_word_and_always_without_it() -> None:
    arming = Arming("loading", hold_s=1.0)
    for told, armed in ((None, True), (False, False), (True, True), (False, False), (None, True)):
        arming.told(told, 10.0)
        assert arming.armed(12.0) is armed
    always = Arming("always")
    always.told(False, 0.0)
    always.heard(HIGH[0], 0.0)
    assert always.armed(100.0)


def test_lamps_that_do_not_obey_are_told_until_they_do() -> None:
    health = Health("dock")
    state = GateState(health, 0.0)
    state.heard(0.0, Heard(None, {"command": "start", "ok": False, "benign": True}))
    state.heard(0.0, Heard(None, {"command": "set_config", "ok": False}))
    assert report(health)[0] == []
    state.heard(1.0, Heard(None, {"command": "set_gpo", "ok": False}))
    state.heard(1.1, Heard(None, {"command": "set_gpo", "ok": True}))  # the other of two lamps
    assert report(health)[0] == ["lamps"]
    state.heard(20.0, Heard(None, {"command": "set_gpo", "ok": True}))
    assert report(health)[0] == []


@pytest.mark.parametrize(
    ("idle", "well"),
    [
        ({"online": True, "radio_active": False}, {"online": True, "radio_active": True}),
        ({"status": "idle"}, {"status": "running"}),
    ],
)
def test_a_gate_that_is_idle_while_armed_is_told(idle: dict[str, Any], well: dict[str, Any]) -> None:
    health = Health("dock")
    state = GateState(health, 0.0)
    state.heard(1.0, Heard(None, idle))
    state.watch(1.0, armed=False)
    state.watch(100.0, armed=False)
    state.watch(101.0, armed=True)
    assert report(health)[0] == []  # it may be about to begin
    state.heard(111.0, Heard(None, idle))
    state.watch(112.0, armed=True)
    assert report(health)[0] == ["not_reading"]
    state.watch(113.0, armed=False)
    assert report(health)[0] == []
    state.watch(114.0, armed=True)
    state.watch(130.0, armed=True)
    assert report(health)[0] == ["not_reading"]
    state.heard(131.0, Heard(None, well))
    state.watch(131.0, armed=True)
    assert report(health)[0] == []


def test_warnings_stay_for_a_while_and_errors_until_the_next_good_heartbeat() -> None:
    health = Health("dock")
    state = GateState(health, 0.0)
    state.heard(0.0, Heard(None, {"severity": "warning", "text": "antenna hot"}))
    state.heard(1.0, Heard(None, {"online": True}))
    assert "antenna hot" in str(health.error)
    state.watch(REMEMBER_S + 2)
    assert report(health)[0] == []
    state.heard(700.0, Heard(None, {"severity": "error", "text": "no region"}))
    assert report(health)[0] == ["alarm"]
    state.heard(701.0, Heard(None, {"online": True}))
    assert report(health)[0] == []


def test_a_gate_without_a_clock_is_told() -> None:
    health = Health("dock")
    state = GateState(health, 0.0)
    state.heard(0.0, Heard((TagRead("3074"),), {"warning": "bad_time"}))
    state.heard(1.0, Heard(None, {"online": True}))
    assert report(health)[0] == ["bad_time"]
    state.heard(2.0, Heard((TagRead("3074"),)))
    assert report(health)[0] == []
