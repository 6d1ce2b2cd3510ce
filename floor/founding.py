"""Master data by hand: a site's start, its people, stations and places; every change is the fact Edited."""

from typing import Any

from sqlalchemy import Connection, func, insert, select

from floor import policy
from floor.people import PERSON, roles_of
from floor.places import PLACE
from floor.refusal import Refusal
from floor.stations import STATION, TOKEN
from floor.storage import particulars
from floor.storage.master import edit
from floor.storage.record import Tx


def started(db: Connection) -> bool:
    """Whether this site has been founded already."""
    return db.scalar(select(func.count()).select_from(PERSON)) != 0


def found(tx: Tx, *, company: str, warehouse: str, time_zone: str, company_prefix: str, currency: str) -> None:
    """A site's start; refuses to touch one that has started."""
    if started(tx.db):
        raise Refusal("already_started")
    values = {"company": company, "warehouse": warehouse, "time_zone": time_zone, "currency": currency}
    for name, value in {**values, "company_prefix": company_prefix}.items():
        policy.change(tx, name, value)


def hire(tx: Tx, name: str, roles: str, language: str = "zh") -> int:
    """A new person with these roles (blank-separated); returns the number."""
    roles_of(roles)
    number = 1 + (tx.db.scalar(select(func.max(PERSON.c.id))) or 0)
    who = particulars.keep(tx.db, "person", {"name": name})
    edit(tx, "person", PERSON, number, {"particulars": who, "roles": roles, "language": language, "retired": False})
    return number


def add_place(tx: Tx, code: str, warehouse: str, **more: Any) -> bool:
    """A bin, staging lane or dock; True where anything changed."""
    values = {"kind": "bin", "zone": "", "sort": code, "bin_first": False, "retired": False}
    return edit(tx, "place", PLACE, code, {"warehouse": warehouse, **values, **more})


def add_station(tx: Tx, name: str, kind: str, warehouse: str, token_hash: str, **more: Any) -> int:
    """A place of work; `token_hash` is what is kept of the token that opens its scan door."""
    number = 1 + (tx.db.scalar(select(func.max(STATION.c.id))) or 0)
    values = {"door": "", "printer": "", "double_fire_ms": 300, "stale_s": 900, "scan_back": False, "retired": False}
    edit(tx, "station", STATION, number, {"name": name, "kind": kind, "warehouse": warehouse, **values, **more})
    add_token(tx, number, name, token_hash)
    return number


def add_token(tx: Tx, station: int, device: str, token_hash: str) -> str:
    """One more device at a station; its name, which is another's by no chance: what it last scanned is known by it."""
    if tx.db.scalar(select(func.count()).select_from(TOKEN).where(TOKEN.c.device == device)):
        device = f"{device} {token_hash[:8]}"
    tx.db.execute(insert(TOKEN), {"hash": token_hash, "station": station, "device": device, "revoked": False})
    return device
