"""A wedge scanner pulled out and plugged in, again and again, half of the time in the middle of a code."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from devices.simulators.keyboard import VirtualKeyboard
from tests.devices.far_side import until
from tests.faults.rig import AgentProcess, agent_process, arrived, far_side, no_more_than

TITLE = "wedge scanner unplugged and replugged (FIFO)"
FULL = 200
SETTLED = 5


def run(seed: int, count: int, tick: Callable[[int], None]) -> dict[str, object]:
    """A whole code a cycle must arrive, half a code never; AssertionError, also where a descriptor or thread is left."""
    with tempfile.TemporaryDirectory(prefix="floor-fault-") as name, far_side() as far:
        path, before = Path(name) / "wedge", (0, 0)
        with agent_process(Path(name), far, f'kind = "hid"\npath = "{path}"') as agent:
            for cycle in range(count):
                tick(cycle)
                wedge = VirtualKeyboard(path)
                opened(agent, path)
                wedge.type(f"N-{cycle:06}")
                arrived(far, cycle + 1)
                if cycle == min(SETTLED, count - 1):
                    until(lambda: len(far.health), lambda reports: reports >= 2, 30)  # its connection is one of them
                    before = agent.held()
                if (cycle + seed) % 2:
                    wedge.type(f"HALF-{cycle:06}-A-CODE", "truncated")
                path.unlink()
                wedge.close()
            fds, threads = no_more_than(agent, before)
    assert far.codes == [f"N-{n:06}" for n in range(count)]
    return {"scans": len(far.codes), "lost": 0, "invented": 0, "descriptors": f"{before[0]} then {fds}",
            "threads": f"{before[1]} then {threads}"}  # fmt: skip


def opened(agent: AgentProcess, path: Path, seconds: float = 30.0) -> None:
    """Wait until the agent holds the FIFO itself: by its inode, for the one before had the same name."""
    wanted, deadline = path.stat().st_ino, time.monotonic() + seconds
    while wanted not in inodes(agent.pid):
        assert time.monotonic() < deadline, "the wedge was not opened again"
        time.sleep(0.01)


def inodes(pid: int) -> set[int]:
    found = set()
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.add(fd.stat().st_ino)
        except FileNotFoundError:  # closed in this very moment
            continue
    return found
