"""Giving a closed parcel up: its code is dead for ever, what lay in it is packed anew."""

from floor import deliveries, parcels, print_jobs
from floor.facts.parcel import ParcelVoided, Unpacked
from floor.people import need
from floor.progress import answer
from floor.refusal import Refusal
from floor.reply import Reply
from floor.stations import Scene
from floor.storage.record import Tx, record
from floor.words import NoteState, ParcelState

REASONS = ("damaged", "wrong_contents", "repacked")


def void(tx: Tx, scene: Scene, id: int, reason: str) -> Reply:
    """Open a closed parcel again for good: goods out, label dead, jobs of it that have not begun taken back."""
    need(scene.roles, "pack")
    parcel = parcels.parcel(tx.db, id)
    if parcel is None or parcel.sscc is None:
        raise Refusal("parcel_unknown", scanned=id)
    if parcel.state == ParcelState.VOID:
        raise Refusal("label_void", scanned=parcel.sscc)
    if parcel.state != ParcelState.CLOSED:
        raise Refusal("parcel_gone", parcel=parcel.number, state=parcel.state)
    if reason not in REASONS:
        told = {"act": "void", "wanted": f"SSCC {parcel.sscc}", "parcel": parcel.number}
        raise Refusal("reason_required", **told, choices=list(REASONS))
    for row in parcels.contents(tx.db, id):
        content = {name: getattr(row, name) for name in ("parcel", "line", "item", "lot", "serial", "quantity")}
        record(tx, Unpacked(note=parcel.note, order=parcel.order, **content))
    note = deliveries.note(tx.db, parcel.note)
    state = note.state if note is not None and note.state != NoteState.PACKED else NoteState.PICKED
    record(
        tx,
        ParcelVoided(
            parcel=id, note=parcel.note, order=parcel.order, station=scene.station.id, sscc=parcel.sscc, reason=reason,
            state=state,
        ),
    )  # fmt: skip
    print_jobs.cancel_label(tx, f"parcel:{id}")
    return answer(tx, parcel.note, "parcel_voided", parcel=parcel.number, sscc=parcel.sscc)
