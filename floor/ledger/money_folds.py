"""How money's facts change documents, receivables and accounts; what is settled is settled by conditional updates."""

from sqlalchemy import Connection, bindparam, insert, update

from floor.facts.fact import Entry
from floor.facts.money import InvoiceCredited, InvoicePosted, PaymentAllocated, PaymentRecorded, PaymentReversed
from floor.ledger import vouchers
from floor.ledger.goods_issues import ISSUE
from floor.ledger.payments import ALLOCATION, PAYMENT
from floor.ledger.receivables import CREDIT_NOTE, INVOICE, INVOICE_LINE, RECEIVABLE
from floor.ledger.sales_orders import LINE, ORDER
from floor.storage import series

_bill = (
    update(LINE)
    .where(LINE.c.order == bindparam("o"), LINE.c.line == bindparam("l"))
    .values(invoiced=LINE.c.invoiced + bindparam("q"), billed_minor=LINE.c.billed_minor + bindparam("n"))
)
_settle = (
    update(RECEIVABLE)
    .where(
        RECEIVABLE.c.invoice == bindparam("i"),
        RECEIVABLE.c.total_minor - RECEIVABLE.c.paid_minor - RECEIVABLE.c.credited_minor >= bindparam("a"),
    )
    .values(paid_minor=RECEIVABLE.c.paid_minor + bindparam("a"))
)
_spend = (
    update(PAYMENT)
    .where(PAYMENT.c.id == bindparam("p"), PAYMENT.c.amount_minor - PAYMENT.c.allocated_minor >= bindparam("a"))
    .values(allocated_minor=PAYMENT.c.allocated_minor + bindparam("a"))
)
_DOCUMENT = (
    "order", "bill_to", "dated", "due_date", "net_minor", "freight_minor", "tax_bp", "tax_minor", "total_minor",
    "rounding",
)  # fmt: skip


def fold_posted(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, InvoicePosted)
    series.use(db, "invoice", fact.invoice)
    who = {"customer": fact.voucher.customer, "currency": fact.voucher.currency}
    document = {name: getattr(fact, name) for name in _DOCUMENT}
    db.execute(insert(INVOICE), {"number": fact.invoice, **who, **document})
    rows = [{"invoice": fact.invoice} | {n: getattr(x, n) for n in x.__struct_fields__} for x in fact.lines]
    if rows:
        db.execute(insert(INVOICE_LINE), rows)
        db.execute(_bill, [{"o": fact.order, "l": x.order_line, "q": x.quantity, "n": x.net_minor} for x in fact.lines])
    mine = update(ISSUE).where(ISSUE.c.shipment.in_(fact.shipments), ISSUE.c.invoice.is_(None))
    billed = db.execute(mine.values(invoice=fact.invoice)).rowcount
    assert billed == len(fact.shipments), "a shipment was invoiced before"
    _freight(db, fact.order, fact.freight_minor)
    owed = {"invoice": fact.invoice, "order": fact.order, "due_date": fact.due_date, "total_minor": fact.total_minor}
    db.execute(insert(RECEIVABLE), owed | who | {"paid_minor": 0, "credited_minor": 0})
    vouchers.fold(db, fact.voucher, f"invoice:{fact.invoice}")


def _freight(db: Connection, order: int, billed_minor: int) -> None:
    freight = ORDER.c.freight_billed_minor + billed_minor
    db.execute(update(ORDER).where(ORDER.c.id == order).values(freight_billed_minor=freight))


def fold_credited(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, InvoiceCredited)
    series.use(db, "credit_note", fact.credit_note)
    note = {"number": fact.credit_note, "invoice": fact.invoice, "dated": fact.dated, "reason": fact.reason}
    db.execute(insert(CREDIT_NOTE), note | {"total_minor": fact.total_minor})
    if fact.lines:
        taken = [{"o": fact.order, "l": x.order_line, "q": -x.quantity, "n": -x.net_minor} for x in fact.lines]
        db.execute(_bill, taken)
    db.execute(update(ISSUE).where(ISSUE.c.shipment.in_(fact.shipments)).values(invoice=None))
    _freight(db, fact.order, -fact.freight_minor)
    owed = update(RECEIVABLE).where(RECEIVABLE.c.invoice == fact.invoice)
    db.execute(owed.values(credited_minor=RECEIVABLE.c.credited_minor + fact.total_minor))
    vouchers.fold(db, fact.voucher, f"invoice:{fact.invoice}")


def fold_recorded(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, PaymentRecorded)
    series.use(db, "payment", fact.payment)
    row = {"id": fact.payment, "customer": fact.voucher.customer, "currency": fact.voucher.currency}
    row |= {"dated": fact.dated, "amount_minor": fact.amount_minor, "method": fact.method}
    row |= {"reference": fact.reference, "allocated_minor": 0, "reversed": False}
    db.execute(insert(PAYMENT), row)
    vouchers.fold(db, fact.voucher, f"payment:{fact.payment}")


def fold_allocated(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, PaymentAllocated)
    series.use(db, "allocation", fact.allocation)
    spent = db.execute(_spend, {"p": fact.payment, "a": fact.amount_minor}).rowcount
    settled = db.execute(_settle, {"i": fact.invoice, "a": fact.amount_minor}).rowcount
    assert spent == settled == 1, "more allocated than there is"
    row = {"id": fact.allocation, "payment": fact.payment, "invoice": fact.invoice}
    db.execute(insert(ALLOCATION), row | {"amount_minor": fact.amount_minor, "undone": False})
    vouchers.fold(db, fact.voucher, f"payment:{fact.payment}")


def fold_reversed(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, PaymentReversed)
    for undone in fact.undone:
        owed = update(RECEIVABLE).where(RECEIVABLE.c.invoice == undone.invoice)
        db.execute(owed.values(paid_minor=RECEIVABLE.c.paid_minor - undone.amount_minor))
    db.execute(update(ALLOCATION).where(ALLOCATION.c.payment == fact.payment).values(undone=True))
    db.execute(update(PAYMENT).where(PAYMENT.c.id == fact.payment).values(allocated_minor=0, reversed=True))
    vouchers.fold(db, fact.voucher, f"payment:{fact.payment}")
