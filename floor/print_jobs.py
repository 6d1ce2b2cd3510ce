"""What a person decides about a print job: again, it is here after all, or never mind; nothing is printed twice in silence."""

import json
from typing import Any

from sqlalchemy import Connection, select

from floor import parcels, printing
from floor.parcels import JOB
from floor.people import need_person
from floor.refusal import Refusal
from floor.stations import STATION
from floor.storage import outbox
from floor.storage.journal import SUBJECT
from floor.storage.outbox import OUTBOX
from floor.storage.record import Tx
from floor.words import JobState, ParcelState

UNPROVEN = (JobState.UNCONFIRMED, JobState.FAILED, JobState.CANCELLED)


def job(db: Connection, id: int) -> Any:
    """The job's row, or `job_unknown`."""
    row = db.execute(select(JOB).where(JOB.c.id == id)).first()
    if row is None:
        raise Refusal("job_unknown", job=id)
    return row


def errors(db: Connection) -> dict[str, str]:
    """By printer: what it said last of the job that it is to print next."""
    waiting = select(OUTBOX.c.target, OUTBOX.c.error).where(OUTBOX.c.target.like("printer:%"), OUTBOX.c.error != "")
    return {
        target.removeprefix("printer:"): error for target, error in db.execute(waiting.order_by(OUTBOX.c.journal_id))
    }


def again(tx: Tx, id: int) -> int:
    """Try a job once more: at once where it still waits, else as a new job. Returns the number of the job that is tried.

    What was proven to be printed is not printed again by this; that is a reprint, with its reason.
    """
    need_person(tx, "print")
    row = job(tx.db, id)
    _alive(tx, row)
    if row.state == JobState.QUEUED:
        carried = _carried(tx, row)
        outbox.retry(tx.db, carried.target, carried.journal_id, tx.now)
        return int(row.id)
    if row.state not in UNPROVEN:
        raise Refusal("job_printed", job=id)
    if row.state == JobState.UNCONFIRMED:  # a person has looked: nothing came out
        printing.ended(tx, id, JobState.FAILED, "not_printed")
    return printing.ask(tx, _station(tx, row), row.label, row.document, json.loads(row.payload), reason=row.reason)


def copy(tx: Tx, id: int, reason: str) -> int:
    """Print what came out before once more, marked as a copy, with its reason."""
    need_person(tx, "print")
    row = job(tx.db, id)
    _alive(tx, row)
    if not reason:
        raise Refusal("reason_required", wanted=row.document, choices=["damaged", "lost", "unreadable"])
    return printing.ask(tx, _station(tx, row), row.label, row.document, json.loads(row.payload), reason=reason)


def came_out(tx: Tx, id: int) -> None:
    """A person holds the label of an unconfirmed job in the hand."""
    need_person(tx, "print")
    row = job(tx.db, id)
    if row.state != JobState.UNCONFIRMED:
        raise Refusal("job_settled", job=id, state=row.state)
    printing.ended(tx, id, JobState.PRINTED, "")


def give_up(tx: Tx, id: int) -> None:
    """Take a job that has not begun out of the printer's row."""
    need_person(tx, "print")
    row = job(tx.db, id)
    if row.state != JobState.QUEUED:
        raise Refusal("job_settled", job=id, state=row.state)
    carried = _carried(tx, row)
    if carried.mark:  # its bytes may have left: whether it came out is for the printer or a person to say
        raise Refusal("job_sent", job=id, printer=row.printer)
    printing.ended(tx, id, JobState.CANCELLED, "given_up")
    outbox.done(tx.db, carried.target, [carried.journal_id])


def _alive(tx: Tx, row: Any) -> None:
    """The label of a parcel that was given up is dead and stays so."""
    kind, _, number = row.document.partition(":")
    parcel = parcels.parcel(tx.db, int(number)) if kind == "parcel" else None
    if parcel is not None and parcel.state == ParcelState.VOID:
        raise Refusal("label_void", scanned=parcel.sscc)


def _carried(tx: Tx, row: Any) -> Any:
    """The job's place in the outbox."""
    asked = select(OUTBOX).join(SUBJECT, SUBJECT.c.journal_id == OUTBOX.c.journal_id)
    found = tx.db.execute(
        asked.where(OUTBOX.c.target == f"printer:{row.printer}", SUBJECT.c.document == f"job:{row.id}")
    ).first()
    if found is None:
        raise Refusal("job_settled", job=row.id, state=row.state)
    return found


def _station(tx: Tx, row: Any) -> Any:
    return tx.db.execute(select(STATION).where(STATION.c.id == row.station)).one()
