"""Gapless numbers: an act reads the next one, the fact carries it, and folding the fact is what uses it up."""

from sqlalchemy import Column, Connection, Text, bindparam, insert, select, update
from sqlmodel import Field, SQLModel

from floor.storage.database import CLUSTERED, Exact, table


class Series(SQLModel, table=True):
    """State: the last number used in each series (note, order, parcel, sscc, invoice, ...)."""

    __tablename__ = "series"
    __table_args__ = CLUSTERED
    name: str = Field(sa_column=Column(Text, primary_key=True))
    last: int = Field(sa_column=Column(Exact, nullable=False))


SERIES = table(Series)
_last = select(SERIES.c.last).where(SERIES.c.name == bindparam("name"))
_use = update(SERIES).where(SERIES.c.name == bindparam("series"), SERIES.c.last < bindparam("number"))
_use = _use.values(last=bindparam("number"))
_known = select(SERIES.c.name).where(SERIES.c.name == bindparam("name"))


def next_number(db: Connection, name: str) -> int:
    """The number after the last one used; not used up until a fact that carries it is recorded."""
    last: int | None = db.scalar(_last, {"name": name})
    return (last or 0) + 1


def use(db: Connection, name: str, number: int) -> None:
    """Called by folds: `number` is taken, so the series stands at it or further."""
    if db.execute(_use, {"series": name, "number": number}).rowcount == 0 and not db.scalar(_known, {"name": name}):
        db.execute(insert(SERIES), {"name": name, "last": number})
