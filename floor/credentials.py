"""Badges, PINs and passwords: who may sign in, and how often one may guess. Secrets stand here hashed, never in facts."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Integer, insert, select, update
from sqlmodel import Field, SQLModel

from floor.check_digit import is_digits
from floor.facts.station import SignedIn, SignedOut, SignInFailed
from floor.people import PERSON
from floor.refusal import Refusal
from floor.stations import SESSION, STANDING
from floor.storage.database import Utc, table
from floor.storage.record import Tx, record

TRIES, LOCKS_S = 5, (60, 300, 900)  # after five wrong tries a minute's rest, then five, then fifteen; never for ever
SESSION_HOURS = 12


class Credential(SQLModel, table=True):
    """Working table. `badge` is a random code, not a staff number; `login` is for the office."""

    __tablename__ = "credential"
    person: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    badge: str | None = Field(default=None, unique=True)
    pin_hash: str = ""
    login: str | None = Field(default=None, unique=True)
    password_hash: str = ""
    failures: int = 0
    locked_until: datetime | None = Field(default=None, sa_column=Column(Utc))


CREDENTIAL = table(Credential)


def of_badge(db: Connection, badge: str) -> Any | None:
    return _of(db, CREDENTIAL.c.badge == badge)


def of_login(db: Connection, login: str) -> Any | None:
    return _of(db, CREDENTIAL.c.login == login)


def _of(db: Connection, condition: Any) -> Any | None:
    found = select(CREDENTIAL, PERSON.c.roles, PERSON.c.language, PERSON.c.particulars)
    found = found.join(PERSON, PERSON.c.id == CREDENTIAL.c.person).where(condition, PERSON.c.retired.is_(False))
    return db.execute(found).first()


def of_person(db: Connection, person: int) -> Any | None:
    return db.execute(select(CREDENTIAL).where(CREDENTIAL.c.person == person)).first()


def check_pin(pin: str) -> None:
    """Refuse `bad_pin` unless it is 4 to 8 digits."""
    if not (is_digits(pin) and 4 <= len(pin) <= 8):
        raise Refusal("bad_pin", min=4, max=8)


def check_password(password: str) -> None:
    """Refuse `bad_password` for one that is too short, or longer than the sign-in takes."""
    if not 10 <= len(password) <= 200:
        raise Refusal("bad_password", min=10, max=200)


def set_secret(tx: Tx, person: int, **columns: str | None) -> None:
    """Give a person a badge, pin_hash, login or password_hash; wrong tries with the one before count no more."""
    columns_now = {**columns, "failures": 0, "locked_until": None}
    changed = update(CREDENTIAL).where(CREDENTIAL.c.person == person).values(**columns_now)
    if tx.db.execute(changed).rowcount == 0:
        tx.db.execute(insert(CREDENTIAL), {"person": person, **columns_now})


def check_lock(row: Any | None, now: datetime) -> None:
    """Refuse `locked_out` while the rest after too many wrong tries lasts; one without credentials has none."""
    if row is not None and row.locked_until is not None and row.locked_until > now:
        raise Refusal("locked_out", since=row.locked_until.isoformat())


def count_try(tx: Tx, person: int) -> int:
    """Count a try before its secret is looked at, so that many at once are no more than one after the other.

    The seconds of rest that it begins, else 0; only signing in takes the count back. Refuses locked_out.
    """
    row = of_person(tx.db, person)
    check_lock(row, tx.now)
    failures = 1 + (row.failures if row is not None else 0)
    rounds, more = divmod(failures, TRIES)
    rest = 0 if more else LOCKS_S[min(rounds, len(LOCKS_S)) - 1]
    until = tx.now + timedelta(seconds=rest) if rest else None
    tx.db.execute(update(CREDENTIAL).where(CREDENTIAL.c.person == person).values(failures=failures, locked_until=until))
    return rest


def failed(tx: Tx, person: int, station: int | None, rest: int) -> None:
    """A wrong PIN or password is audited, with the rest that its try began."""
    tx.person = person
    record(tx, SignInFailed(person=person, station=station, locked_s=rest))


def sign_in(
    tx: Tx, person: int, station: int | None, session: str, token_hash: str, *, device: str | None = None, rest: int = 0
) -> None:
    """Begin a session; at a station it ends the one before, in one act: what was open stays for the same person alone.

    `device` is the hash of the station token of the device at hand, where it has one.
    `rest` is what the own try has begun, being the last one; one that other tries have begun meanwhile refuses locked_out.
    """
    if not rest:
        check_lock(of_person(tx.db, person), tx.now)
    tx.person = person
    before = (
        tx.db.execute(select(STANDING).where(STANDING.c.station == station)).first() if station is not None else None
    )
    stays = before is not None and before.session is not None and before.person == person
    if before is not None and before.session and not stays:
        sign_out(tx, before.session, "another_badge")
    row = {"id": session, "hash": token_hash, "person": person, "station": station, "opened_on": device}
    tx.db.execute(insert(SESSION), row | {"opened_at": tx.now, "seen_at": tx.now})
    tx.db.execute(update(CREDENTIAL).where(CREDENTIAL.c.person == person).values(failures=0, locked_until=None))
    record(tx, SignedIn(person=person, station=station, session=session, stays=stays))
    if before is not None and stays:
        sign_out(tx, before.session, "same_badge")  # now that it stands there no more: its end would clear the station


def sign_out(tx: Tx, session: str, why: str) -> None:
    row = tx.db.execute(select(SESSION).where(SESSION.c.id == session, SESSION.c.closed_at.is_(None))).first()
    if row is None:
        return
    tx.db.execute(update(SESSION).where(SESSION.c.id == session).values(closed_at=tx.now))
    record(tx, SignedOut(person=row.person, station=row.station, session=session, why=why))


def end_sessions(tx: Tx, which: ColumnElement[bool]) -> None:
    """An administrator's act ends each open session that `which`, a condition on SESSION, holds for; none that ran out."""
    running = (SESSION.c.closed_at.is_(None), SESSION.c.opened_at > tx.now - timedelta(hours=SESSION_HOURS))
    for session in tx.db.scalars(select(SESSION.c.id).where(which, *running)).all():
        sign_out(tx, session, "administrator")


def of_token(db: Connection, token_hash: str, now: datetime) -> Any | None:
    """The open session behind a cookie's token, with its person; None where it ended or is older than a shift."""
    found = select(SESSION, PERSON.c.roles, PERSON.c.language, PERSON.c.particulars, PERSON.c.retired)
    found = found.join(PERSON, PERSON.c.id == SESSION.c.person)
    row = db.execute(found.where(SESSION.c.hash == token_hash, SESSION.c.closed_at.is_(None))).first()
    old = row is not None and now - row.opened_at > timedelta(hours=SESSION_HOURS)
    return None if row is None or row.retired or old else row
