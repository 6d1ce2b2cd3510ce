"""How the facts of a delivery note change its rows and the stock; each reads only rows and the fact, so replay is exact."""

from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, update

from floor import stock
from floor.deliveries import LINE, NOTE, PICK, TASK
from floor.facts.delivery import (
    Accepted,
    Held,
    Opened,
    Picked,
    PickFact,
    Resumed,
    Shorted,
    Undone,
    Withdrawn,
)
from floor.facts.fact import Entry
from floor.facts.parcel import ContentFact, Packed, ParcelClosed, ParcelVoided
from floor.facts.shipment import Shipped
from floor.storage import series
from floor.storage.prepared import Prepared
from floor.words import CUSTOMER, NoteState, note_place

_line = (LINE.c.note == bindparam("n")) & (LINE.c.line == bindparam("l"))
_line_picked = Prepared(update(LINE).where(_line).values(picked=LINE.c.picked + bindparam("q")))
_line_shorted = update(LINE).where(_line).values(shorted=LINE.c.shorted + bindparam("q"))
_line_packed = update(LINE).where(_line).values(packed=LINE.c.packed + bindparam("q"))
_line_shipped = update(LINE).where(_line).values(shipped=LINE.c.shipped + bindparam("q"))
_task = (TASK.c.note == bindparam("n")) & (TASK.c.line == bindparam("l")) & (TASK.c.task == bindparam("t"))
_task_picked = Prepared(update(TASK).where(_task).values(picked=TASK.c.picked + bindparam("q")))
_task_shorted = update(TASK).where(_task).values(shorted=TASK.c.shorted + bindparam("q"))
_progress = Prepared(
    update(NOTE)
    .where(NOTE.c.id == bindparam("n"))
    .values(done_units=NOTE.c.done_units + bindparam("q"), state=bindparam("s"))
)
_pick = Prepared(insert(PICK))


def fold_accepted(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Accepted)
    series.use(db, "note", fact.note)
    db.execute(
        insert(NOTE),
        {
            "id": fact.note,
            "order": fact.order,
            "warehouse": fact.warehouse,
            "customer": fact.customer,
            "ship_to": fact.ship_to,
            "due_at": fact.due_at,
            "carrier": fact.carrier,
            "remark": fact.remark,
            "state": NoteState.RELEASED,
            "on_hold": False,
            "helpers": "",
            "units": sum(line.quantity for line in fact.lines),
            "done_units": 0,
            "accepted_at": entry.recorded_at,
        },
    )
    db.execute(insert(LINE), [_line_row(fact.note, line) for line in fact.lines])
    if fact.tasks:
        db.execute(insert(TASK), [_task_row(fact.note, task) for task in fact.tasks])
        stock.allocate(db, [{"i": t.item, "p": t.place, "l": t.lot, "q": t.quantity} for t in fact.tasks])


def _line_row(note: int, line: Any) -> dict[str, Any]:
    row = {"note": note, "line": line.line, "order_line": line.order_line, "item": line.item, "ordered": line.quantity}
    return row | {"picked": 0, "shorted": 0, "packed": 0, "shipped": 0}


def _task_row(note: int, task: Any) -> dict[str, Any]:
    row = {"note": note, "line": task.line, "task": task.task, "item": task.item, "place": task.place, "lot": task.lot}
    return row | {"quantity": task.quantity, "sort": task.sort, "picked": 0, "shorted": 0}


def fold_opened(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Opened)
    mine = update(NOTE).where(NOTE.c.id == fact.note)
    if fact.joined:
        helpers = NOTE.c.helpers.op("||")(f" {entry.person}")
        db.execute(mine.values(helpers=helpers))
    else:
        db.execute(mine.values(holder=entry.person, held_since=entry.at, helpers=""))


def fold_picked(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Picked)
    where = {"n": fact.note, "l": fact.line, "q": fact.quantity}
    taken = stock.take_allocated(db, fact.item, fact.place, fact.lot, fact.quantity)
    assert taken, f"{fact.quantity} of item {fact.item} were not at {fact.place}"
    stock.put(db, fact.item, note_place(fact.note), fact.lot, fact.quantity)
    if fact.serial:
        stock.move_serial(db, fact.item, fact.serial, note_place(fact.note))
    _task_picked.run(db, **where, t=fact.task)
    _line_picked.run(db, **where)
    _progress.run(db, n=fact.note, q=fact.quantity, s=fact.state)
    _pick.run(db, **_pick_row(entry, fact))


def _pick_row(entry: Entry, fact: PickFact) -> dict[str, Any]:
    return {
        "id": entry.id,
        "note": fact.note,
        "line": fact.line,
        "task": fact.task,
        "item": fact.item,
        "place": fact.place,
        "lot": fact.lot,
        "serial": fact.serial,
        "quantity": fact.quantity,
        "person": entry.person,
        "device": entry.device,
        "undone": False,
    }


def fold_undone(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Undone)
    where = {"n": fact.note, "l": fact.line, "q": -fact.quantity}
    stock.put(db, fact.item, note_place(fact.note), fact.lot, -fact.quantity)
    stock.give_back(db, fact.item, fact.place, fact.lot, fact.quantity, allocated=True)
    if fact.serial:
        stock.move_serial(db, fact.item, fact.serial, fact.place)
    _task_picked.run(db, **where, t=fact.task)
    _line_picked.run(db, **where)
    _progress.run(db, n=fact.note, q=-fact.quantity, s=fact.state)
    db.execute(update(PICK).where(PICK.c.id == fact.pick).values(undone=True))


def fold_shorted(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Shorted)
    where = {"n": fact.note, "l": fact.line, "q": fact.quantity}
    stock.allocate(db, [{"i": fact.item, "p": fact.place, "l": fact.lot, "q": -fact.quantity}])
    db.execute(_task_shorted, {**where, "t": fact.task})
    db.execute(_line_shorted, where)
    _progress.run(db, n=fact.note, q=fact.quantity, s=fact.state)
    stock.ask_count(db, count=fact.count, place=fact.place, item=fact.item, lot=fact.lot, note=fact.note)


def fold_withdrawn(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Withdrawn)
    for goods in fact.put_back:
        stock.put(db, goods.item, note_place(fact.note), goods.lot, -goods.quantity)
        stock.give_back(db, goods.item, goods.place, goods.lot, goods.quantity, allocated=False)
        for serial in goods.serials:
            stock.move_serial(db, goods.item, serial, goods.place)
    _free_open_tasks(db, fact.note)
    db.execute(delete(TASK).where(TASK.c.note == fact.note))
    db.execute(update(PICK).where(PICK.c.note == fact.note).values(undone=True))
    db.execute(update(LINE).where(LINE.c.note == fact.note).values(picked=0, shorted=0))
    db.execute(update(NOTE).where(NOTE.c.id == fact.note).values(state=NoteState.WITHDRAWN, done_units=0))


def fold_held(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Held | Resumed)
    db.execute(update(NOTE).where(NOTE.c.id == fact.note).values(on_hold=isinstance(fact, Held)))


def fold_content(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, ContentFact)
    quantity = fact.quantity if isinstance(fact, Packed) else -fact.quantity
    db.execute(_line_packed, {"n": fact.note, "l": fact.line, "q": quantity})


def fold_parcel_closed(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, ParcelClosed | ParcelVoided)
    db.execute(update(NOTE).where(NOTE.c.id == fact.note).values(state=fact.state))


def fold_shipped(db: Connection, entry: Entry) -> None:
    """What left moves from the note to the customer; what stays with the note's tasks is free again."""
    fact = entry.fact
    assert isinstance(fact, Shipped)
    db.execute(_line_shipped, [{"n": fact.note, "l": line.line, "q": line.quantity} for line in fact.lines])
    here = stock.STOCK.select().where(stock.STOCK.c.place == note_place(fact.note))
    for goods in db.execute(here).all():
        stock.put(db, goods.item, CUSTOMER, goods.lot, goods.on_hand)
    db.execute(delete(stock.STOCK).where(stock.STOCK.c.place == note_place(fact.note)))
    gone = update(stock.SERIAL).where(stock.SERIAL.c.place == note_place(fact.note))
    db.execute(gone.values(place=CUSTOMER))
    _free_open_tasks(db, fact.note)
    db.execute(update(NOTE).where(NOTE.c.id == fact.note).values(state=NoteState.SHIPPED))


def _free_open_tasks(db: Connection, note: int) -> None:
    """What the note's tasks still promise in the bins is free for others."""
    unfinished = TASK.select().where(TASK.c.note == note, TASK.c.picked + TASK.c.shorted < TASK.c.quantity)
    open_tasks = db.execute(unfinished).all()
    freed = [{"i": t.item, "p": t.place, "l": t.lot, "q": t.picked + t.shorted - t.quantity} for t in open_tasks]
    stock.allocate(db, freed)
