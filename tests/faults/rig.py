"""What the faults of readers stand on: the agent as a process of its own that can be killed, counted and given a slow disk."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.devices.far_side import TOKEN, FarSide, until

ROOT = Path(__file__).resolve().parent.parent.parent
HEAD = """
server = "{url}"
token = "{token}"
spool = "{folder}/spool"
health_s = 1.0
[[reader]]
name = "bench"
{stanza}
"""


class AgentProcess:
    """`python -m devices` on one reader called bench; started and ended as often as wanted, on the same spool."""

    def __init__(self, folder: Path, far: FarSide, stanza: str) -> None:
        self.spool = folder / "spool"
        self._config = folder / "readers.toml"
        self._log = folder / "agent.log"
        self._config.write_text(HEAD.format(url=far.url, token=TOKEN, folder=folder, stanza=stanza), encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, "the agent runs"
        return self._process.pid

    def start(self, module: str = "devices") -> None:
        """`module` may be tests.faults.slow_disk: the same agent on a disk that takes its time."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([sys.executable, "-m", module, str(self._config)], cwd=ROOT, stderr=log)

    def kill(self) -> None:
        """SIGKILL: nothing is written down any more."""
        self._end(signal.SIGKILL)

    def end(self) -> None:
        """SIGTERM, as systemd stops it."""
        self._end(signal.SIGTERM)

    def held(self) -> tuple[int, int]:
        """How many descriptors and threads it has."""
        proc = Path(f"/proc/{self.pid}")
        return len(list((proc / "fd").iterdir())), len(list((proc / "task").iterdir()))

    def spooled(self) -> list[str]:
        """The codes of every whole scan in its spool's file, answered or not."""
        path = self.spool / "bench.jsonl"
        data = path.read_bytes() if path.exists() else b""
        entries = [json.loads(line) for line in data[: data.rfind(b"\n") + 1].splitlines()]
        return [code for entry in entries for code in entry.get("codes", ())]

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            os.kill(process.pid, number)
            process.wait()


@contextmanager
def agent_process(folder: Path, far: FarSide, stanza: str) -> Iterator[AgentProcess]:
    """An agent that is started already, and ended whatever happens."""
    agent = AgentProcess(folder, far, stanza)
    agent.start()
    try:
        yield agent
    finally:
        agent.kill()


@contextmanager
def far_side() -> Iterator[FarSide]:
    """A server of its own for the agent."""
    far = FarSide()
    try:
        yield far
    finally:
        far.kill()


def arrived(far: FarSide, count: int, seconds: float = 60.0) -> None:
    """Wait for `count` scans at the server; AssertionError where they do not come."""
    here = until(lambda: len(far.scans), lambda here: here >= count, seconds)
    assert here >= count, f"{here} of {count} scans arrived"


def no_more_than(agent: AgentProcess, before: tuple[int, int]) -> tuple[int, int]:
    """What the agent holds once it has come to rest; AssertionError where that is more than `before`."""
    now = until(agent.held, lambda now: now[0] <= before[0] and now[1] <= before[1], 20)
    assert now[0] <= before[0], f"{now[0]} descriptors where there were {before[0]}"
    assert now[1] <= before[1], f"{now[1]} threads where there were {before[1]}"
    return now
