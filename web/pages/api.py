"""The office's acts as JSON, for programs: the same rights and ids as the pages; an id sent again gets its first answer."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import APIRouter, Request
from sqlalchemy import Connection, select
from starlette.responses import JSONResponse, Response

from floor import deliveries, parcels, shipping
from floor.deliveries import left
from floor.items import ITEM, ITEM_CODE
from floor.ledger import customers, ending, invoices, orders, payments, releasing, review, sales_orders
from floor.ledger.order_status import status_of
from floor.ledger.receivables import must as must_invoice
from floor.ledger.receivables import of_order
from floor.refusal import Refusal
from floor.stock import SERIAL, STOCK
from floor.storage import requests
from floor.storage.record import Tx
from web.page import acting, asker, reading
from web.scan import problem
from web.typed import Number

router = APIRouter(prefix="/api")
T = TypeVar("T")
write = msgspec.json.Encoder().encode


class ApiLine(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`item` is the item's code; `quantity` in its smallest unit."""

    item: str
    quantity: int
    price_micro: int | None = None
    price_reason: str = ""
    discount_bp: int | None = None


class ApiOrder(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`customer` is the customer's code."""

    id: requests.Id
    customer: str
    lines: list[ApiLine]
    carrier: str = ""
    remark: str = ""
    reference: str = ""


class ApiDecision(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    id: requests.Id
    reason: str = ""


class ApiPayment(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    id: requests.Id
    invoice: int
    amount_minor: int


class ApiTransit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A carrier's word on a parcel: `state` as in floor.words.TransitState, `at` with its offset from UTC, now if absent."""

    id: requests.Id
    tracking: str
    state: str
    at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    reason: str = ""


async def body(request: Request, right: str, kind: type[T]) -> T:
    """The content of a request by somebody who may ask it."""
    await asker(request, right)
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.DecodeError as error:
        raise Refusal("malformed", detail=str(error)) from None


async def change(request: Request, right: str, content: Any, act: Callable[[Tx], dict[str, Any]]) -> Response:
    """Run the act once for the content's id, in the name of the signed-in person."""
    asked = await asker(request, right)
    digest = requests.digest([request.url.path, {**msgspec.to_builtins(content), "id": ""}])
    stored = await acting(
        request, asked, lambda tx: requests.once(tx, content.id, digest, lambda tx: write(act(tx))), cause=content.id
    )
    return Response(stored, media_type="application/json")


@router.post("/orders")
async def enter(request: Request) -> Response:
    content = await body(request, "enter_order", ApiOrder)
    return await change(request, "enter_order", content, lambda tx: {"order": orders.enter(tx, _form(tx, content))})


def _form(tx: Tx, content: ApiOrder) -> orders.OrderForm:
    customer = customers.by_code(tx.db, content.customer)
    if customer is None:
        raise Refusal("customer_unknown", customer=content.customer[:40])
    lines = tuple(
        orders.LineForm(
            item=_item(tx, line.item),
            quantity=line.quantity,
            price_micro=line.price_micro,
            price_reason=line.price_reason,
            discount_bp=line.discount_bp,
        )
        for line in content.lines
    )
    return orders.OrderForm(
        customer=customer.id,
        lines=lines,
        carrier=content.carrier,
        remark=content.remark,
        reference=content.reference,
    )


def _item(tx: Tx, code: str) -> int:
    number = tx.db.scalar(select(ITEM.c.id).where(ITEM.c.code == code))
    if number is None:
        raise Refusal("item_unknown", value=code[:40])
    return int(number)


DECISIONS: dict[str, tuple[str, Callable[[Tx, int, str], Any]]] = {
    "submit": ("enter_order", lambda tx, order, why: review.submit(tx, order)),
    "approve": ("approve_order", lambda tx, order, why: review.approve(tx, order)),
    "reject": ("approve_order", review.reject),
    "release": ("release_order", lambda tx, order, why: releasing.release(tx, order)),
    "hold": ("hold_order", releasing.hold),
    "resume": ("hold_order", lambda tx, order, why: releasing.resume(tx, order)),
    "cancel": ("cancel_order", ending.cancel),
}


@router.post("/orders/{order}/invoice")
async def invoice(request: Request, order: Number) -> Response:
    content = await body(request, "invoice", ApiDecision)

    def act(tx: Tx) -> dict[str, Any]:
        number = invoices.post(tx, order=order)
        row, _ = must_invoice(tx.db, number)
        return {"invoice": number, "number": number, "total_minor": row.total_minor, "net_minor": row.net_minor}

    return await change(request, "invoice", content, act)


@router.post("/orders/{order}/{decision}")
async def decide(request: Request, order: Number, decision: str) -> Response:
    """submit, approve, reject, release, hold, resume or cancel."""
    if decision not in DECISIONS:
        return problem(404, "unknown_decision", f"one of {', '.join(DECISIONS)}")
    right, act = DECISIONS[decision]
    content = await body(request, right, ApiDecision)

    def decided(tx: Tx) -> dict[str, Any]:
        act(tx, order, content.reason)
        return {"order": order, "state": sales_orders.must(tx.db, order).state}

    return await change(request, right, content, decided)


@router.post("/payments")
async def pay(request: Request) -> Response:
    """Record a payment of an invoice's customer and settle the invoice with it."""
    content = await body(request, "pay", ApiPayment)

    def act(tx: Tx) -> dict[str, Any]:
        row, _ = must_invoice(tx.db, content.invoice)
        payment = payments.take(tx, row.customer, row.currency, content.amount_minor, method="transfer")
        payments.allocate(tx, payment, content.invoice)
        return {"payment": payment}

    return await change(request, "pay", content, act)


@router.get("/orders/{order}")
async def one_order(request: Request, order: Number) -> Response:
    await asker(request, "see_orders")

    def read(db: Connection) -> dict[str, Any]:
        head, status = sales_orders.must(db, order), status_of(db, order)
        standing = {name: getattr(status, name) for name in ("state", "shipping", "billing", "payment", "floor")}
        lines = sales_orders.lines(db, order)
        return {
            "order": order,
            **standing,
            "net_minor": sum(line.net_minor for line in lines),
            "freight_minor": head.freight_minor,
            "currency": head.currency,
            "notes": [{"note": row.id, "state": row.state} for row in sales_orders.notes(db, order)],
            "invoices": [
                {"invoice": x.number, "number": x.number, "total_minor": x.total_minor, "open_minor": x.open_minor}
                for x in of_order(db, order)
            ],
        }

    return JSONResponse(await reading(request, read))


@router.get("/notes/{note}")
async def one_note(request: Request, note: Number) -> Response:
    """A note with its stops, what fits them, and its parcels."""
    await asker(request, "see_floor")
    return JSONResponse(await reading(request, lambda db: _note(db, note)))


def _note(db: Connection, note: int) -> dict[str, Any]:
    row = deliveries.note(db, note)
    if row is None:
        raise Refusal("note_unknown", scanned=note)
    fields = ("line", "item", "code", "ordered", "picked", "shorted", "packed", "shipped")
    return {
        "note": note,
        "order": row.order,
        "state": row.state,
        "lines": [{name: getattr(line, name) for name in fields} for line in deliveries.lines(db, note)],
        "tasks": [_task(db, task) for task in deliveries.tasks(db, note)],
        "parcels": [
            {name: getattr(p, name) for name in ("id", "number", "sscc", "state", "label", "tracking")}
            for p in parcels.of_note(db, note)
        ],
    }


def _task(db: Connection, task: Any) -> dict[str, Any]:
    codes = db.execute(select(ITEM_CODE).where(ITEM_CODE.c.item == task.item).order_by(ITEM_CODE.c.quantity)).all()
    serials = select(SERIAL.c.serial).where(SERIAL.c.item == task.item, SERIAL.c.place == task.place)
    expiry = select(STOCK.c.expiry).where(
        STOCK.c.item == task.item, STOCK.c.place == task.place, STOCK.c.lot == task.lot
    )
    until = db.scalar(expiry)
    return {
        "line": task.line,
        "place": task.place,
        "bin_first": bool(task.bin_first),
        "item": task.item,
        "code": task.code,
        "tracking": task.tracking,
        "codes": [{"code": row.code, "quantity": row.quantity} for row in codes],
        "gtin": next((row.code for row in codes if row.quantity == 1), ""),
        "lot": task.lot,
        "expiry": until.isoformat() if until else None,
        "serials": list(db.scalars(serials.limit(50))) if task.tracking == "serial" else [],
        "left": left(task),
    }


@router.post("/tracking")
async def transit(request: Request) -> Response:
    """`news` is False where the word is known already."""
    content = await body(request, "track", ApiTransit)

    def act(tx: Tx) -> dict[str, Any]:
        return {"news": shipping.carrier_says(tx, content.tracking, content.state, content.at, content.reason)}

    return await change(request, "track", content, act)
