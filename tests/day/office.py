"""The office beside the floor: half of the day's orders come in while people pick, shipped ones are invoiced and paid."""

import json
import os
import threading
import time
from typing import Any
from urllib.parse import urlencode

from tests.day import plan as days
from tests.day.board import Board
from tests.day.plan import Plan
from tests.day.wire import Wire
from web.ids import uuid7


class Clerk:
    """One signed-in person; every change carries its id, is sent until it is answered, and one in five is sent again."""

    def __init__(self, plan: Plan, login: str, stop: threading.Event) -> None:
        self.plan, self.rng = plan, plan.rng(login)
        self.wire = Wire(plan.port, {"origin": plan.url}, stop)
        self._log = plan.log(f"clerk-{login}").open("a", encoding="utf-8")
        self._sign_in(login)

    def _sign_in(self, login: str) -> None:
        form = urlencode({"login": login, "password": f"{login}-password"}).encode()
        self.wire.headers["content-type"] = "application/x-www-form-urlencoded"
        status, _, headers = self.wire.insist("/sign-in", form)
        assert status == 200, status
        self.wire.headers["content-type"] = "application/json"
        self.wire.headers["cookie"] = headers["set-cookie"].partition(";")[0]

    def post(self, path: str, **content: Any) -> dict[str, Any]:
        body = json.dumps({"id": uuid7(time.time_ns(), os.urandom(10)), **content}).encode()
        status, answer, _ = self.wire.insist(path, body)
        assert status < 500, (path, status, answer)
        if self.rng.random() < 0.2:
            again = self.wire.insist(path, body)
            assert status != 200 or again[:2] == (status, answer), (path, answer, again)
        self._log.write(json.dumps({"path": path, "asked": content, "status": status, "answer": answer}) + "\n")
        self._log.flush()
        return answer if status == 200 else {}


def enter_orders(plan: Plan, stop: threading.Event) -> None:
    """What customers send during the day; also a few cancels, which come too late for some."""
    sales, boss = Clerk(plan, "sales", stop), Clerk(plan, "boss", stop)
    cancels = list(plan.cancels)
    for number in range(len(plan.entered) + 1, plan.orders + 1):
        order = sales.post("/api/orders", **days.order(plan, number).form())["order"]
        sales.post(f"/api/orders/{order}/submit")
        boss.post(f"/api/orders/{order}/approve")
        if cancels and sales.rng.random() < 0.08:
            sales.post(f"/api/orders/{cancels.pop()}/cancel", reason="customer changed their mind")
        time.sleep(0.01)


def invoice(plan: Plan, board: Board, shipped: threading.Event, stop: threading.Event) -> None:
    """Invoices what has left and records most payments, until everything that the day shipped is invoiced."""
    money = Clerk(plan, "money", stop)
    while True:
        last_round = shipped.is_set()
        for order in board.to_invoice():
            _bill(money, order)
        if last_round and not board.to_invoice():
            return
        money.wire.wait()


def _bill(money: Clerk, order: int) -> None:
    bill = money.post(f"/api/orders/{order}/invoice")
    if bill and money.rng.random() < 0.7:
        money.post("/api/payments", invoice=bill["invoice"], amount_minor=bill["total_minor"])
