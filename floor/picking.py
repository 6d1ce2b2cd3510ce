"""Picking: confirm by scan that an item has been taken from its bin for the open note; every no explains itself."""

from typing import Any

from floor import deliveries, items, stock
from floor.barcode import Key
from floor.days import business_day
from floor.deliveries import left
from floor.facts.delivery import Picked
from floor.opening import at_work
from floor.people import need
from floor.progress import name_of, next_step
from floor.refusal import Refusal
from floor.reply import Progress, Reply
from floor.stations import Scene
from floor.storage.record import Tx, record
from floor.words import CUSTOMER, NoteState, Tracking

MOST = 10**9  # more than any line holds: a typed quantity above it is a slip


def confirm(tx: Tx, scene: Scene, key: Key) -> Reply:
    """Confirm that what was scanned has been taken from its bin for the open note."""
    need(scene.roles, "pick")
    note = at_work(tx, scene)
    tasks = _meant(tx, note.id, key)
    quantity = _quantity(scene, key, tasks)
    task = _choose(tx, scene, key, tasks, quantity)
    fact = decide(note, task, key, quantity)
    record(tx, fact)
    return _picked(tx, note, task, fact)


def decide(note: Any, task: Any, key: Key, quantity: int) -> Picked:
    """Pure: the fact of taking `quantity` for `task`, or the refusal where the task has no room for it."""
    if quantity > left(task):
        raise Refusal("over_pick", scanned=task.name, quantity=quantity, max=left(task), bin=task.place)
    done = note.done_units + quantity == note.units
    return Picked(
        note=note.id,
        order=note.order,
        line=task.line,
        order_line=task.order_line,
        item=task.item,
        task=task.task,
        place=task.place,
        lot=task.lot,
        serial=items.serial_in(key) if task.tracking == Tracking.SERIAL else "",
        quantity=quantity,
        state=NoteState.PICKED if done else NoteState.PICKING,
    )


def _picked(tx: Tx, note: Any, task: Any, fact: Picked) -> Reply:
    done = note.done_units + fact.quantity
    code = "picked" if left(task) > fact.quantity else "line_done"
    if fact.state == NoteState.PICKED:
        code = "note_picked"
    following = next_step(tx, note.id) if fact.state != NoteState.PICKED else None
    return Reply(
        code=code,
        sound="done" if code == "note_picked" else "ok",
        fields={"scanned": task.name, "quantity": fact.quantity, "unit": task.unit, "note": note.id},
        note=Progress(id=note.id, state=fact.state, units=note.units, done_units=done),
        next=following,
    )


def _meant(tx: Tx, note: int, key: Key) -> list[Any]:
    """The stops of the one item of the note that the code means; a refusal says what the code is instead."""
    tasks = deliveries.tasks_of(tx.db, note, items.codes_of(key)) or _by_lot_or_serial(tx, note, key)
    if not tasks:
        raise _explain(tx, note, key, items.meant_by(tx.db, key))
    names = {task.item: task.name for task in tasks}
    if len(names) > 1:
        raise Refusal("ambiguous_code", scanned=key.raw, choices=list(names.values()))
    return tasks


def _by_lot_or_serial(tx: Tx, note: int, key: Key) -> list[Any]:
    """The stops whose lot, or whose unit's serial number, is the plain text scanned."""
    if not key.plain:
        return []
    stops = deliveries.tasks(tx.db, note)
    return [
        task
        for task in stops
        if (task.tracking == Tracking.LOT and task.lot == key.plain)
        or (task.tracking == Tracking.SERIAL and stock.serial(tx.db, task.item, key.plain) is not None)
    ]


def _explain(tx: Tx, note: int, key: Key, found: list[Any]) -> Refusal:
    following = deliveries.next_task(tx.db, note)
    wanted = {"wanted": following.name if following else "", "bin": following.place if following else ""}
    if found:
        return Refusal("wrong_item", scanned=found[0].name, code=key.raw, **wanted)
    code = "bad_check_digit" if "bad_check_digit" in key.warnings else "unknown_code"
    return Refusal(code, scanned=key.raw[:80], **wanted)


def _quantity(scene: Scene, key: Key, tasks: list[Any]) -> int:
    """Units meant: typed or counted times what the code stands for; nothing that is not a whole number above zero."""
    times = 1 if scene.quantity is None else scene.quantity
    if not 0 < times <= MOST:
        raise Refusal("bad_quantity", quantity=str(times)[:20], wanted=tasks[0].name, max=sum(map(left, tasks)))
    if scene.quantity is None and key.count:
        times = key.count
    return times * int(getattr(tasks[0], "pack", 1))


def _choose(tx: Tx, scene: Scene, key: Key, tasks: list[Any], quantity: int) -> Any:
    """The stop that this unit comes from: right line, lot, serial, bin, and with room."""
    if scene.line and any(task.line == scene.line for task in tasks):
        tasks = [task for task in tasks if task.line == scene.line]
    if tasks[0].tracking == Tracking.LOT:
        tasks = _of_lot(tx, key, tasks)
    if tasks[0].tracking == Tracking.SERIAL:
        tasks = _of_serial(tx, key, tasks, quantity)
    room = [task for task in tasks if left(task) > 0]
    if not room:
        raise _no_room(tx, scene, tasks[0])
    here = [task for task in room if task.place == scene.place]
    task = (here or room)[0]
    if task.expires or key.expiry:
        _check_expiry(tx, key, task)
    if task.bin_first and not here:
        code = "scan_bin_first" if scene.place is None else "wrong_bin"
        raise Refusal(code, scanned=scene.place or "", bin=task.place, wanted=task.name)
    return task


def _from(tasks: list[Any]) -> dict[str, str]:
    """What is wanted and in which bin it lies: the first where something is open."""
    task = next((task for task in tasks if left(task) > 0), tasks[0])
    return {"wanted": task.name, "bin": task.place}


def _of_lot(tx: Tx, key: Key, tasks: list[Any]) -> list[Any]:
    lot = key.lot or key.plain
    if not key.lot and not any(task.lot == key.plain for task in tasks):
        raise Refusal("lot_required", scanned=key.raw[:80], lot=tasks[0].lot, **_from(tasks))
    right = [task for task in tasks if task.lot == lot]
    if not right:
        raise Refusal("lot_not_on_note", item=tasks[0].name, scanned=lot, wanted=tasks[0].lot, bin=tasks[0].place)
    return right


def _of_serial(tx: Tx, key: Key, tasks: list[Any], quantity: int) -> list[Any]:
    number = items.serial_in(key)
    if not number:
        raise Refusal("serial_required", scanned=key.raw[:80], **_from(tasks))
    if quantity != 1:
        raise Refusal("bad_quantity", quantity=quantity, wanted=tasks[0].name, max=1)
    unit = stock.serial(tx.db, tasks[0].item, number)
    if unit is None:
        raise Refusal("serial_not_here", item=tasks[0].name, scanned=number, bin=tasks[0].place)
    if unit.place.startswith("note:") or unit.place == CUSTOMER:
        pick = deliveries.pick_of_serial(tx.db, tasks[0].item, number)
        raise _serial_taken(tasks[0], number, pick)
    right = [task for task in tasks if task.place == unit.place and task.lot in ("", unit.lot)]
    if not right:
        raise Refusal("wrong_bin", scanned=unit.place, bin=tasks[0].place, wanted=tasks[0].name)
    return right


def _serial_taken(task: Any, number: str, pick: Any | None) -> Refusal:
    note = pick.note if pick else ""
    return Refusal("serial_already_picked", item=task.name, scanned=number, note=note, bin=task.place)


def _check_expiry(tx: Tx, key: Key, task: Any) -> None:
    """By the code's own date, or where it carries none by that of the lot in its bin; the day is the site's."""
    ends = key.expiry or stock.expiry(tx.db, task.item, task.place, task.lot)
    if ends is not None and ends < business_day(tx.db, tx.at):
        raise Refusal("expired", scanned=task.name, since=ends.isoformat(), bin=task.place)


def _no_room(tx: Tx, scene: Scene, task: Any) -> Refusal:
    """Nothing left on the line: another person took the last unit meanwhile, or it is one too many."""
    last = deliveries.last_pick_of_line(tx.db, task.note, task.line)
    if last is not None and last.person != scene.person:
        return Refusal("line_taken", wanted=task.name, name=name_of(tx, last.person), bin=task.place)
    return Refusal("over_pick", scanned=task.name, quantity=scene.quantity or 1, max=0, bin=task.place)
