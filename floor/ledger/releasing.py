"""Releasing an order to the floor: a delivery note over what is held; stopping it and letting it go on."""

from typing import Any

from floor import policy
from floor.days import end_of_day
from floor.facts.delivery import Held, Released, ReleasedLine, Resumed
from floor.facts.order import OrderHeld, OrderResumed
from floor.ledger import sales_orders
from floor.ledger.states import OrderState, after
from floor.people import need_person
from floor.refusal import Refusal
from floor.storage import series
from floor.storage.record import Tx, record
from floor.texts import reason


def release(tx: Tx, order: int) -> int:
    """A note over all that is held for the order and on no note yet; its number. `nothing_to_release` where that is nothing."""
    need_person(tx, "release_order")
    row = sales_orders.must(tx.db, order)
    after(order, row.state, "release")
    if row.asked:
        raise Refusal("order_ending", order=order, asked=row.asked)
    note = _release(tx, row)
    if note is None:
        raise Refusal("nothing_to_release", order=order)
    return note


def release_as_policy_says(tx: Tx, order: int) -> int | None:
    """After stock was held: the note that follows by itself, None where policy or nothing held says no."""
    row = sales_orders.must(tx.db, order)
    if policy.read(tx.db, "auto_release") != "yes" or row.state != OrderState.APPROVED or row.asked:
        return None
    return _release(tx, row)


def _release(tx: Tx, row: Any) -> int | None:
    lines = sales_orders.lines(tx.db, row.id)
    on_notes: dict[int, int] = {}
    for line in sales_orders.note_lines(tx.db, row.id):
        on_notes[line.order_line] = on_notes.get(line.order_line, 0) + line.held
    loose = [(line, line.held - on_notes.get(line.line, 0)) for line in lines]
    released = tuple(
        ReleasedLine(line=n, order_line=line.line, item=line.item, quantity=quantity)
        for n, (line, quantity) in enumerate([pair for pair in loose if pair[1]], 1)
    )
    if not released:
        return None
    note = series.next_number(tx.db, "note")
    record(tx, _released(tx, row, note, released))
    return note


def _released(tx: Tx, row: Any, note: int, lines: tuple[ReleasedLine, ...]) -> Released:
    return Released(
        note=note,
        order=row.id,
        warehouse=row.warehouse,
        customer=row.customer,
        ship_to=row.ship_to,
        due_at=end_of_day(tx.db, row.due_date) if row.due_date else None,
        carrier=row.carrier,
        remark=row.remark,
        lines=lines,
    )


def hold(tx: Tx, order: int, why: str) -> None:
    """Nothing of the order may ship until it is resumed; what crosses the word on its way stands."""
    need_person(tx, "hold_order")
    row = sales_orders.must(tx.db, order)
    after(order, row.state, "hold")
    why = reason(why)
    record(tx, OrderHeld(order=order, reason=why))
    for note in sales_orders.live_notes(tx.db, order):
        record(tx, Held(note=note, order=order, reason=why))


def resume(tx: Tx, order: int) -> int | None:
    """Let the order go on; what came to be held meanwhile is released: the answer is that note, if any."""
    need_person(tx, "hold_order")
    row = sales_orders.must(tx.db, order)
    after(order, row.state, "resume")
    record(tx, OrderResumed(order=order))
    for note in sales_orders.live_notes(tx.db, order):
        record(tx, Resumed(note=note, order=order))
    return release_as_policy_says(tx, order)
