"""Whole orders of ten lines, entry to posted invoice, by one person and by eight at once, each a process: does the house scale?"""

import multiprocessing
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from floor.ledger import pricing
from floor.storage.record import Tx
from tests.floor.world import GTIN
from tests.web.office import staff
from tests.web.serving import Serving, serving
from tests.web.whole_orders import Work, work

PEOPLE, LINES, ORDERS = 8, 10, 4
LINE_UP_S = 2.5  # a person's interpreter and sign-ins, before the common start


def measure(rounds: int) -> list[str]:
    """Lines of a table: orders a minute of one and of eight, and what was not as it should be."""
    alone: list[float] = []
    together: list[float] = []
    wrong = 0
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
    gtins = {item: GTIN[item] for item in range(1, LINES + 1)}
    shares = [Work(hall.url, n, ORDERS, gtins, start) for n in range(10, 10 + people)]
    with ProcessPoolExecutor(people, mp_context=multiprocessing.get_context("spawn")) as pool:
        told = list(pool.map(work, shares))
    return people * ORDERS * 60 / (max(one.done for one in told) - start), sum(len(one.wrong) for one in told)
