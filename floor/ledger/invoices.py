"""Invoicing what was shipped: number, receivable and voucher at the moment of posting; a credit note takes all of it back."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

from floor.days import business_day
from floor.facts.money import InvoiceCredited, InvoicedLine, InvoicePosted
from floor.ledger import ending, goods_issues, receivables, rounding, sales_orders, vouchers
from floor.ledger.customers import customer
from floor.people import need_person
from floor.refusal import Refusal
from floor.storage import series
from floor.storage.record import Tx, record
from floor.texts import MOST_ID, reason


def post(tx: Tx, *, order: int = 0, shipment: int = 0) -> int:
    """Invoice one shipment, or all shipments of an order that are not invoiced, in one document; its gapless number.

    Refuses nothing_to_invoice, already_invoiced, order_unknown, shipment_unknown.
    """
    need_person(tx, "invoice")
    issues = [_open_issue(tx, shipment)] if shipment else _open_issues(tx, order)
    row = sales_orders.must(tx.db, issues[0].order)
    fact = _invoice(tx, row, [issue.shipment for issue in issues])
    record(tx, fact)
    ending.close_if_done(tx, row.id)
    return fact.invoice


def _open_issue(tx: Tx, shipment: int) -> Any:
    issue = goods_issues.issue(tx.db, shipment) if 0 < shipment <= MOST_ID else None
    if issue is None:
        raise Refusal("shipment_unknown", shipment=str(shipment)[:20])
    if issue.invoice is not None:
        raise Refusal("already_invoiced", shipment=shipment, invoice=issue.invoice)
    return issue


def _open_issues(tx: Tx, order: int) -> list[Any]:
    sales_orders.must(tx.db, order)
    issues = goods_issues.to_invoice_of(tx.db, order)
    if not issues:
        raise Refusal("nothing_to_invoice", order=order)
    return issues


def _invoice(tx: Tx, row: Any, shipments: list[int]) -> InvoicePosted:
    who = customer(tx.db, row.customer)
    assert who is not None
    lines = _lines(tx, row, shipments)
    net = sum(line.net_minor for line in lines)
    freight = row.freight_minor - row.freight_billed_minor
    tax = rounding.tax_minor(net + freight, row.tax_bp)
    on = business_day(tx.db, tx.at)
    amounts = {vouchers.RECEIVABLE: net + freight + tax, vouchers.REVENUE: -net}
    amounts |= {vouchers.FREIGHT: -freight, vouchers.TAX: -tax}
    return InvoicePosted(
        order=row.id,
        invoice=series.next_number(tx.db, "invoice"),
        voucher=vouchers.voucher(tx, on, row.currency, row.customer, amounts),
        bill_to=who.particulars,
        dated=on,
        due_date=on + timedelta(days=who.payment_days),
        shipments=tuple(shipments),
        lines=lines,
        net_minor=net,
        freight_minor=freight,
        tax_bp=row.tax_bp,
        tax_minor=tax,
        total_minor=net + freight + tax,
        rounding=rounding.RULE,
    )


def _lines(tx: Tx, row: Any, shipments: list[int]) -> tuple[InvoicedLine, ...]:
    """One line an order line. Its amount is that of all units billed so far less what is billed: parts add up to the cent."""
    quantities: dict[int, int] = defaultdict(int)
    priced = {}
    for line in goods_issues.billed_lines(tx.db, shipments):
        quantities[line.order_line] += line.billable
        priced[line.order_line] = line
    scales = {line.line: line.scale for line in sales_orders.lines(tx.db, row.id)}
    return tuple(
        _line(n, priced[order_line], quantity, scales[order_line], row.currency)
        for n, (order_line, quantity) in enumerate(sorted(quantities.items()), 1)
    )


def _line(number: int, priced: Any, quantity: int, scale: int, currency: str) -> InvoicedLine:
    price = priced.price_micro or 0
    upto = rounding.net_minor(currency, price, priced.invoiced + quantity, scale, priced.discount_bp)
    return InvoicedLine(
        line=number,
        order_line=priced.order_line,
        item=priced.item,
        quantity=quantity,
        price_micro=price,
        discount_bp=priced.discount_bp,
        net_minor=max(upto - priced.billed_minor, 0),
    )


def credit(tx: Tx, invoice: int, why: str) -> int:
    """Take a whole invoice back; its shipments wait to be invoiced again. The credit note's own gapless number.

    Refuses invoice_unknown, already_credited, invoice_paid (reverse the payment first).
    """
    need_person(tx, "invoice")
    row, owed = receivables.must(tx.db, invoice)
    note = receivables.credit_note_of(tx.db, invoice)
    if note is not None:
        raise Refusal("already_credited", invoice=invoice, credit_note=note.number)
    if owed.paid_minor:
        raise Refusal("invoice_paid", invoice=invoice, paid_minor=owed.paid_minor, currency=row.currency)
    fact = _credit(tx, row, reason(why))
    record(tx, fact)
    return fact.credit_note


def _credit(tx: Tx, row: Any, why: str) -> InvoiceCredited:
    on = business_day(tx.db, tx.at)
    amounts = {vouchers.RECEIVABLE: -row.total_minor, vouchers.REVENUE: row.net_minor}
    amounts |= {vouchers.FREIGHT: row.freight_minor, vouchers.TAX: row.tax_minor}
    issues = goods_issues.of_order(tx.db, row.order)
    columns = InvoicedLine.__struct_fields__
    return InvoiceCredited(
        order=row.order,
        invoice=row.number,
        voucher=vouchers.voucher(tx, on, row.currency, row.customer, amounts),
        credit_note=series.next_number(tx.db, "credit_note"),
        dated=on,
        shipments=tuple(issue.shipment for issue in issues if issue.invoice == row.number),
        lines=tuple(
            InvoicedLine(**{c: getattr(line, c) for c in columns}) for line in receivables.lines(tx.db, row.number)
        ),
        freight_minor=row.freight_minor,
        total_minor=row.total_minor,
        reason=why,
    )
