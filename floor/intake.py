"""The one door in: what a scan means here and now, judged once, answered the same for ever."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from floor import barcode, items, loading, own_codes, packing, parcels, picking, printing, shipping, stations
from floor.barcode import Key
from floor.check_digit import BadCode
from floor.credentials import SESSION_HOURS
from floor.facts.station import Refused
from floor.progress import next_step
from floor.refusal import Refusal
from floor.reply import Reply, decode, encode
from floor.stations import Scene
from floor.storage import requests, series
from floor.storage.record import Tx, record
from floor.words import StationKind

# A refusal of these waits for a person: the goods may have moved.
CASES = ("stale_scan", "session_ended", "session_elsewhere", "person_retired", "clock_wrong")
NAMELESS = (
    "scan_ignored_no_task",
    "nothing_loading",
    "request_id_reused",
)  # who refuses so does not know what was read
LEADING_ON = ("line_taken", "over_pick", "nothing_short", "already_undone")  # the note goes on: the answer says where
EARLY = timedelta(minutes=2)  # a device's clock may be behind by this much
LATEST = datetime.max.replace(tzinfo=UTC)
CONTROLS = {n: 0x2400 + n for n in range(32)} | {127: 0x2421}  # Unicode control pictures


class Scan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of POST /scan. `id` is made at the device before sending; `at` is the device's time, UTC.

    A plain reader sends no session, note, line or quantity; a page sends what the person saw.
    """

    id: requests.Id
    seq: int
    codes: tuple[str, ...]
    at: datetime
    symbology: str | None = None
    session: str | None = None
    note: int | None = None
    line: int | None = None
    quantity: int | None = None


def shown(code: str, most: int = 80) -> str:
    """The code as it can be stored and read: control characters as their symbols, at most so many characters."""
    return code[:most].translate(CONTROLS)


class NoStation(Refusal):
    """The token opens no station: the caller must enrol again; nothing was written."""

    def __init__(self) -> None:
        super().__init__("unknown_token")


def take(
    scan: Scan, token_hash: str, cookie_hash: str = ""
) -> tuple[Callable[[Tx], bytes], Callable[[Tx, Refusal], bytes]]:
    """The act of judging this scan, and what to do where it is refused; both answer a Reply as JSON.

    `cookie_hash` is that of the person's own cookie, if one came with the scan: an office session that is open counts by it alone.
    """
    digest = requests.digest(msgspec.structs.astuple(scan)[2:])  # all but id and seq

    def act(tx: Tx) -> bytes:
        here = _here(tx, scan, token_hash)
        stored = requests.answered(tx, scan.id, digest)
        if stored is not None:
            return stored
        scene = _scene(tx, scan, here, cookie_hash)
        _circumstances(tx, scan, scene)
        reply = _meaning(tx, scene, scan)
        return _keep(tx, scene, scan, digest, reply)

    def refused(tx: Tx, refusal: Refusal) -> bytes:
        here = _here(tx, scan, token_hash)
        scene = _scene_or_nobody(scan, here)
        _circumstances(tx, scan, scene)
        return _refuse(tx, scene, scan, digest, refusal)

    return act, refused


def _here(tx: Tx, scan: Scan, token_hash: str) -> Any:
    here = stations.standing(tx.db, token_hash, scan.session)
    if here is None or here.retired:
        raise NoStation
    return here


def _circumstances(tx: Tx, scan: Scan, scene: Scene) -> None:
    tx.person, tx.device, tx.cause = scene.person, scene.device, scan.id
    tx.warehouse = scene.station.warehouse
    tx.at = min(scan.at, tx.now)  # nothing has happened in the future: a fast clock would make all that follows late


def _scene(tx: Tx, scan: Scan, here: Any, cookie_hash: str) -> Scene:
    """Who scans, judged by the scan's own session where it names one; refusals for nobody, too late, twice."""
    if here.kind == StationKind.GATE:
        return _made(scan, here, 0, "", ())
    if scan.session is None and here.standing_person is None:
        raise Refusal("not_signed_in", station=here.name)
    _check_session(scan, here, tx.now, cookie_hash)
    if scan.session is not None:
        scene = _made(scan, here, here.session_person, here.roles, _own(scan, here))
    else:
        _check_stale(scan, here)
        scene = _made(scan, here, here.standing_person, here.roles, (here.standing_note, None))
    _check_double_fire(tx, scan, here)
    return scene


def _own(scan: Scan, here: Any) -> tuple[int | None, int | None]:
    return (scan.note if scan.note is not None else here.standing_note, scan.line)


def _made(scan: Scan, here: Any, person: int, roles: str, task: tuple[int | None, ...]) -> Scene:
    note, line = task if task else (None, None)
    same = note == here.standing_note
    return Scene(
        station=here,
        device=here.device,
        person=person,
        roles=roles,
        note=note,
        line=line,
        quantity=scan.quantity,
        place=here.standing_place if same else None,
        parcel=here.parcel if same else None,
        shipment=here.shipment if same else None,
        at=scan.at,
    )


def _scene_or_nobody(scan: Scan, here: Any) -> Scene:
    """For the record of a refusal: whoever it was, as far as known."""
    if scan.session is not None and here.session_person is not None:
        return _made(scan, here, here.session_person, here.roles or "", _own(scan, here))
    return _made(scan, here, here.standing_person or 0, "", (here.standing_note, None))


def _check_session(scan: Scan, here: Any, now: datetime, cookie_hash: str) -> None:
    """The session of the scan, or of who stands at a plain reader: opened here, of this shift, of one who works here."""
    code, at = shown(scan.codes[0]), min(scan.at, now)
    if here.session_person is None:
        raise Refusal("session_ended", since=at.isoformat(), scanned=code)
    if not _opened_here(here, now, cookie_hash):
        raise Refusal("session_elsewhere", station=here.name, scanned=code)
    if here.person_retired:
        raise Refusal("person_retired", station=here.name, scanned=code)
    if scan.session is not None and here.opened_at - EARLY > at:  # nobody knows a session before it is opened
        raise Refusal("clock_wrong", minutes=round((now - at).total_seconds() / 60), scanned=code)
    end = _end(here)
    if at > end:
        raise Refusal("session_ended", since=(here.closed_at or end).isoformat(), scanned=code)


def _end(here: Any) -> datetime:
    """When the session ended, or will have run out."""
    end: datetime = min(here.closed_at or LATEST, here.opened_at + timedelta(hours=SESSION_HOURS))
    return end


def _opened_here(here: Any, now: datetime, cookie_hash: str) -> bool:
    """At this station; or in the office by its own cookie, and once it is over, and the cookie with it, on this device."""
    if here.session_station is not None:
        return bool(here.session_station == here.id)
    return here.session_hash == cookie_hash or bool(here.opened_on_this and now >= _end(here))


def _check_stale(scan: Scan, here: Any) -> None:
    """A plain reader's scan that comes late to a station that has moved on cannot be judged by what is open now."""
    age = here.changed_at - scan.at
    if age > timedelta(seconds=here.stale_s):
        raise Refusal("stale_scan", scanned=shown(scan.codes[0]), since=scan.at.isoformat(), station=here.name)


def _check_double_fire(tx: Tx, scan: Scan, here: Any) -> None:
    if here.last_code == shown(scan.codes[0], 200) and scan.quantity is None:
        gap = abs(scan.at - here.last_at)
        if gap < timedelta(milliseconds=here.double_fire_ms):
            told = {"scanned": shown(scan.codes[0])} | _first_refused(tx, here.last_scan)
            raise Refusal("double_fire", **told | {"ms": int(gap.total_seconds() * 1000)})


def _first_refused(tx: Tx, first: str | None) -> dict[str, Any]:
    """Of a double fire whose first scan was refused: the code of that refusal as `first`, with its fields."""
    stored = requests.answer_to(tx, first) if first is not None else None
    reply = decode(stored) if stored is not None else None
    if reply is None or reply.accepted:
        return {}
    return reply.fields if reply.code == "double_fire" else reply.fields | {"first": reply.code}


def _keep(tx: Tx, scene: Scene, scan: Scan, digest: str, reply: Reply) -> bytes:
    reply.id = scan.id
    if scene.station.kind != StationKind.GATE:
        stations.remember_scan(tx.db, scene.device, shown(scan.codes[0], 200), scan.at, scan.id)
    if not reply.accepted:
        _record_refused(tx, scene, scan, reply.code, reply.fields)
    return requests.keep(tx, scan.id, digest, encode(reply))


def _refuse(tx: Tx, scene: Scene, scan: Scan, digest: str, refusal: Refusal) -> bytes:
    fields = refusal.fields | {"scanned": shown(scan.codes[0])} if refusal.code in NAMELESS else refusal.fields
    reply = Reply(id=scan.id, accepted=False, code=refusal.code, fields=fields, sound="error")
    if refusal.code in LEADING_ON and scene.note is not None:
        reply.next = next_step(tx, scene.note)
    if refusal.code == "request_id_reused":  # the first answer stays what it is
        _record_refused(tx, scene, scan, refusal.code, fields)
        return encode(reply)
    return _keep(tx, scene, scan, digest, reply)


def _record_refused(tx: Tx, scene: Scene, scan: Scan, code: str, fields: dict[str, Any]) -> None:
    case = series.next_number(tx.db, "case") if code in CASES else None
    codes = tuple(shown(text, 200) for text in scan.codes[:50])
    record(tx, Refused(station=scene.station.id, codes=codes, code=code, fields=fields, note=scene.note, case=case))


def _meaning(tx: Tx, scene: Scene, scan: Scan) -> Reply:
    if scene.station.kind == StationKind.GATE:
        return loading.passage(tx, scene, [(code, _tag(code)) for code in dict.fromkeys(scan.codes)])
    code = scan.codes[0]
    if "\0" in code:
        raise Refusal("bad_charset", scanned=shown(code))
    prefix, _, rest = code.partition(":")
    own = own_codes.MEANINGS.get(prefix)
    if own is not None and rest:
        return own(tx, scene, rest)
    if scene.station.kind == StationKind.DOCK:
        return _at_dock(tx, scene, code, scan.symbology)
    key = _read(tx, code, scan.symbology)
    if key.sscc:
        return _parcel_label(tx, scene, key.sscc)
    act = packing.confirm if scene.station.kind == StationKind.PACK else picking.confirm
    return act(tx, scene, key)


def _read(tx: Tx, code: str, symbology: str | None) -> Key:
    """The key in the code; one that a label of ours carries as it stands is known even where GS1 would not have it."""
    try:
        return barcode.read(code, symbology)
    except BadCode as bad:
        plain = Key(raw=code, text=code, plain=code)
        if items.meant_by(tx.db, plain):
            return plain
        raise Refusal(bad.code, **{**bad.fields, "scanned": shown(code)}) from bad


def _tag(code: str) -> Key | None:
    try:
        return barcode.read_tag(code)
    except BadCode:
        return None


def _parcel_label(tx: Tx, scene: Scene, sscc: str) -> Reply:
    parcel = parcels.by_sscc(tx.db, sscc)
    if parcel is None:
        raise Refusal("parcel_unknown", scanned=sscc)
    if scene.note is not None and parcel.note != scene.note:
        raise Refusal("parcel_other_order", scanned=sscc, order=parcel.order, note=parcel.note, wanted=scene.note)
    return printing.verify(tx, scene, parcel)


def _at_dock(tx: Tx, scene: Scene, code: str, symbology: str | None) -> Reply:
    """At the dock a code is a parcel's or a pallet's label, or else a carrier's tracking number."""
    try:
        key = barcode.read(code, symbology)
    except BadCode as bad:
        if code.startswith("]C100"):  # an SSCC that was misread, no number of a carrier
            raise Refusal(bad.code, **{**bad.fields, "scanned": shown(code)}) from bad
        key = Key(raw=code, text=code, plain=code)
    if not key.sscc:
        return shipping.set_tracking(tx, scene, key.text)
    return loading.load_by_scan(tx, scene, key.sscc)
