"""Finance's lists: what waits to be invoiced, what is owed and for how long, and the trial balance."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection, select
from starlette.responses import Response

from floor.days import business_day
from floor.ledger import goods_issues, invoices, receivables, vouchers
from floor.ledger.sales_orders import ORDER
from floor.refusal import Refusal
from floor.storage.record import Tx
from web import ageing, typed
from web.compose import new_uid
from web.forms import form_of, once, text_of
from web.page import asker, reading, render, see_other
from web.pages.customers import names_of
from web.texts import sales
from web.texts.verdicts import verdict_text
from web.who import Who

router = APIRouter(prefix="/money")
PER_PAGE, ALL = 30, 100_000


@router.get("")
async def to_invoice(request: Request) -> Response:
    return await _to_invoice(request, await asker(request, "see_money"))


async def _to_invoice(request: Request, asked: Who, refusal: str = "") -> Response:
    page = typed.page_of(request.query_params)

    def read(db: Connection) -> dict[str, Any]:
        rows = goods_issues.to_invoice(db, page=page, per_page=PER_PAGE)
        more = bool(goods_issues.to_invoice(db, page=page * PER_PAGE + 1, per_page=1))
        heads = db.execute(select(ORDER).where(ORDER.c.id.in_({row.order for row in rows})))
        orders = {row.id: row for row in heads}
        return {
            "rows": rows,
            "more": more,
            "orders": orders,
            "names": names_of(db, (o.customer for o in orders.values())),
        }

    data = await reading(request, read)
    data |= {"page": page, "refusal": refusal, "new_uid": new_uid, "sales": sales}
    return render(request, asked, "money_to_invoice.html", "office", 409 if refusal else 200, **data)


@router.post("/invoice")
async def invoice(request: Request) -> Response:
    """Post one invoice over all that was shipped of an order, or over one shipment; on to the invoice."""
    asked = await asker(request, "invoice")
    form = await form_of(request)
    numbers = {name: typed.whole_of({name: text_of(form, name)}, name) for name in ("order", "shipment")}

    def act(tx: Tx) -> dict[str, Any]:
        return {"invoice": invoices.post(tx, **numbers)}

    try:
        told = await once(request, asked, form, act)
    except Refusal as refusal:
        return await _to_invoice(request, asked, verdict_text(asked.language, refusal.code, refusal.fields, asked.zone))
    return see_other(f"/money/invoices/{told['invoice']}")


@router.get("/receivables")
async def owed(request: Request) -> Response:
    """Who owes what for how long; the invoices behind it, of one customer or all, earliest due first."""
    asked = await asker(request, "see_money")
    at, query = request.app.state.site.clock(), request.query_params
    page, of = typed.page_of(query), typed.whole_of(query, "customer")

    def read(db: Connection) -> dict[str, Any]:
        today = business_day(db, at)
        everything = receivables.receivables(db, customer=of or None, per_page=ALL)
        aged = ageing.aged(everything, today)
        rows = everything[(page - 1) * PER_PAGE : page * PER_PAGE]
        names = names_of(db, {row.customer for row in everything})
        return {"rows": rows, "aged": aged, "sums": ageing.sums(aged), "names": names, "today": today,
                "total": len(everything), "pages": max(1, -(-len(everything) // PER_PAGE))}  # fmt: skip

    data = await reading(request, read)
    shown = {"customer": str(of)} if of else {}
    return render(request, asked, "money_receivables.html", "office", page=page, shown=shown, **data)


@router.get("/balance")
async def balance(request: Request) -> Response:
    """The balance of each account, and that all of them together are nothing."""
    asked = await asker(request, "see_money")
    trial = await reading(request, vouchers.trial_balance)
    return render(request, asked, "money_balance.html", "office", trial=trial, sales=sales)
