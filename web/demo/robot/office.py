"""The office: sells, has another person approve, and at the end invoices what was shipped and takes the money."""

import random
from dataclasses import dataclass, field
from typing import Any

from web.demo.robot.brief import Brief, Item
from web.demo.robot.person import Person, Trouble
from web.demo.robot.tally import Tally

CARRIERS = ("SF", "SF", "YTO", "JD")
MICRO_PER_MINOR = 10_000


@dataclass
class Line:
    """One line as the robot entered it, and how much of it was picked in the end."""

    item: Item
    quantity: int
    price_minor: int
    discount_bp: int
    picked: int = 0


@dataclass
class Job:
    """One order on its way through the house; `lines` and the `serials` taken by item code, `parcels` by SSCC."""

    order: int
    carrier: str
    note: int = 0
    lines: dict[str, Line] = field(default_factory=dict)
    serials: dict[str, list[str]] = field(default_factory=dict)
    parcels: list[str] = field(default_factory=list)
    shorted: int = 0

    def total_minor(self, tax_bp: int) -> int:
        """What the invoice must say, by the robot's own reckoning: each line rounded once, then the tax once."""
        net = sum(half_up(x.price_minor * x.picked * (10_000 - x.discount_bp), 10_000) for x in self.lines.values())
        return net + half_up(net * tax_bp, 10_000)


def half_up(number: int, divisor: int) -> int:
    return (2 * number + divisor) // (2 * divisor)


class Seller:
    """Enters and submits orders; a reviewer approves them."""

    def __init__(self, brief: Brief, chance: random.Random) -> None:
        self._brief, self._chance = brief, chance
        self._sales = Person(brief.url, brief.people["sales"])
        self._reviewer = Person(brief.url, brief.people["reviewer"])

    def sell(self, tally: Tally) -> Job:
        """One order, from entry to the note that stands on the floor."""
        job = self._entered()
        self._sales.post(f"/api/orders/{job.order}/submit")
        seen = self._sales.get(f"/api/orders/{job.order}")
        if seen["state"] == "in_review":
            self._reviewer.post(f"/api/orders/{job.order}/approve")
        tally.step("entered")
        job.note = self._sales.until(f"order {job.order} on the floor", lambda: self._note(job.order))
        return job

    def _note(self, order: int) -> int:
        notes = self._sales.get(f"/api/orders/{order}")["notes"]
        return next((note["note"] for note in notes if note["state"] == "accepted"), 0)

    def _entered(self) -> Job:
        chance = self._chance
        customer = chance.choice(sorted(self._brief.customers))
        picked = chance.sample(sorted(self._brief.items), chance.choice((1, 2, 2, 3, 3, 4)))
        lines = {code: self._line(self._brief.items[code], self._brief.customers[customer]) for code in picked}
        carrier = chance.choice(CARRIERS)
        told = self._sales.post(
            "/api/orders", customer=customer, carrier=carrier, remark="", lines=[_told(line) for line in lines.values()]
        )
        return Job(order=told["order"], carrier=carrier, lines=lines)

    def _line(self, item: Item, discount_bp: int) -> Line:
        """A few pieces, now and then a case; one line in eight is sold below its list price."""
        chance = self._chance
        quantity = chance.randint(1, 4)
        if item.tracking == "serial":
            quantity = chance.randint(1, 2)
        elif item.case_quantity <= 24 and not chance.randrange(4):
            quantity += item.case_quantity
        special = item.price_minor - item.price_minor // 20 if not chance.randrange(8) else item.price_minor
        return Line(item=item, quantity=quantity, price_minor=special, discount_bp=discount_bp)


def _told(line: Line) -> dict[str, Any]:
    told: dict[str, Any] = {"item": line.item.code, "quantity": line.quantity, "discount_bp": line.discount_bp}
    special = line.price_minor != line.item.price_minor
    return told | {"price_micro": line.price_minor * MICRO_PER_MINOR, "price_reason": "promised" if special else ""}


class Cashier:
    """Invoices what was shipped and takes the money; `difference` adds up how far the ledger is from the robot's reckoning."""

    def __init__(self, brief: Brief) -> None:
        self._tax_bp = brief.tax_bp
        self._finance = Person(brief.url, brief.people["finance"])
        self.difference = 0

    def settle(self, job: Job, tally: Tally) -> None:
        order = f"/api/orders/{job.order}"
        self._finance.until(f"order {job.order} shipped", lambda: self._finance.get(order)["shipping"] != "none")
        tally.step("shipped")
        invoice = self._finance.post(f"{order}/invoice")
        tally.step("invoiced")
        self._finance.post("/api/payments", invoice=invoice["invoice"], amount_minor=invoice["total_minor"])
        seen = self._finance.get(order)
        if seen["payment"] != "full" or any(bill["open_minor"] for bill in seen["invoices"]):
            raise Trouble(f"order {job.order} was paid, and the ledger says {seen['payment']}")
        self.difference += abs(sum(bill["total_minor"] for bill in seen["invoices"]) - job.total_minor(self._tax_bp))
        tally.step("paid")
