"""Gates by their settings: TLS, QoS, direction, arming, lamps by HTTP; bar codes of handhelds; a thread that dies."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from devices.adapters import SettingsError, fit, source_file
from devices.agent import Agent, utc_now
from devices.seat import Seat, Stamp
from devices.simulators.broker import Broker, mosquitto
from devices.simulators.gate import FAULTS, VirtualGate
from tests.devices.far_side import FarSide, until
from tests.devices.test_gate import at, epc, gate, ready, stanza
from tests.shared import missing

pytestmark = pytest.mark.mosquitto
__all__ = ["gate"]
Run = Callable[..., Agent]


def certificates(folder: Path) -> Path:
    """A CA of our own and a certificate of the broker at 127.0.0.1 in `folder`; the path of the CA's certificate."""
    folder.mkdir()
    new = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    ca = [*new, "-subj", "/CN=test CA", "-keyout", "ca.key", "-out", "ca.pem"]
    ours = ["-subj", "/CN=broker", "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=CA:FALSE"]
    signed = [*new, *ours, "-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", "broker.key", "-out", "broker.pem"]
    for command in (ca, signed):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder / "ca.pem"


# paho leaves a socket whose certificate it refuses to the garbage collector, which says so.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("protocol", ["3.1.1", "5"])
def test_tls_with_a_ca_of_our_own_and_a_password(far: FarSide, run_agent: Run, tmp_path: Path, protocol: str) -> None:
    if mosquitto() is None:
        missing("mosquitto")
    ca = certificates(tmp_path / "ca")
    lines = f"certfile {tmp_path}/ca/broker.pem\nkeyfile {tmp_path}/ca/broker.key\n"
    broker = Broker(tmp_path / "broker", more=lines)
    broker.start()
    table = {
        "name": "dock", "kind": "gate", "host": broker.host, "port": broker.port, "user": broker.user,
        "password": broker.password, "topics": ["zebra/dock/data"], "protocol": protocol, "quiet_s": 0.2,
    }  # fmt: skip
    agent = run_agent(table | {"tls": True})
    assert "not trusted" in until(agent.health, lambda h: bool(h) and h[0]["state"] == "gone")[0]["error"]
    run_agent.stop()  # type: ignore[attr-defined]
    ready(run_agent(table | {"ca": str(ca)}))
    sender = mqtt.Client(CallbackAPIVersion.VERSION2)
    sender.tls_set(ca_certs=str(ca))
    sender.username_pw_set(broker.user, broker.password)
    sender.connect(broker.host, broker.port)
    sender.loop_start()
    event = {"type": "SIMPLE", "timestamp": datetime.now(UTC).isoformat(), "data": {"idHex": epc(1)}}
    sender.publish("zebra/dock/data", json.dumps(event), qos=2).wait_for_publish(20)
    assert far.wait(1) == [epc(1)]
    sender.disconnect()
    sender.loop_stop()
    run_agent.stop()  # type: ignore[attr-defined]
    broker.stop()


@pytest.mark.parametrize("qos", [0, 1, 2])
def test_every_qos_counts_a_tag_once(far: FarSide, run_agent: Run, broker: Broker, gate: VirtualGate, qos: int) -> None:
    ready(run_agent(stanza(gate, broker, qos=qos)))
    gate.passage([epc(n) for n in range(5)], repeats=3)
    assert sorted(far.wait(5)) == [epc(n) for n in range(5)]


def test_a_gate_that_sends_by_qos_2_loses_and_doubles_nothing_over_restarts(
    far: FarSide, run_agent: Run, own_broker: Broker
) -> None:
    """The agent asks for 2 and is given 1: safe through an end of the agent, and of the broker with messages waiting."""
    gates = at(own_broker)
    gate = next(gates)
    gate.qos = 2

    def read(numbers: range) -> None:
        for number in numbers:
            gate.bar_codes((f"QOS2-{number:03}", "CODE128"))

    ready(run_agent(stanza(gate, own_broker, qos=2)))
    read(range(20))
    run_agent.stop()  # type: ignore[attr-defined]
    read(range(20, 40))
    own_broker.stop()
    own_broker.start()
    ready(run_agent(stanza(gate, own_broker, qos=2)))
    read(range(40, 60))
    far.wait(60)
    gate.close()
    assert far.codes == [f"QOS2-{number:03}" for number in range(60)]
    assert far.reused == 0


def test_only_what_goes_out_counts(far: FarSide, run_agent: Run, broker: Broker, gate: VirtualGate) -> None:
    sides: dict[str, Any] = {"inside": [1], "outside": [2], "direction": "out"}
    agent = run_agent(stanza(gate, broker, **sides))
    ready(agent)
    ways = {epc(1): [1, 1, 2], epc(2): [2, 1], epc(3): [1, 1], epc(4): [2]}
    for tag, ports in ways.items():
        gate._publish("data", [gate.tag(tag, port, -50) for port in ports])
    assert far.wait(1) == [epc(1)]
    assert until(agent.health, lambda h: "turned" in h[0]["counts"])[0]["counts"]["turned"] == 3
    with pytest.raises(SettingsError, match="direction needs"):
        fit(source_file("gate").Settings, {"topics": ["t"], "direction": "in"}, "reader 1")


def test_armed_by_the_loading_of_a_shipment(far: FarSide, run_agent: Run, broker: Broker, gate: VirtualGate) -> None:
    far.loading = False
    agent = run_agent(stanza(gate, broker, arm="loading", arm_hold_s=0.0))
    ready(agent)
    until(lambda: agent.readers[0].seat.loading, lambda loading: loading is False)
    gate.passage([epc(1)], repeats=2)
    until(agent.health, lambda h: h[0]["counts"].get("disarmed") == 2)
    far.loading = True
    until(lambda: agent.readers[0].seat.loading, bool)
    gate.passage([epc(2)])
    assert far.wait(1) == [epc(2)]
    assert agent.health()[0]["error"] is None


def test_armed_by_an_input(far: FarSide, run_agent: Run, broker: Broker, gate: VirtualGate) -> None:
    agent = run_agent(stanza(gate, broker, arm="gpi", arm_pin=2, arm_hold_s=0.0))
    ready(agent)
    gate.gpi(2, "HIGH")
    gate.passage([epc(1)], repeats=1)
    until(agent.health, lambda h: h[0]["counts"].get("disarmed") == 1)
    gate.gpi(1, "LOW")
    gate.passage([epc(1)], repeats=1)
    until(agent.health, lambda h: h[0]["counts"].get("disarmed") == 2)
    gate.gpi(2, "LOW")
    gate.passage([epc(2)])
    assert far.wait(1) == [epc(2)]


def test_bar_codes_of_a_handheld_are_scans(far: FarSide, run_agent: Run, broker: Broker, gate: VirtualGate) -> None:
    """A message that the broker sends twice is one scan for each of its codes, also of two equal codes."""
    agent = run_agent(stanza(gate, broker))
    ready(agent)
    gate.bar_codes(("9506000134352", "EAN-13"), ("9506000134352", "EAN-13"), ("]C100123", "Code 128"), repeat=2)
    gate.bar_codes(("OLD-1", "Code 39"), age=timedelta(hours=1))
    gate.bar_codes(("LAST", "?"))
    far.wait(4)
    assert [(scan["codes"], scan["symbology"]) for scan in far.scans] == [
        (["9506000134352"], "]E0"), (["9506000134352"], "]E0"), (["00123"], "]C1"), (["LAST"], None),
    ]  # fmt: skip
    assert far.reused == 0
    assert "too old" in until(agent.health, lambda h: "stale" in h[0]["troubles"])[0]["error"]


WRONG = {"clock_hours_off": "stale", "retained_backlog": "stale", "lost_events": "missed"}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_of_a_gate_by_name(far: FarSide, run_agent: Run, broker: Broker, gate: VirtualGate, name: str) -> None:
    agent = run_agent(stanza(gate, broker, rssi_floor_dbm=-70))
    ready(agent)
    gate.passage([epc(0)])
    far.wait(1)
    gate.fault(name, [epc(n) for n in range(1, 9)])
    if name in WRONG:
        found = until(agent.health, lambda h: h[0]["counts"].get(WRONG[name], 0) >= 8)
        assert found[0]["counts"][WRONG[name]] >= 8 and WRONG[name] in found[0]["troubles"]
    if name in ("clock_hours_off", "retained_backlog"):
        gate.passage([epc(n) for n in range(1, 9)])
    assert sorted(far.wait(9)) == [epc(n) for n in range(9)]
    assert len(far.scans) == 2


def test_what_breaks_in_the_client_is_noticed_and_nothing_is_lost(
    far: FarSide, run_agent: Run, broker: Broker, gate: VirtualGate
) -> None:
    agent = run_agent(stanza(gate, broker))
    ready(agent)
    source: Any = agent.readers[0].source

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a fault of ours in a callback")

    source._subscription._client.on_message = broken
    gate.passage([epc(1)])
    assert "ZeroDivisionError" in until(agent.health, lambda h: "source" in h[0]["troubles"])[0]["error"]
    assert far.wait(1) == [epc(1)]
    assert agent.readers[0].source is not source


class Impinj(BaseHTTPRequestHandler):
    """The REST door of a reader: keeps what its outputs were set to."""

    said: list[tuple[str, str, Any]]

    def do_PUT(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.said.append((self.path, self.headers["Authorization"], body["gpoConfigurations"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """A test's output is its own."""


@pytest.fixture
def impinj() -> Iterator[tuple[str, list[Any]]]:
    said: list[Any] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Impinj,), {"said": said}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", said
    server.shutdown()
    server.server_close()
    thread.join()


def test_lamps_of_an_impinj_by_http(
    far: FarSide, run_agent: Run, broker: Broker, tmp_path: Path, impinj: tuple[str, list[Any]]
) -> None:
    url, said = impinj
    (tmp_path / "password").write_text("secret\n")
    table = {
        "name": "r700", "kind": "gate", "host": broker.host, "port": broker.port, "user": broker.user,
        "password": broker.password, "topics": ["impinj/#"], "dialect": "impinj", "quiet_s": 0.2, "lamp_s": 0.2,
        "rest": url, "rest_user": "root", "rest_password_file": str(tmp_path / "password"),
    }  # fmt: skip
    agent = run_agent(table)
    ready(agent)
    far.sound = "error"
    gates = at(broker)
    sender = next(gates)._client
    now = datetime.now(UTC).isoformat()
    event = {"timestamp": now, "eventType": "tagInventory", "tagInventoryEvent": {"epcHex": epc(1), "antennaPort": 1}}
    sender.publish("impinj/r700", json.dumps(event), qos=1)
    assert far.wait(1) == [epc(1)]
    until(lambda: said, lambda said: len(said) >= 2)
    lamp = [[{"gpo": 2, "state": state}, {"gpo": 3, "state": state}] for state in ("high", "low")]
    assert [(path, basic, set_to) for path, basic, set_to in said] == [
        ("/api/v1/device/gpos", "Basic cm9vdDpzZWNyZXQ=", lamp[0]),
        ("/api/v1/device/gpos", "Basic cm9vdDpzZWNyZXQ=", lamp[1]),
    ]
    assert agent.health()[0]["error"] is None
    next(gates, None)


def test_reads_without_a_time_out_of_the_brokers_memory_never_count(
    far: FarSide, run_agent: Any, broker: Broker, gate: VirtualGate
) -> None:
    """Kept while we were away, or retained: nobody knows how old they are. What comes after a pause is new."""
    sender, topic = gate._client, f"any/{gate.name}"
    table = stanza(gate, broker, topics=[topic], dialect="mapping", options={"epc": "e"})

    def pass_by(number: int, **how: Any) -> None:
        sender.publish(topic, json.dumps({"e": epc(number)}), qos=1, **how).wait_for_publish(10)

    agent = run_agent(table)
    ready(agent)
    pass_by(1)
    assert far.wait(1) == [epc(1)]
    run_agent.stop()
    pass_by(2)
    pass_by(3, retain=True)
    agent = run_agent(table)
    assert until(agent.health, lambda h: bool(h) and h[0]["counts"].get("no_time", 0) >= 2)[0]["troubles"] == [
        "no_time"
    ]
    time.sleep(1.5)
    pass_by(4)
    assert far.wait(2) == [epc(1), epc(4)]
    assert agent.health()[0]["error"] is None
    sender.publish(topic, b"", qos=1, retain=True).wait_for_publish(10)


DARK: list[tuple[dict[str, Any], list[str]]] = [
    ({"options": {"outputs": {"error": [2]}}}, ["lamps"]),
    ({"options": {"outputs": {"error": [2]}}, "command_topic": "cmd"}, []),
    ({"dialect": "impinj", "options": {"outputs": {"error": [2]}}, "command_topic": "cmd"}, ["lamps"]),
    ({"dialect": "impinj"}, []),
    ({"dialect": "mapping", "options": {"epc": "e", "commands": {"error": {"on": {}}}}}, ["lamps"]),
]


@pytest.mark.parametrize(("changes", "troubles"), DARK)
def test_lamps_that_nobody_can_switch_are_told_at_the_start(
    tmp_path: Path, changes: dict[str, Any], troubles: list[str]
) -> None:
    file = source_file("gate")
    seat = Seat("dock", tmp_path, Stamp("dock", utc_now, os.urandom))
    file.open_source(fit(file.Settings, {"topics": ["t"]} | changes, "reader 1"), seat)
    assert seat.health.report("dock", "gate", 0)["troubles"] == troubles


def test_inputs_arm_no_gate_whose_dialect_hears_none() -> None:
    with pytest.raises(SettingsError, match="needs a dialect that hears inputs"):
        fit(source_file("gate").Settings, {"topics": ["t"], "dialect": "mapping", "arm": "gpi"}, "reader 1")
