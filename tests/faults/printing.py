"""The courier is killed around its prints: half of the times between a label's first byte and its recorded outcome."""

import multiprocessing
import os
import random
import re
import signal
import socket
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from sqlalchemy import select

from floor import founding, label_contents, printer_queue
from floor.parcels import JOB
from floor.storage import outbox
from floor.storage.outbox import OUTBOX
from floor.storage.record import Tx
from floor.words import JobState
from labels.printer import Patience
from labels.simulators.printer import VirtualPrinter
from tests.databases import fresh_sqlite
from web.compose import Site, compose
from web.links import printing
from web.settings import Printer, Settings

TITLE = "SIGKILL of the courier around a print"
FULL = 200
PLACE = re.compile(rb"BIN_3AK-(\d{5})|BIN:K-(\d{5})")
ENDED = (JobState.PRINTED, JobState.UNCONFIRMED, JobState.FAILED)


def settings(folder: Path, port: int) -> Settings:
    here = {"host": "127.0.0.1", "port": port, "answer_seconds": 1.0}
    return Settings(data=str(folder), printers={"bench1": Printer(settings=here, language="en")})


def carry(folder: str, port: int) -> None:
    """The process that is killed: a writer and a courier on the site's database, until then."""
    printing.PATIENCE = Patience(seconds=0.15, step=0.01)
    outbox.PATIENCE = (0.02,)  # type: ignore[assignment]
    site = compose(settings(Path(folder), port))
    site.writer.start()
    site.courier.idle_s = 0.02
    site.courier.start()
    while True:
        signal.pause()


class Wire:
    """The line to the printer. Once armed it lets `passes` bytes of the next label through and calls `cut`.

    `first_byte_at` is when the newest label's first byte passed, by time.perf_counter.
    """

    def __init__(self, printer: int) -> None:
        self._printer = printer
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self.labels, self.first_byte_at = 0, 0.0
        self._armed: tuple[int, Callable[[], None]] | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    def arm(self, passes: int, cut: Callable[[], None]) -> None:
        self._armed = passes, cut

    def close(self) -> None:
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                far = socket.create_connection(("127.0.0.1", self._printer))
                far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as the courier's end; printers may not
                threading.Thread(target=self._back, args=(far, client), daemon=True).start()
                threading.Thread(target=self._forth, args=(client, far), daemon=True).start()

    def _forth(self, client: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                if b"^XA" in data:
                    self.first_byte_at = time.perf_counter()
                    self.labels += 1
                    armed, self._armed = self._armed, None
                    if armed is not None:
                        far.sendall(data[: armed[0]])
                        armed[1]()
                        break
                far.sendall(data)
        with suppress(OSError):
            far.shutdown(socket.SHUT_WR)

    def _back(self, far: socket.socket, client: socket.socket) -> None:
        with far, client, suppress(OSError):
            while data := far.recv(65536):
                client.sendall(data)


def run(seed: int, count: int, tick: Callable[[int], None]) -> dict[str, object]:
    """No label twice, none lost, none called printed that is not on paper; AssertionError otherwise."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="floor-fault-") as name, VirtualPrinter() as printer:
        folder, wire = Path(name), Wire(printer.port)
        fresh_sqlite(folder)
        jobs = 4 * count + 5  # a life that nothing cuts short prints a few
        _ask(folder, wire.port, jobs)
        deaths: Counter[str] = Counter()
        for number in range(count):
            tick(number)
            deaths[_killed(folder, wire, chance, planned=number % 2 == 0)] += 1
        last = _start(folder, wire.port)
        _until(lambda: all(row.state in ENDED for row in _jobs(folder)), 60 + jobs, "jobs that nobody ends")
        _kill(last)
        wire.close()
        return _judge(folder, printer, deaths)


def _ask(folder: Path, port: int, jobs: int) -> None:
    """So many labels wait for the printer, each of a place of its own."""
    site = compose(settings(folder, port))
    site.writer.start()

    def asked(tx: Tx) -> None:
        printer_queue.heard(tx, "bench1", "")
        for number in range(jobs):
            founding.add_place(tx, f"K-{number:05}", "W1")
            label_contents.order(tx, "bench1", "place", f"K-{number:05}")

    site.writer.do(asked)
    _close(site)


def _close(site: Site) -> None:
    site.writer.stop()
    site.engine.dispose()


def _start(folder: Path, port: int) -> ForkServerProcess:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.printing"])
    process = context.Process(target=carry, args=(str(folder), port), daemon=True)
    process.start()
    return process


def _kill(process: ForkServerProcess) -> None:
    if process.pid is not None:
        os.kill(process.pid, signal.SIGKILL)
    process.join()
    process.close()


def _killed(folder: Path, wire: Wire, chance: random.Random, *, planned: bool) -> str:
    """One life of the courier and its end; where in a job's life that came."""
    seen, dead = wire.labels, threading.Event()
    process = _start(folder, wire.port)
    assert process.pid is not None
    pid = process.pid
    if planned:
        passes, wait = chance.choice(((0, 0.0), (chance.randrange(1, 400), 0.0), (65536, chance.random() * 0.02)))

        def cut() -> None:
            time.sleep(wait)
            os.kill(pid, signal.SIGKILL)
            dead.set()

        wire.arm(passes, cut)
        assert dead.wait(60), "no label was sent"
    else:
        _until(lambda: wire.labels > seen, 60, "no label was sent")
        time.sleep(chance.random() * 0.05)
        os.kill(pid, signal.SIGKILL)
    process.join()
    process.close()
    return "between first byte and outcome" if _in_doubt(folder) else "elsewhere"


def _read(folder: Path, statement: Any) -> list[Any]:
    site = compose(settings(folder, 1))
    try:
        with site.engine.connect() as db:
            return list(db.execute(statement))
    finally:
        site.engine.dispose()


def _jobs(folder: Path) -> list[Any]:
    return _read(folder, select(JOB).order_by(JOB.c.id))


def _in_doubt(folder: Path) -> bool:
    return bool(_read(folder, select(OUTBOX).where(OUTBOX.c.mark != "")))


def _until(happened: Callable[[], bool], seconds: float, otherwise: str) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, otherwise
        time.sleep(0.05)


def _judge(folder: Path, printer: VirtualPrinter, deaths: "Counter[str]") -> dict[str, object]:
    paper: Counter[int] = Counter()
    for label in printer.labels:
        found = PLACE.search(label.zpl)
        assert found is not None, label.zpl[:200]
        paper[int(found[1] or found[2])] += 1
    states: Counter[str] = Counter()
    for number, row in enumerate(_jobs(folder)):
        states[row.state] += 1
        assert paper[number] <= 1, f"label {number} came out {paper[number]} times, its job is {row.state}"
        assert row.state != JobState.PRINTED or paper[number] == 1, f"job {row.id} is called printed and is not"
        assert row.state != JobState.FAILED, f"job {row.id} has failed: {row.outcome}"
    within = deaths["between first byte and outcome"]
    assert 2 * within >= deaths.total(), f"only {within} of {deaths.total()} kills came within a print"
    told = {"kills within a print": within, "elsewhere": deaths["elsewhere"], "labels": len(printer.labels)}
    return {**told, "twice": 0, "lost": 0, "called printed and not": 0, "left to a person": states["unconfirmed"]}
