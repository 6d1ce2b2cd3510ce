"""Whole orders of ten lines, entry to posted invoice, by one person and by eight at once, each a process: does the house scale?"""

import multiprocessing
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from floor.ledger import pricing
from floor.storage.record import Tx
from tests.floor.world import GTIN
from tests.web.office import staff
from tests.web.serving import Serving, serving
from web.compose import new_uid

PEOPLE, LINES, ORDERS = 8, 10, 4
LINE_UP_S = 2.5  # a person's interpreter and sign-ins, before the common start


def measure(rounds: int) -> list[str]:
    """Lines of a table: orders a minute of one and of eight, and what was not as it should be."""
    alone, together, wrong = [], [], 0
    with tempfile.TemporaryDirectory(prefix="floor-bench-") as folder, serving(Path(folder) / "site", "") as hall:
        _people(hall)
        for number in range(rounds):
            for people, told in ((1, alone), (PEOPLE, together)):
                speed, bad = _crowd(hall, people)
                told.append(speed)
                wrong += bad
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
    one, eight = statistics.median(alone), statistics.median(together)
    lines = ["| whole orders of ten lines | a minute | to one person's | wrong |", "|---|---|---|---|"]
    lines += [f"| one person | {one:.0f} | 1.0 | |", f"| eight at once | {eight:.0f} | {eight / one:.1f} | {wrong} |"]
    return [*lines, ""]


def _people(hall: Serving) -> None:
    for n in range(10, 10 + PEOPLE):
        hall.world.person(n, f"员工{n}", "picker packer shipper")
        for kind, place, more in ((100, "pick", {}), (200, "pack", {"printer": "none"}), (300, "dock", {"door": "D1"})):
            hall.world.station(kind + n, place, **more)
            hall.world.sign_in(n, kind + n)
    for item in range(1, LINES + 1):
        if item > 3:
            hall.world.item(item)
        hall.world.stock(f"A-0{1 + item % 3}", item, 100_000)
    hall.site.writer.do(_office)
    hall.site.courier.settle()


def _office(tx: Tx) -> None:
    staff(tx)
    for item in range(4, LINES + 1):
        pricing.set_price(tx, item, "CNY", item * 1_000_000)


def _crowd(hall: Serving, people: int) -> tuple[float, int]:
    """Orders a minute over the time that all of them took, and how many answers were wrong."""
    start = time.time() + LINE_UP_S * (people + 1)
    with ProcessPoolExecutor(people, mp_context=multiprocessing.get_context("spawn")) as pool:
        ends, wrong = zip(*pool.map(partial(work, hall.url, start), range(10, 10 + people)), strict=True)
    return people * ORDERS * 60 / (max(ends) - start), sum(wrong)


def work(url: str, start: float, person: int) -> tuple[float, int]:
    """One person's orders from the common start on; when they were done, and how many answers were not as they should be."""
    hand = _Hand(url, person)
    time.sleep(max(0.0, start - time.time()))
    for _ in range(ORDERS):
        hand.whole_order()
    return time.time(), hand.wrong


class _Hand:
    """A person who does everything: in the office by the API, on the floor by scans."""

    def __init__(self, url: str, person: int) -> None:
        self.person, self.wrong, self.at = person, 0, datetime.now(UTC)
        self.office = {
            login: httpx.Client(base_url=url, headers={"origin": url}, timeout=60)
            for login in ("sales", "boss", "money")
        }
        for login, client in self.office.items():
            self._good(client.post("/sign-in", data={"login": login, "password": f"{login}-password"}))
        self.floor = httpx.Client(base_url=url, timeout=60)

    def whole_order(self) -> None:
        order = self._enter()
        note = self._until(order, lambda told: told["notes"] and told["notes"][0]["state"] == "accepted")["notes"][0][
            "note"
        ]
        self._scans(100, [f"NOTE:{note}", *(GTIN[item] for item in range(1, LINES + 1))])
        closed = self._scans(200, [f"NOTE:{note}", "CMD:PACKALL", "CMD:CLOSE"])
        self._scans(300, [f"NOTE:{note}", f"]C100{closed['fields']['sscc']}", f"SF{note:013d}", "CMD:SHIP"])
        self._until(order, lambda told: told["shipping"] == "full")
        self._post("money", f"/api/orders/{order}/invoice")

    def _enter(self) -> int:
        lines = [{"item": f"I{item}", "quantity": 1} for item in range(1, LINES + 1)]
        order: int = self._post("sales", "/api/orders", customer="C1", carrier="SF", reference=new_uid(), lines=lines)[
            "order"
        ]
        self._post("sales", f"/api/orders/{order}/submit")
        if self.office["boss"].get(f"/api/orders/{order}").json()["state"] == "in_review":
            self._post("boss", f"/api/orders/{order}/approve")
        return order

    def _until(self, order: int, reached: Any) -> dict[str, Any]:
        while True:
            told: dict[str, Any] = self.office["boss"].get(f"/api/orders/{order}").json()
            if reached(told):
                return told
            time.sleep(0.05)

    def _post(self, who: str, path: str, **content: Any) -> dict[str, Any]:
        return self._good(self.office[who].post(path, json={"id": new_uid(), **content})).json()  # type: ignore[no-any-return]

    def _scans(self, kind: int, codes: list[str]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for code in codes:
            self.at += timedelta(seconds=1)
            body = {"id": new_uid(), "seq": 1, "codes": [code], "at": self.at.isoformat()}
            bearer = {"authorization": f"Bearer token{kind + self.person}"}
            told = self._good(self.floor.post("/scan", json=body, headers=bearer)).json()
            self.wrong += not told["accepted"]
        return told

    def _good(self, answer: httpx.Response) -> httpx.Response:
        self.wrong += answer.status_code != 200
        return answer
