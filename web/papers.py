"""The papers of notes, orders and invoices as PDF: what the tables say, in the reader's language."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from floor import deliveries, parcels
from floor.facts.money import InvoicePosted
from floor.items import ITEM
from floor.ledger import goods_issues, order_views, receivables, sales_orders
from floor.ledger.customers import customer
from floor.ledger.rounding import tax_minor
from floor.refusal import Refusal
from floor.storage import particulars
from floor.storage.journal import history
from labels.papers import credit_note, delivery_note, invoice, order_confirmation, packing_list, pick_list
from labels.papers.credit_note import CreditNote
from labels.papers.delivery_note import DeliveredLine, DeliveryNote
from labels.papers.invoice import Invoice
from labels.papers.order_confirmation import OrderConfirmation
from labels.papers.packing_list import PackedLine, PackedParcel, PackingList
from labels.papers.pick_list import PickList, Stop
from labels.papers.sheet import Pdf
from labels.papers.trade import Party, PricedLine, Sums
from labels.papers.words import word
from web import figures, paper_parties
from web.shown import amount
from web.who import Who

Making = Callable[[Connection, int, Who, Path | None], Pdf]


def _payment(days: int, asked: Who) -> str:
    return word(asked.language, "within_days", days=days) if days else word(asked.language, "at_once")


def _reference(db: Connection, order: int) -> str:
    """The customer's own number of the order; "" where another ledger keeps the orders."""
    row = sales_orders.order(db, order)
    return row.reference if row is not None else ""


def _day(at: datetime | date | None, asked: Who) -> str:
    if isinstance(at, datetime):
        at = at.astimezone(asked.zone).date()
    return at.isoformat() if at is not None else ""


def _note(db: Connection, number: int) -> tuple[Any, Party]:
    """The note and whom it goes to."""
    note = deliveries.note(db, number)
    if note is None:
        raise Refusal("note_unknown", scanned=number)
    buyer = customer(db, note.customer)
    name = str(particulars.read(db, buyer.particulars).get("name", "")) if buyer is not None else ""
    return note, paper_parties.party(particulars.read(db, note.ship_to), name)


def _filled(db: Connection, note: int) -> list[tuple[Any, list[Any]]]:
    """The note's parcels in which something lies, each with its contents."""
    return [(box, rows) for box in parcels.of_note(db, note) if (rows := parcels.contents(db, box.id))]


def _items(db: Connection, rows: Iterable[Any]) -> dict[int, Any]:
    return {row.id: row for row in db.execute(select(ITEM).where(ITEM.c.id.in_({row.item for row in rows})))}


def _name(item: Any, asked: Who) -> str:
    """In the reader's language, in the other where it has none in that."""
    return str(item.name_en or item.name if asked.language == "en" else item.name or item.name_en)


def _marks(row: Any) -> str:
    return " ".join(mark for mark in (row.lot, row.serial) if mark)


def _kg(grams: int) -> str:
    """In kilograms, without the unit: the papers say that themselves; "" where nobody weighed."""
    return amount(grams, 3) if grams else ""


def _delivery(db: Connection, number: int, asked: Who, font: Path | None) -> Pdf:
    note, to = _note(db, number)
    filled = _filled(db, number)
    boxes, rows = [box for box, _ in filled], [row for _, inside in filled for row in inside]
    items = _items(db, rows)
    lines = tuple(
        DeliveredLine(row.code, _name(items[row.item], asked), amount(row.quantity, row.scale), row.unit, _marks(row))
        for row in rows
    )
    paper = DeliveryNote(
        number=str(note.id),
        code=f"NOTE:{note.id}",
        date=_day(note.accepted_at, asked),
        order=str(note.order),
        shipper=paper_parties.shipper(db),
        reference=_reference(db, note.order),
        ship_to=to,
        lines=lines,
        carrier=note.carrier,
        tracking=", ".join(box.tracking for box in boxes if box.tracking),
        parcels=str(len(boxes)),
        weight_kg=_kg(sum(box.weight_g for box in boxes)),
        remarks=note.remark,
        language=asked.language,
    )
    return delivery_note.pdf(paper, font)


def _packed_lines(db: Connection, rows: list[Any], asked: Who) -> tuple[PackedLine, ...]:
    items = _items(db, rows)
    return tuple(
        PackedLine(row.code, _name(items[row.item], asked), amount(row.quantity, row.scale), row.unit, _marks(row))
        for row in rows
    )


def _packing(db: Connection, number: int, asked: Who, font: Path | None) -> Pdf:
    note, to = _note(db, number)
    filled = _filled(db, number)
    packed = tuple(
        PackedParcel(box.sscc or f"{note.id}/{box.number}", _packed_lines(db, rows, asked), _kg(box.weight_g))
        for box, rows in filled
    )
    paper = PackingList(
        number=str(note.id),
        code=f"NOTE:{note.id}",
        date=_day(note.accepted_at, asked),
        order=str(note.order),
        shipper=paper_parties.shipper(db),
        reference=_reference(db, note.order),
        ship_to=to,
        parcels=packed,
        weight_kg=_kg(sum(box.weight_g for box, _ in filled)),
        language=asked.language,
    )
    return packing_list.pdf(paper, font)


def _stop(task: Any, name: str) -> Stop:
    return Stop(task.place, task.code, name, amount(deliveries.left(task), task.scale), task.unit, task.lot or "")


def _picking(db: Connection, number: int, asked: Who, font: Path | None) -> Pdf:
    """What is still to be taken, in walking order."""
    note, to = _note(db, number)
    tasks = [task for task in deliveries.tasks(db, number) if deliveries.left(task) > 0]
    items = _items(db, tasks)
    stops = tuple(_stop(task, _name(items[task.item], asked)) for task in tasks)
    paper = PickList(
        number=str(note.id),
        code=f"NOTE:{note.id}",
        date=_day(note.accepted_at, asked),
        order=str(note.order),
        maker=paper_parties.maker(db).name,
        customer=to.name,
        stops=stops,
        carrier=note.carrier,
        ship_by=_day(note.due_at, asked),
        remarks=note.remark,
        language=asked.language,
    )
    return pick_list.pdf(paper, font)


def _priced(db: Connection, lines: list[Any], currency: str, asked: Who) -> tuple[PricedLine, ...]:
    found = _items(db, lines)
    return tuple(
        PricedLine(
            (item := found[line.item]).code,
            _name(item, asked),
            amount(line.quantity, item.scale),
            item.unit,
            figures.price(line.price_micro, currency),
            line.net_minor,
            _day(getattr(line, "due_date", None), asked),
        )
        for line in lines
    )


def _sums(net: int, freight: int, basis_points: int, tax: int) -> Sums:
    taxes = ((figures.percent(basis_points), tax),) if basis_points or tax else ()
    return Sums(net, net + freight + tax, taxes, freight)


def _confirmation(db: Connection, number: int, asked: Who, font: Path | None) -> Pdf:
    view = order_views.order_view(db, number)
    head, buyer = view.head, customer(db, view.head.customer)
    assert buyer is not None
    who = paper_parties.buyer(db, buyer.id, buyer.particulars)
    net = sum(int(line.net_minor) for line in view.lines)
    tax = tax_minor(net + int(head.freight_minor), int(head.tax_bp))
    paper = OrderConfirmation(
        number=f"{head.id}-{head.revision}",
        code=f"ORDER:{head.id}",
        date=_day(head.order_date, asked),
        seller=paper_parties.maker(db),
        buyer=who,
        lines=_priced(db, view.lines, head.currency, asked),
        sums=_sums(net, int(head.freight_minor), int(head.tax_bp), tax),
        currency=head.currency,
        ship_to=paper_parties.party(particulars.read(db, head.ship_to), who.name) if head.ship_to else None,
        reference=head.reference,
        payment=_payment(buyer.payment_days, asked),
        delivery=" ".join(text for text in (_day(head.due_date, asked), head.carrier, head.service) if text),
        remarks=head.remark,
        language=asked.language,
    )
    return order_confirmation.pdf(paper, font)


def _billed_notes(db: Connection, invoice: int) -> str:
    """The delivery notes that the invoice bills, as its fact says: once it is taken back, the tables no longer know."""
    facts = [entry.fact for entry in history(db, f"invoice:{invoice}", most=1000)]
    shipments = [shipment for fact in facts if isinstance(fact, InvoicePosted) for shipment in fact.shipments]
    notes = {issue.note for shipment in shipments if (issue := goods_issues.issue(db, shipment)) is not None}
    return ", ".join(map(str, sorted(notes)))


def _invoice(db: Connection, number: int, asked: Who, font: Path | None) -> Pdf:
    row, _ = receivables.must(db, number)
    paper = Invoice(
        number=str(row.number),
        code=f"INVOICE:{row.number}",
        date=_day(row.dated, asked),
        order=str(row.order),
        seller=paper_parties.maker(db),
        buyer=paper_parties.buyer(db, row.customer, row.bill_to),
        lines=_priced(db, receivables.lines(db, number), row.currency, asked),
        sums=_sums(row.net_minor, row.freight_minor, row.tax_bp, row.tax_minor),
        currency=row.currency,
        notes=_billed_notes(db, row.number),
        reference=_reference(db, row.order),
        due=_day(row.due_date, asked),
        payment=_payment((row.due_date - row.dated).days, asked),
        language=asked.language,
    )
    return invoice.pdf(paper, font)


def _credit_note(db: Connection, number: int, asked: Who, font: Path | None) -> Pdf:
    """All of its invoice, with the signs turned."""
    note = receivables.credit_note(db, number)
    row, _ = receivables.must(db, note.invoice)
    lines = _priced(db, receivables.lines(db, row.number), row.currency, asked)
    paper = CreditNote(
        number=str(note.number),
        code=f"CREDIT:{note.number}",
        date=_day(note.dated, asked),
        order=str(row.order),
        corrects=str(row.number),
        reason=note.reason,
        reference=_reference(db, row.order),
        seller=paper_parties.maker(db),
        buyer=paper_parties.buyer(db, row.customer, row.bill_to),
        lines=tuple(replace(line, amount_minor=-line.amount_minor) for line in lines),
        sums=_sums(-row.net_minor, -row.freight_minor, row.tax_bp, -row.tax_minor),
        currency=row.currency,
        language=asked.language,
    )
    return credit_note.pdf(paper, font)


# kind of paper -> the right that it takes, and how it is made
PAPERS: dict[str, tuple[str, Making]] = {
    "delivery-note": ("see_stock", _delivery),
    "packing-list": ("see_stock", _packing),
    "pick-list": ("see_stock", _picking),
    "order-confirmation": ("see_orders", _confirmation),
    "invoice": ("see_money", _invoice),
    "credit-note": ("see_money", _credit_note),
}
