"""How far each document's facts from the floor are posted: a repeated one is told by it and changes nothing."""

from sqlalchemy import Column, Connection, Integer, Text, bindparam, insert, select, update
from sqlmodel import Field, SQLModel

from floor.storage.database import CLUSTERED, table
from floor.storage.prepared import Prepared


class PostedMark(SQLModel, table=True):
    """State. `upto` is the journal id of the newest fact of the floor posted for the document ("order:4", "supply").

    The courier brings one document's facts in journal order, so one number tells all that came before.
    """

    __tablename__ = "posted_mark"
    __table_args__ = CLUSTERED
    document: str = Field(sa_column=Column(Text, primary_key=True))
    upto: int = Field(sa_column=Column(Integer, nullable=False))


MARK = table(PostedMark)
SUPPLY = "supply"
_of = select(MARK.c.document, MARK.c.upto).where(MARK.c.document.in_(bindparam("documents", expanding=True)))
_move = Prepared(
    update(MARK).where(MARK.c.document == bindparam("d"), MARK.c.upto < bindparam("u")).values(upto=bindparam("u"))
)


def read(db: Connection, documents: set[str]) -> dict[str, int]:
    """The marks of these documents; one that the ledger has never heard of is absent."""
    return {row.document: row.upto for row in db.execute(_of, {"documents": sorted(documents)})}


def move(db: Connection, document: str, upto: int) -> None:
    """Called by folds."""
    if _move.run(db, d=document, u=upto) == 0 and not read(db, {document}):
        db.execute(insert(MARK), {"document": document, "upto": upto})
