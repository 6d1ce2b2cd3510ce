"""Look-ups while an order is typed: customers and items by code, name or bar code, with terms, price and free stock."""

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from floor import policy
from floor.days import business_day
from floor.ledger import catalog, customers
from floor.ledger.currencies import PLACES
from floor.storage import particulars
from web import figures
from web.order_cells import address_line
from web.page import asker, reading
from web.shown import amount
from web.text import N_, texts

router = APIRouter(prefix="/orders/find")
MOST = 8
Found = list[dict[str, str]]


@router.get("/customers")
async def find_customers(request: Request, words: str = "") -> Response:
    """[{code, name, detail}], at most eight."""
    await asker(request, "see_orders")

    def read(db: Connection) -> Found:
        return [
            {
                "code": row.code,
                "name": str(particulars.read(db, row.particulars).get("name", "")),
                "detail": address_line(particulars.read(db, row.ship_to) if row.ship_to else {}),
            }
            for row in customers.search(db, words[:100], per_page=MOST)
        ]

    return JSONResponse(await reading(request, read))


@router.get("/items")
async def find_items(request: Request, words: str = "", currency: str = "") -> Response:
    """[{code, name, detail}] with price and what is free, at most eight."""
    asked = await asker(request, "enter_order")
    say = texts(asked.language).gettext
    at = request.app.state.site.clock()

    def read(db: Connection) -> Found:
        money = currency if currency in PLACES else policy.read(db, "currency")
        offers = catalog.search(db, words[:100], money, business_day(db, at), per_page=MOST)
        return [{"code": x.code, "name": f"{x.name} {x.spec}".strip(), "detail": detail(x, money)} for x in offers]

    def detail(offer: catalog.Offer, money: str) -> str:
        price = figures.price(offer.price_micro, money)
        free = say(N_("{free} {unit} free")).format(free=amount(offer.available, offer.scale), unit=offer.unit)
        return f"{price} {money} · {free}" if price else f"{say(N_('no price'))} · {free}"

    return JSONResponse(await reading(request, read))
