"""RFID gates over a real broker: a read from payload to window, and whole reader processes beside a subscriber that only counts."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from devices.adapters import open_dialect
from devices.passage import Passage, Rules
from devices.simulators.broker import Broker
from tests.bench.reads import TAGS, payload
from tests.devices.far_side import TOKEN, FarSide, until

ROOT = Path(__file__).resolve().parent.parent.parent
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
CASES = ((1, 1500), (16, 200))
SECONDS = 60.0
# Written every few seconds: after each message, as the demo's broker does, the broker itself would be what is measured.
SELDOM = "autosave_interval 5\nautosave_on_changes false\n"
HEAD = '\nserver = "{url}"\ntoken = "{token}"\nspool = "{folder}/spool"\nhealth_s = 1.0\n'
READER = """
[[reader]]
name = "gate{n}"
kind = "gate"
port = {broker.port}
user = "{broker.user}"
password = "{broker.password}"
topics = ["zebra/gate{n}/data"]
quiet_s = 2.0
longest_s = 3600.0
most_tags = 1000
"""


def measure(rounds: int) -> list[str]:
    """CPU of a read alone, `rounds` times; each case of gates once for SECONDS, with every tag counted."""
    each = statistics.median(_window_us() for _ in range(rounds))
    lines = [f"CPU of a read from payload to window: {each:.1f} us (aim: at most 10)", ""]
    lines += ["| gates x reads/s for 60 s, QoS 1 | reads | lost | CPU us a read | bare counter | ratio | MB after 10 s, at the end |",
              "|---|---|---|---|---|---|---|"]  # fmt: skip
    return [*lines, *(_case(gates, rate) for gates, rate in CASES), ""]


def _window_us() -> float:
    dialect, passage, count = open_dialect("zebra_iot", "gate", {}), Passage(Rules()), 20_000
    now = datetime.now(UTC)
    said = now.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    payloads = [payload(0, number + 1, said) for number in range(count)]
    start = time.process_time()
    for at in range(0, count, 100):
        reads = [read for one in payloads[at : at + 100] for read in dialect.reads("zebra/gate0/data", one).reads]
        passage.add(reads, at / 1500, now)
    return (time.process_time() - start) / count * 1e6


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def memory_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024


def _case(gates: int, rate: int) -> str:
    """Agent and counter hear the same reads at the same time; the agent has also to hand on each tag once."""
    with tempfile.TemporaryDirectory(prefix="floor-bench-") as name:
        folder, far = Path(name), FarSide()
        broker = Broker(folder / "broker", more=SELDOM)
        broker.start()
        head = HEAD.format(url=far.url, token=TOKEN, folder=folder)
        config = folder / "readers.toml"
        config.write_text(head + "".join(READER.format(n=n, broker=broker) for n in range(gates)))
        where = [str(broker.port), broker.user, broker.password]
        agent = subprocess.Popen([sys.executable, "-m", "devices", str(config)], cwd=ROOT)
        counter = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.counting", *where], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert counter.stdout is not None
        counter.stdout.readline()
        until(lambda: far.health[-1:], lambda said: said and all(one["state"] == "ready" for one in said[0]), 60)
        try:
            return _told(gates, rate, far, where, (agent, counter))
        finally:
            agent.terminate()
            agent.wait()
            counter.kill()
            counter.communicate()
            broker.stop()
            far.kill()


def _told(
    gates: int,
    rate: int,
    far: FarSide,
    where: list[str],
    processes: tuple[subprocess.Popen[bytes], subprocess.Popen[str]],
) -> str:
    agent, counter = processes
    before = [cpu_s(one.pid) for one in processes]
    argv = [sys.executable, "-m", "tests.bench.reads", *where, str(gates), str(rate), str(SECONDS)]
    sender = subprocess.Popen(argv, cwd=ROOT)
    begun = time.monotonic()
    time.sleep(10)
    early = memory_mb(agent.pid)
    assert sender.wait(300) == 0
    taken = time.monotonic() - begun
    total = int(rate * SECONDS) * gates
    codes = until(lambda: far.codes, lambda codes: len(codes) >= gates * TAGS, 60)
    used = [cpu_s(one.pid) - start for one, start in zip(processes, before, strict=True)]
    late = memory_mb(agent.pid)
    counter.terminate()
    heard = int(counter.stdout.read() if counter.stdout else 0)
    missing = gates * TAGS - len(set(codes))
    missed = sum(one["counts"].get("missed", 0) for one in far.health[-1])
    ours, bare = used[0] / total * 1e6, used[1] / max(heard, 1) * 1e6
    return (f"| {gates} x {rate} | {total} in {taken:.0f} s | {missed} reads, {missing} tags | {ours:.0f} | {bare:.0f} "
            f"| {ours / bare:.2f} | {early:.0f}, {late:.0f} |")  # fmt: skip
