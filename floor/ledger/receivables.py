"""Posted invoices and what is still owed on them: the documents never change, only the receivable beside each does."""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    Text,
    bindparam,
    cast,
    func,
    select,
)
from sqlmodel import Field, SQLModel

from floor.refusal import Refusal
from floor.storage.database import Exact, table
from floor.texts import MOST_ID


class Invoice(SQLModel, table=True):
    """State, immutable once posted. `rounding` names the rule that made the amounts; net + freight + tax = total."""

    __tablename__ = "invoice"
    __table_args__ = (CheckConstraint("net_minor + freight_minor + tax_minor = total_minor", name="total"),)
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    order: int = Field(sa_column=Column(Integer, ForeignKey("sales_order.id"), nullable=False, index=True))
    customer: int = Field(sa_column=Column(Integer, ForeignKey("customer.id"), nullable=False, index=True))
    bill_to: int
    currency: str
    dated: date
    due_date: date
    net_minor: int = Field(sa_type=Exact)
    freight_minor: int = Field(sa_type=Exact)
    tax_bp: int
    tax_minor: int = Field(sa_type=Exact)
    total_minor: int = Field(sa_type=Exact)
    rounding: str


class InvoiceLine(SQLModel, table=True):
    """State, immutable once posted."""

    __tablename__ = "invoice_line"
    invoice: int = Field(sa_column=Column(Integer, ForeignKey("invoice.number"), primary_key=True))
    line: int = Field(primary_key=True)
    order_line: int
    item: int
    quantity: int = Field(sa_type=Exact)
    price_micro: int = Field(sa_type=Exact)
    discount_bp: int
    net_minor: int = Field(sa_type=Exact)


class CreditNote(SQLModel, table=True):
    """State, immutable once posted. Takes one whole invoice back."""

    __tablename__ = "credit_note"
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    invoice: int = Field(sa_column=Column(Integer, ForeignKey("invoice.number"), unique=True, nullable=False))
    dated: date
    total_minor: int = Field(sa_type=Exact)
    reason: str = Field(sa_column=Column(Text, nullable=False))


class Receivable(SQLModel, table=True):
    """State. What is owed on an invoice: total - paid - credited."""

    __tablename__ = "receivable"
    __table_args__ = (
        CheckConstraint("paid_minor >= 0 AND credited_minor >= 0", name="parts"),
        CheckConstraint("paid_minor + credited_minor <= total_minor", name="open"),
    )
    invoice: int = Field(sa_column=Column(Integer, ForeignKey("invoice.number"), primary_key=True, autoincrement=False))
    order: int = Field(index=True)
    customer: int = Field(index=True)
    currency: str
    due_date: date
    total_minor: int = Field(sa_type=Exact)
    paid_minor: int = Field(default=0, sa_type=Exact)
    credited_minor: int = Field(default=0, sa_type=Exact)


INVOICE, INVOICE_LINE, CREDIT_NOTE = table(Invoice), table(InvoiceLine), table(CreditNote)
RECEIVABLE = table(Receivable)
OPEN = RECEIVABLE.c.total_minor - RECEIVABLE.c.paid_minor - RECEIVABLE.c.credited_minor
_receivable = select(RECEIVABLE, OPEN.label("open_minor")).where(RECEIVABLE.c.invoice == bindparam("invoice"))
_open_of = select(cast(func.coalesce(func.sum(OPEN), 0), BigInteger)).where(RECEIVABLE.c.order == bindparam("order"))


def must(db: Connection, invoice: int) -> tuple[Any, Any]:
    """The invoice's row and its receivable's (with open_minor), or `invoice_unknown`."""
    row = db.execute(select(INVOICE).where(INVOICE.c.number == invoice)).first() if 0 < invoice <= MOST_ID else None
    if row is None:
        raise Refusal("invoice_unknown", invoice=str(invoice)[:20])
    return row, db.execute(_receivable, {"invoice": invoice}).one()


def lines(db: Connection, invoice: int) -> list[Any]:
    found = select(INVOICE_LINE).where(INVOICE_LINE.c.invoice == invoice)
    return list(db.execute(found.order_by(INVOICE_LINE.c.line)))


def credit_note_of(db: Connection, invoice: int) -> Any | None:
    return db.execute(select(CREDIT_NOTE).where(CREDIT_NOTE.c.invoice == invoice)).first()


def credit_note(db: Connection, number: int) -> Any:
    """The credit note's row, or `credit_note_unknown`."""
    row = db.execute(select(CREDIT_NOTE).where(CREDIT_NOTE.c.number == number)).first() if number <= MOST_ID else None
    if row is None:
        raise Refusal("credit_note_unknown", credit_note=str(number)[:20])
    return row


def open_minor_of(db: Connection, order: int) -> int:
    """What is still owed on the order's invoices."""
    return int(db.scalar(_open_of, {"order": order}) or 0)


def of_order(db: Connection, order: int) -> list[Any]:
    """The order's invoices with what is paid, credited and open."""
    columns = (RECEIVABLE.c.paid_minor, RECEIVABLE.c.credited_minor, OPEN.label("open_minor"))
    found = select(INVOICE, *columns).join(RECEIVABLE, RECEIVABLE.c.invoice == INVOICE.c.number)
    return list(db.execute(found.where(INVOICE.c.order == order).order_by(INVOICE.c.number)))


def receivables(
    db: Connection, *, customer: int | None = None, overdue_on: date | None = None, page: int = 1, per_page: int = 50
) -> list[Any]:
    """What is owed, earliest due first, each with open_minor; of one customer, or overdue on a day, where asked."""
    found = select(RECEIVABLE, OPEN.label("open_minor")).where(OPEN > 0)
    if customer is not None:
        found = found.where(RECEIVABLE.c.customer == customer)
    if overdue_on is not None:
        found = found.where(RECEIVABLE.c.due_date < overdue_on)
    found = found.order_by(RECEIVABLE.c.due_date, RECEIVABLE.c.invoice)
    return list(db.execute(found.limit(per_page).offset((max(page, 1) - 1) * per_page)))
