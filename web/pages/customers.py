"""Customers: the list with search, and one customer's master data, terms and balance."""

from collections.abc import Iterable
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from sqlalchemy import Connection, select
from starlette.datastructures import FormData
from starlette.responses import Response

from floor.ledger import customers, payments
from floor.ledger.customers import CUSTOMER, CustomerForm
from floor.refusal import Refusal
from floor.storage import particulars
from floor.storage.record import Tx
from web import figures, typed
from web.compose import new_uid
from web.forms import form_of, once, text_of
from web.order_cells import address_line
from web.page import asker, reading, render, see_other
from web.texts.verdicts import verdict_text
from web.who import Who

router = APIRouter()
PER_PAGE = 30
PLAIN = ("code", "name", "contact", "phone", "level", "currency")
ADDRESS = ("address", "city", "province", "postcode", "country")
TYPED = ("discount", "tax", "payment_days")


def names_of(db: Connection, ids: Iterable[int]) -> dict[int, str]:
    """The customers' names; the code of one whose particulars were erased."""
    rows = db.execute(select(CUSTOMER).where(CUSTOMER.c.id.in_(set(ids))))
    return {row.id: str(particulars.read(db, row.particulars).get("name") or row.code) for row in rows}


@router.get("/customers")
async def listed(request: Request) -> Response:
    asked = await asker(request, "see_orders")
    query = request.query_params
    words, page, retired = query.get("words", "")[:100], typed.page_of(query), "retired" in query

    def read(db: Connection) -> list[Any]:
        # one more than fits tells whether there is another page
        rows = customers.search(db, words, page=page, per_page=PER_PAGE, retired=retired)
        more = customers.search(db, words, page=page * PER_PAGE + 1, per_page=1, retired=retired)
        return [[_listed(row) for row in rows], bool(more)]

    rows, more = await reading(request, read)
    shown = {"words": words} if words else {}
    shown |= {"retired": "1"} if retired else {}
    return render(request, asked, "customers.html", "office", rows=rows, more=more, page=page, shown=shown)


def _listed(row: Any) -> dict[str, Any]:
    who, where = (msgspec.json.decode(text or "{}") for text in (row.who, row.where))
    return {"row": row, "who": who, "address": address_line(where)}


@router.get("/customers/new")
async def new(request: Request) -> Response:
    return await _shown(request, await asker(request, "edit_customers"), 0, {"payment_days": "30"})


@router.get("/customers/{id:int}")
async def one(request: Request, id: typed.Number) -> Response:
    asked = await asker(request, "see_orders")
    return await _shown(request, asked, id, await reading(request, lambda db: _said(db, id)))


@router.post("/customers/new")
async def made(request: Request) -> Response:
    return await _taken(request, 0)


@router.post("/customers/{id:int}")
async def changed(request: Request, id: typed.Number) -> Response:
    return await _taken(request, id)


async def _taken(request: Request, id: typed.Number) -> Response:
    asked = await asker(request, "edit_customers")
    form = await form_of(request)
    try:
        said = _form(form)
        told = await once(request, asked, form, lambda tx: _edited(tx, id, said))
    except Refusal as refusal:
        text = verdict_text(asked.language, refusal.code, refusal.fields, asked.zone)
        typed_values = {name: text_of(form, name) for name in (*PLAIN, *ADDRESS, *TYPED, "retired", "form")}
        return await _shown(request, asked, id, typed_values, refusal=text)
    return see_other(f"/customers/{told['customer']}")


def _edited(tx: Tx, id: int, said: CustomerForm) -> dict[str, Any]:
    return {"customer": customers.edit(tx, id or None, said)}


def _form(form: FormData) -> CustomerForm:
    days = typed.clean(text_of(form, "payment_days")) or "30"
    return CustomerForm(
        **{name: text_of(form, name).strip() for name in PLAIN},
        address={name: text_of(form, name) for name in ADDRESS if text_of(form, name).strip()},
        discount_bp=typed.basis_points(text_of(form, "discount")) or 0,
        tax_bp=typed.basis_points(text_of(form, "tax")),
        payment_days=typed.number(days, 0),
        retired=text_of(form, "retired") == "yes",
    )


def _said(db: Connection, id: int) -> dict[str, str]:
    """The customer as the form's fields say it."""
    row = customers.customer(db, id)
    if row is None:
        raise Refusal("customer_unknown", customer=str(id)[:20])
    who = particulars.read(db, row.particulars)
    where = particulars.read(db, row.ship_to) if row.ship_to else {}
    said = {name: str(who.get(name, "")) for name in ("name", "contact", "phone")}
    said |= {name: str(where.get(name, "")) for name in ADDRESS}
    said |= {"code": row.code, "level": row.level, "currency": row.currency, "payment_days": str(row.payment_days)}
    said |= {
        "discount": figures.percent(row.discount_bp) if row.discount_bp else "",
        "tax": figures.percent(row.tax_bp),
    }
    return {**said, "retired": "yes" if row.retired else ""}


async def _shown(request: Request, asked: Who, id: int, said: dict[str, str], *, refusal: str = "") -> Response:
    owed: dict[str, dict[str, int]] = {}
    if id and asked.may("see_money"):
        owed = await reading(request, lambda db: payments.balance(db, id))
    data = {"id": id, "said": said, "refusal": refusal, "owed": owed, "form_id": said.get("form") or new_uid()}
    return render(request, asked, "customer.html", "office", 409 if refusal else 200, **data)
