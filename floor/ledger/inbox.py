"""What the floor says reaches the ledger here, in the commit that marks it carried; no fact of the floor is ever refused."""

from collections.abc import Callable
from dataclasses import dataclass, field

from floor.cases import open_case
from floor.facts.delivery import Accepted, Held, Picked, Shorted, Undone, Withdrawn, WithdrawRefused
from floor.facts.fact import Entry
from floor.facts.parcel import Packed, Unpacked
from floor.facts.posting import (
    EndRefused,
    NoteReturned,
    NoteTaken,
    ProgressPosted,
    ProgressStep,
    ReturnedLine,
    TransitPosted,
)
from floor.facts.shipment import Delivered, Shipped, Tracked
from floor.facts.stock import Counted, Received
from floor.ledger import ending, goods_issues, marks, sales_orders, supply
from floor.ledger.states import OrderState
from floor.storage.record import Tx, record

STEPS: dict[type, tuple[int, int, int]] = {
    Picked: (1, 0, 0),
    Undone: (-1, 0, 0),
    Shorted: (0, 0, 1),
    Packed: (0, 1, 0),
    Unpacked: (0, -1, 0),
}


@dataclass
class _Progress:
    """Picks and the like of one order that wait to become one fact."""

    upto: int = 0
    steps: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        fact = entry.fact
        assert isinstance(fact, Picked | Undone | Shorted | Packed | Unpacked)
        step = self.steps.setdefault((fact.note, fact.line), [0, 0, 0])
        for place, sign in enumerate(STEPS[type(fact)]):
            step[place] += sign * fact.quantity
        self.upto = entry.id


def post(tx: Tx, entries: list[tuple[str, Entry]]) -> None:
    """Post facts of the floor, each document's in journal order; `key` is the far side's name for each. Repeats change nothing.

    Picks, shorts and packing of one order become one fact for the whole batch.
    """
    known = marks.read(tx.db, {document(entry) for _, entry in entries})
    waiting: dict[int, _Progress] = {}
    for key, entry in entries:
        about = document(entry)
        if entry.id <= known.get(about, 0):
            continue
        if about not in known and about != marks.SUPPLY:
            open_case(tx, about, "order_unknown_to_ledger", order=order_of(entry), kind=type(entry.fact).__name__)
        known[about] = entry.id
        if type(entry.fact) in STEPS:
            waiting.setdefault(order_of(entry), _Progress()).add(entry)
            continue
        for order in _before(entry, list(waiting)):
            _flush(tx, order, waiting.pop(order, None))
        _post_one(tx, key, entry)
    for order, progress in waiting.items():
        _flush(tx, order, progress)


def _before(entry: Entry, waiting: list[int]) -> list[int]:
    """The orders whose progress is posted before this fact; a count that finds less asks which notes were short."""
    if isinstance(entry.fact, Received | Counted):
        return waiting if isinstance(entry.fact, Counted) else []
    return [order_of(entry)]


def document(entry: Entry) -> str:
    """The document in whose order a fact of the floor is posted."""
    return marks.SUPPLY if isinstance(entry.fact, Received | Counted) else f"order:{order_of(entry)}"


def order_of(entry: Entry) -> int:
    order: int = getattr(entry.fact, "order")  # noqa: B009
    return order


def _flush(tx: Tx, order: int, progress: _Progress | None) -> None:
    if progress is None:
        return
    steps = tuple(
        ProgressStep(note=note, line=line, picked=picked, packed=packed, shorted=shorted)
        for (note, line), (picked, packed, shorted) in progress.steps.items()
    )
    record(tx, ProgressPosted(order=order, upto=progress.upto, steps=steps))


def _post_one(tx: Tx, key: str, entry: Entry) -> None:
    """One fact, at the time at which it happened."""
    cause, at = tx.cause, tx.at
    tx.cause, tx.at = key, entry.at
    POSTERS[type(entry.fact)](tx, entry)
    tx.cause, tx.at = cause, at


def _accepted(tx: Tx, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Accepted)
    record(tx, NoteTaken(order=fact.order, note=fact.note, upto=entry.id))
    order = sales_orders.order(tx.db, fact.order)
    if order is not None and order.state == OrderState.ON_HOLD:  # stopped while the note was on its way to the floor
        record(tx, Held(note=fact.note, order=fact.order, reason=order.reason))


def _shipped(tx: Tx, entry: Entry) -> None:
    goods_issues.post(tx, entry)
    ending.finish(tx, order_of(entry))


def _withdrawn(tx: Tx, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Withdrawn)
    order = sales_orders.order(tx.db, fact.order)
    lines = tuple(
        ReturnedLine(line=line.line, order_line=line.order_line, item=line.item, released=line.held)
        for line in sales_orders.note_lines(tx.db, fact.order)
        if line.note == fact.note
    )
    warehouse = order.warehouse if order is not None else entry.warehouse
    at = {"order": fact.order, "note": fact.note, "upto": entry.id}
    record(tx, NoteReturned(**at, warehouse=warehouse, shorted=fact.shorted, lines=lines))
    supply.serve_counted(tx, warehouse, fact.note, [line.item for line in lines if line.released])
    ending.finish(tx, fact.order)


def _withdraw_refused(tx: Tx, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, WithdrawRefused)
    record(tx, EndRefused(order=fact.order, note=fact.note, upto=entry.id, code=fact.code))
    open_case(tx, f"order:{fact.order}", "end_refused", order=fact.order, note=fact.note, why=fact.code)
    ending.finish(tx, fact.order)


def _transit(tx: Tx, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Tracked | Delivered)
    posted = TransitPosted(
        order=fact.order,
        note=fact.note,
        upto=entry.id,
        shipment=fact.shipment,
        state="delivered" if isinstance(fact, Delivered) else fact.step.state,
        state_at=fact.delivered_at if isinstance(fact, Delivered) else fact.step.at,
        delivered_at=fact.delivered_at if isinstance(fact, Delivered) else None,
    )
    record(tx, posted)


POSTERS: dict[type, Callable[[Tx, Entry], None]] = {
    Accepted: _accepted,
    Shipped: _shipped,
    Withdrawn: _withdrawn,
    WithdrawRefused: _withdraw_refused,
    Tracked: _transit,
    Delivered: _transit,
    Received: supply.post,
    Counted: supply.post,
}
