"""Payments: record what came in, settle invoices with it, take it back where it did not stay."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import Response

from floor import policy
from floor.days import business_day
from floor.ledger import customers, payments, receivables
from floor.refusal import Refusal
from floor.storage.record import Tx
from web import typed
from web.compose import new_uid
from web.forms import form_of, once, text_of
from web.page import asker, reading, render, see_other
from web.pages.customers import names_of
from web.taking_money import TypedPayment, amount_of, in_money, taken, typed_payment
from web.texts import sales
from web.texts.verdicts import verdict_text
from web.who import Who

router = APIRouter(prefix="/money/payments")
PER_PAGE, CHOICES = 30, 5


@router.get("")
async def listed(request: Request) -> Response:
    return await _list(request, await asker(request, "see_money"))


async def _list(request: Request, asked: Who, refusal: str = "", said: TypedPayment | None = None) -> Response:
    page, at = typed.page_of(request.query_params), request.app.state.site.clock()

    def read(db: Connection) -> dict[str, Any]:
        rows = payments.payments(db, page=page, per_page=PER_PAGE)
        more = bool(payments.payments(db, page=page * PER_PAGE + 1, per_page=1))
        names, today = names_of(db, {row.customer for row in rows}), business_day(db, at).isoformat()
        return {"rows": rows, "more": more, "names": names, "today": today}

    data = await reading(request, read)
    data |= {"page": page, "refusal": refusal, "said": said, "sales": sales, "form_id": new_uid()}
    return render(request, asked, "payments.html", "office", 409 if refusal else 200, **data)


@router.post("")
async def record(request: Request) -> Response:
    """Money of a customer, in his currency; on to the payment, to settle invoices with it."""
    asked = await asker(request, "pay")
    form = await form_of(request)
    said = typed_payment(form)

    def act(tx: Tx) -> dict[str, Any]:
        who = _customer(tx.db, said.customer.strip())
        return {"payment": taken(tx, said, who.id, who.currency or policy.read(tx.db, "currency"))}

    try:
        told = await once(request, asked, form, act)
    except Refusal as refusal:
        text = verdict_text(asked.language, refusal.code, refusal.fields, asked.zone)
        return await _list(request, asked, text, said)
    return see_other(f"/money/payments/{told['payment']}")


def _customer(db: Connection, words: str) -> Any:
    """The one customer that a code or words mean."""
    if not words:
        raise Refusal("customer_missing")
    found = customers.by_code(db, words)
    rows = [found] if found is not None else customers.search(db, words, per_page=CHOICES + 1)
    if len(rows) == 1:
        return rows[0]
    code = "customer_ambiguous" if rows else "customer_unknown"
    raise Refusal(code, customer=words[:40], choices=[row.code for row in rows[:CHOICES]])


@router.get("/{payment:int}")
async def one(request: Request, payment: int) -> Response:
    return await _shown(request, await asker(request, "see_money"), payment)


async def _shown(
    request: Request, asked: Who, payment: int, refusal: Refusal | None = None, said: dict[str, str] | None = None
) -> Response:
    def read(db: Connection) -> dict[str, Any]:
        row = payments.must(db, payment)
        owed = receivables.receivables(db, customer=row.customer, per_page=200)
        return {
            "row": row,
            "name": names_of(db, {row.customer}).get(row.customer, ""),
            "given": payments.allocations(db, payment=payment),
            "owed": [one for one in owed if one.currency == row.currency],
        }

    data = await reading(request, read)
    text = ""
    if refusal is not None:
        refusal = in_money(refusal, data["row"].currency)
        text = verdict_text(asked.language, refusal.code, refusal.fields, asked.zone)
    data |= {"refusal": text, "said": said or {}, "sales": sales, "new_uid": new_uid}
    return render(request, asked, "payment.html", "office", 409 if refusal else 200, **data)


@router.post("/{payment:int}/allocate")
async def allocate(request: Request, payment: int) -> Response:
    """Settle an invoice out of the payment; an empty amount takes as much as both allow."""
    asked = await asker(request, "pay")
    form = await form_of(request)
    said = {name: text_of(form, name) for name in ("invoice", "amount", "back")}
    invoice = typed.whole_of(said, "invoice")

    def act(tx: Tx) -> dict[str, Any]:
        row = payments.must(tx.db, payment)
        amount = amount_of(said["amount"], row.currency) if said["amount"].strip() else None
        return {"amount": payments.allocate(tx, payment, invoice, amount)}

    try:
        await once(request, asked, form, act)
    except Refusal as refusal:
        return await _shown(request, asked, payment, refusal, said)
    return see_other(f"/money/invoices/{invoice}" if said["back"] == "invoice" else f"/money/payments/{payment}")


@router.post("/{payment:int}/reverse")
async def reverse(request: Request, payment: int) -> Response:
    """The money did not stay; undone by counter-entries, with a reason."""
    asked = await asker(request, "pay")
    form = await form_of(request)

    def act(tx: Tx) -> dict[str, Any]:
        payments.reverse(tx, payment, text_of(form, "reason"))
        return {"payment": payment}

    try:
        await once(request, asked, form, act)
    except Refusal as refusal:
        return await _shown(request, asked, payment, refusal)
    return see_other(f"/money/payments/{payment}")
