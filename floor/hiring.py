"""People hired, changed, given a badge, PIN or password, and let go; somebody who administers is always left."""

import re
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, func, or_, select

from floor import credentials, founding
from floor.credentials import CREDENTIAL
from floor.facts.station import SignInChanged
from floor.people import PERSON, may, need_person, person
from floor.refusal import Refusal
from floor.stations import SESSION
from floor.storage import particulars
from floor.storage.master import edit as edit_master
from floor.storage.particulars import PARTICULARS
from floor.storage.record import Tx, record
from floor.texts import text
from floor.words import Role

_LOGIN = re.compile(r"[^\s\x00-\x1f]{1,60}")


class PersonForm(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a page says of a person. An empty `login`: none for the office. An empty hash or badge: as it is."""

    name: str
    roles: tuple[str, ...]
    language: str = "zh"
    login: str = ""
    badge: str = ""
    pin_hash: str = ""
    password_hash: str = ""


def edit(tx: Tx, id: int | None, form: PersonForm) -> int:
    """Make the person say what the form says, a new one where `id` is None; the answer is its id.

    A new badge, PIN, login or password ends the open sessions. Refuses name_missing, role_missing, person_unknown,
    bad_login, login_taken, login_missing, password_missing, last_administrator.
    """
    need_person(tx, "administer")
    name, roles = text("name", form.name, 100), _roles(form.roles)
    if not name:
        raise Refusal("name_missing")
    language = "en" if form.language == "en" else "zh"
    if id is None:
        id = founding.hire(tx, name, roles, language)
    else:
        before = known(tx.db, id).particulars
        who = particulars.kept(tx.db, "person", particulars.read(tx.db, before) | {"name": name}, before)
        edit_master(tx, "person", PERSON, id, {"particulars": who, "roles": roles, "language": language})
    _let_in(tx, id, _login(tx.db, id, form) | _new(badge=form.badge, pin_hash=form.pin_hash))
    _check_administered(tx.db)
    return id


def give_badge(tx: Tx, id: int, badge: str) -> None:
    """Another badge; the one before opens nothing from now on. Refuses person_unknown."""
    need_person(tx, "administer")
    if known(tx.db, id).retired:
        raise Refusal("person_unknown", scanned=str(id))
    _let_in(tx, id, {"badge": badge})


def retire(tx: Tx, id: int, retired: bool) -> None:
    """Let a person go, who is out at once, or take one up again, who signs in as before.

    Refuses person_unknown, last_administrator.
    """
    need_person(tx, "administer")
    known(tx.db, id)
    edit_master(tx, "person", PERSON, id, {"retired": retired})
    if retired:
        credentials.end_sessions(tx, SESSION.c.person == id)
    _check_administered(tx.db)


def known(db: Connection, id: int) -> Any:
    """The person's row; refuses person_unknown."""
    row = person(db, id)
    if row is None:
        raise Refusal("person_unknown", scanned=str(id)[:20])
    return row


def _roles(asked: tuple[str, ...]) -> str:
    """The roles in the house's own order; what is no role counts for nothing."""
    roles = [role.value for role in Role if role in asked]
    if not roles:
        raise Refusal("role_missing")
    return " ".join(roles)


def _new(**secrets: str) -> dict[str, str | None]:
    return {name: value for name, value in secrets.items() if value}


def _login(db: Connection, id: int, form: PersonForm) -> dict[str, str | None]:
    """What of login and password becomes otherwise: both go together, and a login belongs to one person for ever."""
    before = credentials.of_person(db, id)
    login, had = form.login.strip().lower(), (before.login or "") if before else ""
    if not login and form.password_hash:
        raise Refusal("login_missing")
    if not login:
        return {"login": None, "password_hash": ""} if had else {}
    if not _LOGIN.fullmatch(login):
        raise Refusal("bad_login", login=login[:60], max=60)
    if db.scalar(select(CREDENTIAL.c.person).where(CREDENTIAL.c.login == login, CREDENTIAL.c.person != id)):
        raise Refusal("login_taken", login=login)
    if not form.password_hash and not (before and before.password_hash):
        raise Refusal("password_missing", login=login)
    return _new(login=login if login != had else "", password_hash=form.password_hash)


def _let_in(tx: Tx, id: int, secrets: dict[str, str | None]) -> None:
    if secrets:
        credentials.set_secret(tx, id, **secrets)
        record(tx, SignInChanged(person=id, what=tuple(name.removesuffix("_hash") for name in secrets)))
        credentials.end_sessions(tx, SESSION.c.person == id)


def _check_administered(db: Connection) -> None:
    """Refuse `last_administrator` where nobody would be left who may administer and can sign in."""
    in_office = and_(CREDENTIAL.c.login.is_not(None), CREDENTIAL.c.password_hash != "")
    on_floor = and_(CREDENTIAL.c.badge.is_not(None), CREDENTIAL.c.pin_hash != "")
    able = select(PERSON.c.roles).join(CREDENTIAL, CREDENTIAL.c.person == PERSON.c.id)
    if not any(
        may(roles, "administer") for roles in db.scalars(able.where(~PERSON.c.retired, or_(in_office, on_floor)))
    ):
        raise Refusal("last_administrator")


def search(db: Connection, words: str = "", *, page: int = 1, per_page: int = 50, retired: bool = False) -> list[Any]:
    """Persons whose name, login or role holds every word; each row with `who` as JSON text, `login`, and what it has.

    `badge`, `pin` and `password` say whether there is one.
    """
    found = select(
        PERSON,
        PARTICULARS.c.body.label("who"),
        CREDENTIAL.c.login,
        CREDENTIAL.c.badge.is_not(None).label("badge"),
        (func.coalesce(CREDENTIAL.c.pin_hash, "") != "").label("pin"),
        (func.coalesce(CREDENTIAL.c.password_hash, "") != "").label("password"),
    ).join(PARTICULARS, PARTICULARS.c.id == PERSON.c.particulars)
    found = found.outerjoin(CREDENTIAL, CREDENTIAL.c.person == PERSON.c.id)
    if not retired:
        found = found.where(PERSON.c.retired.is_(False))
    for word in words.split()[:8]:
        columns = (PARTICULARS.c.body, CREDENTIAL.c.login, PERSON.c.roles)
        found = found.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return list(db.execute(found.order_by(PERSON.c.id).limit(per_page).offset((max(page, 1) - 1) * per_page)))
