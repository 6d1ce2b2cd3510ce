"""One shift of the robot: `python -m web.demo.robot BRIEF.json`; JSON lines on standard output, the last one the result."""

import queue
import random
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import httpx

from devices.simulators.gate import VirtualGate
from devices.simulators.keyboard import VirtualKeyboard
from devices.simulators.scanner import VirtualScanner
from web.demo.robot import brief as briefing
from web.demo.robot.brief import Brief
from web.demo.robot.office import Cashier, Job, Seller
from web.demo.robot.packer import Packer
from web.demo.robot.person import Person, Trouble
from web.demo.robot.picker import Picker
from web.demo.robot.reader import Reader, Verdicts
from web.demo.robot.shipper import Shipper
from web.demo.robot.tally import Tally, say

Desk = Callable[[Job], None]
TROUBLES = (Trouble, httpx.HTTPError, OSError, KeyError, ValueError)
READY_S, QUEUE = 20.0, 8


class Ends(NamedTuple):
    """The far ends of the lines on which the robot writes."""

    scanner: VirtualScanner
    keyboard: VirtualKeyboard
    gate: VirtualGate


class Line:
    """People one behind the other, each in a thread of his own; the first trouble stops them all."""

    def __init__(self, desks: list[Desk]) -> None:
        self._queues: list[queue.Queue[Job | None]] = [queue.Queue(QUEUE) for _ in desks]
        self._threads = [threading.Thread(target=self._work, args=(n, desk)) for n, desk in enumerate(desks)]
        self.trouble: Exception | None = None
        for thread in self._threads:
            thread.start()

    def put(self, job: Job) -> None:
        if self.trouble is not None:
            raise self.trouble
        self._queues[0].put(job)

    def finish(self) -> None:
        self._queues[0].put(None)
        for thread in self._threads:
            thread.join()
        if self.trouble is not None:
            raise self.trouble

    def _work(self, number: int, desk: Desk) -> None:
        following = self._queues[number + 1] if number + 1 < len(self._queues) else None
        while (job := self._queues[number].get()) is not None:
            if self.trouble is None:
                try:
                    desk(job)
                except TROUBLES as error:
                    self.trouble = error
            if following is not None:
                following.put(job)
        if following is not None:
            following.put(None)


def shift(brief: Brief, tally: Tally, cashier: Cashier, ends: Ends) -> None:
    """Work the orders; what came of it stands in the tally."""
    chance = random.Random(brief.seed)
    sold, picked, packed, shipped = (random.Random(chance.randrange(2**32)) for _ in range(4))
    pick, pack = brief.stations["pick"]["device"], brief.stations["pack"]["device"]
    overseer = Person(brief.url, brief.people["supervisor"], brief.stations["overseer"]["token"])
    with Verdicts(overseer) as verdicts:
        seller = Seller(brief, sold)
        picker = Picker(brief, Reader(pick, ends.scanner.scan, verdicts, tally), tally, picked)
        packer = Packer(brief, Reader(pack, ends.keyboard.type, verdicts, tally), tally, packed)
        shipper = Shipper(brief, ends.gate, verdicts, tally, shipped)
        line = Line([picker.pick, packer.pack, shipper.ship, lambda job: cashier.settle(job, tally)])
        try:
            for _ in range(brief.orders):
                line.put(seller.sell(tally))
        finally:
            line.finish()


def main(path: Path) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started the robot ends it
    brief, tally, trouble = briefing.read(path), Tally(), ""
    scanner, gate = VirtualScanner(brief.pty, ends=brief.pty_ends), VirtualGate(brief.gate, **brief.broker)
    ends = Ends(scanner, VirtualKeyboard(brief.fifo), gate)
    cashier = Cashier(brief)
    try:
        if not ends.scanner.in_use(READY_S) or not ends.gate.connected(READY_S):
            raise Trouble("nobody listens to the scanner or the gate")
        shift(brief, tally, cashier, ends)
    except TROUBLES as error:
        trouble = f"{type(error).__name__}: {error}"
    finally:
        for end in ends:
            end.close()
    result = {"counts": tally.counts, "refused": tally.refused, "labels": tally.meant, "difference": cashier.difference}
    say({"result": result, "trouble": trouble})
    return 1 if trouble else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
