"""The disk under the spool is full: what has no room is refused aloud, what was acknowledged stays and arrives."""

import random
import resource
import tempfile
from collections.abc import Callable
from pathlib import Path

from devices.simulators.scanner import VirtualScanner
from tests.devices.far_side import until
from tests.faults.rig import AgentProcess, agent_process, far_side

TITLE = "disk full under the spool, and free again"
FULL = 200
ACK, NAK = b"\x06", b"\x15"
ROOMY = resource.RLIM_INFINITY


def limit(agent: AgentProcess, size: int) -> None:
    """No file of the agent may grow beyond `size`: its writes fail as on a full disk, at any byte of a line."""
    resource.prlimit(agent.pid, resource.RLIMIT_FSIZE, (size, ROOMY))


def run(seed: int, count: int, tick: Callable[[int], None]) -> dict[str, object]:
    """Exactly the scans that got ACK arrive, once and in order; each time the disk is full a scan is refused."""
    dice, taken, refused = random.Random(seed), list[str](), 0
    with tempfile.TemporaryDirectory(prefix="floor-fault-") as name, far_side() as far:
        scanner = VirtualScanner(Path(name) / "scanner")
        stanza = f'kind = "serial_port"\npath = "{scanner.path}"\noptions = {{ handshake = true }}'
        with agent_process(Path(name), far, stanza) as agent:
            assert scanner.in_use(30)
            for cycle in range(count):
                tick(cycle)
                far.mode = dice.choice(("ok", "busy"))
                limit(agent, (agent.spool / "bench.jsonl").stat().st_size + dice.randrange(1, 1500))
                full = False
                while not full:
                    code = f"N-{len(taken) + refused:06}"
                    scanner.scan(code)
                    answer = scanner.heard(30)
                    assert answer in (ACK, NAK), f"{code} is answered {answer!r}"
                    full = answer == NAK
                    refused += full
                    taken += [] if full else [code]
                if cycle == 0:
                    said = until(lambda: far.health[-1:], lambda last: "scans are refused" in str(last), 30)
                    assert "scans are refused" in str(said), "nothing is said of the full disk"
                limit(agent, ROOMY)
            far.mode = "ok"
            until(lambda: len(far.scans), lambda here: here >= len(taken), 60)
            agent.end()
        scanner.close()
    assert far.codes == taken, "other scans arrived than those that were acknowledged"
    assert refused == count
    return {"scans kept": len(taken), "refused aloud": refused, "lost": 0, "doubled": 0}
