"""List prices: what an item costs in which currency from which day on; a promotion is a price with an end."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection, select
from starlette.responses import Response

from floor import policy
from floor.days import business_day
from floor.items import ITEM
from floor.ledger import catalog, pricing
from floor.refusal import Refusal
from floor.storage.record import Tx
from web import typed
from web.compose import new_uid
from web.forms import form_of, once, text_of
from web.page import asker, reading, render, see_other
from web.texts.verdicts import verdict_text
from web.who import Who

router = APIRouter()
PER_PAGE = 30
FIELDS = ("price", "currency", "valid_from", "valid_to", "form")


@router.get("/prices")
async def listed(request: Request) -> Response:
    asked = await asker(request, "edit_prices")
    words, page = request.query_params.get("words", "")[:100], typed.page_of(request.query_params)
    at = request.app.state.site.clock()

    def read(db: Connection) -> dict[str, Any]:
        currency, on = policy.read(db, "currency"), business_day(db, at)
        rows = catalog.search(db, words, currency, on, page=page, per_page=PER_PAGE)
        more = bool(catalog.search(db, words, currency, on, page=page * PER_PAGE + 1, per_page=1))
        return {"rows": rows, "more": more and len(rows) == PER_PAGE, "currency": currency}

    shown = {"words": words} if words else {}
    data = await reading(request, read)
    return render(request, asked, "prices.html", "office", page=page, shown=shown, **data)


@router.get("/prices/{item:int}")
async def one(request: Request, item: typed.Number) -> Response:
    return await _shown(request, await asker(request, "edit_prices"), item, {})


@router.post("/prices/{item:int}")
async def set_price(request: Request, item: typed.Number) -> Response:
    asked = await asker(request, "edit_prices")
    form = await form_of(request)
    said = {name: text_of(form, name) for name in FIELDS}
    try:
        price = typed.number(said["price"], 6)
        begins, ends = typed.day(said["valid_from"]), typed.day(said["valid_to"])

        def act(tx: Tx) -> dict[str, Any]:
            currency = said["currency"].strip().upper()
            return {"news": pricing.set_price(tx, item, currency, price, valid_from=begins, valid_to=ends)}

        await once(request, asked, form, act)
    except Refusal as refusal:
        text = verdict_text(asked.language, refusal.code, refusal.fields, asked.zone)
        return await _shown(request, asked, item, said, refusal=text)
    return see_other(f"/prices/{item}")


async def _shown(request: Request, asked: Who, item: int, said: dict[str, str], *, refusal: str = "") -> Response:
    at = request.app.state.site.clock()

    def read(db: Connection) -> dict[str, Any]:
        row = db.execute(select(ITEM).where(ITEM.c.id == item)).first()
        if row is None:
            raise Refusal("item_unknown", value=str(item)[:20])
        currency, today = policy.read(db, "currency"), business_day(db, at).isoformat()
        return {"row": row, "prices": pricing.of_item(db, item), "currency": currency, "today": today}

    data = await reading(request, read)
    data |= {"said": said, "refusal": refusal, "form_id": said.get("form") or new_uid()}
    return render(request, asked, "price.html", "office", 409 if refusal else 200, **data)
