"""Bins, staging lanes, docks: where goods can be."""

from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, Text, bindparam, select
from sqlmodel import Field, SQLModel

from floor.storage.database import table


class Place(SQLModel, table=True):
    """State. `sort` is the walking order; `bin_first` asks for the bin's code before the item's."""

    __tablename__ = "place"
    __table_args__ = (CheckConstraint("kind IN ('bin', 'staging', 'dock', 'returns')", name="kind"),)
    code: str = Field(sa_column=Column(Text, primary_key=True))
    warehouse: str
    kind: str = "bin"
    zone: str = ""
    sort: str = ""
    bin_first: bool = False
    retired: bool = False


PLACE = table(Place)
_one = select(PLACE).where(PLACE.c.code == bindparam("code"))


def place(db: Connection, code: str) -> Any | None:
    return db.execute(_one, {"code": code}).first()
