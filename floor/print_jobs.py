"""What a person decides about a print job: again, it is here after all, or never mind; nothing is printed twice in silence."""

from typing import Any

from sqlalchemy import Connection, select

from floor import parcels, printers, printing
from floor.parcels import JOB
from floor.people import need_person
from floor.printing import COPY_REASONS
from floor.refusal import Refusal
from floor.storage import outbox
from floor.storage.journal import SUBJECT
from floor.storage.outbox import OUTBOX
from floor.storage.record import Tx
from floor.words import JobState, ParcelState

UNPROVEN = (JobState.SENT, JobState.UNCONFIRMED, JobState.FAILED, JobState.CANCELLED)
IN_DOUBT = (JobState.SENT, JobState.UNCONFIRMED)  # a person who has looked may say whether it came out


def job(db: Connection, id: int) -> Any:
    """The job's row, or `job_unknown`."""
    row = db.execute(select(JOB).where(JOB.c.id == id)).first()
    if row is None:
        raise Refusal("job_unknown", job=id)
    return row


def errors(db: Connection) -> dict[str, str]:
    """By printer: why its jobs wait: `held`, else what it says of itself, else what came of its next job's last try."""
    waiting = select(OUTBOX.c.target, OUTBOX.c.error).where(OUTBOX.c.target.like("printer:%"), OUTBOX.c.error != "")
    found = {
        target.removeprefix("printer:"): error
        for target, error in db.execute(waiting.order_by(OUTBOX.c.journal_id.desc()))
    }
    for name, row in printers.all_printers(db).items():
        if row.held or row.said:
            found[name] = "held" if row.held else row.said
    return found


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
    _last(tx, row)
    if row.state in IN_DOUBT:  # a person has looked: nothing came out
        _settle(tx, row, JobState.FAILED, "not_printed")
    return _ask(tx, row, row.reason)


def _last(tx: Tx, row: Any) -> None:
    """A parcel's label exists once: what is to be decided is decided of its newest job, not of an older one."""
    if not row.document.startswith("parcel:"):
        return
    newer = select(JOB.c.id).where(JOB.c.document == row.document, JOB.c.label == row.label, JOB.c.id > row.id)
    last = tx.db.scalar(newer.order_by(JOB.c.id.desc()).limit(1))
    if last is not None:
        raise Refusal("job_replaced", job=row.id, wanted=last)


def copy(tx: Tx, id: int, reason: str) -> int:
    """Print what came out before once more, marked as a copy, with its reason."""
    need_person(tx, "print")
    row = job(tx.db, id)
    _alive(tx, row)
    if reason not in COPY_REASONS:
        raise Refusal("reason_required", act="reprint", wanted=row.document, choices=list(COPY_REASONS))
    return _ask(tx, row, reason)


def came_out(tx: Tx, id: int) -> None:
    """A person holds the label of a job in the hand of which the printer proves nothing."""
    need_person(tx, "print")
    row = job(tx.db, id)
    if row.state not in IN_DOUBT:
        raise Refusal("job_settled", job=id, state=row.state)
    _settle(tx, row, JobState.PRINTED, "")


def cancel(tx: Tx, id: int) -> None:
    """Take a job that has not begun out of the printer's row."""
    need_person(tx, "print")
    row = job(tx.db, id)
    if row.state == JobState.SENT:  # its bytes may have left: whether it came out is for the printer or a person to say
        raise Refusal("job_sent", job=id, printer=row.printer)
    if row.state != JobState.QUEUED:
        raise Refusal("job_settled", job=id, state=row.state)
    if _carried(tx, row).mark:
        raise Refusal("job_sent", job=id, printer=row.printer)
    _settle(tx, row, JobState.CANCELLED, "given_up")


def cancel_label(tx: Tx, document: str) -> None:
    """What the label belonged to is no more: its jobs that have not begun are taken out of their rows."""
    waiting = select(JOB).where(JOB.c.document == document, JOB.c.state == JobState.QUEUED)
    for row in tx.db.execute(waiting).all():
        _settle(tx, row, JobState.CANCELLED, "label_dead")


def _settle(tx: Tx, row: Any, state: JobState, reason: str) -> None:
    """A person's word on a job; the courier carries it no further."""
    printing.ended(tx, row.id, state, reason)
    carried = find_carried(tx.db, row)
    if carried is not None:
        outbox.done(tx.db, carried.target, [carried.journal_id])


def _ask(tx: Tx, row: Any, reason: str) -> int:
    """The same label again at the same printer, or at the one that prints in its place."""
    said = parcels.payload(row)
    return printing.ask_at(tx, row.printer, row.label, row.document, said, station=row.station, reason=reason)


def _alive(tx: Tx, row: Any) -> None:
    """The label of a parcel that was given up is dead and stays so."""
    kind, _, number = row.document.partition(":")
    parcel = parcels.parcel(tx.db, int(number)) if kind == "parcel" else None
    if parcel is not None and parcel.state == ParcelState.VOID:
        raise Refusal("label_void", scanned=parcel.sscc)


def find_carried(db: Connection, row: Any) -> Any | None:
    """The job's place in the outbox; None where nothing of it is to be carried any more."""
    asked = select(OUTBOX).join(SUBJECT, SUBJECT.c.journal_id == OUTBOX.c.journal_id)
    return db.execute(
        asked.where(OUTBOX.c.target == f"printer:{row.printer}", SUBJECT.c.document == f"job:{row.id}")
    ).first()


def _carried(tx: Tx, row: Any) -> Any:
    found = find_carried(tx.db, row)
    if found is None:
        raise Refusal("job_settled", job=row.id, state=row.state)
    return found
