"""The journal: every fact once, in order, append-only, chained by hash; audit trail, live feed and history in one."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Column, Connection, ForeignKey, Integer, Text, bindparam, desc, select
from sqlmodel import Field, SQLModel

from floor.facts.fact import Entry, from_body, to_body
from floor.storage.database import CLUSTERED, Utc, table
from floor.storage.prepared import Prepared

GENESIS = "0" * 64
NEWEST = 2**31 - 1  # above every journal id: a history read from its newest fact


class Journal(SQLModel, table=True):
    """One row a fact; a trigger refuses UPDATE and DELETE. `hash` covers the row and the hash before it."""

    __tablename__ = "journal"
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    uid: str = Field(sa_column=Column(Text, unique=True, nullable=False))
    at: datetime = Field(sa_column=Column(Utc, nullable=False))
    recorded_at: datetime = Field(sa_column=Column(Utc, nullable=False))
    person: int
    device: str
    cause: str
    kind: str
    version: int
    warehouse: str
    body: str = Field(sa_column=Column(Text, nullable=False))
    hash: str


class JournalSubject(SQLModel, table=True):
    """Which documents a fact touches ("note:17"); the history of a document is a range of this index."""

    __tablename__ = "journal_subject"
    __table_args__ = CLUSTERED
    document: str = Field(primary_key=True)
    journal_id: int = Field(sa_column=Column(Integer, ForeignKey("journal.id"), primary_key=True))


KIND: Literal["append"] = "append"
JOURNAL, SUBJECT = table(Journal), table(JournalSubject)
_head = Prepared(select(JOURNAL.c.id, JOURNAL.c.hash).order_by(desc(JOURNAL.c.id)).limit(1))
_after = select(JOURNAL).where(JOURNAL.c.id > bindparam("after")).order_by(JOURNAL.c.id).limit(bindparam("most"))
_of = (
    select(JOURNAL)
    .join(SUBJECT, SUBJECT.c.journal_id == JOURNAL.c.id)
    .where(SUBJECT.c.document == bindparam("document"), JOURNAL.c.id < bindparam("before"))
    .order_by(desc(JOURNAL.c.id))
    .limit(bindparam("most"))
)


@dataclass(slots=True)
class Head:
    """The last row's id and hash; the next entry hangs on it."""

    id: int
    hash: str


def head(db: Connection) -> Head:
    row = _head.first(db)
    return Head(row.id, row.hash) if row else Head(0, GENESIS)


_canonical = msgspec.json.Encoder(order="deterministic").encode


def row_of(entry: Entry, before: str) -> dict[str, Any]:
    """The journal row of `entry`, hung on the hash `before`."""
    row = {
        "id": entry.id,
        "uid": entry.uid,
        "at": entry.at,
        "recorded_at": entry.recorded_at,
        "person": entry.person,
        "device": entry.device,
        "cause": entry.cause,
        "kind": type(entry.fact).__name__,
        "version": entry.fact.version,
        "warehouse": entry.warehouse,
        "body": to_body(entry.fact),
    }
    row["hash"] = link(row, before)
    return row


def link(row: dict[str, Any], before: str) -> str:
    """SHA-256 over the hash before and the canonical JSON of a row that has no hash of its own yet."""
    return hashlib.sha256(before.encode() + _canonical(row)).hexdigest()


def entry_of(row: Any) -> Entry:
    return Entry(
        id=row.id,
        uid=row.uid,
        at=row.at,
        recorded_at=row.recorded_at,
        person=row.person,
        device=row.device,
        cause=row.cause,
        warehouse=row.warehouse,
        fact=from_body(row.kind, row.version, row.body),
    )


def rows(db: Connection, after: int = 0, page: int = 1000) -> Iterator[Any]:
    """All rows after the id `after`, oldest first, read a page at a time."""
    while True:
        batch = db.execute(_after, {"after": after, "most": page}).all()
        yield from batch
        if len(batch) < page:
            return
        after = batch[-1].id


def history(db: Connection, document: str, before: int = NEWEST, most: int = 50) -> list[Entry]:
    """The facts that touched `document`, newest first, at most `most`, older than the id `before`."""
    return [entry_of(row) for row in db.execute(_of, {"document": document, "before": before, "most": most})]


def broken_at(db: Connection, last: Head = Head(0, GENESIS)) -> int | None:  # noqa: B008 - a frozen value
    """The id of the first row after `last` whose hash or number does not follow from the row before; None where all do."""
    for row in rows(db, last.id):
        fields = dict(row._mapping)
        told = fields.pop("hash")
        if row.id != last.id + 1 or link(fields, last.hash) != told:
            return int(row.id)
        last = Head(row.id, row.hash)
    return None
