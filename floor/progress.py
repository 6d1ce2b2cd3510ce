"""How far a note is and what comes next: what every good answer about a note carries."""

from typing import Any

from floor import deliveries
from floor.deliveries import left
from floor.people import PERSON
from floor.reply import Next, Progress, Reply, Sound
from floor.storage import particulars
from floor.storage.record import Tx


def answer(tx: Tx, note: int, code: str, /, **fields: Any) -> Reply:
    """A good answer about a note, with its progress and the next step."""
    row = deliveries.note(tx.db, note)
    assert row is not None
    progress = Progress(id=row.id, state=row.state, units=row.units, done_units=row.done_units)
    done = code in ("note_picked", "nothing_left", "parcel_closed_ok", "passage_ok", "shipped")
    sound: Sound = "done" if done else "ok"
    return Reply(code=code, fields=fields, sound=sound, note=progress, next=next_step(tx, note))


def next_step(tx: Tx, note: int) -> Next | None:
    task = deliveries.next_task(tx.db, note)
    if task is None:
        return None
    return Next(
        bin=task.place,
        item=task.name,
        code=task.code,
        quantity=left(task),
        unit=task.unit,
        line=task.line,
        lot=task.lot,
    )


def name_of(tx: Tx, person: int) -> str:
    row = tx.db.execute(PERSON.select().where(PERSON.c.id == person)).first()
    return str(particulars.read(tx.db, row.particulars).get("name", "")) if row else ""
