"""Gates over a real broker, through agent and spool to a real server."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from devices.adapters import source_file
from devices.agent import Agent, utc_now
from devices.seat import Seat, Stamp
from devices.simulators import broker as broker_file
from devices.simulators.broker import Broker
from devices.simulators.gate import VirtualGate
from tests.devices.far_side import TOKEN, FarSide, until

pytestmark = pytest.mark.mosquitto
names = iter(f"dock{n}" for n in range(1000))


def epc(n: int) -> str:
    return f"3074257BF7194E40{n:08X}"


@pytest.fixture
def gate(broker: Broker) -> Iterator[VirtualGate]:
    yield from at(broker)


def at(broker: Broker) -> Iterator[VirtualGate]:
    gate = VirtualGate(next(names), broker.host, broker.port, user=broker.user, password=broker.password)
    assert gate.connected(10)
    yield gate
    gate.close()


def stanza(gate: VirtualGate, broker: Broker, **settings: Any) -> dict[str, Any]:
    return {
        "name": gate.name,
        "kind": "gate",
        "host": broker.host,
        "port": broker.port,
        "user": broker.user,
        "password": broker.password,
        "topics": [f"zebra/{gate.name}/data", f"zebra/{gate.name}/events", f"zebra/{gate.name}/ctrl/res"],
        "command_topic": f"zebra/{gate.name}/ctrl/cmd",
        "quiet_s": 0.3,
    } | settings


def ready(agent: Agent) -> None:
    until(agent.health, lambda health: bool(health) and health[0]["state"] == "ready")


def test_many_reads_become_one_scan_of_each_tag_once(
    far: FarSide, run_agent: Callable[..., Agent], broker: Broker, gate: VirtualGate
) -> None:
    ready(run_agent(stanza(gate, broker, rssi_floor_dbm=-70)))
    wanted = [epc(n) for n in range(30)]
    gate.passage(wanted, repeats=8, strays=[epc(900), epc(901)])
    far.wait(30)
    assert len(far.scans) == 1
    assert sorted(far.codes) == wanted
    gate.passage(wanted[:3])
    far.wait(33)
    assert [len(scan["codes"]) for scan in far.scans] == [30, 3]


@pytest.mark.parametrize("protocol", ["3.1.1", "5"])
def test_what_the_broker_keeps_while_the_agent_is_away_arrives(
    far: FarSide, run_agent: Any, broker: Broker, gate: VirtualGate, protocol: str
) -> None:
    ready(run_agent(stanza(gate, broker, protocol=protocol)))
    run_agent.stop()
    gate.passage([epc(n) for n in range(10)])
    run_agent(stanza(gate, broker, protocol=protocol))
    assert sorted(far.wait(10)) == [epc(n) for n in range(10)]


def test_verdict_lights_the_lamps_and_they_go_out(
    far: FarSide, run_agent: Callable[..., Agent], broker: Broker, gate: VirtualGate
) -> None:
    ready(run_agent(stanza(gate, broker, lamp_s=0.2, options={"outputs": {"error": [2, 3]}})))
    far.sound = "error"
    gate.passage([epc(1)])
    commands = until(lambda: list(gate.commands), lambda commands: len(commands) >= 4)
    assert [(one["payload"]["port"], one["payload"]["state"]) for one in commands] == [
        (2, True),
        (3, True),
        (2, False),
        (3, False),
    ]
    assert gate.outputs == {2: False, 3: False}


def test_backlog_and_wrong_clock_never_count_and_are_named(
    far: FarSide, run_agent: Callable[..., Agent], broker: Broker, gate: VirtualGate
) -> None:
    agent = run_agent(stanza(gate, broker))
    ready(agent)
    gate.backlog([epc(1), epc(2)], timedelta(hours=1))
    stale = until(agent.health, lambda health: health[0]["counts"].get("stale") == 2)[0]
    assert stale["troubles"] == ["stale"]
    gate.passage([epc(3)])
    assert far.wait(1) == [epc(3)]
    assert agent.health()[0]["error"] is None


def test_junk_is_named_and_harms_nothing(
    far: FarSide, run_agent: Callable[..., Agent], broker: Broker, gate: VirtualGate
) -> None:
    agent = run_agent(stanza(gate, broker))
    ready(agent)
    for payload in (b"{", b"\xff\xff", b"null", b"[1, {}]"):
        gate.junk(payload)
    assert "could not be read" in until(agent.health, lambda health: health[0]["error"])[0]["error"]
    gate.passage([epc(1)])
    assert far.wait(1) == [epc(1)]


def test_gate_says_how_it_is(far: FarSide, run_agent: Callable[..., Agent], broker: Broker, gate: VirtualGate) -> None:
    agent = run_agent(stanza(gate, broker, heartbeat_s=0.5))
    ready(agent)
    assert "gate_silent" in until(agent.health, lambda health: health[0]["error"])[0]["error"]
    gate.heartbeat(antennas={"1": "connected", "3": "disconnected"})
    assert "antenna 3" in until(agent.health, lambda health: "antenna" in str(health[0]["error"]))[0]["error"]
    gate.heartbeat(radio="disconnected", antennas={"3": "connected"})
    assert "radio is off" in until(agent.health, lambda health: "radio" in str(health[0]["error"]))[0]["error"]


def test_wrong_password_is_named(
    far: FarSide, run_agent: Callable[..., Agent], broker: Broker, gate: VirtualGate
) -> None:
    agent = run_agent(stanza(gate, broker, password="wrong"))
    assert "Not authorized" in until(agent.health, lambda h: bool(h) and "Not" in str(h[0]["error"]))[0]["error"]
    assert agent.health()[0]["state"] == "gone"


def test_passage_waits_for_room_in_the_spool(
    far: FarSide, run_agent: Callable[..., Agent], broker: Broker, gate: VirtualGate
) -> None:
    far.mode = "busy"
    agent = run_agent(stanza(gate, broker), spool_limit=1)
    ready(agent)
    gate.passage([epc(1)])
    until(agent.health, lambda health: health[0]["spool"] == 1)
    gate.passage([epc(2)])
    until(agent.health, lambda health: "spool full" in str(health[0]["error"]))
    far.mode = "ok"
    assert far.wait(2) == [epc(1), epc(2)]


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_broker_restarted_in_the_middle_of_a_passage(
    far: FarSide, run_agent: Callable[..., Agent], own_broker: Broker, how: str
) -> None:
    gates = at(own_broker)
    gate = next(gates)
    agent = run_agent(stanza(gate, own_broker, quiet_s=1.5))
    ready(agent)
    wanted = [epc(n) for n in range(200)]
    thread = threading.Thread(target=gate.passage, args=(wanted,), kwargs={"repeats": 2})
    thread.start()
    time.sleep(0.01)
    getattr(own_broker, how)()
    own_broker.start()
    thread.join(60)
    gate.passage([epc(200)])
    until(lambda: epc(200) in far.codes, bool, 40)
    lost = sorted({*wanted} - {*far.codes})
    assert len(far.codes) == len({*far.codes}), "a tag was counted twice"
    if how == "kill":  # a broker killed between its receipt and its disk loses what it had; the numbers' gap tells it
        assert not lost or agent.health()[0]["counts"]["missed"] >= len(lost)
    else:
        assert not lost
    next(gates, None)


def test_storm_is_one_passage_and_loses_nothing(
    far: FarSide, run_agent: Callable[..., Agent], broker: Broker, gate: VirtualGate
) -> None:
    ready(run_agent(stanza(gate, broker)))
    wanted = [epc(n) for n in range(40)]
    gate.storm(wanted, 5000)
    assert sorted(far.wait(40)) == wanted
    assert len(far.scans) == 1


READERS = """
server = "{url}"
token = "{token}"
spool = "{folder}/spool"
[[reader]]
name = "{gate.name}"
kind = "gate"
host = "{broker.host}"
port = {broker.port}
user = "{broker.user}"
password = "{broker.password}"
topics = ["zebra/{gate.name}/data"]
quiet_s = 0.2
"""


def test_killed_agent_loses_and_doubles_no_tag(far: FarSide, tmp_path: Path, broker: Broker, gate: VirtualGate) -> None:
    """Killed at random moments while goods pass; then every tag that passed came out, in exactly one scan."""
    config, chance, sent = tmp_path / "readers.toml", random.Random(5), 0
    config.write_text(READERS.format(url=far.url, token=TOKEN, folder=tmp_path, broker=broker, gate=gate))
    command = [sys.executable, "-m", "devices", str(config)]
    subscribed = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    until(lambda: gate.passage([epc(0)], repeats=1) and far.wait(1, 0.5), bool)
    subscribed.kill()
    subscribed.wait()
    for _ in range(4):
        agent = subprocess.Popen(command, cwd=Path(__file__).parents[2])
        killer = threading.Timer(0.3 + chance.random() * 0.9, lambda agent=agent: os.kill(agent.pid, signal.SIGKILL))
        killer.start()
        while killer.is_alive():
            sent += 5
            gate.passage([epc(n) for n in range(sent - 4, sent + 1)], repeats=1)
            time.sleep(chance.choice([0.0, 0.1, 0.3]))
        agent.wait()
    last = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    sent += 1
    gate.passage([epc(sent)], repeats=1)  # what only the last one can bring: it is at work before it is ended
    passed = {epc(n) for n in range(1, sent + 1)}
    until(lambda: passed - set(far.codes), lambda left: not left, 30)
    last.terminate()
    assert last.wait(10) == 0
    codes = [code for code in far.codes if code != epc(0)]
    assert sorted(codes) == sorted(passed)
    assert far.reused == 0


def test_numbers_of_an_earlier_connection_are_not_acknowledged(
    broker: Broker, gate: VirtualGate, tmp_path: Path
) -> None:
    file = source_file("gate")
    table = {k: v for k, v in stanza(gate, broker).items() if k not in ("name", "kind", "topics")}
    seat = Seat(gate.name, tmp_path, Stamp(gate.name, utc_now, os.urandom))
    subscription = file.Subscription(file.Settings(topics=(f"zebra/{gate.name}/data",), **table), seat)
    subscription.start()
    until(lambda: subscription.take() or seat.health.state, lambda state: state == "ready")
    gate.passage([epc(1)], repeats=1)
    group = until(lambda: [one for one in subscription.take() if one.qos], bool)
    subscription._lost("cut")
    acked: list[int] = []
    subscription._client.ack = lambda mid, qos: acked.append(mid)
    subscription.acknowledge(group)
    assert acked == []
    subscription.acknowledge([group[0]._replace(connection=subscription._connection)])
    assert acked == [group[0].mid]
    subscription.close()


def test_gate_on_a_machine_without_mosquitto(
    far: FarSide, run_agent: Callable[..., Agent], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_file, "mosquitto", lambda: None)
    broker = Broker(tmp_path / "amqtt")
    broker.start()
    gates = at(broker)
    gate = next(gates)
    ready(run_agent(stanza(gate, broker)))
    gate.passage([epc(n) for n in range(10)])
    assert sorted(far.wait(10)) == [epc(n) for n in range(10)]
    next(gates, None)
    broker.stop()
