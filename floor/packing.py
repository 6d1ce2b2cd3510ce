"""Packing at the bench: parcels of one order each, filled by scan with what was picked, closed with an SSCC and a label."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, select

from floor import deliveries, items, parcels, printing
from floor.barcode import Key
from floor.deliveries import PICK
from floor.facts.delivery import Opened
from floor.facts.parcel import Packed, ParcelClosed, ParcelOpened, Unpacked
from floor.logistic_units import Numbered, next_number
from floor.packing_marks import marks
from floor.people import need
from floor.progress import answer
from floor.refusal import Refusal
from floor.reply import Reply
from floor.stations import Scene
from floor.storage import series
from floor.storage.record import Tx, record
from floor.words import NoteState, ParcelState, Tracking

PACKABLE = (NoteState.PICKING, NoteState.PICKED, NoteState.PACKED)


def open_note(tx: Tx, scene: Scene, number: int) -> Reply:
    """Take a note onto the bench; packing may begin while the last lines are still being picked."""
    need(scene.roles, "pack")
    note = packable(tx, number, scene)
    others = [p for p in parcels.of_note(tx.db, number) if p.state == ParcelState.OPEN]
    joined = note.holder not in (None, scene.person) and str(scene.person) not in note.helpers.split()
    record(tx, Opened(note=number, order=note.order, station=scene.station.id, joined=joined, taken_from=None))
    if others:
        _open(tx, scene, note, others[0].id, others[0].number)
    return answer(tx, number, "opened", note=number)


def packable(tx: Tx, number: int | None, scene: Scene) -> Any:
    if number is None:
        raise Refusal("scan_ignored_no_task", scanned="")
    note = deliveries.note(tx.db, number)
    if note is None or note.warehouse != scene.station.warehouse:
        raise Refusal("note_not_pickable", note=number, reason="unknown" if note is None else "other_warehouse")
    if note.state == NoteState.WITHDRAWN:
        raise Refusal("note_withdrawn", note=number)
    if note.state == NoteState.RELEASED:
        raise Refusal("not_picked_yet", note=number, scanned="", max=0)
    if note.state not in PACKABLE:
        raise Refusal("note_not_pickable", note=number, reason=note.state)
    return note


def open_parcel(tx: Tx, scene: Scene) -> Reply:
    """Begin a parcel; one that is open here goes on."""
    need(scene.roles, "pack")
    note = packable(tx, scene.note, scene)
    number = _parcel(tx, scene, note)
    return answer(tx, note.id, "parcel_opened", note=note.id, parcel=_numbered(tx, number))


def _parcel(tx: Tx, scene: Scene, note: Any) -> int:
    """The open parcel of this note at this bench, a new one where there is none."""
    mine = parcels.of_note(tx.db, note.id)
    for parcel in mine:
        if parcel.state == ParcelState.OPEN and parcel.id == scene.parcel:
            return int(parcel.id)
    taken = {parcel.number for parcel in mine}  # the number of a parcel that was given up is free again
    number = next(n for n in range(1, len(taken) + 2) if n not in taken)
    return _open(tx, scene, note, series.next_number(tx.db, "parcel"), number)


def _open(tx: Tx, scene: Scene, note: Any, parcel: int, number: int) -> int:
    record(tx, ParcelOpened(parcel=parcel, note=note.id, order=note.order, station=scene.station.id, number=number))
    return parcel


def _numbered(tx: Tx, parcel: int) -> int:
    """What people call the parcel: its number within the note."""
    row = parcels.parcel(tx.db, parcel)
    return int(row.number) if row is not None else 0


def confirm(tx: Tx, scene: Scene, key: Key) -> Reply:
    """Put a picked item into the open parcel."""
    need(scene.roles, "pack")
    note = packable(tx, scene.note, scene)
    row, quantity = _meant(tx, scene, note, key)
    left = unpacked(tx.db, note.id)
    mine = {place: q for place, q in left.items() if place[0] in row["lines"] and q > 0 and _fits(row, key, place)}
    if sum(mine.values()) < quantity:
        raise Refusal("not_picked_yet", note=note.id, scanned=row["name"], max=sum(mine.values()))
    parcel, packed = _parcel(tx, scene, note), quantity
    for (line, lot, serial), available in mine.items():
        taken = min(quantity, available)
        if taken > 0:
            _put(tx, note, parcel, (line, lot, serial), row["item"], taken)
            quantity -= taken
    told = {"scanned": row["name"], "quantity": packed, "parcel": _numbered(tx, parcel)}
    return answer(tx, note.id, "packed", **told, left=sum(unpacked(tx.db, note.id).values()))


def _put(tx: Tx, note: Any, parcel: int, what: tuple[int, str, str], item: int, quantity: int) -> None:
    line, lot, serial = what
    fact = Packed(
        parcel=parcel, note=note.id, order=note.order, line=line, item=item, lot=lot, serial=serial, quantity=quantity
    )
    record(tx, fact)


def _meant(tx: Tx, scene: Scene, note: Any, key: Key) -> tuple[dict[str, Any], int]:
    found = items.meant_by(tx.db, key)
    lines = deliveries.lines(tx.db, note.id)
    meant = [row for row in found if any(line.item == row.id for line in lines)]
    if not meant:
        scanned = found[0].name if found else key.raw[:80]
        wanted = next((line.name for line in lines if line.packed < line.picked), "")
        raise Refusal("wrong_item" if found else "unknown_code", scanned=scanned, wanted=wanted, bin="")
    times = 1 if scene.quantity is None else scene.quantity
    if not 0 < times <= 10**9:
        most = sum(line.picked - line.packed for line in lines if line.item == meant[0].id)
        raise Refusal("bad_quantity", quantity=str(times)[:20], wanted=meant[0].name, max=most)
    row = meant[0]
    numbers = {line.line for line in lines if line.item == row.id}
    return {"item": row.id, "name": row.name, "lines": numbers, "tracking": row.tracking}, times * int(row.quantity)


def _fits(row: dict[str, Any], key: Key, place: tuple[int, str, str]) -> bool:
    """Whether the picked goods (line, lot, serial) may be what was scanned."""
    _, lot, serial = place
    if row["tracking"] == Tracking.SERIAL:
        return serial == items.serial_in(key)
    return row["tracking"] != Tracking.LOT or not key.lot or key.lot == lot


def unpacked(db: Connection, note: int) -> dict[tuple[int, str, str], int]:
    """What was picked and lies in no parcel yet, by (line, lot, serial)."""
    left: dict[tuple[int, str, str], int] = defaultdict(int)
    for pick in db.execute(select(PICK).where(PICK.c.note == note, PICK.c.undone.is_(False))):
        left[pick.line, pick.lot, pick.serial] += pick.quantity
    for place, quantity in parcels.packed_of(db, note).items():
        left[place] -= quantity
    return {place: quantity for place, quantity in left.items() if quantity > 0}


def pack_all(tx: Tx, scene: Scene) -> Reply:
    """Everything picked and not yet packed goes into the open parcel, by one word of the packer."""
    need(scene.roles, "pack")
    note = packable(tx, scene.note, scene)
    left = unpacked(tx.db, note.id)
    if not left:
        raise Refusal("not_picked_yet", note=note.id, scanned="", max=0)
    item_of = {line.line: line.item for line in deliveries.lines(tx.db, note.id)}
    parcel = _parcel(tx, scene, note)
    for what, quantity in left.items():
        _put(tx, note, parcel, what, item_of[what[0]], quantity)
    return answer(tx, note.id, "packed_all", quantity=sum(left.values()), parcel=_numbered(tx, parcel))


def take_out(tx: Tx, scene: Scene, line: int) -> Reply:
    """Take one unit (or the typed quantity) of a line out of the open parcel; a counter-fact."""
    need(scene.roles, "pack")
    note = packable(tx, scene.note, scene)
    parcel = parcels.parcel(tx.db, scene.parcel) if scene.parcel else None
    if parcel is None or parcel.state != ParcelState.OPEN:
        raise Refusal("parcel_closed", parcel=parcel.number if parcel else "")
    rows = [row for row in parcels.contents(tx.db, parcel.id) if row.line == line]
    quantity = 1 if scene.quantity is None else scene.quantity
    if not rows or not 0 < quantity <= rows[-1].quantity:
        wanted, most = (rows[-1].name, rows[-1].quantity) if rows else ("", 0)
        raise Refusal("bad_quantity", quantity=quantity, wanted=wanted, max=most)
    row = rows[-1]
    content = {name: getattr(row, name) for name in ("parcel", "line", "item", "lot", "serial")}
    record(tx, Unpacked(note=note.id, order=note.order, quantity=quantity, **content))
    return answer(tx, note.id, "unpacked", scanned=row.name, quantity=quantity, parcel=parcel.number)


def close_parcel(tx: Tx, scene: Scene) -> Reply:
    """Close the open parcel: an SSCC once and for ever, and a label at the station's printer."""
    need(scene.roles, "pack")
    note = packable(tx, scene.note, scene)
    parcel = parcels.parcel(tx.db, scene.parcel) if scene.parcel else None
    if parcel is None or parcel.note != note.id or not parcels.contents(tx.db, parcel.id):
        raise Refusal("parcel_empty", parcel=parcel.number if parcel else "")
    if not scene.station.printer:
        raise Refusal("no_printer_for_station", station=scene.station.name)
    unit = next_number(tx.db)
    record(tx, _closed(tx, scene, note, parcel, unit))
    printing.ask(tx, scene.station, "parcel", f"parcel:{parcel.id}", _payload(tx, note, parcel, unit))
    return answer(tx, note.id, "parcel_closed_ok", sscc=unit.sscc, parcel=parcel.number, printer=scene.station.printer)


def _closed(tx: Tx, scene: Scene, note: Any, parcel: Any, unit: Numbered) -> ParcelClosed:
    others_open = any(p.state == ParcelState.OPEN and p.id != parcel.id for p in parcels.of_note(tx.db, note.id))
    done = note.state == NoteState.PICKED and not others_open and not unpacked(tx.db, note.id)
    return ParcelClosed(
        parcel=parcel.id,
        note=note.id,
        order=note.order,
        station=scene.station.id,
        sscc=unit.sscc,
        serial_number=unit.serial_number,
        weight_g=parcels.weight_g(tx.db, parcel.id),
        state=NoteState.PACKED if done else note.state,
    )


def _payload(tx: Tx, note: Any, parcel: Any, unit: Numbered) -> dict[str, str]:
    """What the label says; the address stays in particulars and is read when the label is rendered."""
    return {
        "sscc": unit.sscc,
        "epc": unit.epc,
        "parcel": str(parcel.id),
        "number": str(parcel.number),
        "of": str(len(parcels.of_note(tx.db, note.id))),
        "note": str(note.id),
        "order": str(note.order),
        "ship_to": str(note.ship_to),
        "carrier": note.carrier,
        "marks": "\n".join(marks(tx.db, note.remark)),
        "weight_g": str(parcels.weight_g(tx.db, parcel.id)),
    }
