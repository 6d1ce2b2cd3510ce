"""The robot's shift seen from outside: its progress, the labels read back from the printer's bytes, the books verified."""

import csv
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from floor.storage import outbox
from floor.storage.database import open_engine
from labels.read_back import read_back
from web.commands.verify import verify
from web.demo import company as founding
from web.demo.box import Box
from web.demo.company import DATA, Company, Person
from web.imports.columns import decimal

STEPS = ("entered", "picked notes", "packed", "shipped", "invoiced", "paid")
LEAST_CODES, FROM_ORDERS = 5, 20  # so many kinds of refusal must have come up in a shift of so many orders
QUIET_S = 60.0
Told = dict[str, Any]


def work(box: Box, orders: int, seed: int, step: Callable[[str], None]) -> Told:
    """One shift; the figures of the issue's table but for `verified` and `seconds`, and `trouble` ("" for none)."""
    brief = box.folder / "robot.json"
    brief.touch(mode=0o600)
    brief.write_text(json.dumps(_brief(box, orders, seed), ensure_ascii=False), encoding="utf-8")
    said: Told = {"trouble": "the robot has ended without a word"}
    for line in _lines([sys.executable, "-m", "web.demo.robot", str(brief)], box.scanner.ends):
        if "step" in line:
            step(line["step"])
        else:
            said = line
    figures = _figures(box, orders, said.get("result", {"counts": {}, "refused": {}, "labels": [], "difference": 0}))
    return {**figures, "trouble": said["trouble"]}


def _lines(command: list[str], pty: tuple[int, int]) -> Iterator[Told]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", pass_fds=pty) as robot:
        assert robot.stdout is not None
        try:
            for line in robot.stdout:
                yield json.loads(line)
        finally:
            robot.terminate()


def _figures(box: Box, orders: int, result: Told) -> Told:
    counts = result["counts"]
    return {
        "orders": orders,
        "scans": counts.get("scans", 0),
        "refused": dict(sorted(result["refused"].items())),
        "picked": counts.get("picked", 0),
        "shorted": counts.get("shorted", 0),
        "parcels": counts.get("parcels", 0),
        "labels_printed": len(box.printer.labels),
        "labels_read_back": read_labels([label.zpl for label in box.printer.labels], result["labels"]),
        "gate_passages": counts.get("gate_passages", 0),
        "shipped": counts.get("shipped", 0),
        "invoiced": counts.get("invoiced", 0),
        "paid": counts.get("paid", 0),
        "ledger_difference": result["difference"],
    }


def read_labels(printed: list[bytes], meant: list[str]) -> int:
    """How many of the labels say, read back from the bytes that the printer got, an SSCC that was meant; each once."""
    waiting = set(meant)
    for zpl in printed:
        said = {read.data.decode("ascii", "replace") for read in read_back(zpl) if read.identifier == "]C1"}
        waiting -= {sscc for sscc in waiting if f"00{sscc}" in said}
    return len(meant) - len(waiting)


def settled(box: Box) -> bool:
    """Wait until nothing is under way any more."""
    end = time.monotonic() + QUIET_S
    while time.monotonic() < end:
        with box.site.engine.connect() as db:
            if not outbox.waiting(db):
                return True
        time.sleep(0.05)
    return False


def verified(box: Box) -> list[str]:
    """The differences that `floor verify` finds, after the service has stopped."""
    engine = open_engine(box.settings.database_url)
    try:
        return verify(box.settings, engine)
    finally:
        engine.dispose()


def passed(figures: Told) -> bool:
    """Whether the shift came out as it must."""
    done = all(figures[name] == figures["orders"] for name in ("shipped", "invoiced", "paid"))
    labels = figures["parcels"] == figures["labels_read_back"]
    enough = figures["orders"] < FROM_ORDERS or len(figures["refused"]) >= LEAST_CODES
    return done and labels and enough and figures["ledger_difference"] == 0 and figures["verified"]


def _brief(box: Box, orders: int, seed: int) -> Told:
    company = box.company
    kinds = {station.kind: {"token": station.token, "device": station.reader} for station in reversed(company.stations)}
    kinds["overseer"] = {"token": company.stations[-1].token, "device": ""}
    roles = ("sales", "reviewer", "finance", "picker", "packer", "shipper", "supervisor")
    return {
        "url": box.url,
        "orders": orders,
        "seed": seed,
        "tax_bp": founding.TAX_BP,
        "prefix_length": len(founding.COMPANY_PREFIX),
        "pty": str(box.folder / "scanner"),
        "pty_ends": box.scanner.ends,
        "fifo": str(box.folder / "keyboard"),
        "labels": str(box.labels),
        "gate": company.station("gate").reader,
        "broker": box.broker_address(),
        "people": {role: _who(company, role) for role in roles},
        "stations": kinds,
        "items": _items(),
        "customers": {row["code"]: decimal(2)(row["discount_percent"]) for row in _rows("customers")},
    }


def _who(company: Company, role: str) -> dict[str, str]:
    found: Person = company.with_role(role)[0]
    return {name: getattr(found, name) for name in ("badge", "pin", "login", "password")}


def _items() -> list[Told]:
    prices = {row["item"]: int(Decimal(row["price"]) * 100) for row in _rows("prices")}
    return [
        {
            "code": row["code"],
            "gtin": row["gtin"],
            "case_gtin": row["case_gtin"],
            "case_quantity": int(row["case_quantity"] or 0),
            "price_minor": prices[row["code"]],
            "tracking": row["tracking"],
        }
        for row in _rows("items")
    ]


def _rows(name: str) -> list[dict[str, str]]:
    path: Path = DATA / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
