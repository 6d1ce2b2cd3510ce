"""Corrections at the bin: a short pick with its reason, and taking the last pick back."""

from typing import Any

from floor import accepting, deliveries, packing
from floor.deliveries import left
from floor.facts.delivery import Shorted, Undone
from floor.opening import at_work
from floor.people import need
from floor.progress import answer
from floor.refusal import Refusal
from floor.reply import Reply
from floor.stations import Scene
from floor.storage import series
from floor.storage.record import Tx, record
from floor.words import NoteState

REASONS = ("missing", "damaged", "wrong_bin", "expired", "blocked")


def undo(tx: Tx, scene: Scene, pick_id: int | None) -> Reply:
    """Take the person's last pick on the note back, or the one named; both facts stay in the history."""
    need(scene.roles, "pick")
    note = at_work(tx, scene)
    pick = deliveries.pick(tx.db, note.id, pick_id) if pick_id else deliveries.last_pick(tx.db, note.id, scene.person)
    if pick is None or (pick.undone and not pick_id):
        raise Refusal("nothing_to_undo", note=note.id)
    if pick.undone:
        raise Refusal("already_undone", note=note.id)
    line = next(row for row in deliveries.lines(tx.db, note.id) if row.line == pick.line)
    if packing.unpacked(tx.db, note.id).get((pick.line, pick.lot, pick.serial), 0) < pick.quantity:
        raise Refusal("already_packed", scanned=line.name)
    fields = ("line", "order_line", "item", "task", "place", "lot", "serial", "quantity")
    taken = {name: getattr(pick, name) for name in fields}
    state = NoteState.PICKING if note.done_units > pick.quantity else NoteState.RELEASED
    record(tx, Undone(note=note.id, order=note.order, **taken, pick=pick.id, state=state))
    return answer(tx, note.id, "undone", scanned=line.name, quantity=pick.quantity, bin=pick.place)


def short(tx: Tx, scene: Scene, reason: str) -> Reply:
    """Say how many are not there and why; the line closes short, the bin goes onto the count list."""
    need(scene.roles, "pick")
    note = at_work(tx, scene)
    task = _task_to_short(tx, scene, note.id)
    if reason not in REASONS:
        raise Refusal("reason_required", wanted=task.name, choices=list(REASONS))
    quantity = left(task) if scene.quantity is None else scene.quantity
    if not 0 < quantity <= left(task):
        raise Refusal("bad_quantity", quantity=str(quantity)[:20], wanted=task.name, max=left(task))
    done = note.done_units + quantity == note.units
    record(tx, _shorted(tx, note, task, quantity, reason, NoteState.PICKED if done else NoteState.PICKING))
    if done and deliveries.totals(tx.db, note.id).picked == 0:
        accepting.give_back(tx, note, shorted=True)
        return answer(tx, note.id, "nothing_left", note=note.id, wanted=task.name)
    told = {"note": note.id, "wanted": task.name, "quantity": quantity, "bin": task.place}
    return answer(tx, note.id, "note_picked" if done else "short", **told)


def _shorted(tx: Tx, note: Any, task: Any, quantity: int, reason: str, state: str) -> Shorted:
    return Shorted(
        note=note.id,
        order=note.order,
        line=task.line,
        order_line=task.order_line,
        item=task.item,
        task=task.task,
        place=task.place,
        lot=task.lot,
        quantity=quantity,
        reason=reason,
        count=series.next_number(tx.db, "count"),
        state=state,
    )


def _task_to_short(tx: Tx, scene: Scene, note: int) -> Any:
    tasks = deliveries.tasks(tx.db, note)
    if scene.line:
        tasks = [task for task in tasks if task.line == scene.line]
    open_tasks = [task for task in tasks if left(task) > 0]
    if not open_tasks:
        raise Refusal("nothing_short", note=note, wanted=tasks[0].name if scene.line and tasks else "")
    return next((task for task in open_tasks if task.place == scene.place), open_tasks[0])
