"""Enter an order or change a draft: a plain form whose figures the server works out; the script only asks more often."""

from typing import Any

import msgspec
from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, Response

from floor.carriers import CARRIERS
from floor.days import business_day
from floor.ledger import orders, sales_orders
from floor.ledger.customers import customer
from floor.refusal import Refusal
from floor.storage import particulars
from floor.storage.record import Tx
from floor.texts import text
from web import figures, typed
from web.compose import new_uid
from web.forms import form_of, once, text_of, texts_of
from web.order_cells import cells
from web.order_sketch import Sketch, TypedLine, TypedOrder, sketch
from web.page import asker, reading, render, see_other
from web.shown import amount
from web.texts.verdicts import verdict_text
from web.who import Who

router = APIRouter()
HEAD = tuple(name for name in TypedOrder.__struct_fields__ if name != "lines")
LINE = TypedLine.__struct_fields__


class Again(msgspec.Struct, frozen=True):
    """What a form shown again keeps: its id, and the revision of the draft that the person saw."""

    form_id: str
    revision: int = 0


@router.get("/orders/new")
async def new(request: Request) -> Response:
    asked = await asker(request, "enter_order")
    said = TypedOrder(customer=request.query_params.get("customer", "")[:80], lines=(TypedLine(),))
    return await _shown(request, asked, said, 0, Again(new_uid()))


@router.get("/orders/{order:int}/change")
async def change(request: Request, order: int) -> Response:
    asked = await asker(request, "enter_order")
    said, revision = await reading(request, lambda db: _draft(db, order))
    return await _shown(request, asked, said, order, Again(new_uid(), revision))


@router.post("/orders/new")
async def enter(request: Request) -> Response:
    return await _taken(request, 0)


@router.post("/orders/{order:int}/change")
async def changed(request: Request, order: int) -> Response:
    return await _taken(request, order)


@router.post("/orders/figures")
async def figured(request: Request) -> Response:
    """What the form as it stands comes to, in words, for the script; nothing is kept."""
    asked = await asker(request, "enter_order")
    form = await form_of(request)
    made = await _sketch(request, _typed(form), typed.whole_of(_texts(form), "order"))
    return JSONResponse(cells(made, asked.language))


def _texts(form: FormData) -> dict[str, str]:
    return {"order": text_of(form, "order"), "revision": text_of(form, "revision")}


def _typed(form: FormData) -> TypedOrder:
    columns = {name: texts_of(form, f"line_{name}") for name in LINE}
    if len({len(column) for column in columns.values()}) != 1:
        raise Refusal("malformed", detail="rows of unequal length")
    rows = (TypedLine(*values) for values in zip(*columns.values(), strict=True))
    return TypedOrder(**{name: text_of(form, name) for name in HEAD}, lines=tuple(rows))


async def _sketch(request: Request, said: TypedOrder, order: int) -> Sketch:
    at = request.app.state.site.clock()

    def read(db: Connection) -> Sketch:
        before = sales_orders.must(db, order) if order else None
        return sketch(db, said, business_day(db, at), before)

    return await reading(request, read)


async def _taken(request: Request, order: int) -> Response:
    """`do` of the pressed button: figures, add, remove:ROW, save (stay a draft), next (look once more, then submit)."""
    asked = await asker(request, "enter_order")
    form = await form_of(request)
    said, do = _typed(form), text_of(form, "do")
    again = Again(text_of(form, "form"), typed.whole_of(_texts(form), "revision"))
    if do not in ("save", "next"):
        return await _shown(request, asked, _rearranged(said, do), order, again)
    made = await _sketch(request, said, order)
    if not made.standing():
        return await _shown(request, asked, said, order, again, made=made)
    try:
        told = await once(request, asked, form, lambda tx: _kept(tx, made, order, again.revision))
    except Refusal as refusal:
        text = verdict_text(asked.language, refusal.code, refusal.fields, asked.zone)
        return await _shown(request, asked, said, order, again, made=made, refusal=text)
    return see_other(f"/orders/{told['order']}" + ("/submit" if do == "next" else ""))


def _rearranged(said: TypedOrder, do: str) -> TypedOrder:
    lines = list(said.lines)
    word, _, row = do.partition(":")
    if word == "add":
        lines.append(TypedLine())
    if word == "remove" and row.isascii() and row.isdigit() and int(row[:6]) < len(lines):
        del lines[int(row)]
    return msgspec.structs.replace(said, lines=tuple(lines or [TypedLine()]))


def _kept(tx: Tx, made: Sketch, order: int, revision: int) -> dict[str, Any]:
    before = sales_orders.must(tx.db, order) if order else None
    form = made.form(before)
    form.ship_to = _ship_to(tx, made, before)
    if before is None:
        return {"order": orders.enter(tx, form)}
    orders.change(tx, order, form, revision)
    return {"order": order}


def _ship_to(tx: Tx, made: Sketch, before: Any | None) -> int | None:
    """None: the customer's usual address; else the id of the typed one, kept anew only where it says something new."""
    said = made.typed
    if not said.ship_address.strip():
        return None
    parts = {"name": said.ship_name, "phone": said.ship_phone, "address": said.ship_address}
    old = particulars.read(tx.db, before.ship_to) if before is not None and before.ship_to else {}
    if before is not None and all(str(old.get(name, "")) == value.strip() for name, value in parts.items()):
        return int(before.ship_to)
    return particulars.keep(tx.db, "address", {name: text(name, value) for name, value in parts.items()})


async def _shown(
    request: Request,
    asked: Who,
    said: TypedOrder,
    order: int,
    again: Again,
    *,
    made: Sketch | None = None,
    refusal: str = "",
) -> Response:
    """The form with what was typed; `made` where somebody wanted it kept and it could not be."""
    status = 409 if made is not None else 200
    made = made or await _sketch(request, said, order)
    if not said.customer and status == 200:
        made.wrong.pop("customer")  # an empty form is no mistake yet
    data = {
        "order": order,
        "revision": again.revision,
        "form_id": again.form_id,
        "said": said,
        "cells": cells(made, asked.language),
        "carriers": [(code, CARRIERS[code][0]) for code in CARRIERS],
        "refusal": refusal,
    }
    return render(request, asked, "order_form.html", "office", status, **data)


def _draft(db: Connection, order: int) -> tuple[TypedOrder, int]:
    """A draft as somebody would type it; the list's prices and the customer's terms are left to themselves."""
    row = sales_orders.must(db, order)
    who = customer(db, row.customer)
    assert who is not None
    elsewhere = particulars.read(db, row.ship_to) if row.ship_to not in (0, who.ship_to) else {}
    said = TypedOrder(
        customer=who.code,
        reference=row.reference,
        due=row.due_date.isoformat() if row.due_date else "",
        carrier=row.carrier,
        service=row.service,
        freight=figures.money_typed(row.freight_minor, row.currency),
        remark=row.remark,
        ship_name=str(elsewhere.get("name", "")),
        ship_phone=str(elsewhere.get("phone", "")),
        ship_address=str(elsewhere.get("address", "")),
        lines=tuple(_typed_line(line, row.currency, who.discount_bp) for line in sales_orders.lines(db, order)),
    )
    return said, row.revision


def _typed_line(line: Any, currency: str, discount_bp: int) -> TypedLine:
    return TypedLine(
        item=line.code,
        quantity=amount(line.quantity, line.scale),
        price="" if line.price_micro == line.list_micro else figures.price_typed(line.price_micro, currency),
        reason=line.price_reason,
        discount="" if line.discount_bp == discount_bp else figures.percent(line.discount_bp) or "0",
        due=line.due_date.isoformat() if line.due_date else "",
        remark=line.remark,
    )
