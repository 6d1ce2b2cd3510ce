"""People who do everything, each a process: an order of ten lines from entry to its posted invoice, by HTTP alone.

Loads no code of the house, so that eight interpreters start soon.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

OFFICE = ("sales", "review", "money")  # who enters, who approves, who invoices: three persons
LOOK_S, PATIENCE_S = 0.05, 60.0


@dataclass
class Work:
    """One person's share: `person` stands at stations 100, 200 and 300 more than its number; `gtins` by item number."""

    url: str
    person: int
    orders: int
    gtins: dict[int, str]
    start: float = 0.0


@dataclass
class Told:
    """What came of it: invoices posted, orders that another person approved, when it was done, and each wrong answer."""

    invoices: list[int] = field(default_factory=list)
    approved: int = 0
    done: float = 0.0
    wrong: list[str] = field(default_factory=list)


def work(share: Work) -> Told:
    """Work so many orders one after another, from the common start on."""
    hand = _Hand(share)
    time.sleep(max(0.0, share.start - time.time()))
    for _ in range(share.orders):
        hand.whole_order()
    hand.told.done = time.time()
    return hand.told


class _Hand:
    def __init__(self, share: Work) -> None:
        self.share, self.told, self.at = share, Told(), datetime.now(UTC)
        self.office = {login: self._client(origin=share.url) for login in OFFICE}
        for login, client in self.office.items():
            self._good(client.post("/sign-in", data={"login": login, "password": f"{login}-password"}))
        self.floor = {
            kind: self._client(authorization=f"Bearer token{kind + share.person}") for kind in (100, 200, 300)
        }

    def _client(self, **headers: str) -> httpx.Client:
        return httpx.Client(base_url=self.share.url, headers=headers, timeout=60)

    def whole_order(self) -> None:
        order = self._entered()
        note = self._until(order, lambda told: told["notes"] and told["notes"][0]["state"] == "accepted")["notes"][0][
            "note"
        ]
        self._scans(100, [f"NOTE:{note}", *self.share.gtins.values()])
        closed = self._scans(200, [f"NOTE:{note}", "CMD:PACKALL", "CMD:CLOSE"])
        self._scans(300, [f"NOTE:{note}", f"]C100{closed['fields']['sscc']}", f"SF{note:013d}", "CMD:SHIP"])
        self._until(order, lambda told: told["shipping"] == "full")
        self.told.invoices.append(self._post("money", f"/api/orders/{order}/invoice")["number"])

    def _entered(self) -> int:
        lines = [{"item": f"I{item}", "quantity": 1} for item in self.share.gtins]
        reference = str(uuid.uuid4())
        told = self._post("sales", "/api/orders", customer="C1", carrier="SF", reference=reference, lines=lines)
        order: int = told["order"]
        if self._post("sales", f"/api/orders/{order}/submit")["state"] == "in_review":
            self._post("review", f"/api/orders/{order}/approve")
            self.told.approved += 1
        return order

    def _until(self, order: int, reached: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            told: dict[str, Any] = self._good(self.office["sales"].get(f"/api/orders/{order}")).json()
            if reached(told):
                return told
            time.sleep(LOOK_S)
        raise TimeoutError(f"order {order}: {self.told.wrong}")

    def _post(self, who: str, path: str, **content: Any) -> dict[str, Any]:
        content["id"] = str(uuid.uuid4())
        told: dict[str, Any] = self._good(self.office[who].post(path, json=content)).json()
        return told

    def _scans(self, kind: int, codes: list[str]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for code in codes:
            self.at += timedelta(seconds=1)
            body = {"id": str(uuid.uuid4()), "seq": 1, "codes": [code], "at": self.at.isoformat()}
            told = self._good(self.floor[kind].post("/scan", json=body)).json()
            if not told["accepted"]:
                self.told.wrong.append(f"{code}: {told['code']} {told['fields']}")
        return told

    def _good(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code != 200:
            self.told.wrong.append(f"{answer.request.url.path}: {answer.status_code} {answer.text[:200]}")
        return answer
