"""A printer's queue in a person's hands: held, let go, taken over by another printer; and what the printer says of itself."""

from sqlalchemy import select

from floor import label_contents, print_jobs, printers
from floor.facts.printer import PrinterHeld, PrinterRedirected, PrinterSaid, PrintMoved
from floor.parcels import JOB
from floor.people import need_person
from floor.refusal import Refusal
from floor.storage import outbox
from floor.storage.record import Tx, record
from floor.words import JobState


def heard(tx: Tx, name: str, said: str) -> None:
    """What the printer says of itself, "" for ready; when a fault is over, what waited for that is due at once."""
    row = printers.printer(tx.db, name)
    if row is not None and row.said == said:
        return
    record(tx, PrinterSaid(printer=name, said=said))
    if not said:
        outbox.hurry(tx.db, f"printer:{name}", tx.now)


def hold(tx: Tx, name: str) -> None:
    """Nothing begins to print there until a person lets it go; what was sent is still looked after."""
    need_person(tx, "print")
    _need_known(tx, name)
    row = printers.printer(tx.db, name)
    if row is None or not row.held:
        record(tx, PrinterHeld(printer=name, held=True))


def release(tx: Tx, name: str) -> None:
    need_person(tx, "print")
    row = printers.printer(tx.db, name)
    if row is not None and row.held:
        record(tx, PrinterHeld(printer=name, held=False))
        outbox.hurry(tx.db, f"printer:{name}", tx.now)


def redirect(tx: Tx, name: str, to: str) -> int:
    """`to` prints in place of `name` from now on, and what waits there; "" ends that. How many jobs moved.

    A job of which a byte may have left stays where it is: two printers would print it.
    """
    need_person(tx, "print")
    _need_known(tx, name)
    if to:
        _need_known(tx, to)
        if printers.stands_in(tx.db, to) == name:
            raise Refusal("printer_ring", printer=name, wanted=to)
    row = printers.printer(tx.db, name)
    if (row.instead if row is not None else "") != to:
        record(tx, PrinterRedirected(printer=name, to=to))
    return _move(tx, name, printers.stands_in(tx.db, to)) if to else 0


def _move(tx: Tx, name: str, to: str) -> int:
    waiting = select(JOB).where(JOB.c.printer == name, JOB.c.state == JobState.QUEUED).order_by(JOB.c.id)
    moved = 0
    for row in tx.db.execute(waiting).all():
        carried = print_jobs.find_carried(tx.db, row)
        if carried is None or carried.mark:
            continue
        outbox.done(tx.db, carried.target, [carried.journal_id])
        record(tx, PrintMoved(job=row.id, document=row.document, printer=to, was=name))
        moved += 1
    return moved


def test_label(tx: Tx, name: str, station: int = 0) -> int:
    """A label that says the printer's name and carries its code; returns the job's number."""
    return label_contents.order(tx, name, "printer", name, station=station)


def _need_known(tx: Tx, name: str) -> None:
    if name not in printers.known(tx.db):
        raise Refusal("printer_unknown", scanned=name)
