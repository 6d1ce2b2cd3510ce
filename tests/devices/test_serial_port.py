"""Serial scanners over a real pty, through agent and spool to a real server."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from devices.agent import Agent
from devices.simulators.scanner import VirtualScanner
from tests.devices.far_side import FarSide, until


@pytest.fixture
def scanner(tmp_path: Path) -> Any:
    scanner = VirtualScanner(tmp_path / "scanner")
    yield scanner
    scanner.close()


def stanza(scanner: VirtualScanner, **options: Any) -> dict[str, Any]:
    return {"name": "bench", "kind": "serial_port", "path": str(scanner.path), "options": options}


def ready(agent: Agent) -> None:
    until(agent.health, lambda health: bool(health) and all(one["state"] == "ready" for one in health))


def test_codes_arrive_in_order_with_their_aim_id(
    far: FarSide, run_agent: Callable[..., Agent], scanner: VirtualScanner
) -> None:
    ready(run_agent(stanza(scanner)))
    for code in ("]C100106141412345678908", "9506000134352", "箱-1"):
        scanner.scan(code)
    far.wait(3)
    assert [(scan["codes"], scan["symbology"], scan["seq"]) for scan in far.scans] == [
        (["00106141412345678908"], "]C1", 1),
        (["9506000134352"], None, 2),
        (["箱-1"], None, 3),
    ]


def test_faults_of_the_scanner(far: FarSide, run_agent: Callable[..., Agent], scanner: VirtualScanner) -> None:
    ready(run_agent(stanza(scanner, partial_ms=80)))
    scanner.scan("A-1", "double_fire")
    assert far.wait(2) == ["A-1", "A-1"]
    assert far.scans[0]["id"] != far.scans[1]["id"]
    scanner.scan("9506000134352", "truncated")
    assert scanner.heard(0.3) == b""
    scanner.scan("B-2")
    assert far.wait(3) == ["A-1", "A-1", "B-2"]


def test_bytes_that_make_no_code_are_told_until_the_next_is_whole(
    far: FarSide, run_agent: Callable[..., Agent], scanner: VirtualScanner
) -> None:
    agent = run_agent(stanza(scanner))
    ready(agent)
    scanner.scan("9506000134352", "no_suffix")
    until(agent.health, lambda health: health[0]["troubles"] == ["framing"])
    assert "13 bytes made no code" in agent.health()[0]["error"]
    scanner.scan("B-2")
    assert far.wait(1) == ["B-2"]
    until(agent.health, lambda health: health[0]["troubles"] == [])


def test_a_sound_that_does_not_go_out_is_told_until_one_does(
    far: FarSide, run_agent: Callable[..., Agent], scanner: VirtualScanner
) -> None:
    agent = run_agent(stanza(scanner, sounds={"ok": "x" * 100_000, "error": "e"}))
    ready(agent)
    scanner.scan("A-1")  # the scanner takes no byte of so long a sound
    until(agent.health, lambda health: health[0]["troubles"] == ["tell"])
    assert agent.health()[0]["state"] == "ready"
    far.sound = "error"
    while scanner.heard(0.3):
        pass
    assert agent.health()[0]["troubles"] == ["tell"]
    scanner.scan("A-2")
    until(agent.health, lambda health: health[0]["troubles"] == [])
    assert far.wait(2) == ["A-1", "A-2"]


def test_receipt_that_goes_astray(far: FarSide, run_agent: Callable[..., Agent], scanner: VirtualScanner) -> None:
    ready(run_agent(stanza(scanner, handshake=True, repeat_ms=60_000)))
    scanner.scan("A-1", "lost_ack")
    assert heard(scanner, 1) == b"\x06"
    scanner.scan("10AB\x1d21C", "lost_gs")
    assert far.wait(2) == ["A-1", "10AB21C"]


def test_receipt_and_sounds_reach_the_scanner(
    far: FarSide, run_agent: Callable[..., Agent], scanner: VirtualScanner
) -> None:
    sounds = {"ok": "\x16\x07\r", "error": "<E>", "double": "<D>"}
    agent = run_agent(stanza(scanner, handshake=True, sounds=sounds))
    ready(agent)
    scanner.scan("A-1")
    assert heard(scanner, 4) == b"\x06\x16\x07\r"
    far.sound = "error"
    scanner.scan("A-2")
    assert heard(scanner, 4) == b"\x06<E>"
    far.code = "double_fire"
    scanner.scan("A-2")
    assert heard(scanner, 4) == b"\x06<D>"


def test_full_spool_gives_no_receipt_but_the_wrong_sound(
    far: FarSide, run_agent: Callable[..., Agent], scanner: VirtualScanner
) -> None:
    far.mode = "busy"
    agent = run_agent(stanza(scanner, handshake=True, sounds={"error": "<E>"}), spool_limit=1)
    ready(agent)
    scanner.scan("A-1")
    assert heard(scanner, 1) == b"\x06"
    scanner.scan("A-2")
    assert heard(scanner, 4) == b"\x15<E>"
    assert "spool full" in agent.health()[0]["error"]
    far.mode = "ok"
    assert far.wait(1) == ["A-1"]


def heard(scanner: VirtualScanner, count: int) -> bytes:
    sofar = bytearray()
    until(lambda: sofar.extend(scanner.heard(0.05)) or sofar, lambda sofar: len(sofar) >= count, 5)
    return bytes(sofar)


def test_unplug_in_mid_scan_loses_no_whole_scan_and_invents_none(
    far: FarSide, run_agent: Callable[..., Agent], scanner: VirtualScanner
) -> None:
    agent, sent = run_agent(stanza(scanner)), 0
    for _cycle in range(8):
        assert scanner.in_use(10)
        for _ in range(3):
            sent += 1
            scanner.scan(f"N-{sent:06}")
        far.wait(sent)
        scanner.scan("HALF-A-CODE", "unplug")
        until(agent.health, lambda health: health[0]["state"] == "gone")
        scanner.plug()
    assert far.codes == [f"N-{n:06}" for n in range(1, sent + 1)]


def test_unplugged_scanner_is_named_in_the_health(
    far: FarSide, run_agent: Callable[..., Agent], scanner: VirtualScanner
) -> None:
    agent = run_agent(stanza(scanner))
    assert scanner.in_use(10)
    scanner.scan("A-1")
    far.wait(1)
    last = until(lambda: far.health[-1:], lambda seen: seen and seen[0][0]["last_code"] == "A-1")[0][0]
    assert (last["name"], last["kind"], last["state"], last["error"], last["spool"]) == (
        "bench",
        "serial_port",
        "ready",
        None,
        0,
    )
    scanner.unplug()
    gone = until(agent.health, lambda health: health[0]["state"] == "gone")[0]
    assert str(scanner.path) in gone["error"]


def test_server_killed_and_answers_lost_on_the_way(
    far: FarSide, run_agent: Callable[..., Agent], scanner: VirtualScanner
) -> None:
    ready(run_agent(stanza(scanner)))
    chance = random.Random(7)
    for n in range(60):
        scanner.scan(f"N-{n}")
        far.mode = chance.choice(["ok", "ok", "lose", "busy"])
        if n % 20 == 10:
            far.kill()
        if n % 20 == 13:
            far.start()
    far.mode = "ok"
    assert far.wait(60) == [f"N-{n}" for n in range(60)]
    assert far.reused == 0


def test_a_dead_reader_and_a_shut_door_hurt_no_other(
    far: FarSide, run_agent: Callable[..., Agent], scanner: VirtualScanner, tmp_path: Path
) -> None:
    absent = {"name": "absent", "kind": "serial_port", "path": str(tmp_path / "nowhere")}
    stranger = stanza(scanner) | {"name": "stranger", "path": str(tmp_path / "second"), "token": "unknown"}
    other = VirtualScanner(tmp_path / "second")
    agent = run_agent(absent, stranger, stanza(scanner))
    assert scanner.in_use(10)
    assert other.in_use(10)
    other.scan("X-1")
    scanner.scan("A-1")
    assert far.wait(1) == ["A-1"]
    states = until(
        agent.health, lambda health: "refuses the token" in str(health[1]["error"]) and health[2]["spool"] == 0
    )
    assert [(one["state"], one["spool"]) for one in states] == [("gone", 0), ("ready", 1), ("ready", 0)]
    other.close()


def test_what_waits_goes_out_after_a_restart(far: FarSide, run_agent: Any, scanner: VirtualScanner) -> None:
    far.mode = "busy"
    agent = run_agent(stanza(scanner))
    assert scanner.in_use(10)
    for n in range(3):
        scanner.scan(f"N-{n}")
    until(agent.health, lambda health: health[0]["spool"] == 3)
    run_agent.stop()
    far.mode = "ok"
    run_agent(stanza(scanner))
    assert far.wait(3) == ["N-0", "N-1", "N-2"]
    assert scanner.in_use(10)
    scanner.scan("N-3")
    far.wait(4)
    assert [scan["seq"] for scan in far.scans] == [1, 2, 3, 4]


def test_what_waits_for_a_reader_of_another_name_is_told(far: FarSide, run_agent: Any, scanner: VirtualScanner) -> None:
    far.mode = "busy"
    agent = run_agent(stanza(scanner))
    assert scanner.in_use(10)
    scanner.scan("N-1")
    until(agent.health, lambda health: health[0]["spool"] == 1)
    run_agent.stop()
    agent = run_agent(stanza(scanner) | {"name": "renamed"})
    until(agent.health, lambda health: bool(health) and "orphan" in health[0]["troubles"])
    assert "1 scans of a reader 'bench' wait" in agent.health()[0]["error"]
    run_agent.stop()
    far.mode = "ok"
    run_agent(stanza(scanner))
    assert far.wait(1) == ["N-1"], "under its old name it is sent"


def test_bytes_outside_the_charset_stay_visible(
    far: FarSide, run_agent: Callable[..., Agent], scanner: VirtualScanner
) -> None:
    ready(run_agent(stanza(scanner, charset="gb18030")))
    scanner.send("箱".encode("gb18030") + b"1\r" + b"\xff\r")
    assert far.wait(2) == ["箱1", "\\xff"]
