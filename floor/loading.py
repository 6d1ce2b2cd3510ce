"""Loading: a note's parcels pass their door, seen by the gate or scanned; expected, seen, missing and extra are told apart."""

from typing import Any

from floor import deliveries, items, parcels, policy, shipments
from floor.barcode import Key
from floor.facts.parcel import LabelVerified
from floor.facts.shipment import Loaded, LoadingOpened
from floor.opening import pickable
from floor.people import need
from floor.progress import answer, name_of
from floor.refusal import Refusal
from floor.reply import ItemVerdict, Reply
from floor.stations import Scene
from floor.storage import series
from floor.storage.record import Tx, record
from floor.words import NoteState, ParcelState

WORST = ("unknown_code", "wrong_door", "label_void", "extra_tag", "parcel_not_closed", "label_unverified")
WAIVE_REASONS = ("gate_silent", "tag_broken", "too_big")


def open_loading(tx: Tx, scene: Scene, number: int) -> Reply:
    """Say that this note's parcels may pass the station's door now."""
    need(scene.roles, "load")
    note = loadable(tx, scene, number)
    if not scene.station.door:
        raise Refusal("no_door_for_station", station=scene.station.name)
    shipment = shipments.of_note(tx.db, number)
    id = shipment.id if shipment else series.next_number(tx.db, "shipment")
    record(
        tx,
        LoadingOpened(shipment=id, note=number, order=note.order, door=scene.station.door, station=scene.station.id),
    )
    told = {"shipment": id, "note": number, "door": scene.station.door, "count": expected(tx, number)}
    return answer(tx, number, "loading_started", **told)


def loadable(tx: Tx, scene: Scene, number: int | None) -> Any:
    note = deliveries.note(tx.db, number) if number is not None else None
    if note is None or note.state not in (NoteState.PICKED, NoteState.PACKED):
        note = pickable(tx, number, scene)
    if note.state == NoteState.PACKED:
        return note
    mine = parcels.of_note(tx.db, note.id)
    still_open = [parcel.number for parcel in mine if parcel.state == ParcelState.OPEN]
    if still_open:
        raise Refusal("open_parcels", note=note.id, choices=still_open)
    if not mine:
        raise Refusal("nothing_to_ship", note=note.id)
    return note


def expected(tx: Tx, note: int) -> int:
    return sum(parcel.state == ParcelState.CLOSED for parcel in parcels.of_note(tx.db, note))


def passage(tx: Tx, scene: Scene, keys: list[tuple[str, Key | None]]) -> Reply:
    """Tags seen at a gate as one event: right parcels are loaded, each wrong tag is named; repeats count once."""
    verdicts: list[ItemVerdict] = []
    loaded: dict[int, dict[int, Any]] = {}
    open_here = {row.note: row for row in shipments.loading_at(tx.db, scene.station.door)}
    for code, key in keys:
        verdict, boxes = _judge(tx, scene, open_here, key)
        fields = _about(boxes) | (_right_door(tx, boxes[0]) if verdict == "wrong_door" else {})
        verdicts.append(ItemVerdict(code=code, verdict=verdict, fields=fields))
        for box in boxes if verdict == "loaded" else ():
            loaded.setdefault(box.note, {})[box.id] = box
    for note, group in loaded.items():
        _load(tx, open_here[note], list(group), by="gate")
    reply = _passage_reply(tx, scene, open_here, loaded, verdicts)
    if not reply.accepted:
        reply.fields["scanned"] = _called(tx, dict(keys)[reply.fields["scanned"]], reply.fields)
    return reply


def _right_door(tx: Tx, parcel: Any) -> dict[str, str]:
    shipment = shipments.of_note(tx.db, parcel.note)
    return {"wanted": shipment.door} if shipment is not None else {}


def _called(tx: Tx, key: Key | None, fields: dict[str, Any]) -> str:
    """What people call the thing that bears a tag: its SSCC, or an item by name and serial; the tag itself tells them nothing."""
    if key is None or fields.get("sscc"):
        return str(fields.get("sscc") or fields["scanned"])
    found = items.meant_by(tx.db, key) if key.gtin else []
    return f"{found[0].name} {key.serial or ''}".strip() if found else key.sscc or key.text


def _judge(tx: Tx, scene: Scene, open_here: dict[int, Any], key: Key | None) -> tuple[str, list[Any]]:
    """The verdict on a tag and the parcels that it is about: of a pallet those to load, or the one that stands in the way."""
    if key is None:
        return "unknown_code", []
    if not key.sscc:
        return _judge_item(tx, open_here, key), []
    boxes = parcels.of_sscc(tx.db, key.sscc)
    judged = [(_judge_parcel(tx, scene, open_here, box), box) for box in boxes]
    wrong = [(verdict, [box]) for verdict, box in judged if verdict in WORST]
    if wrong or not boxes:
        return min(wrong, key=lambda found: WORST.index(found[0]), default=("extra_tag", []))
    fresh = [box for verdict, box in judged if verdict == "loaded"]
    return ("loaded", fresh) if fresh else ("already_loaded", boxes)


def _judge_parcel(tx: Tx, scene: Scene, open_here: dict[int, Any], parcel: Any) -> str:
    if parcel.state == ParcelState.VOID:
        return "label_void"
    if parcel.note not in open_here:
        elsewhere = shipments.of_note(tx.db, parcel.note)
        return "wrong_door" if elsewhere is not None and elsewhere.state == "loading" else "extra_tag"
    if parcel.state == ParcelState.LOADED:
        return "already_loaded"
    if parcel.state != ParcelState.CLOSED:
        return "parcel_not_closed"
    return "label_unverified" if _unverified(tx, scene, parcel) else "loaded"


def _unverified(tx: Tx, scene: Scene, parcel: Any) -> bool:
    """Whether this door, or the whole site, asks for a label that was scanned back and this one was not."""
    asked = scene.station.scan_back or policy.read(tx.db, "scan_back") == "yes"
    return asked and parcel.label != "verified"


def _judge_item(tx: Tx, open_here: dict[int, Any], key: Key) -> str:
    """An item's own tag: it may pass inside a parcel of a shipment that is being loaded here, or after it has left."""
    inside = parcels.notes_with(tx.db, key.gtin or "", key.serial or "")
    return "inside" if inside & set(open_here) else "extra_tag"


def _about(boxes: list[Any]) -> dict[str, Any]:
    if not boxes:
        return {}
    first = boxes[0]
    return {"sscc": first.sscc, "note": first.note, "order": first.order, "parcel": _numbers(boxes)}


def _numbers(boxes: list[Any]) -> int | str:
    """How a reply names them: 3, or "1, 2, 5"."""
    return boxes[0].number if len(boxes) == 1 else ", ".join(str(box.number) for box in boxes)


def _load(tx: Tx, shipment: Any, ids: list[int], *, by: str, reason: str = "") -> None:
    fact = Loaded(
        shipment=shipment.id, note=shipment.note, order=shipment.order, parcels=tuple(ids), by=by, reason=reason
    )
    record(tx, fact)


def _passage_reply(
    tx: Tx, scene: Scene, open_here: dict[int, Any], loaded: dict[int, dict[int, Any]], verdicts: list[ItemVerdict]
) -> Reply:
    wrong = [item for item in verdicts if item.verdict in WORST]
    count = sum(len(group) for group in loaded.values())
    missing = sum(expected(tx, note) for note in open_here)
    door = scene.station.door
    fields = {"count": count, "missing": missing, "extra": len(wrong), "max": count + missing, "door": door}
    if wrong:
        worst = min(wrong, key=lambda item: WORST.index(item.verdict))
        extra = {"scanned": worst.code, **worst.fields}
        return Reply(code=worst.verdict, accepted=False, sound="error", fields=fields | extra, items=verdicts)
    if not count:
        return Reply(code="nothing_new", fields=fields, items=verdicts)
    done = missing == 0
    code = "passage_ok" if done else "loaded"
    return Reply(code=code, sound="done" if done else "ok", fields=fields, items=verdicts)


def load_by_scan(tx: Tx, scene: Scene, sscc: str) -> Reply:
    """Load a parcel, or all that stand on a pallet, by the label where no gate sees it: all of them or none.

    The first scan of a parcel's unverified label verifies it; a pallet's label proves nothing of those on it.
    """
    need(scene.roles, "load")
    boxes = parcels.of_sscc(tx.db, sscc)
    if not boxes:
        raise Refusal("parcel_unknown", scanned=sscc)
    if dead := next((box for box in boxes if box.state == ParcelState.VOID), None):
        raise Refusal("label_void", scanned=dead.sscc)
    shipment = _shipment_here(tx, scene, sscc, boxes[0])
    for box in boxes:
        _check_box(tx, scene, box, pallet=box.sscc != sscc)
    waiting = [box for box in boxes if box.state == ParcelState.CLOSED]
    if waiting and boxes[0].sscc == sscc and boxes[0].label != "verified":  # this scan is the proof that it can be read
        record(tx, LabelVerified(parcel=boxes[0].id, note=boxes[0].note))
    if waiting:
        _load(tx, shipment, [box.id for box in waiting], by="scan")
    states = [box.state for box in parcels.of_note(tx.db, shipment.note)]
    aboard, left = states.count(ParcelState.LOADED), expected(tx, shipment.note)
    told = {"parcel": _numbers(boxes), "count": aboard, "max": aboard + left, "missing": left, "door": shipment.door}
    return answer(tx, shipment.note, "passage_ok" if left == 0 else "loaded", **told)


def _check_box(tx: Tx, scene: Scene, box: Any, *, pallet: bool) -> None:
    if box.state not in (ParcelState.CLOSED, ParcelState.LOADED):
        raise Refusal("parcel_not_closed", scanned=box.sscc, parcel=box.number)
    if pallet and box.state == ParcelState.CLOSED and _unverified(tx, scene, box):
        raise Refusal("label_unverified", scanned=box.sscc, parcel=box.number)


def _shipment_here(tx: Tx, scene: Scene, sscc: str, parcel: Any) -> Any:
    """The shipment that is being loaded at this door and that the parcel is of; `sscc` is what was scanned."""
    shipment = shipments.of_note(tx.db, parcel.note)
    if shipment is None or shipment.state != "loading" or scene.note not in (None, parcel.note):
        raise Refusal("extra_tag", scanned=sscc, note=parcel.note, order=parcel.order)
    if shipment.door != scene.station.door:
        told = {"door": scene.station.door, "wanted": shipment.door, "note": parcel.note, "order": parcel.order}
        raise Refusal("wrong_door", scanned=sscc, **told)
    return shipment


def waive(tx: Tx, scene: Scene, reason: str) -> Reply:
    """A supervisor's word that the missing parcels are on the truck though no gate saw them."""
    need(scene.roles, "waive")
    shipment = shipments.of_note(tx.db, scene.note) if scene.note is not None else None
    if shipment is None or shipment.state != "loading":
        raise Refusal("nothing_loading", door=scene.station.door, scanned="")
    if reason not in WAIVE_REASONS:
        raise Refusal("reason_required", act="waive", wanted=f"{shipment.note}", choices=list(WAIVE_REASONS))
    missing = [p.id for p in parcels.of_note(tx.db, shipment.note) if p.state == ParcelState.CLOSED]
    if missing:
        _load(tx, shipment, missing, by="waiver", reason=reason)
    return answer(tx, shipment.note, "waived", count=len(missing), name=name_of(tx, scene.person), reason=reason)
