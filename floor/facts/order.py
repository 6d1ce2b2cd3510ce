"""What can happen to a sales order: entered, changed, reviewed, approved with its holds, stopped, ended."""

from datetime import date
from typing import Any

import msgspec

from floor.facts.fact import Fact, kind


class OrderedLine(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer asked for. `price_micro` is 10^-6 of the currency's unit, None where nobody has priced it yet.

    `list_micro` is the list price that stood then, `net_minor` the line's amount, rounded once.
    """

    line: int
    item: int
    quantity: int
    price_micro: int | None
    list_micro: int | None
    price_reason: str
    discount_bp: int
    net_minor: int
    due_date: date | None
    remark: str


class HeldLine(msgspec.Struct, frozen=True, kw_only=True):
    """`quantity` of the line is held now; `short` stays a back-order."""

    line: int
    item: int
    quantity: int
    short: int


class EndedLine(msgspec.Struct, frozen=True, kw_only=True):
    """`cancelled` will not come any more; `released` of it was held."""

    line: int
    item: int
    cancelled: int
    released: int


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One rule's word: `verdict` is pass, flag (shown) or person (somebody must decide); the inputs repeat it."""

    rule: str
    version: int
    inputs: dict[str, Any]
    verdict: str


class OrderFact(Fact, frozen=True, kw_only=True):
    order: int

    def subjects(self) -> tuple[str, ...]:
        return (f"order:{self.order}",)


class OrderContent(OrderFact, frozen=True, kw_only=True):
    """All that an order says. `ship_to` is an id of particulars; `revision` counts the changes from 1."""

    revision: int
    customer: int
    currency: str
    order_date: date
    due_date: date | None
    warehouse: str
    carrier: str
    service: str
    freight_minor: int
    tax_bp: int
    remark: str
    reference: str
    ship_to: int
    lines: tuple[OrderedLine, ...]


@kind
class OrderEntered(OrderContent, frozen=True, kw_only=True):
    """A draft, numbered."""


@kind
class OrderChanged(OrderContent, frozen=True, kw_only=True):
    """The draft says this instead."""


@kind
class OrderSubmitted(OrderFact, frozen=True, kw_only=True):
    revision: int
    results: tuple[CheckResult, ...]


@kind
class OrderApproved(OrderFact, frozen=True, kw_only=True):
    """Prices are fixed, stock is held. `auto`: every rule passed and policy lets that be enough."""

    revision: int
    warehouse: str
    lines: tuple[HeldLine, ...]
    auto: bool


@kind
class OrderRejected(OrderFact, frozen=True, kw_only=True):
    """Back to its author, with the reason."""

    reason: str


@kind
class OrderReserved(OrderFact, frozen=True, kw_only=True):
    """Back-orders that are held now, because goods came in or came free."""

    warehouse: str
    lines: tuple[HeldLine, ...]


@kind
class OrderHeld(OrderFact, frozen=True, kw_only=True):
    """Nothing of it may ship until it is resumed."""

    reason: str


@kind
class OrderResumed(OrderFact, frozen=True, kw_only=True):
    """It may ship again."""


@kind
class EndAsked(OrderFact, frozen=True, kw_only=True):
    """`how` (cancel or close) waits for the floor's answer on these notes."""

    how: str
    reason: str
    notes: tuple[int, ...]


@kind
class OrderEnded(OrderFact, frozen=True, kw_only=True):
    """`state` is cancelled or closed; what was still open will not come."""

    state: str
    reason: str
    warehouse: str
    lines: tuple[EndedLine, ...]


@kind
class ActRefused(Fact, frozen=True, kw_only=True):
    """Somebody tried an act on a document in vain; nothing but this line was written."""

    about: str
    act: str
    code: str
    fields: dict[str, Any]

    def subjects(self) -> tuple[str, ...]:
        return (self.about,)
