"""Stations: who stands where and what is open there; tokens, sessions and the last scan of each device."""

from dataclasses import dataclass
from datetime import datetime
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

from floor.facts.delivery import BinConfirmed, Opened
from floor.facts.fact import Entry
from floor.facts.parcel import ParcelClosed, ParcelOpened
from floor.facts.printer import PrinterChosen
from floor.facts.shipment import LoadingOpened, Shipped
from floor.facts.station import SignedIn, SignedOut
from floor.people import PERSON
from floor.storage.database import CLUSTERED, Utc, table
from floor.storage.prepared import Prepared


class Station(SQLModel, table=True):
    """State. A place of work with its reader and printer; `door` is the dock place that a dock or gate serves."""

    __tablename__ = "station"
    __table_args__ = (CheckConstraint("kind IN ('pick', 'pack', 'dock', 'gate')", name="kind"),)
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    name: str
    kind: str
    warehouse: str
    door: str = ""
    printer: str = ""
    double_fire_ms: int = 300
    stale_s: int = 900
    scan_back: bool = False
    retired: bool = False


class Standing(SQLModel, table=True):
    """State. What is open at a station, for readers that know nothing of it; `changed_at` judges scans that come late.

    `printer` is one that its person has scanned, in place of the station's own.
    """

    __tablename__ = "standing"
    station: int = Field(sa_column=Column(Integer, ForeignKey("station.id"), primary_key=True, autoincrement=False))
    person: int | None = None
    session: str | None = None
    note: int | None = None
    place: str | None = None
    parcel: int | None = None
    shipment: int | None = None
    printer: str | None = None
    changed_at: datetime = Field(sa_column=Column(Utc, nullable=False))


class StationToken(SQLModel, table=True):
    """Working table: SHA-256 of the token that opens a station's scan door; a station may have several devices."""

    __tablename__ = "station_token"
    __table_args__ = CLUSTERED
    hash: str = Field(sa_column=Column(Text, primary_key=True))
    station: int = Field(index=True)
    device: str
    revoked: bool = False


class Session(SQLModel, table=True):
    """Working table: a person's stay at a station or in the office; `hash` is of the cookie's token.

    `opened_on` is the hash of the station token of the device where it was opened, None where that was no enrolled one.
    """

    __tablename__ = "session"
    id: str = Field(sa_column=Column(Text, primary_key=True))
    hash: str = Field(unique=True)
    person: int
    station: int | None = None
    opened_at: datetime = Field(sa_column=Column(Utc, nullable=False))
    closed_at: datetime | None = Field(default=None, sa_column=Column(Utc))
    seen_at: datetime = Field(sa_column=Column(Utc, nullable=False))
    opened_on: str | None = Field(default=None, sa_column=Column(Text))


class LastScan(SQLModel, table=True):
    """Working table: the last code each device sent and its scan, for telling a double fire from a second unit."""

    __tablename__ = "last_scan"
    __table_args__ = CLUSTERED
    device: str = Field(sa_column=Column(Text, primary_key=True))
    code: str
    at: datetime = Field(sa_column=Column(Utc, nullable=False))
    scan: str | None = Field(default=None, sa_column=Column(Text))


@dataclass(frozen=True, slots=True)
class Scene:
    """Who scans where, with what open there: from the scan itself where it says so, else from the station's standing.

    `quantity` None means one of whatever the code stands for; `line` is the note's line that the person saw.
    """

    station: Any
    device: str
    person: int
    roles: str
    note: int | None
    line: int | None
    quantity: int | None
    place: str | None
    parcel: int | None
    shipment: int | None
    at: datetime


STATION, STANDING, TOKEN = table(Station), table(Standing), table(StationToken)
SESSION, LAST_SCAN = table(Session), table(LastScan)
# A station as who works there finds it: its printer is the one chosen by scan, else its own.
AT_WORK = (
    *(column for column in STATION.c if column.name != "printer"),
    func.coalesce(STANDING.c.printer, STATION.c.printer).label("printer"),
)
_here = Prepared(
    select(
        *AT_WORK,
        TOKEN.c.device,
        STANDING.c.person.label("standing_person"),
        STANDING.c.session.label("standing_session"),
        STANDING.c.note.label("standing_note"),
        STANDING.c.place.label("standing_place"),
        STANDING.c.parcel,
        STANDING.c.shipment,
        STANDING.c.changed_at,
        SESSION.c.person.label("session_person"),
        SESSION.c.station.label("session_station"),
        SESSION.c.hash.label("session_hash"),
        (SESSION.c.opened_on == TOKEN.c.hash).label("opened_on_this"),
        SESSION.c.opened_at,
        SESSION.c.closed_at,
        PERSON.c.roles,
        PERSON.c.language,
        PERSON.c.retired.label("person_retired"),
        LAST_SCAN.c.code.label("last_code"),
        LAST_SCAN.c.at.label("last_at"),
        LAST_SCAN.c.scan.label("last_scan"),
    )
    .select_from(TOKEN)
    .join(STATION, STATION.c.id == TOKEN.c.station)
    .outerjoin(STANDING, STANDING.c.station == STATION.c.id)
    .outerjoin(SESSION, SESSION.c.id == func.coalesce(bindparam("session"), STANDING.c.session))
    .outerjoin(PERSON, PERSON.c.id == SESSION.c.person)
    .outerjoin(LAST_SCAN, LAST_SCAN.c.device == TOKEN.c.device)
    .where(TOKEN.c.hash == bindparam("hash"), TOKEN.c.revoked.is_(False))
)
_roles = select(PERSON.c.roles, PERSON.c.language).where(PERSON.c.id == bindparam("id"))
_last = Prepared(
    update(LAST_SCAN)
    .where(LAST_SCAN.c.device == bindparam("d"))
    .values(code=bindparam("c"), at=bindparam("a"), scan=bindparam("s"))
)


def standing(db: Connection, token_hash: str, session: str | None) -> Any | None:
    """The station behind a token with what is open there and the last scan; None: no such token.

    The session is the scan's own, or else that of whoever stands there.
    """
    return _here.first(db, hash=token_hash, session=session)


def remember_scan(db: Connection, device: str, code: str, at: datetime, scan: str) -> None:
    if _last.run(db, d=device, c=code, a=at, s=scan) == 0:
        db.execute(insert(LAST_SCAN), {"device": device, "code": code, "at": at, "scan": scan})


def station(db: Connection, id: int) -> Any | None:
    return db.execute(select(STATION).where(STATION.c.id == id)).first()


def _stand(db: Connection, station: int, at: datetime, **values: Any) -> None:
    changed = update(STANDING).where(STANDING.c.station == station).values(changed_at=at, **values)
    if db.execute(changed).rowcount == 0:
        db.execute(insert(STANDING), {"station": station, "changed_at": at, **values})


NOTHING_OPEN = {"note": None, "place": None, "parcel": None, "shipment": None}


def fold_signed_in(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, SignedIn)
    if fact.station is not None:
        afresh = {} if fact.stays else {"printer": None, **NOTHING_OPEN}
        _stand(db, fact.station, entry.at, person=fact.person, session=fact.session, **afresh)


def fold_signed_out(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, SignedOut)
    if fact.station is not None:
        gone = update(STANDING).where(STANDING.c.station == fact.station, STANDING.c.session == fact.session)
        db.execute(gone.values(person=None, session=None, printer=None, changed_at=entry.at, **NOTHING_OPEN))


def fold_opened(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Opened)
    _stand(db, fact.station, entry.at, **{**NOTHING_OPEN, "note": fact.note})


def fold_bin_confirmed(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, BinConfirmed)
    _stand(db, fact.station, entry.at, place=fact.place)


def fold_parcel_opened(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, ParcelOpened)
    _stand(db, fact.station, entry.at, note=fact.note, parcel=fact.parcel)


def fold_printer_chosen(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, PrinterChosen)
    here = update(STANDING).where(STANDING.c.station == fact.station)  # what is open there stays as it is
    db.execute(here.values(printer=fact.printer or None))


def fold_parcel_closed(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, ParcelClosed)
    db.execute(update(STANDING).where(STANDING.c.parcel == fact.parcel).values(parcel=None, changed_at=entry.at))


def fold_loading_opened(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, LoadingOpened)
    _stand(db, fact.station, entry.at, note=fact.note, shipment=fact.shipment)


def fold_shipped(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Shipped)
    db.execute(update(STANDING).where(STANDING.c.note == fact.note).values(changed_at=entry.at, **NOTHING_OPEN))
