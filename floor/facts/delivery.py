"""What can happen to a delivery note: released by the ledger, accepted, picked, shorted, undone, handed over, withdrawn."""

from datetime import date, datetime

import msgspec

from floor.facts.fact import Fact, kind


class ReleasedLine(msgspec.Struct, frozen=True, kw_only=True):
    """`quantity` is exact, in the item's smallest unit, and already held in the ledger."""

    line: int
    order_line: int
    item: int
    quantity: int


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One stop of the picker: take `quantity` of the line's item at `place`; `sort` is the walking order."""

    line: int
    task: int
    item: int
    place: str
    lot: str
    quantity: int
    sort: str


class LineQuantity(msgspec.Struct, frozen=True, kw_only=True):
    line: int
    order_line: int
    item: int
    quantity: int


class NoteFact(Fact, frozen=True, kw_only=True):
    note: int
    order: int

    def subjects(self) -> tuple[str, ...]:
        return (f"note:{self.note}", f"order:{self.order}")


@kind
class Released(NoteFact, frozen=True, kw_only=True):
    """Ledger to floor: pick these. `ship_to` is an id of particulars; the floor chooses the bins."""

    warehouse: str
    customer: int
    ship_to: int
    due_at: datetime | None
    carrier: str
    remark: str
    lines: tuple[ReleasedLine, ...]


@kind
class Accepted(NoteFact, frozen=True, kw_only=True):
    """Floor to ledger: the note is on the floor. Carries all that Released said, and the tasks by bin."""

    warehouse: str
    customer: int
    ship_to: int
    due_at: datetime | None
    carrier: str
    remark: str
    lines: tuple[ReleasedLine, ...]
    tasks: tuple[Task, ...]


@kind
class Opened(NoteFact, frozen=True, kw_only=True):
    """A person took the note up at a station. `joined`: beside its holder; `taken_from`: instead of that person."""

    station: int
    joined: bool
    taken_from: int | None


@kind
class BinConfirmed(NoteFact, frozen=True, kw_only=True):
    """The picker stands at the right bin."""

    station: int
    place: str


class PickFact(NoteFact, frozen=True, kw_only=True):
    line: int
    order_line: int
    item: int
    task: int
    place: str
    lot: str
    serial: str
    quantity: int


@kind
class Picked(PickFact, frozen=True, kw_only=True):
    """Goods moved from bin to note. `state` is the note's state after it."""

    state: str


@kind
class Undone(PickFact, frozen=True, kw_only=True):
    """A pick taken back: a counter-fact; `pick` is the journal id of the pick. Both stay in the history."""

    pick: int
    state: str


@kind
class Shorted(NoteFact, frozen=True, kw_only=True):
    """Less was there than wanted: `quantity` will not come on this note; the bin goes onto the count list as `count`."""

    line: int
    order_line: int
    item: int
    task: int
    place: str
    lot: str
    quantity: int
    reason: str
    count: int
    state: str


@kind
class WithdrawAsked(NoteFact, frozen=True, kw_only=True):
    """Ledger to floor: stop this note if you still can."""

    reason: str


class PutBack(msgspec.Struct, frozen=True, kw_only=True):
    """Picked goods that go back to the bin they came from."""

    item: int
    place: str
    lot: str
    quantity: int
    serials: tuple[str, ...]


@kind
class Withdrawn(NoteFact, frozen=True, kw_only=True):
    """Floor to ledger: nothing of this will ship; `lines` gives back each quantity. `shorted`: nothing of it was there."""

    lines: tuple[LineQuantity, ...]
    put_back: tuple[PutBack, ...]
    shorted: bool


@kind
class WithdrawRefused(NoteFact, frozen=True, kw_only=True):
    """Floor to ledger: too late, for the reason `code`."""

    code: str


@kind
class Held(NoteFact, frozen=True, kw_only=True):
    """Ledger to floor: do not ship."""

    reason: str


@kind
class Resumed(NoteFact, frozen=True, kw_only=True):
    """Ledger to floor: ship again."""


class SerialUnit(msgspec.Struct, frozen=True, kw_only=True):
    item: int
    serial: str
    lot: str


class StockLine(msgspec.Struct, frozen=True, kw_only=True):
    """Goods of one item and lot; `expiry` where the item has one; `serials` lists the units of a serial-tracked item."""

    item: int
    lot: str
    quantity: int
    expiry: date | None = None
    serials: tuple[str, ...] = ()
