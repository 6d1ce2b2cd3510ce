"""One whole day from its seed: prepare, let the crowd in, kill and restart, kill the printer, settle, check."""

import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.day import before, evening, importer, record
from tests.day.plan import Plan, places
from tests.day.printer import Printer
from tests.day.service import Death, Service

DEATHS = ("arrived", "written", "anytime", "arrived", "written")
DEADS = ("silent", "head_open", "paper_out", "paused")  # ways for a printer to be of no use
LONGEST_S = 270.0  # a loaded machine is slow; a day that hangs is not a slow one


@dataclass
class Report:
    """What the day was like."""

    seed: int
    seconds: float
    scans: int
    sent_again: int
    resent_by_stations: int
    refused: Counter[str]
    deaths: list[Death]
    labels: int
    files: list[dict[str, Any]]

    def __str__(self) -> str:
        between = sum(bool(death.unanswered) for death in self.deaths)
        written = sum(len(death.written) for death in self.deaths)
        broken = sum(file["outcome"]["tries"] - 1 for file in self.files)
        return (
            f"seed {self.seed}: {self.scans} scans, {self.sent_again} sent again by another process, "
            f"{self.resent_by_stations} by their station, {len(self.deaths)} kills, {between} between arrival and answer "
            f"({written} scans written and not answered), {self.labels} labels, {self.refused.total()} refused "
            f"in {len(self.refused)} ways, {len(self.files)} files brought in and {broken} times sent in vain, {self.seconds:.0f} s"
        )


def live(seed: int, folder: Path, orders: int = 200) -> Report:
    """Live the day of `seed` in the empty `folder` and check it; raises AssertionError where anything does not hold."""
    start = time.monotonic()
    printer = Printer(folder / "labels")
    try:
        plan = Plan(seed=seed, orders=orders, port=_free_port(), folder=str(folder), places=places())
        before.prepare(plan, printer.port)
        deaths = _work(plan, printer, start)
        site = evening.settled(plan)
        scans = record.scans(plan)
        evening.check(site, plan, scans, printer.labels())
        site.engine.dispose()
        return Report(
            seed=seed,
            seconds=time.monotonic() - start,
            scans=len(scans),
            sent_again=sum(len(one.repeats) for one in scans.values()),
            resent_by_stations=sum(one.tries - 1 for one in scans.values()),
            refused=record.refusals(scans),
            deaths=deaths,
            labels=len(printer.labels()),
            files=importer.taken(plan),
        )
    finally:
        printer.close()


def _work(plan: Plan, printer: Printer, start: float) -> list[Death]:
    """The crowd at work, with what befalls it at certain numbers of answered requests."""
    service = Service(plan)
    deaths: list[Death] = []
    crowd = subprocess.Popen([sys.executable, "-m", "tests.day.crowd", f"{plan.folder}/plan.json"])
    try:
        blows = _blows(plan, service, printer, deaths)
        while crowd.poll() is None:
            assert time.monotonic() - start < LONGEST_S, "the day does not end"
            if blows and service.answered() >= blows[0][0]:
                blows.pop(0)[1]()
            time.sleep(0.02)
        assert crowd.returncode == 0, f"the crowd ended with {crowd.returncode}"
        assert not blows, f"the day was over before all that was to happen: {len(blows)} are left"
        assert service.close() == 0, "the service did not end in peace"
    finally:
        crowd.kill()
        crowd.wait()
        service.close()
    return deaths


def _blows(
    plan: Plan, service: Service, printer: Printer, deaths: list[Death]
) -> list[tuple[int, Callable[[], object]]]:
    rng = plan.rng("blows")
    scale = plan.orders / 200
    kills = zip(rng.sample(range(150, 2100), len(DEATHS)), rng.sample(DEATHS, len(DEATHS)), strict=True)
    dead, dies = rng.choice(DEADS), rng.randint(200, 1200)
    blows: list[tuple[float, Callable[[], object]]] = [
        (at, lambda how=how: deaths.append(service.die(how)))
        for at, how in kills  # type: ignore[misc]
    ]
    blows.append((dies, lambda: printer.tell(f"fault {dead}")))
    blows.append((dies + 600, lambda: printer.tell(f"clear {dead}")))
    return sorted(((int(at * scale), what) for at, what in blows), key=lambda blow: blow[0])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
