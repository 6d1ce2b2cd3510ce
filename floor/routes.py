"""What leaves and where to: the ledger's word to the floor, the floor's to the ledger, print jobs to their printer."""

from collections.abc import Callable
from typing import Any

from floor.facts.delivery import (
    Accepted,
    Picked,
    Released,
    Shorted,
    Undone,
    WithdrawAsked,
    Withdrawn,
    WithdrawRefused,
)
from floor.facts.fact import Fact
from floor.facts.parcel import Packed, PrintAsked, Unpacked
from floor.facts.printer import PrintMoved
from floor.facts.shipment import Delivered, Shipped, Tracked
from floor.facts.stock import Counted, Received

TO_PRINTER = (PrintAsked, PrintMoved)
TO_FLOOR = (Released, WithdrawAsked)
ABOUT_ORDERS = (
    Accepted,
    Withdrawn,
    WithdrawRefused,
    Picked,
    Shorted,
    Undone,
    Packed,
    Unpacked,
    Shipped,
    Tracked,
    Delivered,
)
ABOUT_SUPPLY = (Received, Counted)


def _printer(fact: Any) -> tuple[str, str]:
    return f"printer:{fact.printer}", f"printer:{fact.printer}"  # one document: one at a time, in order


def _note(fact: Any) -> tuple[str, str]:
    return "floor", f"note:{fact.note}"


def _supply(_fact: Fact) -> tuple[str, str]:
    return "ledger", "supply"


def _order(fact: Any) -> tuple[str, str]:
    return "ledger", f"order:{fact.order}"


WAYS: dict[type[Fact], Callable[[Any], tuple[str, str]]] = {
    **dict.fromkeys(TO_PRINTER, _printer),
    **dict.fromkeys(TO_FLOOR, _note),
    **dict.fromkeys(ABOUT_SUPPLY, _supply),
    **dict.fromkeys(ABOUT_ORDERS, _order),
}


def routes(fact: Fact) -> list[tuple[str, str]]:
    """The (target, document) pairs of a fact; within a target one document's facts are carried in order."""
    way = WAYS.get(type(fact))
    return [] if way is None else [way(fact)]
