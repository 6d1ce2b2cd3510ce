"""The sales order and its lines: what was promised, what is held, what left, what is billed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Text,
    bindparam,
    select,
    text,
)
from sqlmodel import Field, SQLModel

from floor.items import ITEM
from floor.refusal import Refusal
from floor.storage.database import CLUSTERED, Exact, Utc, table
from floor.texts import MOST_ID

OPEN_BACKORDER = text("quantity > cancelled + shipped + held")


class SalesOrder(SQLModel, table=True):
    """State. `asked` (cancel, close) waits for the floor; `approved_id` is the approval's journal id, by which orders queue.

    Shipping, billing and payment status are derived from quantities (order_status), never stored.
    """

    __tablename__ = "sales_order"
    __table_args__ = (
        CheckConstraint("state IN ('draft','in_review','approved','on_hold','closed','cancelled')", name="state"),
        CheckConstraint("asked IN ('', 'cancel', 'close')", name="asked"),
        CheckConstraint("freight_billed_minor IN (0, freight_minor)", name="freight"),
        Index("ix_sales_order_state", "state"),
        Index("ix_sales_order_customer", "customer", "order_date"),
        Index("ix_sales_order_reference", "reference"),
    )
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    revision: int
    state: str
    customer: int = Field(sa_column=Column(Integer, ForeignKey("customer.id"), nullable=False))
    author: int
    changed_by: int
    currency: str
    order_date: date
    due_date: date | None = None
    warehouse: str
    carrier: str = ""
    service: str = ""
    freight_minor: int = Field(default=0, sa_type=Exact)
    freight_billed_minor: int = Field(default=0, sa_type=Exact)
    net_minor: int = Field(default=0, sa_type=Exact)
    tax_bp: int = 0
    remark: str = ""
    reference: str = ""
    ship_to: int
    needs_person: bool = False
    reason: str = ""
    asked: str = ""
    entered_at: datetime = Field(sa_column=Column(Utc, nullable=False))
    approved_at: datetime | None = Field(default=None, sa_column=Column(Utc))
    approved_by: int | None = None
    approved_id: int = 0


class OrderLine(SQLModel, table=True):
    """State. open = quantity - cancelled - shipped = held + back-order; `excess` left though nobody had ordered it."""

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("cancelled >= 0 AND held >= 0 AND cancelled + shipped + held <= quantity", name="open"),
        CheckConstraint("invoiced >= 0 AND invoiced <= shipped", name="invoiced"),
        CheckConstraint("billed_minor >= 0", name="billed"),
        CheckConstraint("excess >= 0", name="excess"),
        Index("ix_order_line_backorder", "item", sqlite_where=OPEN_BACKORDER, postgresql_where=OPEN_BACKORDER),
        Index("ix_order_line_held", "item", sqlite_where=text("held > 0"), postgresql_where=text("held > 0")),
        CLUSTERED,
    )
    order: int = Field(sa_column=Column(Integer, ForeignKey("sales_order.id"), primary_key=True))
    line: int = Field(primary_key=True)
    item: int = Field(sa_column=Column(Integer, ForeignKey("item.id"), nullable=False))
    quantity: int = Field(sa_type=Exact)
    price_micro: int | None = Field(default=None, sa_column=Column(Exact, nullable=True))
    list_micro: int | None = Field(default=None, sa_column=Column(Exact, nullable=True))
    price_reason: str = ""
    discount_bp: int = 0
    net_minor: int = Field(default=0, sa_type=Exact)
    due_date: date | None = None
    remark: str = ""
    cancelled: int = Field(default=0, sa_type=Exact)
    held: int = Field(default=0, sa_type=Exact)
    shipped: int = Field(default=0, sa_type=Exact)
    excess: int = Field(default=0, sa_type=Exact)
    invoiced: int = Field(default=0, sa_type=Exact)
    billed_minor: int = Field(default=0, sa_type=Exact)


class OrderCheck(SQLModel, table=True):
    """State. What each rule said of a revision of an order, with its version and inputs (JSON), so that it can be re-run."""

    __tablename__ = "order_check"
    order: int = Field(sa_column=Column(Integer, ForeignKey("sales_order.id"), primary_key=True))
    revision: int = Field(primary_key=True)
    rule: str = Field(sa_column=Column(Text, primary_key=True))
    version: int
    inputs: str = Field(sa_column=Column(Text, nullable=False))
    verdict: str


class OrderNote(SQLModel, table=True):
    """State. The ledger's half of a delivery note: sent -> accepted -> shipped or returned."""

    __tablename__ = "order_note"
    __table_args__ = (CheckConstraint("state IN ('sent', 'accepted', 'shipped', 'returned')", name="state"),)
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    order: int = Field(sa_column=Column(Integer, ForeignKey("sales_order.id"), nullable=False, index=True))
    state: str
    sent_at: datetime = Field(sa_column=Column(Utc, nullable=False))


class OrderNoteLine(SQLModel, table=True):
    """State. `held` is what of the order line's hold stands behind this note; picked, packed, shorted are progress only."""

    __tablename__ = "order_note_line"
    __table_args__ = (CheckConstraint("held >= 0 AND held <= quantity", name="held"), CLUSTERED)
    note: int = Field(sa_column=Column(Integer, ForeignKey("order_note.id"), primary_key=True))
    line: int = Field(primary_key=True)
    order_line: int
    item: int
    quantity: int = Field(sa_type=Exact)
    held: int = Field(sa_type=Exact)
    picked: int = Field(default=0, sa_type=Exact)
    packed: int = Field(default=0, sa_type=Exact)
    shorted: int = Field(default=0, sa_type=Exact)
    shipped: int = Field(default=0, sa_type=Exact)


ORDER, LINE, CHECK = table(SalesOrder), table(OrderLine), table(OrderCheck)
NOTE, NOTE_LINE = table(OrderNote), table(OrderNoteLine)
LIVE_NOTE = ("sent", "accepted")
_order = select(ORDER).where(ORDER.c.id == bindparam("order"))
_lines = (
    select(LINE, ITEM.c.code, ITEM.c.name, ITEM.c.unit, ITEM.c.scale, ITEM.c.retired.label("item_retired"))
    .join(ITEM, ITEM.c.id == LINE.c.item)
    .where(LINE.c.order == bindparam("order"))
    .order_by(LINE.c.line)
)
_notes = select(NOTE).where(NOTE.c.order == bindparam("order")).order_by(NOTE.c.id)
_note_lines = (
    select(NOTE_LINE, NOTE.c.state)
    .join(NOTE, NOTE.c.id == NOTE_LINE.c.note)
    .where(NOTE.c.order == bindparam("order"))
    .order_by(NOTE_LINE.c.note, NOTE_LINE.c.line)
)


def order(db: Connection, id: int) -> Any | None:
    return db.execute(_order, {"order": id}).first() if 0 < id <= MOST_ID else None


def must(db: Connection, id: int) -> Any:
    """The order's row, or `order_unknown`."""
    row = order(db, id)
    if row is None:
        raise Refusal("order_unknown", order=str(id)[:20])
    return row


def lines(db: Connection, order: int) -> list[Any]:
    """The order's lines with their items' code, name, unit and scale."""
    return list(db.execute(_lines, {"order": order}))


def notes(db: Connection, order: int) -> list[Any]:
    return list(db.execute(_notes, {"order": order}))


def live_notes(db: Connection, order: int) -> list[int]:
    """The notes of the order that are on the floor, or on their way there."""
    return [note.id for note in notes(db, order) if note.state in LIVE_NOTE]


def note_lines(db: Connection, order: int) -> list[Any]:
    """The lines of all notes of the order, each with its note's state."""
    return list(db.execute(_note_lines, {"order": order}))


def backorder(line: Any) -> int:
    return int(line.quantity - line.cancelled - line.shipped - line.held)
