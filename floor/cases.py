"""The list of things to settle: what the house cannot decide by itself waits here, visibly, for a person."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Integer, Text, insert, select, update
from sqlmodel import Field, SQLModel

from floor.facts.fact import Entry
from floor.facts.station import CaseOpened, CaseSettled, Refused
from floor.refusal import Refusal
from floor.storage import series
from floor.storage.database import Utc, table
from floor.storage.record import Tx, record


class HouseCase(SQLModel, table=True):
    """State. `code` and `fields` (JSON) are told in the reader's language, as a refusal's are."""

    __tablename__ = "house_case"
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    about: str
    code: str
    fields: str = Field(sa_column=Column(Text, nullable=False))
    opened_at: datetime = Field(sa_column=Column(Utc, nullable=False))
    settled_at: datetime | None = Field(default=None, sa_column=Column(Utc))
    how: str = ""


CASE = table(HouseCase)


def open_case(tx: Tx, about: str, code: str, **fields: Any) -> int:
    """Put something onto the list; `about` is the document, e.g. "order:4"."""
    number = series.next_number(tx.db, "case")
    record(tx, CaseOpened(case=number, about=about, code=code, fields=fields))
    return number


def settle(tx: Tx, case: int, how: str) -> None:
    """A person's word on how it was settled."""
    if not how:
        raise Refusal("reason_missing")
    row = tx.db.execute(select(CASE).where(CASE.c.id == case)).first()
    if row is None or row.settled_at is not None:
        raise Refusal("case_not_open", case=case)
    record(tx, CaseSettled(case=case, about=row.about, how=how))


def _put(db: Connection, case: int, about: str, code: str, fields: dict[str, Any], at: datetime) -> None:
    series.use(db, "case", case)
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True)
    db.execute(insert(CASE), {"id": case, "about": about, "code": code, "fields": text, "opened_at": at, "how": ""})


def fold_case_opened(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, CaseOpened)
    _put(db, fact.case, fact.about, fact.code, fact.fields, entry.recorded_at)


def fold_case_settled(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, CaseSettled)
    db.execute(update(CASE).where(CASE.c.id == fact.case).values(settled_at=entry.recorded_at, how=fact.how))


def fold_refused(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Refused)
    if fact.case is not None:
        _put(db, fact.case, fact.subjects()[-1], fact.code, fact.fields, entry.recorded_at)
