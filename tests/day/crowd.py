"""The process of all people of a day: eight stations, the office and its files at once, until nothing is left to do."""

import json
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.day import importer, office, workers
from tests.day.board import Board
from tests.day.plan import Plan, load


class Crowd:
    """Threads that end together: one that fails calls the day off."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.board = plan, Board(plan.database)
        self.stop, self.finished, self.shipped = threading.Event(), threading.Event(), threading.Event()
        self.repeater = subprocess.Popen(
            [sys.executable, "-m", "tests.day.repeater", str(plan.folder) + "/plan.json"],
            stdin=subprocess.PIPE,
            text=True,
        )
        self._lock = threading.Lock()
        self.stations = workers.at_work(plan, self.board, self._repeat, self.stop)

    def _repeat(self, token: str, scan: dict[str, Any], due: float) -> None:
        assert self.repeater.stdin is not None
        with self._lock:
            self.repeater.stdin.write(json.dumps({"token": token, "scan": scan, "due": due}) + "\n")
            self.repeater.stdin.flush()

    def work(self) -> int:
        entering = self._thread(office.enter_orders, self.plan, self.stop)
        money = self._thread(office.invoice, self.plan, self.board, self.shipped, self.stop)
        files = self._thread(importer.bring_in, self.plan, self.finished, self.stop)
        at_stations = [self._thread(station.run, self.finished) for station in self.stations]
        while not self.stop.is_set() and (entering.is_alive() or self.board.open_notes() or self.board.under_way()):
            time.sleep(0.1)
        self.finished.set()
        for thread in (*at_stations, files):
            thread.join()
        self.shipped.set()
        money.join()
        assert self.repeater.stdin is not None
        self.repeater.stdin.close()
        return self.repeater.wait() or int(self.stop.is_set())

    def _thread(self, target: Callable[..., None], *given: Any) -> threading.Thread:
        def run() -> None:
            try:
                target(*given)
            except Exception:  # noqa: BLE001 - whatever it is, the day is called off and the trace printed
                traceback.print_exc()
                self.stop.set()

        thread = threading.Thread(target=run)
        thread.start()
        return thread


if __name__ == "__main__":
    sys.exit(Crowd(load(Path(sys.argv[1]))).work())
