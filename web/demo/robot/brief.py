"""What the robot is told before its shift: where things are, who it may sign in as, what the catalogue says."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Item:
    """`codes` are digits; `price_minor` is the list price of one unit in minor units."""

    code: str
    gtin: str
    case_gtin: str
    case_quantity: int
    price_minor: int
    tracking: str


@dataclass(frozen=True)
class Brief:
    """`people` by role, `stations` by kind: {"token", "device"}; `broker` and `gate` lead to the dock door."""

    url: str
    orders: int
    seed: int
    tax_bp: int
    prefix_length: int
    pty: Path
    pty_ends: tuple[int, int]
    fifo: Path
    labels: Path
    gate: str
    broker: dict[str, Any]
    people: dict[str, dict[str, str]]
    stations: dict[str, dict[str, str]]
    items: dict[str, Item]
    customers: dict[str, int]


def read(path: Path) -> Brief:
    told = json.loads(path.read_text(encoding="utf-8"))
    told["items"] = {row["code"]: Item(**row) for row in told["items"]}
    for name in ("pty", "fifo", "labels"):
        told[name] = Path(told[name])
    told["pty_ends"] = tuple(told["pty_ends"])
    return Brief(**told)
