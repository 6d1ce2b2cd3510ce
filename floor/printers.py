"""Label printers as the floor knows them: what each last said, whether its queue is held, and which one prints instead."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Text, insert, select, update
from sqlmodel import Field, SQLModel

from floor.facts.fact import Entry
from floor.facts.printer import PrinterHeld, PrinterRedirected, PrinterSaid
from floor.stations import STATION
from floor.storage.database import Utc, table


class Printer(SQLModel, table=True):
    """State. `said` "" is ready, else what is wrong, since `since`; `instead` is the printer that took over its queue."""

    __tablename__ = "printer"
    name: str = Field(sa_column=Column(Text, primary_key=True))
    said: str = ""
    since: datetime = Field(sa_column=Column(Utc, nullable=False))
    held: bool = False
    instead: str = ""


PRINTER = table(Printer)


def printer(db: Connection, name: str) -> Any | None:
    """The printer's row; None where nothing has ever been said of it."""
    return db.execute(select(PRINTER).where(PRINTER.c.name == name)).first()


def all_printers(db: Connection) -> dict[str, Any]:
    return {row.name: row for row in db.execute(select(PRINTER))}


def known(db: Connection) -> set[str]:
    """The names of the printers that a station prints on or that have ever said a word."""
    named: Iterable[str] = db.scalars(select(STATION.c.printer).where(STATION.c.printer != ""))
    return {*named, *db.scalars(select(PRINTER.c.name))}


def stands_in(db: Connection, name: str) -> str:
    """The printer that prints what is asked of this one: itself, or the last of those that a person has named."""
    took_over = {row.name: row.instead for row in db.execute(select(PRINTER).where(PRINTER.c.instead != ""))}
    while name in took_over:  # `redirect` lets no ring come about
        name = took_over[name]
    return name


def _set(db: Connection, entry: Entry, name: str, **values: Any) -> None:
    if db.execute(update(PRINTER).where(PRINTER.c.name == name).values(**values)).rowcount == 0:
        row = {"name": name, "said": "", "since": entry.at, "held": False, "instead": ""}
        db.execute(insert(PRINTER), row | values)


def fold_said(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, PrinterSaid)
    _set(db, entry, fact.printer, said=fact.said, since=entry.at)


def fold_held(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, PrinterHeld)
    _set(db, entry, fact.printer, held=fact.held)


def fold_redirected(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, PrinterRedirected)
    _set(db, entry, fact.printer, instead=fact.to)
