"""What a day is made of: its seed, its goods, people and stations, and the orders that come in."""

import random
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import msgspec

from floor.check_digit import check_digit

PLAIN, BY_LOT, BY_SERIAL = range(1, 25), range(25, 28), range(28, 31)  # item numbers
CASE_OF = 6
LOT, EXPIRY = "L2611", date(2031, 1, 31)
SERIALS = 400
PREFIX = "0614141"


def gtin(item: int) -> str:
    body = f"069012341{item:04d}"
    return body + check_digit(body)


def case_gtin(item: int) -> str:
    body = f"169012341{item:04d}"
    return body + check_digit(body)


def serial(item: int, number: int) -> str:
    return f"SN{item}-{number:04d}"


def bins(item: int) -> tuple[str, ...]:
    """A plain item lies in two bins, the others in one; every seventh first bin is to be scanned first."""
    return (f"A-{item:02d}", f"B-{item:02d}") if item in PLAIN else (f"C-{item:02d}",)


def bin_first(place: str) -> bool:
    return place.startswith("A-") and int(place[2:]) % 7 == 0


class Place(msgspec.Struct):
    """A station of the day: `page` sends session, note and line as a page does; the others are plain readers."""

    number: int
    kind: str
    page: bool
    session: str
    door: str = ""
    token: str = ""


class Plan(msgspec.Struct):
    """All that the processes of one day share; written once, before the first of them starts."""

    seed: int
    orders: int
    port: int
    folder: str
    places: list[Place]
    entered: list[int] = []  # orders approved before the day begins
    cancels: list[int] = []  # orders that the office cancels during the day

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        return Path(self.folder) / "data" / "floor.db"

    def rng(self, who: str) -> random.Random:
        return random.Random(f"{self.seed} {who}")

    def log(self, name: str) -> Path:
        return Path(self.folder) / f"{name}.jsonl"

    def save(self) -> Path:
        path = Path(self.folder) / "plan.json"
        path.write_bytes(msgspec.json.encode(self))
        return path


def load(path: Path) -> Plan:
    return msgspec.json.decode(path.read_bytes(), type=Plan)


def places() -> list[Place]:
    """Eight stations: three to pick, two benches, two docks and the gate at the first one's door."""
    kinds = [("pick", True), ("pick", False), ("pick", True), ("pack", True), ("pack", False), ("dock", True),
             ("dock", False), ("gate", False)]  # fmt: skip
    doors = {6: "D1", 7: "D2", 8: "D1"}
    return [
        Place(number=n, kind=kind, page=page, session=f"session-{n}", door=doors.get(n, ""), token=f"token-{n}")
        for n, (kind, page) in enumerate(kinds, 1)
    ]


@dataclass(frozen=True)
class Wanted:
    """One order line as the office types it."""

    item: str
    quantity: int


@dataclass(frozen=True)
class Order:
    """What a customer asks for; drawn from the day's seed and the order's own number."""

    number: int
    lines: tuple[Wanted, ...] = field(default=())

    def form(self) -> dict[str, object]:
        return {"customer": "C1", "carrier": "SF", "lines": [asdict(line) for line in self.lines]}


def order(plan: Plan, number: int) -> Order:
    rng = plan.rng(f"order {number}")
    count = rng.choices((1, 2, 3), (55, 33, 12))[0]
    items = rng.sample([*PLAIN, *BY_LOT, *BY_SERIAL], count)
    lines = (Wanted(f"I{item}", _quantity(rng, item)) for item in items)
    return Order(number, tuple(lines))


def _quantity(rng: random.Random, item: int) -> int:
    return rng.choices((1, 2, 3, CASE_OF), (40, 35, 17, 8 if item in PLAIN else 0))[0]
