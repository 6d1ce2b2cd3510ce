"""Stations set up, changed and given up; their devices enrolled and withdrawn."""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Connection, select, update

from floor import credentials, founding, policy
from floor.facts.station import DeviceAdded, DevicesWithdrawn
from floor.people import need_person
from floor.places import PLACE
from floor.refusal import Refusal
from floor.stations import SESSION, STATION, TOKEN
from floor.stations import station as station_row
from floor.storage.master import edit as edit_master
from floor.storage.record import Tx, record
from floor.texts import text, whole
from floor.words import StationKind


class StationForm(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a page says of a station: `door` a dock place or "", `printer` one of floor.toml or ""."""

    name: str
    kind: str
    door: str = ""
    printer: str = ""
    double_fire_ms: int = 300
    stale_s: int = 900
    scan_back: bool = False


def add(tx: Tx, form: StationForm, printers: Collection[str], token_hash: str) -> int:
    """A new station with its first device; the answer is its number. Refuses as `change` does."""
    need_person(tx, "administer")
    warehouse = policy.read(tx.db, "warehouse")
    said = _checked(tx.db, form, None, warehouse, printers)
    number = founding.add_station(tx, warehouse=warehouse, token_hash=token_hash, **said)
    record(tx, DeviceAdded(station=number, device=devices(tx.db, number)[0]))
    return number


def change(tx: Tx, id: int, form: StationForm, printers: Collection[str]) -> None:
    """Refuses station_unknown, name_missing, station_taken, malformed, place_unknown, printer_unknown, bad_double_fire, bad_stale."""
    need_person(tx, "administer")
    row = known(tx.db, id)
    edit_master(tx, "station", STATION, id, _checked(tx.db, form, row, row.warehouse, printers))


def retire(tx: Tx, id: int, retired: bool) -> None:
    """Give a station up, which opens nothing from then on, or take it up again with the devices that it has.

    Refuses station_unknown, and station_taken where another one has its name by now.
    """
    need_person(tx, "administer")
    row = known(tx.db, id)
    if not retired:
        _check_name(tx.db, row.name, id)
    edit_master(tx, "station", STATION, id, {"retired": retired})
    if retired:
        credentials.end_sessions(tx, SESSION.c.station == id)


def enrol(tx: Tx, id: int, token_hash: str) -> None:
    """One more device. Refuses station_unknown, also for one that was given up."""
    need_person(tx, "administer")
    row = known(tx.db, id)
    if row.retired:
        raise Refusal("station_unknown", scanned=row.name)
    device = founding.add_token(tx, id, row.name, token_hash)
    record(tx, DeviceAdded(station=id, device=device))


def withdraw(tx: Tx, id: int, device: str = "") -> None:
    """The device of this name, or without one all: their tokens open nothing any more.

    With the last one whoever stands there is signed out. Refuses station_unknown.
    """
    need_person(tx, "administer")
    known(tx.db, id)
    mine = [name for name in devices(tx.db, id) if device in ("", name)]
    if mine:
        gone = update(TOKEN).where(TOKEN.c.station == id, TOKEN.c.device.in_(mine))
        tx.db.execute(gone.values(revoked=True))
        record(tx, DevicesWithdrawn(station=id, devices=tuple(mine)))
    if not devices(tx.db, id):
        credentials.end_sessions(tx, SESSION.c.station == id)


def devices(db: Connection, id: int) -> list[str]:
    """The names of the devices whose tokens open this station."""
    live = select(TOKEN.c.device).where(TOKEN.c.station == id, TOKEN.c.revoked.is_(False))
    return list(db.scalars(live.order_by(TOKEN.c.device)))


def docks(db: Connection, warehouse: str) -> list[str]:
    """The places that a dock or gate can serve."""
    found = select(PLACE.c.code).where(
        PLACE.c.kind == "dock", PLACE.c.warehouse == warehouse, PLACE.c.retired.is_(False)
    )
    return list(db.scalars(found.order_by(PLACE.c.sort, PLACE.c.code)))


def known(db: Connection, id: int) -> Any:
    """The station's row; refuses station_unknown."""
    row = station_row(db, id)
    if row is None:
        raise Refusal("station_unknown", scanned=str(id)[:20])
    return row


def _checked(
    db: Connection, form: StationForm, row: Any | None, warehouse: str, printers: Collection[str]
) -> dict[str, Any]:
    """The columns that the form asks for; a door or printer that it has already may stay, also where it went away."""
    name = text("name", form.name, 60)
    if not name:
        raise Refusal("name_missing")
    if row is None or not row.retired:
        _check_name(db, name, row.id if row else 0)
    if form.kind not in list(StationKind):
        raise Refusal("malformed", detail="kind")
    if form.door and form.door != (row.door if row else "") and form.door not in docks(db, warehouse):
        raise Refusal("place_unknown", scanned=form.door[:40])
    if form.printer and form.printer != (row.printer if row else "") and form.printer not in printers:
        raise Refusal("printer_unknown", scanned=form.printer[:40])
    whole("bad_double_fire", form.double_fire_ms, 0, 5000)
    whole("bad_stale", form.stale_s, 10, 86400)
    return msgspec.structs.asdict(form) | {"name": name}


def _check_name(db: Connection, name: str, id: int) -> None:
    same = select(STATION.c.id).where(STATION.c.name == name, STATION.c.retired.is_(False), STATION.c.id != id)
    if db.scalar(same) is not None:
        raise Refusal("station_taken", name=name)
