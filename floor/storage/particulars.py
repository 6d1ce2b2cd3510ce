"""Names, addresses and phones: erasable, so facts carry only the id of a row here."""

import json
from typing import Any

from sqlalchemy import Column, Connection, Integer, Text, bindparam, insert, select, update
from sqlmodel import Field, SQLModel

from floor.storage.database import table


class Particulars(SQLModel, table=True):
    """Working table: what identifies a person or firm, as JSON text; erasing empties the body and keeps the id."""

    __tablename__ = "particulars"
    id: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True))
    kind: str
    body: str = Field(sa_column=Column(Text, nullable=False))


PARTICULARS = table(Particulars)
_one = select(PARTICULARS.c.body).where(PARTICULARS.c.id == bindparam("id"))


def keep(db: Connection, kind: str, body: dict[str, Any]) -> int:
    """Store a new set of particulars and return its id."""
    made = db.execute(insert(PARTICULARS), {"kind": kind, "body": json.dumps(body, ensure_ascii=False, sort_keys=True)})
    assert made.inserted_primary_key is not None
    return int(made.inserted_primary_key[0])


def kept(db: Connection, kind: str, body: dict[str, Any], before: int) -> int:
    """The id of particulars that say `body`: the ones `before` (0: none) where they still do."""
    return before if before and read(db, before) == body else keep(db, kind, body)


def read(db: Connection, id: int) -> dict[str, Any]:
    """The particulars, {} where they were erased."""
    body: str | None = db.scalar(_one, {"id": id})
    found: dict[str, Any] = json.loads(body or "{}")
    return found


def one(db: Connection, kind: str, id: int) -> dict[str, Any] | None:
    """The particulars if they are of this kind; None where there are none, or they were erased."""
    found = select(PARTICULARS.c.body).where(PARTICULARS.c.id == id, PARTICULARS.c.kind == kind)
    return json.loads(db.scalar(found) or "{}") or None


def erase(db: Connection, id: int) -> None:
    db.execute(update(PARTICULARS).where(PARTICULARS.c.id == id).values(body="{}"))
