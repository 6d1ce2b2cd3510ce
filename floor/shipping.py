"""Shipping: tracking numbers on the parcels, goods issue of what is loaded, and the carrier's word afterwards."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from floor import carriers, deliveries, parcels, shipments
from floor.facts.delivery import LineQuantity
from floor.facts.shipment import Delivered, Shipped, Tracked, TrackingSet, TransitStep
from floor.parcels import PARCEL
from floor.people import need, need_person
from floor.progress import answer
from floor.refusal import Refusal
from floor.reply import Reply
from floor.shipments import TRANSIT
from floor.stations import Scene
from floor.storage.record import Tx, record
from floor.texts import text
from floor.words import NoteState, ParcelState, TransitState


def set_tracking(tx: Tx, scene: Scene, number: str, *, parcel: int | None = None, carrier: str = "") -> Reply:
    """Give the carrier's number to a parcel of the shipment: the named one, else the first without a number."""
    need(scene.roles, "ship")
    shipment, note = _loading(tx, scene)
    carrier = carriers.known(carrier or note.carrier or "OWN")
    number = carriers.checked(carrier, number)
    owner = tx.db.execute(select(PARCEL).where(PARCEL.c.tracking == number)).first()
    mine = parcels.of_note(tx.db, note.id)
    target = next((p for p in mine if (p.id == parcel if parcel else p.tracking is None)), None)
    if owner is not None and (target is None or owner.id != target.id):
        raise _used(tx, number, owner)
    if target is None:
        raise Refusal("every_parcel_has_tracking", scanned=number, note=note.id)
    fact = TrackingSet(
        shipment=shipment.id, note=note.id, order=note.order, parcel=target.id, carrier=carrier, tracking=number
    )
    record(tx, fact)
    return answer(tx, note.id, "tracking_ok", scanned=number, parcel=target.number, sscc=target.sscc)


def _loading(tx: Tx, scene: Scene) -> tuple[Any, Any]:
    note = deliveries.note(tx.db, scene.note) if scene.note is not None else None
    shipment = shipments.of_note(tx.db, note.id) if note is not None else None
    if note is None or shipment is None:
        raise Refusal("nothing_loading", door=scene.station.door, scanned="")
    if shipment.state != "loading":
        raise Refusal("already_shipped", note=note.id, shipment=shipment.id, since=shipment.shipped_at.isoformat())
    return shipment, note


def _used(tx: Tx, number: str, owner: Any) -> Refusal:
    other = shipments.of_note(tx.db, owner.note)
    return Refusal(
        "tracking_already_used", scanned=number, shipment=other.id if other else "", note=owner.note, sscc=owner.sscc
    )


def _not_picked(note: Any, lines: list[Any]) -> Refusal:
    line = next(x for x in lines if x.picked + x.shorted < x.ordered)
    return Refusal("not_picked_yet", note=note.id, scanned=line.name, max=line.picked)


def ship(tx: Tx, scene: Scene, *, part: bool = False) -> Reply:
    """Goods issue: everything loaded leaves. `part` ships what is packed though lines are still open; the rest is given back."""
    need(scene.roles, "ship")
    shipment, note = _loading(tx, scene)
    if note.on_hold:
        raise Refusal("note_on_hold", note=note.id)
    mine = parcels.of_note(tx.db, note.id)
    _check_parcels(shipment, note, mine)
    lines = deliveries.lines(tx.db, note.id)
    if any(line.picked > line.packed for line in lines):
        raise Refusal("not_packed_yet", note=note.id, scanned=next(x.name for x in lines if x.picked > x.packed))
    if note.state != NoteState.PACKED and not part and any(x.picked + x.shorted < x.ordered for x in lines):
        raise _not_picked(note, lines)
    record(tx, _shipped(shipment, note, mine, lines))
    return answer(tx, note.id, "shipped", note=note.id, shipment=shipment.id, count=len(mine), carrier=mine[0].carrier)


def _check_parcels(shipment: Any, note: Any, mine: list[Any]) -> None:
    if not mine:
        raise Refusal("nothing_to_ship", note=note.id)
    still_open = [parcel.number for parcel in mine if parcel.state == ParcelState.OPEN]
    if still_open:
        raise Refusal("open_parcels", note=note.id, choices=still_open)
    missing = [parcel.sscc for parcel in mine if parcel.state == ParcelState.CLOSED]
    if missing:
        raise Refusal("missing_tags", note=note.id, door=shipment.door, missing=len(missing), choices=missing[:20])
    untracked = [parcel.number for parcel in mine if not parcel.tracking]
    if untracked:
        raise Refusal("tracking_missing", note=note.id, choices=untracked)


def _shipped(shipment: Any, note: Any, mine: list[Any], lines: list[Any]) -> Shipped:
    def quantities(amounts: dict[int, int]) -> tuple[LineQuantity, ...]:
        rows = [(line, amounts[line.line]) for line in lines if amounts[line.line]]
        return tuple(
            LineQuantity(line=line.line, order_line=line.order_line, item=line.item, quantity=quantity)
            for line, quantity in rows
        )

    return Shipped(
        shipment=shipment.id,
        note=note.id,
        order=note.order,
        warehouse=note.warehouse,
        carrier=mine[0].carrier,
        tracking=tuple(dict.fromkeys(parcel.tracking for parcel in mine)),
        lines=quantities({line.line: line.packed for line in lines}),
        rest=quantities({line.line: line.ordered - line.packed for line in lines}),
        rest_reason="short" if any(line.shorted for line in lines) else "part",
    )


def carrier_says(tx: Tx, tracking: str, state: str, at: datetime | None = None, reason: str = "") -> bool:
    """A person or program passes the carrier's word on; `at` None is now. True where it was news.

    Refuses transit_state_unknown, tracking_unknown, and transit_older where a later word stands already.
    """
    need_person(tx, "track")
    if state not in TransitState.__members__.values():
        raise Refusal("transit_state_unknown", scanned=state[:40], choices=[str(known) for known in TransitState])
    reason, at = text("reason", reason), min(at or tx.now, tx.now)
    row = tx.db.execute(select(TRANSIT).where(TRANSIT.c.tracking == tracking)).first()
    if row is not None and (row.state, row.reason) == (state, reason):
        return False
    if row is not None and at <= row.at:
        raise Refusal("transit_older", scanned=tracking, state=row.state, since=row.at.isoformat())
    return track(tx, tracking, state, at, reason)


def track(tx: Tx, tracking: str, state: str, at: datetime, reason: str = "") -> bool:
    """The carrier's word on a tracking number; an old or repeated word changes nothing. True where it was news."""
    row = tx.db.execute(select(TRANSIT).where(TRANSIT.c.tracking == tracking)).first()
    if row is None:
        raise Refusal("tracking_unknown", scanned=tracking[:60])
    if state not in TransitState.__members__.values() or at <= row.at:
        return False
    shipment = shipments.shipment(tx.db, row.shipment)
    assert shipment is not None
    step = TransitStep(state=state, reason=reason, at=at)
    common = {"shipment": shipment.id, "note": shipment.note, "order": shipment.order}
    record(tx, Tracked(**common, tracking=tracking, carrier=shipment.carrier, step=step))
    states = tx.db.scalars(select(TRANSIT.c.state).where(TRANSIT.c.shipment == shipment.id)).all()
    if set(states) == {TransitState.DELIVERED} and shipment.state != "delivered":
        record(tx, Delivered(**common, delivered_at=at))
    return True
