"""What is late and why: the first thing that stands in the way of each note past its time, and parcels astray on the road."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from floor.deliveries import LINE, NOTE
from floor.parcels import JOB, PARCEL
from floor.shipments import SHIPMENT, TRANSIT
from floor.words import JobState, NoteState, ParcelState, TransitState
from floor.worklists import TROUBLE, Listed, listed

OPEN = (NoteState.RELEASED, NoteState.PICKING, NoteState.PICKED, NoteState.PACKED)
NO_WORD = timedelta(hours=36)  # a carrier that has said nothing for so long has probably never got the parcel


@dataclass(frozen=True)
class Why:
    """A reason with its fields; the words are made in the reader's language."""

    code: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Late:
    listed: Listed
    reasons: list[Why]


@dataclass(frozen=True)
class Astray:
    """A parcel on the road that the carrier has trouble with, or has said nothing of for long."""

    note: int
    shipment: int
    tracking: str
    why: Why
    at: datetime


def late(db: Connection, warehouse: str, now: datetime, most: int = 30) -> list[Late]:
    """Notes past their time that have not left, the longest overdue first, each with its reasons."""
    overdue = select(NOTE).where(NOTE.c.warehouse == warehouse, NOTE.c.state.in_(OPEN), NOTE.c.due_at < now)
    rows = db.execute(overdue.order_by(NOTE.c.due_at, NOTE.c.id).limit(most)).all()
    return [Late(one, list(_reasons(db, one))) for one in listed(db, now, rows)]


def _reasons(db: Connection, one: Listed) -> list[Why]:
    note = one.note
    found = [Why("on_hold", {})] if note.on_hold else []
    shorted = db.scalar(select(func.coalesce(func.sum(LINE.c.shorted), 0)).where(LINE.c.note == note.id)) or 0
    if shorted:
        found.append(Why("short", {"count": int(shorted)}))
    if note.state == NoteState.RELEASED:
        return [*found, Why("held" if one.holder else "not_taken_up", {"name": one.holder})]
    if note.state == NoteState.PICKING:
        return [*found, Why("being_picked", {"name": one.holder, "count": note.done_units, "max": note.units})]
    return found + _boxed(db, note)


def _boxed(db: Connection, note: Any) -> list[Why]:
    """What is still missing between a picked note and the road."""
    boxes = db.execute(select(PARCEL).where(PARCEL.c.note == note.id, PARCEL.c.state != ParcelState.VOID)).all()
    if note.state == NoteState.PICKED:
        return [Why("not_packed", {"count": sum(box.state == ParcelState.OPEN for box in boxes)})]
    failed = select(JOB).where(JOB.c.document.in_([f"parcel:{box.id}" for box in boxes if box.label == "none"]))
    job = db.execute(failed.where(JOB.c.state != JobState.PRINTED).order_by(JOB.c.id.desc()).limit(1)).first()
    if job is not None:
        return [Why("not_printed", {"printer": job.printer, "reason": job.outcome})]
    missing = sum(box.state != ParcelState.LOADED for box in boxes)
    if missing:
        return [Why("not_loaded", {"count": missing, "max": len(boxes)})]
    return [Why("untracked" if any(not box.tracking for box in boxes) else "not_shipped", {})]


def astray(db: Connection, warehouse: str, now: datetime, most: int = 30) -> list[Astray]:
    """Shipped parcels whose carrier reports trouble, or has said nothing since they left."""
    silent = and_(TRANSIT.c.state == TransitState.PENDING, TRANSIT.c.at < now - NO_WORD)
    found = select(TRANSIT, SHIPMENT.c.note).join(SHIPMENT, SHIPMENT.c.id == TRANSIT.c.shipment)
    found = found.join(NOTE, NOTE.c.id == SHIPMENT.c.note)
    found = found.where(NOTE.c.warehouse == warehouse, or_(TRANSIT.c.state.in_(TROUBLE), silent))
    return [
        Astray(row.note, row.shipment, row.tracking, Why(row.state, {"reason": row.reason}), row.at)
        for row in db.execute(found.order_by(TRANSIT.c.at).limit(most))
    ]
