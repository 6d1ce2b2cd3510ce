"""The office's files beside the day: items, prices and places come in at the import door, sent again until they are taken."""

import itertools
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

from floor.check_digit import check_digit
from tests.day.basket import lines
from tests.day.office import Clerk
from tests.day.plan import Plan
from tests.day.wire import BROKEN

ROWS = 30  # an act brings 20 in: a kill may fall between two acts of one file
LEAST = 3  # files of each kind, however short the day
PAUSE_S = 0.3
KINDS = ("items", "prices", "places")
HEADERS = {"items": "code,name,weight_g,gtin", "prices": "item,price,currency", "places": "code,zone,sort"}
MARK = "tests-day-file"
Row = tuple[str, ...]


def rows(number: int, kind: str) -> Iterator[Row]:
    """What the file of this kind says; its numbers are nobody else's."""
    for place in range(ROWS):
        own = number * ROWS + place
        body = f"069012342{own:04d}"
        yield {
            "items": (f"N{own}", f"新货{own}", str(10 + own), body + check_digit(body)),
            "prices": (f"N{own}", f"{own}.25", "CNY"),
            "places": (f"N-{own}", f"N{number}", f"N-{own:05}"),
        }[kind]


class Importer(Clerk):
    """The manager at another machine; what the house said of each file is written down."""

    def bring(self, number: int, kind: str) -> None:
        text = "\n".join((HEADERS[kind], *(",".join(row) for row in rows(number, kind)))) + "\n"
        outcome = self._insist(kind, number, text)
        again = self._insist(kind, number, text) if self.rng.random() < 0.2 else None
        self._log.write(json.dumps({"file": number, "kind": kind, "outcome": outcome, "again": again}) + "\n")
        self._log.flush()

    def _insist(self, kind: str, number: int, text: str) -> dict[str, Any]:
        """Send the file until the house has said how it ended; a broken answer is none."""
        for tries in itertools.count(1):
            try:
                said = self._send(kind, number, text)
                if "done" in said[-1]:
                    return {**said[-1]["done"], "tries": tries}
            except BROKEN:
                self.wire.hang_up()
            self.wire.wait()
        raise AssertionError

    def _send(self, kind: str, number: int, text: str) -> list[dict[str, Any]]:
        name = f"{kind}-{number}.csv"
        head = f'--{MARK}\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        part = f"{head}{text}\r\n--{MARK}--\r\n"
        self.wire.headers["content-type"] = f"multipart/form-data; boundary={MARK}"
        self.wire.send(f"/import/{kind}", part.encode())
        status, answer, _ = self.wire.receive_bytes()
        assert status in (200, 503), (status, answer)
        return [json.loads(line) for line in answer.splitlines()] if status == 200 and answer else [{}]


def bring_in(plan: Plan, finished: threading.Event, stop: threading.Event) -> None:
    """File after file until the day is over; prices come after the items that they are of."""
    clerk = Importer(plan, "books", stop)
    number = 0
    while number < LEAST or not finished.is_set():
        for kind in KINDS:
            clerk.bring(number, kind)
        number += 1
        time.sleep(PAUSE_S)


def taken(plan: Plan) -> list[dict[str, Any]]:
    """Each file that was taken: its number and kind, how the last sending ended, and one more of it where there was one."""
    return list(lines(plan.log("clerk-books")))
