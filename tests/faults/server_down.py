"""The server is down while thousands of scans come; then it is back, and all of them arrive in order."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from devices.simulators.scanner import VirtualScanner
from tests.faults.rig import agent_process, arrived, far_side

TITLE = "server down, then back"
FULL = 10_000
ACK = b"\x06"


def run(seed: int, count: int, tick: Callable[[int], None]) -> dict[str, object]:
    """Every scan acknowledged to the scanner arrives once and in order; AssertionError otherwise."""
    with tempfile.TemporaryDirectory(prefix="floor-fault-") as name, far_side() as far:
        scanner = VirtualScanner(Path(name) / "scanner")
        stanza = f'kind = "serial_port"\npath = "{scanner.path}"\noptions = {{ handshake = true }}'
        with agent_process(Path(name), far, stanza) as agent:
            assert scanner.in_use(30)
            far.kill()
            for number in range(count):
                tick(number)
                scanner.scan(f"N-{number:06}")
                assert scanner.heard(30) == ACK, f"scan {number} gets no ACK"
            assert not far.scans
            size = (agent.spool / "bench.jsonl").stat().st_size
            far.start()
            arrived(far, count, 120 + count / 20)
            agent.end()
        scanner.close()
    assert far.codes == [f"N-{number:06}" for number in range(count)], "lost, doubled or out of order"
    return {"scans": count, "lost": 0, "doubled": 0, "out of order": 0, "spool": f"{size / 1e6:.1f} MB"}
