"""Items and their stock: found by code, name or a scan; one item with its codes, places, lots, serials and movements."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy import ColumnElement, Connection, func, or_, select
from starlette.responses import Response

from floor import barcode
from floor import items as things
from floor.check_digit import BadCode
from floor.items import ITEM, ITEM_CODE
from floor.movements import movements
from floor.refusal import Refusal
from floor.stock import COUNT_TASK, SERIAL, STOCK
from floor.storage.journal import NEWEST
from web.page import asker, fragment, reading, render
from web.typed import Number
from web.who import Who

router = APIRouter()
PAGE, MOVES, SERIALS = 50, 30, 100
OURS = ~STOCK.c.place.like("@%")
Find = Annotated[str, Query(max_length=200)]
Page = Annotated[int, Query(ge=1, le=100_000)]
Before = Annotated[int, Query(ge=1, le=NEWEST)]


def _wanted(db: Connection, find: str) -> ColumnElement[bool]:
    """Items that a scanned code means, else those that the text is a part of."""
    shown = ITEM.c.retired.is_(False)
    if not find:
        return shown
    scanned = _meant(db, find)
    if scanned:
        return shown & ITEM.c.id.in_(scanned)
    by_code = select(ITEM_CODE.c.item).where(ITEM_CODE.c.code.contains(find, autoescape=True))
    named = [column.icontains(find, autoescape=True) for column in (ITEM.c.code, ITEM.c.name, ITEM.c.name_en)]
    return shown & or_(*named, ITEM.c.id.in_(by_code))


def _meant(db: Connection, find: str) -> list[int]:
    try:
        return [row.id for row in things.meant_by(db, barcode.read(find, None))]
    except BadCode:
        return []


def _list(db: Connection, find: str, page: int) -> tuple[list[Any], int]:
    wanted = _wanted(db, find)
    sums = select(
        STOCK.c.item,
        func.sum(STOCK.c.on_hand).label("on_hand"),
        func.sum(STOCK.c.allocated).label("allocated"),
        func.count(STOCK.c.place.distinct()).label("places"),
    )
    held = sums.where(OURS, STOCK.c.on_hand != 0).group_by(STOCK.c.item).subquery()
    columns = [func.coalesce(held.c[name], 0).label(name) for name in ("on_hand", "allocated", "places")]
    found = select(ITEM, *columns).outerjoin(held, held.c.item == ITEM.c.id).where(wanted).order_by(ITEM.c.code)
    total = db.scalar(select(func.count()).select_from(ITEM).where(wanted)) or 0
    return list(db.execute(found.limit(PAGE).offset((page - 1) * PAGE))), total


@router.get("/items")
async def items(request: Request, find: Find = "", page: Page = 1) -> Response:
    asked = await asker(request, "see_stock")
    find = find.strip()
    rows, total = await reading(request, lambda db: _list(db, find, page))
    pages = max(1, -(-total // PAGE))
    return render(request, asked, "items.html", "office", rows=rows, total=total, page=page, pages=pages, find=find)


def _one(db: Connection, number: int, before: int) -> dict[str, Any]:
    row = db.execute(select(ITEM).where(ITEM.c.id == number)).first()
    if row is None:
        raise Refusal("item_unknown", value=number)
    codes = select(ITEM_CODE).where(ITEM_CODE.c.item == number).order_by(ITEM_CODE.c.quantity, ITEM_CODE.c.code)
    places = select(STOCK).where(STOCK.c.item == number, OURS, STOCK.c.on_hand != 0)
    counts = select(COUNT_TASK).where(COUNT_TASK.c.item == number, COUNT_TASK.c.settled.is_(False))
    serials = select(SERIAL).where(SERIAL.c.item == number, ~SERIAL.c.place.like("@%"))
    moves = movements(db, number, before, MOVES + 1)
    return {
        "item": row,
        "codes": list(db.execute(codes)),
        "places": list(db.execute(places.order_by(STOCK.c.place, STOCK.c.lot))),
        "counts": list(db.execute(counts.order_by(COUNT_TASK.c.id))),
        "serials": list(db.execute(serials.order_by(SERIAL.c.place, SERIAL.c.serial).limit(SERIALS))),
        "moves": moves[:MOVES],
        "older": moves[MOVES - 1].id if len(moves) > MOVES else 0,
        "before": before,
    }


async def _read(request: Request, asked: Who, number: int, before: int) -> dict[str, Any]:
    return await reading(request, lambda db: _one(db, number, before))


@router.get("/items/{number}")
async def item(request: Request, number: Number, before: Before = NEWEST) -> Response:
    asked = await asker(request, "see_stock")
    return render(request, asked, "item.html", "office", **await _read(request, asked, number, before))


@router.get("/items/{number}/fragment")
async def piece(request: Request, number: Number, before: Before = NEWEST) -> Response:
    asked = await asker(request, "see_stock")
    return fragment(asked, "item_live.html", **await _read(request, asked, number, before))
