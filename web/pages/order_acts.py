"""What a person does with an order: look once more and submit, approve or reject, release, hold, resume, cancel, close short."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import Response

from floor.ledger import duplicates, ending, holds, releasing, review, sales_orders
from floor.refusal import Refusal
from floor.storage.record import Tx
from web import typed
from web.forms import form_of, once, text_of
from web.order_story import RIGHTS, tell
from web.page import asker, reading, render, see_other
from web.pages.orders import shown, told
from web.texts.verdicts import verdict_text

router = APIRouter()
Act = Callable[[Tx, int, str, int], Any]
ACTS: dict[str, Act] = {
    "submit": lambda tx, order, why, revision: review.submit(tx, order, revision or None),
    "approve": lambda tx, order, why, revision: review.approve(tx, order, revision or None),
    "reject": lambda tx, order, why, revision: review.reject(tx, order, why),
    "release": lambda tx, order, why, revision: releasing.release(tx, order),
    "hold": lambda tx, order, why, revision: releasing.hold(tx, order, why),
    "resume": lambda tx, order, why, revision: releasing.resume(tx, order),
    "cancel": lambda tx, order, why, revision: ending.cancel(tx, order, why),
    "short_close": lambda tx, order, why, revision: ending.short_close(tx, order, why),
}


@router.get("/orders/{order:int}/submit")
async def look(request: Request, order: int) -> Response:
    """The second look: all that was entered, read back, with what a reviewer will stumble over."""
    asked = await asker(request, "enter_order")
    story, doubts = await reading(request, lambda db: (tell(db, order, asked), _doubts(db, order)))
    return render(request, asked, "order_look.html", "office", doubts=doubts, refusal="", **told(story))


def _doubts(db: Connection, order: int) -> dict[str, Any]:
    row, lines = sales_orders.must(db, order), sales_orders.lines(db, order)
    free = holds.available(db, row.warehouse, {line.item for line in lines})
    held = holds.plan([(line.line, line.item, line.quantity) for line in lines], free)
    return {
        "held": {line.line: line.quantity for line in held},
        "unpriced": [line.line for line in lines if line.price_micro is None],
        "off_list": [line for line in lines if line.price_micro != line.list_micro and line.list_micro is not None],
        "twice": sorted({*duplicates.same_reference(db, row), *duplicates.equal_lines(db, row, lines)}),
    }


@router.post("/orders/{order:int}/act/{act}")
async def done(request: Request, order: int, act: str) -> Response:
    """One of ACTS, in the name of the signed-in person; a refusal shows on the order's page with the reason still typed."""
    if act not in ACTS:
        raise Refusal("malformed", detail="no such act")
    asked = await asker(request, RIGHTS[act])
    form = await form_of(request)
    why, revision = text_of(form, "reason"), typed.whole_of({"revision": text_of(form, "revision")}, "revision")

    def run(tx: Tx) -> dict[str, Any]:
        ACTS[act](tx, order, why, revision)
        return {"order": order}

    try:
        await once(request, asked, form, run, about=f"order:{order}")
    except Refusal as refusal:
        text = verdict_text(asked.language, refusal.code, refusal.fields, asked.zone)
        return await shown(request, asked, order, refusal=text, reason=why, status=409)
    return see_other(f"/orders/{order}")
