"""The service of the day as its own process, and the ways in which it dies."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.day.basket import on_their_way
from tests.day.plan import Plan

GRACE_S = 0.1  # what was answered before the process stood still has reached its station by then
TRIES = 100


@dataclass
class Death:
    """One SIGKILL: how, which scans were under way then, and which of these were already written down."""

    how: str
    unanswered: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)


class Service:
    """`floor run` on the day's floor.toml, started again after each death."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._log = (Path(plan.folder) / "service.log").open("ab")
        self._db = sqlite3.connect(plan.database, timeout=10, isolation_level=None)
        self._process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        argv = [sys.executable, "-m", "web.cli", "run", "--config", f"{self.plan.folder}/floor.toml"]
        process = subprocess.Popen(argv, stdout=self._log, stderr=self._log)
        until = time.monotonic() + 30
        while not self._listens():
            assert process.poll() is None, f"the service ended with {process.returncode}, see {self._log.name}"
            assert time.monotonic() < until, "the service does not come up"
            time.sleep(0.02)
        return process

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.plan.port)) == 0

    def answered(self) -> int:
        """How many requests have got their answer so far."""
        return int(self._db.execute("SELECT count(*) FROM request").fetchone()[0])

    def die(self, how: str) -> Death:
        """`arrived`: with scans that wait to be written; `written`: with one written and not answered; `anytime`."""
        death = getattr(self, f"_die_{how}")()
        self._process.wait()
        self._process = self._start()
        return death

    def _die_arrived(self) -> Death:
        """The disk is held from outside, so that what arrives now cannot be written, let alone answered."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            for _ in range(TRIES):
                time.sleep(0.02)
                if len(self._under_way()) >= 3:
                    break
            return self._kill("arrived")
        finally:
            self._db.execute("ROLLBACK")

    def _die_written(self) -> Death:
        """Stand still at the sight of a new answer in the database, and die where its station has not got it."""
        for _ in range(TRIES):
            before = self._newest()
            until = time.monotonic() + 1
            while self._newest() == before and time.monotonic() < until:
                pass
            os.kill(self._process.pid, signal.SIGSTOP)
            time.sleep(GRACE_S)
            if self._written(self._under_way()):
                break
            os.kill(self._process.pid, signal.SIGCONT)
            time.sleep(0.02)
        return self._kill("written")

    def _die_anytime(self) -> Death:
        return self._kill("anytime")

    def _kill(self, how: str) -> Death:
        os.kill(self._process.pid, signal.SIGSTOP)
        time.sleep(GRACE_S)
        under_way = self._under_way()
        death = Death(how, under_way, self._written(under_way))
        self._process.kill()
        return death

    def _newest(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM request").fetchone()[0])

    def _under_way(self) -> set[str]:
        paths = (self.plan.log(f"station-{place.number}") for place in self.plan.places)
        return {id for path in paths for id in on_their_way(path)}

    def _written(self, ids: set[str]) -> set[str]:
        marks = ",".join("?" * len(ids))
        return {id for (id,) in self._db.execute(f"SELECT id FROM request WHERE id IN ({marks})", sorted(ids))}

    def close(self) -> int:
        """End it in peace; its exit code."""
        self._db.close()
        self._process.terminate()
        try:
            return self._process.wait(20)
        finally:
            self._process.kill()
            self._log.close()
