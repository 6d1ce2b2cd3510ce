"""One order as its page tells it: people by name, addresses, progress by line, what review found, parcels on their way."""

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from floor import parcels, people, shipments
from floor.items import ITEM
from floor.ledger import order_views, review
from floor.ledger.rounding import tax_minor
from floor.ledger.states import allowed
from floor.storage import particulars
from floor.words import ParcelState
from web.order_history import Told, told
from web.who import Who

RIGHTS = {
    "submit": "enter_order", "change": "enter_order", "approve": "approve_order", "reject": "approve_order",
    "release": "release_order", "hold": "hold_order", "resume": "hold_order", "cancel": "cancel_order",
    "short_close": "cancel_order",
}  # fmt: skip


@dataclass
class Found:
    """What a review rule said, and what of: lines short of stock, prices off the list, orders that look the same."""

    rule: str
    verdict: str
    short: list[tuple[str, str, int, int, int]] = field(default_factory=list)  # code, unit, scale, wanted, free
    prices: list[dict[str, Any]] = field(default_factory=list)
    orders: list[int] = field(default_factory=list)


@dataclass
class Story:
    """Rows as the ledger has them, and what the page needs beside them. `picked` by order line; `boxes` by note."""

    view: order_views.OrderView
    customer: dict[str, Any]
    address: dict[str, Any]
    names: dict[int, str]
    picked: dict[int, int]
    boxes: dict[int, list[Any]]
    transit: dict[str, str]
    findings: list[Found]
    history: list[Told]
    acts: list[str]

    @property
    def net_minor(self) -> int:
        return sum(int(line.net_minor) for line in self.view.lines)

    @property
    def tax_minor(self) -> int:
        head = self.view.head
        return tax_minor(self.net_minor + int(head.freight_minor), int(head.tax_bp))

    @property
    def total_minor(self) -> int:
        return self.net_minor + int(self.view.head.freight_minor) + self.tax_minor


def tell(db: Connection, order: int, asked: Who) -> Story:
    """The whole order for this reader; refuses order_unknown."""
    view = order_views.order_view(db, order)
    head = view.head
    boxes = {note.id: _boxes(db, note.id) for note in view.notes}
    numbers = [box.tracking for found in boxes.values() for box in found if box.tracking]
    return Story(
        view=view,
        customer=json.loads(head.who or "{}"),
        address=particulars.read(db, head.ship_to) if head.ship_to else {},
        names=people.names(db, {head.author, head.changed_by, head.approved_by}),
        picked=_picked(view.note_lines),
        boxes=boxes,
        transit=_transit(db, numbers),
        findings=_findings(db, view.checks, head.revision),
        history=told(db, order, asked),
        acts=_acts(head, view, asked),
    )


def _boxes(db: Connection, note: int) -> list[Any]:
    return [row for row in parcels.of_note(db, note) if row.state != ParcelState.VOID]


def _picked(note_lines: list[Any]) -> dict[int, int]:
    picked: dict[int, int] = {}
    for line in note_lines:
        picked[line.order_line] = picked.get(line.order_line, 0) + line.picked
    return picked


def _transit(db: Connection, numbers: list[str]) -> dict[str, str]:
    if not numbers:
        return {}
    table = shipments.TRANSIT
    found = select(table.c.tracking, table.c.state).where(table.c.tracking.in_(numbers))
    return {row.tracking: row.state for row in db.execute(found)}


def _acts(head: Any, view: order_views.OrderView, asked: Who) -> list[str]:
    """What this person may do with the order now; what waits for the floor's answer is left alone."""
    if head.asked:
        return []
    own = asked.person in (head.author, head.changed_by)
    may = [act for act in allowed(head.state) if act in RIGHTS and asked.may(RIGHTS[act])]
    shipped = any(line.shipped for line in view.lines)
    loose = any(line.held for line in view.lines) and _unreleased(view)
    still = any(line.quantity - line.cancelled - line.shipped for line in view.lines)
    unfit = {"approve": own, "cancel": shipped, "release": not loose, "hold": not still}
    unfit["short_close"] = not (shipped and still)
    return [act for act in may if not unfit.get(act, False)]


def _unreleased(view: order_views.OrderView) -> bool:
    return sum(int(line.held) for line in view.lines) > sum(int(line.held) for line in view.note_lines)


def _findings(db: Connection, checks: list[Any], revision: int) -> list[Found]:
    """What the rules said of the order as it now stands."""
    found = []
    for check in checks:
        if check.revision == revision:
            one, inputs = Found(check.rule, check.verdict), json.loads(check.inputs)
            if check.rule == "stock":
                one.short = _short(db, inputs["items"])
            elif check.rule == "price":
                one.prices = review.outside(inputs)
            elif check.rule == "duplicate":
                one.orders = sorted({*inputs["same_reference"], *inputs["equal_lines"]})
            found.append(one)
    return found


def _short(db: Connection, items: list[dict[str, int]]) -> list[tuple[str, str, int, int, int]]:
    lacking = {row["item"]: row for row in items if row["wanted"] > row["available"]}
    if not lacking:
        return []
    rows = db.execute(select(ITEM).where(ITEM.c.id.in_(lacking)).order_by(ITEM.c.code))
    return [(x.code, x.unit, x.scale, lacking[x.id]["wanted"], lacking[x.id]["available"]) for x in rows]
