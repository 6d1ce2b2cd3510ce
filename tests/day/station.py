"""One station of the day: scans with its own clock, durable list and bad luck, and never gives a scan up."""

import contextlib
import json
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.day.basket import Basket
from tests.day.board import Board
from tests.day.plan import Place, Plan
from tests.day.wire import BROKEN, Wire
from web.ids import uuid7

REPEATED, REBOOTS, REUSED, MALFORMED = 0.2, 0.01, 0.01, 0.01  # shares of the scans
BETWEEN = timedelta(milliseconds=350)  # slower than a double fire
Reply = dict[str, Any]


class Station:
    """`repeat(token, scan, due)` hands a scan to the other process. Subclasses say what work it does."""

    kind = ""

    def __init__(
        self, plan: Plan, place: Place, board: Board, repeat: Callable[[str, Reply, float], None], stop: threading.Event
    ) -> None:
        self.plan, self.place, self.board, self.repeat, self.stop = plan, place, board, repeat, stop
        self.rng = plan.rng(f"station {place.number}")
        self.path = plan.log(f"station-{place.number}")
        self.basket = Basket(self.path)
        self.wire = Wire(plan.port, {"authorization": f"Bearer {place.token}"}, stop)
        self.at, self.seq, self.note = datetime.now(UTC), 0, 0
        self.replies: deque[str] = deque(maxlen=8)  # for whoever looks why a station does not get on

    def run(self, finished: threading.Event) -> None:
        """Work until the day is over."""
        while not (finished.is_set() or self.stop.is_set()):
            if not self.work():
                time.sleep(0.05)
        self.basket.close()

    def work(self) -> bool:
        """One piece of work; False where there is none now."""
        raise NotImplementedError

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def scan(
        self, code: str, *more: str, quantity: int | None = None, line: int | None = None, twice: bool = False
    ) -> Reply:
        """Scan and get the answer, however often it takes; `twice` fires again before the finger is off the trigger."""
        gap = timedelta(milliseconds=40) if twice else BETWEEN
        self.at = self.at + gap if twice else max(datetime.now(UTC), self.at + gap)
        self.seq += 1
        page = self.place.page
        body = {
            "id": uuid7(time.time_ns(), os.urandom(10)), "seq": self.seq, "codes": [code, *more], "symbology": None,
            "at": self.at.isoformat(), "session": self.place.session if page else None,
            "note": self.note or None if page else None, "line": line if page else None, "quantity": quantity,
        }  # fmt: skip
        self.basket.keep(body)
        if self.chance(REPEATED):
            self.repeat(self.place.token, body, time.time() + self.rng.choice((0.0, 0.0, 0.05, 1.0, 3.0)))
        reply = self._deliver(body)
        self.replies.append(f"{code} -> {reply['code']}")
        self._mischief(body)
        return reply

    def _deliver(self, body: Reply) -> Reply:
        if self.chance(REBOOTS):
            self._reboot(body)
        while True:
            self.basket.tried(body["id"])
            try:
                self.wire.send("/scan", json.dumps(body).encode())
                status, reply, _ = self.wire.receive()
            except BROKEN as error:
                self.wire.hang_up()
                status, reply = 0, {"code": f"{type(error).__name__}: {error}"}
            if status == 200:
                self.basket.answered(body["id"], reply)
                return reply
            self.basket.lost(body["id"], reply["code"])
            assert status in (0, 503), (status, reply)
            self.wire.wait()

    def _reboot(self, body: Reply) -> None:
        """The device goes off between sending and the answer, comes back, and finds the scan on its list."""
        self.basket.tried(body["id"])
        with contextlib.suppress(BROKEN):
            self.wire.send("/scan", json.dumps(body).encode())
        self.wire.hang_up()
        self.basket.lost(body["id"], "the device went off")
        self.basket.close()
        self.basket = Basket(self.path)
        assert self.basket.waiting == {body["id"]: body}

    def _mischief(self, body: Reply) -> None:
        """The same id with another content is refused; a malformed body is told and not stored."""
        if self.chance(REUSED):
            _, reply, _ = self.wire.insist("/scan", json.dumps({**body, "codes": ["something else"]}).encode())
            assert reply["code"] == "request_id_reused", reply
        if self.chance(MALFORMED):
            status, reply, _ = self.wire.insist(
                "/scan", json.dumps({**body, "id": f"bad-{body['id']}", "at": "now"}).encode()
            )
            assert (status, reply["code"]) == (400, "malformed"), reply
