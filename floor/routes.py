"""What leaves and where to: the ledger's word to the floor, the floor's to the ledger, print jobs to their printer."""

from floor.facts.delivery import (
    Accepted,
    NoteFact,
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


def routes(fact: Fact) -> list[tuple[str, str]]:
    """The (target, document) pairs of a fact; within a target one document's facts are carried in order."""
    if isinstance(fact, PrintAsked | PrintMoved):
        return [(f"printer:{fact.printer}", f"printer:{fact.printer}")]  # one document: one at a time, in order
    if isinstance(fact, TO_FLOOR):
        return [("floor", f"note:{fact.note}")]
    if isinstance(fact, ABOUT_SUPPLY):
        return [("ledger", "supply")]
    if isinstance(fact, ABOUT_ORDERS):
        assert isinstance(fact, NoteFact) or hasattr(fact, "order")
        return [("ledger", f"order:{fact.order}")]
    return []
