"""The broker goes while goods pass a gate; it comes back, and so do all reads, each tag in one scan.

Stopped in order it must lose nothing. Killed, it loses what it had acknowledged to the gate but neither sent on nor
written: that is the broker's own, no reader can mend it, and it is counted.
"""

import random
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from devices.simulators.broker import Broker
from devices.simulators.gate import VirtualGate
from tests.devices.far_side import until
from tests.faults.rig import agent_process, far_side

TITLE = "broker stopped or killed in a passage"
FULL = 20
TAGS, REPEATS = 200, 2
STANZA = """
kind = "gate"
host = "{broker.host}"
port = {broker.port}
user = "{broker.user}"
password = "{broker.password}"
topics = ["zebra/{gate.name}/data"]
quiet_s = 8.0
"""


def run(seed: int, count: int, tick: Callable[[int], None]) -> dict[str, object]:
    """Every tag that passed arrives, in exactly one scan; AssertionError otherwise."""
    dice, lost = random.Random(seed), 0
    with tempfile.TemporaryDirectory(prefix="floor-fault-") as name, far_side() as far:
        broker = Broker(Path(name) / "broker")
        broker.start()
        gate = VirtualGate("dock1", broker.host, broker.port, user=broker.user, password=broker.password)
        try:
            assert gate.connected(20)
            with agent_process(Path(name), far, STANZA.format(broker=broker, gate=gate)):
                until(lambda: far.health[-1:], lambda said: said and said[0][0]["state"] == "ready", 30)
                for cycle in range(count):
                    tick(cycle)
                    kill = cycle % 4 == 3
                    _pass(cycle, broker, gate, dice, kill=kill)
                    wanted = (cycle + 1) * TAGS - lost
                    here = until(lambda: len(far.codes), lambda here, wanted=wanted: here >= wanted, 25 if kill else 90)
                    lost += wanted - here if kill else 0
                    assert kill or here == wanted, f"{here} of {wanted} tags arrived"
        finally:
            gate.close()
            broker.stop()
    assert len(far.codes) == len(set(far.codes)), "a tag came out twice"
    assert set(far.codes) <= {tag(number) for number in range(count * TAGS)}, "a tag was invented"
    return {
        "tags": count * TAGS,
        "lost at a stop": 0,
        "lost by the broker at SIGKILL": lost,
        "doubled": 0,
        "passages": len(far.scans),
    }


def tag(number: int) -> str:
    return f"3074257BF7194E40{number:08X}"


def _pass(cycle: int, broker: Broker, gate: VirtualGate, dice: random.Random, *, kill: bool) -> None:
    """TAGS tags pass, and in their midst the broker goes."""
    goods = [tag(number) for number in range(cycle * TAGS, (cycle + 1) * TAGS)]
    passing = threading.Thread(target=gate.passage, args=(goods,), kwargs={"repeats": REPEATS, "seed": cycle})
    passing.start()
    time.sleep(dice.random() * 0.05)
    (broker.kill if kill else broker.stop)()
    time.sleep(dice.random() * 0.5)
    broker.start()
    passing.join(90)
    assert not passing.is_alive(), "the gate could not deliver"
