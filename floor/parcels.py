"""Parcels: what is in which box, its SSCC, its label and the print jobs; and how the facts change them."""

import json
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    Text,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlmodel import Field, SQLModel

from floor.facts.fact import Entry
from floor.facts.parcel import (
    ContentFact,
    LabelVerified,
    Packed,
    ParcelClosed,
    ParcelOpened,
    ParcelVoided,
    PrintAsked,
    PrintEnded,
)
from floor.facts.printer import PrintMoved, PrintReturned, PrintSent
from floor.facts.shipment import Loaded, Shipped, TrackingSet
from floor.items import ITEM, ITEM_CODE
from floor.storage import series
from floor.storage.database import Exact, table
from floor.words import JobState, ParcelState


class Parcel(SQLModel, table=True):
    """State. `number` counts within the note; `sscc` is allotted once, at closing; `label` is none, printed or verified.

    `pallet` is the SSCC of the newest pallet label that names it and was printed, or may have been.
    """

    __tablename__ = "parcel"
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    note: int = Field(sa_column=Column(Integer, ForeignKey("note.id"), nullable=False, index=True))
    order: int
    number: int
    state: str
    station: int
    sscc: str | None = Field(default=None, unique=True)
    weight_g: int = Field(default=0, sa_type=Exact)
    label: str = "none"
    carrier: str = ""
    tracking: str | None = Field(default=None, index=True)
    pallet: str | None = Field(default=None, sa_column=Column(Text, index=True))


class ParcelItem(SQLModel, table=True):
    """State. How much of which line (lot, serial) lies in the parcel."""

    __tablename__ = "parcel_item"
    __table_args__ = (CheckConstraint("quantity >= 0", name="quantity"),)
    parcel: int = Field(sa_column=Column(Integer, ForeignKey("parcel.id"), primary_key=True))
    line: int = Field(primary_key=True)
    lot: str = Field(sa_column=Column(Text, primary_key=True))
    serial: str = Field(sa_column=Column(Text, primary_key=True))
    item: int = Field(index=True)
    quantity: int = Field(sa_type=Exact)


class PrintJob(SQLModel, table=True):
    """State. `payload` (JSON) is kept for a reprint; the courier carries queued jobs in order, one at a time a printer."""

    __tablename__ = "print_job"
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    label: str
    document: str = Field(index=True)
    station: int
    printer: str = Field(index=True)
    payload: str = Field(sa_column=Column(Text, nullable=False))
    copy_of: bool = False
    reason: str = ""
    state: str
    outcome: str = ""


PARCEL, CONTENT, JOB = table(Parcel), table(ParcelItem), table(PrintJob)
_content_row = (
    (CONTENT.c.parcel == bindparam("p"))
    & (CONTENT.c.line == bindparam("l"))
    & (CONTENT.c.lot == bindparam("o"))
    & (CONTENT.c.serial == bindparam("s"))
)
_content_add = update(CONTENT).where(_content_row).values(quantity=CONTENT.c.quantity + bindparam("q"))


def parcel(db: Connection, id: int) -> Any | None:
    return db.execute(select(PARCEL).where(PARCEL.c.id == id)).first()


def payload(job: Any) -> dict[str, str]:
    """What a job's label says."""
    told: dict[str, str] = json.loads(job.payload)
    return told


def by_sscc(db: Connection, sscc: str) -> Any | None:
    return db.execute(select(PARCEL).where(PARCEL.c.sscc == sscc)).first()


def of_sscc(db: Connection, sscc: str) -> list[Any]:
    """What moves where this label is scanned: the parcel, or all that stand on the pallet, void ones too; [] for neither."""
    one = by_sscc(db, sscc)
    on_it = select(PARCEL).where(PARCEL.c.pallet == sscc).order_by(PARCEL.c.number)
    return [one] if one is not None else list(db.execute(on_it))


def of_note(db: Connection, note: int) -> list[Any]:
    """The note's parcels that are not void, in order."""
    found = select(PARCEL).where(PARCEL.c.note == note, PARCEL.c.state != ParcelState.VOID)
    return list(db.execute(found.order_by(PARCEL.c.number)))


def contents(db: Connection, parcel: int) -> list[Any]:
    """What lies in the parcel, with the items' code, name and weight."""
    found = select(CONTENT, ITEM.c.code, ITEM.c.name, ITEM.c.unit, ITEM.c.scale, ITEM.c.weight_g)
    found = found.join(ITEM, ITEM.c.id == CONTENT.c.item).where(CONTENT.c.parcel == parcel, CONTENT.c.quantity > 0)
    return list(db.execute(found.order_by(CONTENT.c.line)))


def packed_of(db: Connection, note: int) -> dict[tuple[int, str, str], int]:
    """How much of each (line, lot, serial) of the note lies in parcels."""
    found = select(CONTENT.c.line, CONTENT.c.lot, CONTENT.c.serial, func.sum(CONTENT.c.quantity))
    found = found.join(PARCEL, PARCEL.c.id == CONTENT.c.parcel).where(PARCEL.c.note == note)
    rows = db.execute(found.group_by(CONTENT.c.line, CONTENT.c.lot, CONTENT.c.serial))
    return {(line, lot, serial): int(quantity) for line, lot, serial, quantity in rows}


def weight_g(db: Connection, parcel: int) -> int:
    """Weight of the contents in grams, by the items' weights per unit."""
    return sum(row.weight_g * row.quantity // 10**row.scale for row in contents(db, parcel))


def fold_opened(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, ParcelOpened)
    series.use(db, "parcel", fact.parcel)
    moved = update(PARCEL).where(PARCEL.c.id == fact.parcel).values(station=fact.station)
    if db.execute(moved).rowcount:
        return  # an open parcel that goes on at another bench
    row = {"id": fact.parcel, "note": fact.note, "order": fact.order, "number": fact.number, "station": fact.station}
    db.execute(insert(PARCEL), row | {"state": ParcelState.OPEN, "weight_g": 0, "label": "none", "carrier": ""})


def fold_content(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, ContentFact)
    quantity = fact.quantity if isinstance(fact, Packed) else -fact.quantity
    key = {"p": fact.parcel, "l": fact.line, "o": fact.lot, "s": fact.serial}
    if db.execute(_content_add, {**key, "q": quantity}).rowcount == 0:
        row = {"parcel": fact.parcel, "line": fact.line, "lot": fact.lot, "serial": fact.serial, "item": fact.item}
        db.execute(insert(CONTENT), row | {"quantity": quantity})


def fold_closed(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, ParcelClosed)
    series.use(db, "sscc", fact.serial_number)
    closed = update(PARCEL).where(PARCEL.c.id == fact.parcel)
    db.execute(closed.values(state=ParcelState.CLOSED, sscc=fact.sscc, weight_g=fact.weight_g))


def fold_print_asked(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, PrintAsked)
    series.use(db, "job", fact.job)
    if fact.label == "pallet":  # its number leaves with the label
        series.use(db, "sscc", int(fact.payload["serial_number"]))
    row = {"id": fact.job, "label": fact.label, "document": fact.document, "station": fact.station}
    payload = json.dumps(fact.payload, ensure_ascii=False, sort_keys=True)
    row |= {"printer": fact.printer, "payload": payload, "copy_of": fact.copy, "reason": fact.reason}
    db.execute(insert(JOB), row | {"state": JobState.QUEUED, "outcome": ""})
    kind, _, number = fact.document.partition(":")
    if kind == "parcel" and fact.copy:  # the one that hangs there is no good: the new one is to be scanned
        db.execute(update(PARCEL).where(PARCEL.c.id == int(number)).values(label="none"))


def _stack(db: Connection, note: int) -> None:
    """Each box of the note stands on the newest pallet that names it and whose label may hang somewhere.

    A number is as old as its first job: neither a copy nor a new try makes it newer.
    """
    asked = select(JOB).where(JOB.c.document == f"note:{note}", JOB.c.label == "pallet").order_by(JOB.c.id)
    told = [(payload(job), job.state) for job in db.execute(asked)]
    hanging = {said["sscc"] for said, state in told if state in (JobState.PRINTED, JobState.UNCONFIRMED)}
    pallets = {said["sscc"]: said.get("boxes", "").split() for said, _ in told}
    mine = update(PARCEL).where(PARCEL.c.note == note)
    db.execute(mine.where(PARCEL.c.pallet.is_not(None)).values(pallet=None))
    for sscc in [sscc for sscc in pallets if sscc in hanging]:
        db.execute(mine.where(PARCEL.c.number.in_(map(int, pallets[sscc]))).values(pallet=sscc))


def fold_print_sent(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, PrintSent)
    db.execute(update(JOB).where(JOB.c.id == fact.job).values(state=JobState.SENT, outcome=""))


def fold_print_returned(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, PrintReturned)
    db.execute(update(JOB).where(JOB.c.id == fact.job).values(state=JobState.QUEUED, outcome=fact.reason))


def fold_print_moved(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, PrintMoved)
    db.execute(update(JOB).where(JOB.c.id == fact.job).values(printer=fact.printer))


def fold_print_ended(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, PrintEnded)
    db.execute(update(JOB).where(JOB.c.id == fact.job).values(state=fact.state, outcome=fact.reason))
    kind, _, number = fact.document.partition(":")
    if kind == "parcel" and fact.state == JobState.PRINTED:
        unprinted = update(PARCEL).where(PARCEL.c.id == int(number), PARCEL.c.label == "none")
        db.execute(unprinted.values(label="printed"))
    if db.scalar(select(JOB.c.label).where(JOB.c.id == fact.job)) == "pallet":
        _stack(db, int(number))


def fold_verified(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, LabelVerified)
    db.execute(update(PARCEL).where(PARCEL.c.id == fact.parcel).values(label="verified"))


def fold_voided(db: Connection, entry: Entry) -> None:
    """The number stays with the parcel: whoever scans its label later is told that it is dead."""
    fact = entry.fact
    assert isinstance(fact, ParcelVoided)
    db.execute(update(PARCEL).where(PARCEL.c.id == fact.parcel).values(state=ParcelState.VOID))


def fold_loaded(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Loaded)
    db.execute(update(PARCEL).where(PARCEL.c.id.in_(fact.parcels)).values(state=ParcelState.LOADED))


def fold_tracking_set(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, TrackingSet)
    db.execute(update(PARCEL).where(PARCEL.c.id == fact.parcel).values(carrier=fact.carrier, tracking=fact.tracking))


def fold_shipped(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Shipped)
    gone = update(PARCEL).where(PARCEL.c.note == fact.note, PARCEL.c.state != ParcelState.VOID)
    db.execute(gone.values(state=ParcelState.SHIPPED))


def notes_with(db: Connection, gtin: str, serial: str) -> set[int]:
    """The notes that have a parcel in which this item (and this serial, where one is given) lies."""
    found = select(PARCEL.c.note).join(CONTENT, CONTENT.c.parcel == PARCEL.c.id)
    found = found.join(ITEM_CODE, ITEM_CODE.c.item == CONTENT.c.item)
    found = found.where(ITEM_CODE.c.code == gtin, CONTENT.c.serial.in_(("", serial)), CONTENT.c.quantity > 0)
    return set(db.scalars(found.distinct()))
