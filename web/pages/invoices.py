"""One invoice: the document with its lines and voucher, what was paid on it; pay it, settle it from an advance, credit it."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection, select
from starlette.responses import Response

from floor.days import business_day
from floor.items import ITEM
from floor.ledger import invoices, payments, receivables, vouchers
from floor.refusal import Refusal
from floor.storage import particulars
from floor.storage.record import Tx
from web.compose import new_uid
from web.forms import form_of, once, text_of
from web.order_cells import address_line
from web.page import asker, reading, render, see_other
from web.taking_money import TypedPayment, in_money, taken, typed_payment
from web.texts import sales
from web.texts.verdicts import verdict_text
from web.who import Who

router = APIRouter(prefix="/money/invoices")


@router.get("/{invoice:int}")
async def one(request: Request, invoice: int) -> Response:
    return await _shown(request, await asker(request, "see_money"), invoice)


def _tell(db: Connection, invoice: int, at: Any) -> dict[str, Any]:
    row, owed = receivables.must(db, invoice)
    lines = receivables.lines(db, invoice)
    items = {x.id: x for x in db.execute(select(ITEM).where(ITEM.c.id.in_({line.item for line in lines})))}
    booked = vouchers.of_document(db, f"invoice:{invoice}")
    given = payments.allocations(db, invoice=invoice)
    purse = [x for x in payments.payments(db, customer=row.customer, per_page=200) if _fits(x, row)]
    return {
        "row": row, "owed": owed, "lines": lines, "items": items, "booked": booked, "given": given, "purse": purse,
        "credit_note": receivables.credit_note_of(db, invoice), "today": business_day(db, at).isoformat(),
        "who": particulars.read(db, row.bill_to),
    }  # fmt: skip


def _fits(payment: Any, row: Any) -> bool:
    rest = payment.amount_minor - payment.allocated_minor
    return bool(rest and not payment.reversed and payment.currency == row.currency)


async def _shown(
    request: Request, asked: Who, invoice: int, refusal: Refusal | None = None, said: TypedPayment | None = None
) -> Response:
    at = request.app.state.site.clock()
    data = await reading(request, lambda db: _tell(db, invoice, at))
    text = ""
    if refusal is not None:
        refusal = in_money(refusal, data["row"].currency)
        text = verdict_text(asked.language, refusal.code, refusal.fields, asked.zone)
    data |= {"said": said, "refusal": text, "sales": sales, "new_uid": new_uid, "address_line": address_line}
    return render(request, asked, "invoice.html", "office", 409 if refusal else 200, **data)


@router.post("/{invoice:int}/pay")
async def pay(request: Request, invoice: int) -> Response:
    """Money came in for this invoice: recorded and settled in one act; what is too much stays the customer's advance."""
    asked = await asker(request, "pay")
    form = await form_of(request)
    said = typed_payment(form)

    def act(tx: Tx) -> dict[str, Any]:
        row, _ = receivables.must(tx.db, invoice)
        payment = taken(tx, said, row.customer, row.currency)
        payments.allocate(tx, payment, invoice)
        return {"payment": payment}

    try:
        await once(request, asked, form, act)
    except Refusal as refusal:
        return await _shown(request, asked, invoice, refusal, said)
    return see_other(f"/money/invoices/{invoice}")


@router.post("/{invoice:int}/credit")
async def credit(request: Request, invoice: int) -> Response:
    """Take the whole invoice back, with a reason."""
    asked = await asker(request, "invoice")
    form = await form_of(request)
    try:
        await once(
            request, asked, form, lambda tx: {"credit_note": invoices.credit(tx, invoice, text_of(form, "reason"))}
        )
    except Refusal as refusal:
        return await _shown(request, asked, invoice, refusal)
    return see_other(f"/money/invoices/{invoice}")
