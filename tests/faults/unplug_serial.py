"""A serial scanner pulled out and plugged in, again and again, half of the time in the middle of a code."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from devices.simulators.scanner import VirtualScanner
from tests.devices.far_side import until
from tests.faults.rig import agent_process, arrived, far_side, no_more_than

TITLE = "serial scanner unplugged and replugged (pty)"
FULL = 1000
SETTLED = 5  # cycles after which the agent holds all that it ever needs


def run(seed: int, count: int, tick: Callable[[int], None]) -> dict[str, object]:
    """A whole code a cycle must arrive, half a code never; AssertionError, also where a descriptor or thread is left."""
    with tempfile.TemporaryDirectory(prefix="floor-fault-") as name, far_side() as far:
        scanner = VirtualScanner(Path(name) / "scanner")
        stanza = f'kind = "serial_port"\npath = "{scanner.path}"'
        longest, before = 0.0, (0, 0)
        with agent_process(Path(name), far, stanza) as agent:
            for cycle in range(count):
                tick(cycle)
                plugged = time.monotonic()
                assert scanner.in_use(30), f"not opened again in cycle {cycle}"
                longest = max(longest, time.monotonic() - plugged) if cycle else 0.0
                scanner.scan(f"N-{cycle:06}")
                arrived(far, cycle + 1)
                if cycle == min(SETTLED, count - 1):
                    until(lambda: len(far.health), lambda reports: reports >= 2, 30)  # its connection is one of them
                    before = agent.held()
                if (cycle + seed) % 2:
                    scanner.scan(f"HALF-{cycle:06}-A-CODE", "unplug")
                else:
                    scanner.unplug()
                scanner.plug()
            assert scanner.in_use(30)
            fds, threads = no_more_than(agent, before)
        scanner.close()
    assert far.codes == [f"N-{n:06}" for n in range(count)]
    return {"scans": len(far.codes), "lost": 0, "invented": 0, "descriptors": f"{before[0]} then {fds}",
            "threads": f"{before[1]} then {threads}", "longest until open again": f"{longest:.2f} s"}  # fmt: skip
