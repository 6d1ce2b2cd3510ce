"""SIGKILL of the agent at random points, half of them between a scan's arrival and its sync; with ACK and without."""

import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from devices.simulators.scanner import VirtualScanner
from tests.devices.far_side import FarSide, until
from tests.faults.rig import AgentProcess, far_side

TITLE = "SIGKILL of the agent, half of them between arrival and sync"
FULL = 200
ACK = b"\x06"
MODES = ("ok", "ok", "lose", "busy")
WINDOW_S, ANYWHERE_S = 0.025, 0.4


class Bench:
    """One scanner with its agent. A scanner with handshake sends a code again until it hears ACK; a plain one never."""

    def __init__(self, folder: Path, far: FarSide, *, handshake: bool) -> None:
        self.far, self.handshake = far, handshake
        self.scanner = VirtualScanner(folder / "scanner")
        option = "true" if handshake else "false"
        stanza = f'kind = "serial_port"\npath = "{self.scanner.path}"\noptions = {{ handshake = {option} }}'
        self.agent = AgentProcess(folder, far, stanza)
        self.sent: list[str] = []
        self.at_risk: list[str] = []
        self.unheard = ""
        self.spooled: set[str] = set()

    def point(self, dice: random.Random, *, window: bool) -> None:
        """Start, some whole scans, one more, and the kill within WINDOW_S or ANYWHERE_S of it."""
        self.start("tests.faults.slow_disk" if window else "devices")
        for _ in range(dice.randint(0, 3)):
            self.far.mode = dice.choice(MODES)
            self.whole()
        self.far.mode = dice.choice(MODES)
        code = self.send()
        time.sleep(dice.random() * (WINDOW_S if window else ANYWHERE_S))
        self.agent.kill()
        self.unheard = code if self.handshake and self.scanner.heard() != ACK else ""
        kept = self.agent.spooled()
        self.spooled.update(kept)
        if code not in kept:
            self.at_risk.append(code)

    def start(self, module: str = "devices") -> None:
        self.agent.start(module)
        assert self.scanner.in_use(60), "the agent does not open its scanner"
        if self.unheard:
            self.scanner.scan(self.unheard)
            assert self.scanner.heard(60) == ACK, f"{self.unheard} gets no ACK when it is repeated"
            self.unheard = ""

    def send(self) -> str:
        self.sent.append(f"N-{len(self.sent):05}")
        self.scanner.scan(self.sent[-1])
        return self.sent[-1]

    def whole(self) -> None:
        """One scan, and wait until it is safe as far as the scanner can know."""
        code = self.send()
        if self.handshake:
            assert self.scanner.heard(60) == ACK, f"{code} gets no ACK"
        else:
            assert code in until(self.agent.spooled, lambda kept: code in kept, 60), f"{code} is not spooled"

    def finish(self) -> None:
        """Let everything out, then look at what came: each once, in order, nothing that was spooled missing."""
        self.far.mode = "ok"
        self.start()
        self.whole()
        until(lambda: self.far.codes[-1:], lambda last: last == self.sent[-1:], 60)
        self.agent.end()
        self.scanner.close()
        codes, missing = self.far.codes, set(self.sent) - set(self.far.codes)
        assert len(codes) == len(set(codes)), "a scan was doubled"
        assert codes == [code for code in self.sent if code not in missing], "the order was lost, or a scan invented"
        assert self.far.reused == 0, "an id was used for two contents"
        assert not self.spooled - set(codes), f"spooled and lost: {self.spooled - set(codes)}"
        assert missing <= set(self.at_risk), f"lost without a kill at it: {missing - set(self.at_risk)}"
        assert not (missing and self.handshake), f"acknowledged and lost: {missing}"


def run(seed: int, count: int, tick: Callable[[int], None]) -> dict[str, object]:
    """Every scan spooled is answered once; at most the one not yet synced is missing a kill, none with ACK."""
    dice = random.Random(seed)
    benches = []
    for handshake in (True, False):
        with tempfile.TemporaryDirectory(prefix="floor-fault-") as name, far_side() as far:
            bench = Bench(Path(name), far, handshake=handshake)
            try:
                for point in range(count // 2):
                    tick(point + (0 if handshake else count // 2))
                    bench.point(dice, window=point % 2 == 0)
                bench.finish()
            finally:
                bench.agent.kill()
        benches.append(bench)
    told: dict[str, object] = {"kills": count // 2 * 2}
    for bench, way in zip(benches, ("with ACK", "without"), strict=True):
        missing = len(set(bench.sent) - set(bench.far.codes))
        told |= {f"scans {way}": len(bench.sent), f"caught before the disk {way}": len(bench.at_risk),
                 f"missing {way}": missing}  # fmt: skip
    return told | {"doubled": 0}
