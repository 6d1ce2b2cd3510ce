"""Double entry: every voucher balances to zero in its currency; accounts are few and named in words."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Connection, ForeignKey, Integer, cast, func, insert, select
from sqlmodel import Field, SQLModel

from floor.facts.money import Voucher, VoucherLine
from floor.storage import series
from floor.storage.database import Exact, table
from floor.storage.record import Tx

RECEIVABLE, REVENUE, FREIGHT, TAX, BANK, ADVANCE = "receivable", "revenue", "freight", "tax", "bank", "advance"
ACCOUNTS = (RECEIVABLE, BANK, ADVANCE, TAX, REVENUE, FREIGHT)


class VoucherHead(SQLModel, table=True):
    """State, immutable once posted. `document` is what it books, e.g. "invoice:7"."""

    __tablename__ = "voucher"
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    dated: date
    currency: str
    customer: int = Field(index=True)
    document: str = Field(index=True)


class VoucherEntry(SQLModel, table=True):
    """State, immutable once posted. A debit above zero, a credit below."""

    __tablename__ = "voucher_line"
    __table_args__ = (CheckConstraint("amount_minor <> 0", name="amount"),)
    voucher: int = Field(sa_column=Column(Integer, ForeignKey("voucher.number"), primary_key=True))
    line: int = Field(primary_key=True)
    account: str = Field(index=True)
    amount_minor: int = Field(sa_type=Exact)


VOUCHER, VOUCHER_LINE = table(VoucherHead), table(VoucherEntry)


def voucher(tx: Tx, on: date, currency: str, customer: int, amounts: dict[str, int]) -> Voucher:
    """The next voucher over these amounts by account; those of zero are left out. Unbalanced ones are a fault of ours."""
    assert sum(amounts.values()) == 0, amounts
    lines = tuple(VoucherLine(account=name, amount_minor=amount) for name, amount in amounts.items() if amount)
    number = series.next_number(tx.db, "voucher")
    return Voucher(number=number, dated=on, currency=currency, customer=customer, lines=lines)


def fold(db: Connection, made: Voucher, document: str) -> None:
    """Called by folds: post the voucher for a document."""
    series.use(db, "voucher", made.number)
    head = {"number": made.number, "dated": made.dated, "currency": made.currency, "customer": made.customer}
    db.execute(insert(VOUCHER), head | {"document": document})
    rows = [
        {"voucher": made.number, "line": n, "account": line.account, "amount_minor": line.amount_minor}
        for n, line in enumerate(made.lines, 1)
    ]
    if rows:
        db.execute(insert(VOUCHER_LINE), rows)


def trial_balance(db: Connection) -> dict[str, dict[str, int]]:
    """Per currency the balance of each account in minor units; each currency's balances sum to zero."""
    found = (
        select(VOUCHER.c.currency, VOUCHER_LINE.c.account, cast(func.sum(VOUCHER_LINE.c.amount_minor), BigInteger))
        .join(VOUCHER, VOUCHER.c.number == VOUCHER_LINE.c.voucher)
        .group_by(VOUCHER.c.currency, VOUCHER_LINE.c.account)
    )
    balances: dict[str, dict[str, int]] = {}
    for currency, account, amount in db.execute(found):
        balances.setdefault(currency, dict.fromkeys(ACCOUNTS, 0))[account] = amount
    return balances


def of_document(db: Connection, document: str) -> list[Any]:
    """The lines of every voucher that books the document, oldest first."""
    found = select(VOUCHER, VOUCHER_LINE.c.account, VOUCHER_LINE.c.amount_minor)
    found = found.join(VOUCHER_LINE, VOUCHER_LINE.c.voucher == VOUCHER.c.number)
    return list(db.execute(found.where(VOUCHER.c.document == document).order_by(VOUCHER.c.number, VOUCHER_LINE.c.line)))
