"""Items and their stock: found by code, name or barcode; one item with its codes, places and lots."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import ColumnElement, Connection, func, or_, select
from starlette.responses import Response

from floor.items import ITEM, ITEM_CODE
from floor.refusal import Refusal
from floor.stock import STOCK
from web.page import asker, reading, render

router = APIRouter()
PAGE = 50
OURS = ~STOCK.c.place.like("@%")


def _list(db: Connection, find: str, page: int) -> tuple[list[Any], int]:
    wanted: ColumnElement[bool] = ITEM.c.retired.is_(False)
    if find:
        by_code = select(ITEM_CODE.c.item).where(ITEM_CODE.c.code.contains(find, autoescape=True))
        named = [column.icontains(find, autoescape=True) for column in (ITEM.c.code, ITEM.c.name, ITEM.c.name_en)]
        wanted = wanted & or_(*named, ITEM.c.id.in_(by_code))
    sums = select(
        STOCK.c.item, func.sum(STOCK.c.on_hand).label("on_hand"), func.sum(STOCK.c.allocated).label("allocated")
    )
    held = sums.where(OURS).group_by(STOCK.c.item).subquery()
    columns = (func.coalesce(held.c.on_hand, 0).label("on_hand"), func.coalesce(held.c.allocated, 0).label("allocated"))
    found = select(ITEM, *columns).outerjoin(held, held.c.item == ITEM.c.id).where(wanted).order_by(ITEM.c.code)
    total = db.scalar(select(func.count()).select_from(ITEM).where(wanted)) or 0
    return list(db.execute(found.limit(PAGE).offset((page - 1) * PAGE))), total


@router.get("/items")
async def items(request: Request, find: str = "", page: int = 1) -> Response:
    asked = await asker(request, "see_stock")
    page = min(max(page, 1), 100_000)
    rows, total = await reading(request, lambda db: _list(db, find[:80], page))
    pages = max(1, -(-total // PAGE))
    return render(request, asked, "items.html", "office", rows=rows, total=total, page=page, pages=pages, find=find)


@router.get("/items/{number}")
async def item(request: Request, number: int) -> Response:
    asked = await asker(request, "see_stock")

    def read(db: Connection) -> dict[str, Any]:
        row = db.execute(select(ITEM).where(ITEM.c.id == number)).first()
        if row is None:
            raise Refusal("item_unknown", value=number)
        codes = select(ITEM_CODE).where(ITEM_CODE.c.item == number).order_by(ITEM_CODE.c.quantity)
        places = select(STOCK).where(STOCK.c.item == number, OURS, STOCK.c.on_hand != 0).order_by(STOCK.c.place)
        return {"item": row, "codes": list(db.execute(codes)), "places": list(db.execute(places))}

    return render(request, asked, "item.html", "office", **await reading(request, read))
