"""Shipments: a note's parcels at a door, on the truck, and on their way; and how the facts change them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, Text, insert, select, update
from sqlmodel import Field, SQLModel

from floor.facts.fact import Entry
from floor.facts.shipment import Delivered, LoadingOpened, Shipped, Tracked
from floor.storage import series
from floor.storage.database import Utc, table


class Shipment(SQLModel, table=True):
    """State. loading -> shipped -> delivered; `door` is the dock place whose gate may load it."""

    __tablename__ = "shipment"
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    note: int = Field(sa_column=Column(Integer, ForeignKey("note.id"), nullable=False, unique=True))
    order: int = Field(index=True)
    door: str
    state: str
    carrier: str = ""
    opened_at: datetime = Field(sa_column=Column(Utc, nullable=False))
    shipped_at: datetime | None = Field(default=None, sa_column=Column(Utc))
    delivered_at: datetime | None = Field(default=None, sa_column=Column(Utc))


class Transit(SQLModel, table=True):
    """State. The newest word of the carrier on each tracking number; an older or repeated word changes nothing."""

    __tablename__ = "transit"
    tracking: str = Field(sa_column=Column(Text, primary_key=True))
    shipment: int = Field(sa_column=Column(Integer, ForeignKey("shipment.id"), nullable=False, index=True))
    state: str
    reason: str = ""
    at: datetime = Field(sa_column=Column(Utc, nullable=False))


SHIPMENT, TRANSIT = table(Shipment), table(Transit)


def shipment(db: Connection, id: int) -> Any | None:
    return db.execute(select(SHIPMENT).where(SHIPMENT.c.id == id)).first()


def of_note(db: Connection, note: int) -> Any | None:
    return db.execute(select(SHIPMENT).where(SHIPMENT.c.note == note)).first()


def loading_at(db: Connection, door: str) -> list[Any]:
    """The shipments being loaded at a door, the newest first."""
    found = select(SHIPMENT).where(SHIPMENT.c.door == door, SHIPMENT.c.state == "loading")
    return list(db.execute(found.order_by(SHIPMENT.c.id.desc())))


def fold_loading_opened(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, LoadingOpened)
    moved = update(SHIPMENT).where(SHIPMENT.c.id == fact.shipment).values(door=fact.door)
    if db.execute(moved).rowcount == 0:
        series.use(db, "shipment", fact.shipment)
        row = {"id": fact.shipment, "note": fact.note, "order": fact.order, "door": fact.door, "carrier": ""}
        db.execute(insert(SHIPMENT), row | {"state": "loading", "opened_at": entry.at})


def fold_shipped(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Shipped)
    gone = update(SHIPMENT).where(SHIPMENT.c.id == fact.shipment)
    db.execute(gone.values(state="shipped", carrier=fact.carrier, shipped_at=entry.at))
    for tracking in fact.tracking:
        row = {"tracking": tracking, "shipment": fact.shipment, "state": "pending", "reason": "", "at": entry.at}
        db.execute(insert(TRANSIT), row)


def fold_tracked(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Tracked)
    newer = update(TRANSIT).where(TRANSIT.c.tracking == fact.tracking, TRANSIT.c.at < fact.step.at)
    db.execute(newer.values(state=fact.step.state, reason=fact.step.reason, at=fact.step.at))


def fold_delivered(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Delivered)
    done = update(SHIPMENT).where(SHIPMENT.c.id == fact.shipment)
    db.execute(done.values(state="delivered", delivered_at=fact.delivered_at))
