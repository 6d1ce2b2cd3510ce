"""What the ledger makes of the floor's facts. `upto` is the journal id of the newest one contained: a repeat changes nothing."""

from datetime import datetime

import msgspec

from floor.facts.fact import Fact, kind
from floor.facts.order import OrderFact


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """A hold that goods no longer stand behind becomes a back-order; `note` None where it was not on a note yet."""

    order: int
    order_line: int
    item: int
    quantity: int
    note: int | None
    note_line: int | None


class ProgressStep(msgspec.Struct, frozen=True, kw_only=True):
    """What changed on one note line, in units; an undone pick counts negative."""

    note: int
    line: int
    picked: int
    packed: int
    shorted: int


class IssuedLine(msgspec.Struct, frozen=True, kw_only=True):
    """`quantity` left. `billable` of it fits the order, `uncancelled` of that had been cancelled.

    The note line's hold is used up as `consumed` and given back as `released`.
    """

    line: int
    order_line: int
    item: int
    quantity: int
    billable: int
    uncancelled: int
    consumed: int
    released: int


class ReturnedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A note line that will not ship; `released` of it was still held."""

    line: int
    order_line: int
    item: int
    released: int


class SupplyLine(msgspec.Struct, frozen=True, kw_only=True):
    item: int
    quantity: int


class NotePosting(OrderFact, frozen=True, kw_only=True):
    note: int
    upto: int

    def subjects(self) -> tuple[str, ...]:
        return (f"order:{self.order}", f"note:{self.note}")


@kind
class NoteTaken(NotePosting, frozen=True, kw_only=True):
    """The floor has accepted the note."""


@kind
class ProgressPosted(OrderFact, frozen=True, kw_only=True):
    """Picks, shorts and packing of one order, many scans in one fact."""

    upto: int
    steps: tuple[ProgressStep, ...]


@kind
class Issued(NotePosting, frozen=True, kw_only=True):
    """Goods issue: the note's hold is consumed, the rest of it released, what left waits to be invoiced."""

    shipment: int
    warehouse: str
    carrier: str
    tracking: tuple[str, ...]
    issued_at: datetime
    lines: tuple[IssuedLine, ...]
    cuts: tuple[Cut, ...]


@kind
class NoteReturned(NotePosting, frozen=True, kw_only=True):
    """The floor gave the note back; its holds are free. `shorted`: nothing of it was there."""

    warehouse: str
    shorted: bool
    lines: tuple[ReturnedLine, ...]


@kind
class EndRefused(NotePosting, frozen=True, kw_only=True):
    """The floor could not give the note back any more, for the reason `code`."""

    code: str


@kind
class TransitPosted(NotePosting, frozen=True, kw_only=True):
    """Where the carrier has it; `delivered_at` once it is all there."""

    shipment: int
    state: str
    state_at: datetime
    delivered_at: datetime | None


@kind
class SupplyPosted(Fact, frozen=True, kw_only=True):
    """On hand went up (received, found) or down (lost); a loss turns the youngest holds into back-orders."""

    upto: int
    warehouse: str
    lines: tuple[SupplyLine, ...]
    cuts: tuple[Cut, ...]

    def subjects(self) -> tuple[str, ...]:
        orders = dict.fromkeys(f"order:{cut.order}" for cut in self.cuts)
        return (*dict.fromkeys(f"item:{line.item}" for line in self.lines), *orders)
