"""SIGKILL of the whole agent process at random moments: what was kept is answered exactly once."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from devices.simulators.scanner import VirtualScanner
from tests.devices.far_side import TOKEN, FarSide

READERS = """
server = "{url}"
token = "{token}"
spool = "{folder}/spool"
[[reader]]
name = "bench"
kind = "serial_port"
path = "{folder}/scanner"
options = {{ handshake = true }}
"""


def start(config: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "devices", str(config)], cwd=Path(__file__).parents[2])


def test_killed_agent_loses_no_acknowledged_scan_and_doubles_none(far: FarSide, tmp_path: Path) -> None:
    config, chance = tmp_path / "readers.toml", random.Random(11)
    config.write_text(READERS.format(url=far.url, token=TOKEN, folder=tmp_path))
    scanner, acknowledged, sent = VirtualScanner(tmp_path / "scanner"), list[str](), 0
    for _ in range(6):
        agent = start(config)
        assert scanner.in_use(20)
        for _ in range(chance.randint(3, 12)):
            code, sent = f"N-{sent:04}", sent + 1
            far.mode = chance.choice(["ok", "ok", "lose", "busy"])
            scanner.scan(code)
            if scanner.heard(2) == b"\x06":
                acknowledged.append(code)
        scanner.scan(f"N-{sent:04}")
        sent += 1
        time.sleep(chance.random() * 0.002)
        os.kill(agent.pid, signal.SIGKILL)
        agent.wait()
        scanner.heard()
    far.mode = "ok"
    agent = start(config)
    assert scanner.in_use(20)
    scanner.scan("END")
    codes = far.wait(len(acknowledged) + 1)
    while codes[-1] != "END":
        codes = far.wait(len(codes) + 1)
    agent.terminate()
    assert agent.wait(10) == 0
    scanner.close()
    assert len(acknowledged) > 20
    assert [code for code in acknowledged if code not in codes] == []
    assert len(codes) == len(set(codes))
    assert sorted(codes[:-1]) == codes[:-1]
    assert far.reused == 0
