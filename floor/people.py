"""Persons, their roles, and the one table of who may do what; pages read the same table."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Connection, Integer, bindparam, select
from sqlmodel import Field, SQLModel

from floor.refusal import Refusal
from floor.storage import particulars
from floor.storage.database import table
from floor.storage.record import Tx
from floor.words import Role


class Person(SQLModel, table=True):
    """State. The name stands in particulars; `roles` is a blank-separated list; `language` is zh or en."""

    __tablename__ = "person"
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    particulars: int
    roles: str
    language: str = "zh"
    retired: bool = False


HOUSE = 0  # the person of the journal when the house itself acts: timers, courier
PERSON = table(Person)
_one = select(PERSON).where(PERSON.c.id == bindparam("id"))

FLOOR = frozenset({Role.PICKER, Role.PACKER, Role.SHIPPER, Role.SUPERVISOR, Role.MANAGER})
OFFICE = frozenset({Role.SALES, Role.REVIEWER, Role.FINANCE, Role.MANAGER, Role.ADMIN})
EVERYBODY = FLOOR | OFFICE

RIGHTS: dict[str, frozenset[Role]] = {
    "pick": frozenset({Role.PICKER, Role.SUPERVISOR}),
    "take_over": frozenset({Role.PICKER, Role.PACKER, Role.SUPERVISOR}),
    "pack": frozenset({Role.PACKER, Role.SUPERVISOR}),
    "load": frozenset({Role.SHIPPER, Role.SUPERVISOR}),
    "ship": frozenset({Role.SHIPPER, Role.SUPERVISOR}),
    "waive": frozenset({Role.SUPERVISOR}),
    "track": frozenset({Role.SHIPPER, Role.SUPERVISOR, Role.SALES}),
    "count": frozenset({Role.PICKER, Role.SUPERVISOR}),
    "print": frozenset({Role.PACKER, Role.SHIPPER, Role.SUPERVISOR, Role.MANAGER, Role.ADMIN}),
    "settle": frozenset({Role.SUPERVISOR, Role.MANAGER, Role.FINANCE}),
    "receive": frozenset({Role.SUPERVISOR, Role.MANAGER, Role.ADMIN}),
    "enter_order": frozenset({Role.SALES, Role.MANAGER}),
    "approve_order": frozenset({Role.REVIEWER, Role.MANAGER}),
    "hold_order": frozenset({Role.REVIEWER, Role.FINANCE, Role.MANAGER}),
    "cancel_order": frozenset({Role.SALES, Role.MANAGER}),
    "release_order": frozenset({Role.REVIEWER, Role.SALES, Role.MANAGER}),
    "edit_customers": frozenset({Role.SALES, Role.MANAGER, Role.ADMIN}),
    "invoice": frozenset({Role.FINANCE}),
    "pay": frozenset({Role.FINANCE}),
    "edit_master": frozenset({Role.ADMIN, Role.MANAGER}),
    "edit_prices": frozenset({Role.MANAGER, Role.ADMIN}),
    "administer": frozenset({Role.ADMIN}),
    "see_floor": FLOOR | {Role.ADMIN, Role.SALES},
    "see_orders": OFFICE | {Role.SUPERVISOR, Role.SHIPPER},
    "see_stock": EVERYBODY,
    "see_money": frozenset({Role.FINANCE, Role.MANAGER}),
    "see_devices": FLOOR | {Role.ADMIN},
}


def roles_of(text: str) -> frozenset[Role]:
    return frozenset(Role(word) for word in text.split())


def may(roles: str, act: str) -> bool:
    """Whether a person with these roles may do `act`."""
    return not RIGHTS[act].isdisjoint(roles_of(roles))


def need(roles: str, act: str) -> None:
    """Refuse `not_allowed` unless one of the roles may do `act`; the refusal names the roles that could."""
    if not may(roles, act):
        raise Refusal("not_allowed", act=act, wanted=sorted(RIGHTS[act]))


def person(db: Connection, id: int) -> Any | None:
    return db.execute(_one, {"id": id}).first()


def names(db: Connection, ids: Iterable[int | None]) -> dict[int, str]:
    """The names of these persons; one whose particulars were erased has none."""
    wanted = {id for id in ids if id}
    if not wanted:
        return {}
    found = select(PERSON.c.id, PERSON.c.particulars).where(PERSON.c.id.in_(wanted))
    return {id: str(particulars.read(db, who).get("name", "")) for id, who in db.execute(found)}


def need_person(tx: Tx, act: str) -> None:
    """Refuse `not_allowed` unless the person of this act may do it; the house itself may do anything."""
    if tx.person == HOUSE:
        return
    row = person(tx.db, tx.person)
    need(row.roles if row is not None and not row.retired else "", act)
