"""Payments: recorded, allocated to invoices, reversed by counter-entries; what is not allocated is the customer's advance."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, ForeignKey, Integer, select
from sqlmodel import Field, SQLModel

from floor.days import business_day
from floor.facts.money import PaymentAllocated, PaymentRecorded, PaymentReversed, Unallocated
from floor.ledger import ending, receivables, rounding, vouchers
from floor.ledger.currencies import places
from floor.ledger.customers import customer
from floor.people import need_person
from floor.refusal import Refusal
from floor.storage import series
from floor.storage.database import Exact, table
from floor.storage.record import Tx, record
from floor.texts import MOST_ID, reason, text, whole


class Payment(SQLModel, table=True):
    """State. `allocated_minor` of the amount is settled against invoices; a reversed payment has nothing left to give."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("allocated_minor >= 0 AND allocated_minor <= amount_minor", name="allocated"),
        CheckConstraint("NOT reversed OR allocated_minor = 0", name="reversed"),
    )
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    customer: int = Field(sa_column=Column(Integer, ForeignKey("customer.id"), nullable=False, index=True))
    currency: str
    dated: date
    amount_minor: int = Field(sa_type=Exact)
    allocated_minor: int = Field(default=0, sa_type=Exact)
    method: str = ""
    reference: str = ""
    reversed: bool = False


class Allocation(SQLModel, table=True):
    """State. So much of a payment settles so much of an invoice, until it is undone."""

    __tablename__ = "allocation"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount"),)
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    payment: int = Field(sa_column=Column(Integer, ForeignKey("payment.id"), nullable=False, index=True))
    invoice: int = Field(sa_column=Column(Integer, ForeignKey("invoice.number"), nullable=False, index=True))
    amount_minor: int = Field(sa_type=Exact)
    undone: bool = False


PAYMENT, ALLOCATION = table(Payment), table(Allocation)


def must(db: Connection, payment: int) -> Any:
    """The payment's row, or `payment_unknown`."""
    row = db.execute(select(PAYMENT).where(PAYMENT.c.id == payment)).first() if 0 < payment <= MOST_ID else None
    if row is None:
        raise Refusal("payment_unknown", payment=str(payment)[:20])
    return row


def take(
    tx: Tx,
    customer_id: int,
    currency: str,
    amount_minor: int,
    *,
    method: str = "",
    reference: str = "",
    on: date | None = None,
) -> int:
    """Money came in; the answer is the payment's number. All of it is the customer's advance until it is allocated."""
    need_person(tx, "pay")
    places(currency)
    who = customer(tx.db, customer_id)
    if who is None:
        raise Refusal("customer_unknown", customer=str(customer_id)[:20])
    amount = whole("bad_amount", amount_minor, 1, rounding.MOST_MINOR, called="amount")
    day = on or business_day(tx.db, tx.at)
    booked = vouchers.voucher(tx, day, currency, who.id, {vouchers.BANK: amount, vouchers.ADVANCE: -amount})
    number = series.next_number(tx.db, "payment")
    said = {"method": text("method", method, 40), "reference": text("reference", reference, 80)}
    record(tx, PaymentRecorded(payment=number, voucher=booked, dated=day, amount_minor=amount, **said))
    return number


def allocate(tx: Tx, payment: int, invoice: int, amount_minor: int | None = None) -> int:
    """Settle an invoice out of a payment; None takes as much as both allow. The answer is the amount.

    Refuses over_allocated (with what both have left), payment_reversed, other_customer, other_currency.
    """
    need_person(tx, "pay")
    paid = must(tx.db, payment)
    billed, owed = receivables.must(tx.db, invoice)
    _check_pair(paid, billed)
    most = min(paid.amount_minor - paid.allocated_minor, owed.open_minor)
    amount = most if amount_minor is None else amount_minor
    if type(amount) is not int or not 0 < amount <= most:
        raise Refusal("over_allocated", payment=payment, invoice=invoice, amount=str(amount)[:40], max=most)
    on = business_day(tx.db, tx.at)
    amounts = {vouchers.ADVANCE: amount, vouchers.RECEIVABLE: -amount}
    fact = PaymentAllocated(
        payment=payment,
        voucher=vouchers.voucher(tx, on, paid.currency, paid.customer, amounts),
        allocation=series.next_number(tx.db, "allocation"),
        invoice=invoice,
        order=billed.order,
        amount_minor=amount,
    )
    record(tx, fact)
    ending.close_if_done(tx, billed.order)
    return amount


def _check_pair(paid: Any, billed: Any) -> None:
    if paid.reversed:
        raise Refusal("payment_reversed", payment=paid.id)
    if paid.customer != billed.customer:
        raise Refusal("other_customer", payment=paid.id, invoice=billed.number)
    if paid.currency != billed.currency:
        raise Refusal("other_currency", payment=paid.id, invoice=billed.number, currency=billed.currency)


def reverse(tx: Tx, payment: int, why: str) -> None:
    """The money did not stay: undo the payment and its allocations by counter-entries."""
    need_person(tx, "pay")
    paid = must(tx.db, payment)
    if paid.reversed:
        raise Refusal("payment_reversed", payment=payment)
    undone = tuple(
        Unallocated(allocation=row.id, invoice=row.invoice, amount_minor=row.amount_minor)
        for row in allocations(tx.db, payment=payment)
        if not row.undone
    )
    on = business_day(tx.db, tx.at)
    back = {vouchers.BANK: -paid.amount_minor, vouchers.RECEIVABLE: paid.allocated_minor}
    back |= {vouchers.ADVANCE: paid.amount_minor - paid.allocated_minor}
    booked = vouchers.voucher(tx, on, paid.currency, paid.customer, back)
    said = {"reason": reason(why), "amount_minor": paid.amount_minor, "undone": undone}
    record(tx, PaymentReversed(payment=payment, voucher=booked, **said))


def allocations(db: Connection, *, payment: int | None = None, invoice: int | None = None) -> list[Any]:
    """The allocations of a payment or to an invoice, undone ones too, oldest first."""
    found = select(ALLOCATION).order_by(ALLOCATION.c.id)
    if payment is not None:
        found = found.where(ALLOCATION.c.payment == payment)
    if invoice is not None:
        found = found.where(ALLOCATION.c.invoice == invoice)
    return list(db.execute(found))


def payments(db: Connection, *, customer: int | None = None, page: int = 1, per_page: int = 50) -> list[Any]:
    """Payments, newest first."""
    found = select(PAYMENT).order_by(PAYMENT.c.id.desc())
    if customer is not None:
        found = found.where(PAYMENT.c.customer == customer)
    return list(db.execute(found.limit(per_page).offset((max(page, 1) - 1) * per_page)))


def balance(db: Connection, customer_id: int) -> dict[str, dict[str, int]]:
    """Per currency what the customer owes and what of his money is unallocated: receivable, advance (minor units)."""
    found: dict[str, dict[str, int]] = {}
    for row in receivables.receivables(db, customer=customer_id, per_page=100000):
        found.setdefault(row.currency, {"receivable": 0, "advance": 0})["receivable"] += row.open_minor
    for row in payments(db, customer=customer_id, per_page=100000):
        if not row.reversed:
            entry = found.setdefault(row.currency, {"receivable": 0, "advance": 0})
            entry["advance"] += row.amount_minor - row.allocated_minor
    return found
