"""Print jobs: asked for by the floor, carried by a link; sent is not printed, and a reprint is not a new label."""

from typing import Any

from sqlalchemy import select

from floor import parcels, printers
from floor.facts.parcel import LabelVerified, PrintAsked, PrintEnded
from floor.facts.printer import PrintReturned, PrintSent
from floor.parcels import JOB
from floor.people import need
from floor.progress import answer
from floor.refusal import Refusal
from floor.reply import Reply
from floor.stations import Scene
from floor.storage import series
from floor.storage.record import Tx, record
from floor.words import JobState, ParcelState

SETTLED = (JobState.PRINTED, JobState.CANCELLED)
COPY_REASONS = ("damaged", "lost", "unreadable")


def ask(tx: Tx, station: Any, label: str, document: str, payload: dict[str, str], *, reason: str = "") -> int:
    """Ask for a label at the station's printer; a `reason` makes it a marked copy. Returns the job's number."""
    if not station.printer:
        raise Refusal("no_printer_for_station", station=station.name)
    return ask_at(tx, station.printer, label, document, payload, station=station.id, reason=reason)


def ask_at(
    tx: Tx,
    printer: str,
    label: str,
    document: str,
    payload: dict[str, str],
    *,
    station: int = 0,
    reason: str = "",
) -> int:
    """Ask for a label at a printer, or at the one that prints in its place; `station` 0 is the office."""
    job = series.next_number(tx.db, "job")
    record(
        tx,
        PrintAsked(
            job=job,
            label=label,
            document=document,
            station=station,
            printer=printers.stands_in(tx.db, printer),
            payload=payload,
            copy=bool(reason),
            reason=reason,
        ),
    )
    return job


def _job(tx: Tx, job: int) -> Any:
    return tx.db.execute(select(JOB).where(JOB.c.id == job)).one()


def sent(tx: Tx, job: int) -> None:
    """Its first byte is about to leave; refused where a person has settled the job or holds the printer."""
    row = _job(tx, job)
    printer = printers.printer(tx.db, row.printer)
    if printer is not None and printer.held:
        raise Refusal("printer_held", printer=row.printer)
    if row.state != JobState.QUEUED:
        raise Refusal("job_settled", job=job, state=row.state)
    record(tx, PrintSent(job=job, document=row.document, printer=row.printer))


def returned(tx: Tx, job: int, reason: str) -> None:
    """The printer has proven that nothing came out of a job that was sent: it waits for its turn again."""
    row = _job(tx, job)
    if row.state == JobState.SENT:
        record(tx, PrintReturned(job=job, document=row.document, printer=row.printer, reason=reason))


def ended(tx: Tx, job: int, state: JobState, reason: str) -> None:
    """What became of a job; one that is printed or given up stays so, the others may still be proven or decided."""
    row = _job(tx, job)
    if row.state not in SETTLED:
        record(tx, PrintEnded(job=job, document=row.document, printer=row.printer, state=state, reason=reason))


def reprint(tx: Tx, scene: Scene, parcel_id: int, reason: str) -> Reply:
    """The same label again, marked as a copy: same SSCC, same number; says why."""
    need(scene.roles, "print")
    parcel = parcels.parcel(tx.db, parcel_id)
    if parcel is None or parcel.sscc is None:
        raise Refusal("parcel_unknown", scanned=parcel_id)
    if parcel.state == ParcelState.VOID:
        raise Refusal("label_void", scanned=parcel.sscc)
    if reason not in COPY_REASONS:
        raise Refusal("reason_required", act="reprint", wanted=f"SSCC {parcel.sscc}", choices=list(COPY_REASONS))
    last = tx.db.execute(select(JOB).where(JOB.c.document == f"parcel:{parcel.id}").order_by(JOB.c.id.desc())).first()
    payload = parcels.payload(last) if last else {}
    ask(tx, scene.station, "parcel", f"parcel:{parcel.id}", payload, reason=reason)
    return answer(
        tx, parcel.note, "label_queued", sscc=parcel.sscc, parcel=parcel.number, printer=scene.station.printer
    )


def verify(tx: Tx, scene: Scene, parcel: Any) -> Reply:
    """A closed parcel's label was scanned back: it is on the parcel and can be read."""
    if parcel.state == ParcelState.VOID:
        raise Refusal("label_void", scanned=parcel.sscc)
    if parcel.label != "verified":
        record(tx, LabelVerified(parcel=parcel.id, note=parcel.note))
    return answer(tx, parcel.note, "label_verified", sscc=parcel.sscc, parcel=parcel.number)
