"""Orders: the list with filters and search, and one order whole; each row and page says how far it is in words."""

import json
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import Response

from floor.ledger import order_views
from floor.ledger.order_status import status_of
from floor.ledger.order_views import OrderFilter
from floor.refusal import Refusal
from web import typed
from web.compose import new_uid
from web.order_cells import address_line
from web.order_story import Story, tell
from web.page import asker, fragment, reading, render
from web.texts import sales
from web.who import Who

router = APIRouter()
PER_PAGE = 30
OPEN = ("draft", "in_review", "approved", "on_hold")


@router.get("/orders")
async def listed(request: Request) -> Response:
    asked = await asker(request, "see_orders")
    data = await reading(request, lambda db: _list(db, asked, dict(request.query_params)))
    return render(request, asked, "orders.html", "office", **data)


@router.get("/orders/list")
async def list_piece(request: Request) -> Response:
    """The list alone, fetched again when an order changed."""
    asked = await asker(request, "see_orders")
    data = await reading(request, lambda db: _list(db, asked, dict(request.query_params)))
    return fragment(asked, "orders_list.html", **data)


def _list(db: Connection, asked: Who, query: dict[str, str]) -> dict[str, Any]:
    sought, shown = _filter(asked, query)
    page = typed.page_of(query)
    if query.get("view") == "review":
        rows = order_views.to_review(db, asked.person)
        total, rows = len(rows), rows[(page - 1) * PER_PAGE : page * PER_PAGE]
    else:
        total = order_views.count(db, sought)
        rows = order_views.orders(db, sought, page=page, per_page=PER_PAGE)
    told = [(row, str(json.loads(row.who or "{}").get("name", "")), status_of(db, row.id)) for row in rows]
    pages = max(1, -(-total // PER_PAGE))
    return {"rows": told, "total": total, "page": page, "pages": pages, "shown": shown, "sales": sales}


def _filter(asked: Who, query: dict[str, str]) -> tuple[OrderFilter, dict[str, str]]:
    """The filter asked for, and the members of the address that say it; what cannot be read is no filter."""
    shown = {name: query[name][:100] for name in ("words", "state", "since", "until", "view") if query.get(name)}
    state, view = shown.get("state", ""), shown.get("view", "")
    sought = OrderFilter(
        states=OPEN if state == "open" else (state,) if state in sales.STATES else (),
        author=asked.person if view == "mine" else None,
        backorder=view == "backorder",
        words=shown.get("words", ""),
        since=_day(shown, "since"),
        until=_day(shown, "until"),
    )
    return sought, shown


def _day(shown: dict[str, str], name: str) -> date | None:
    try:
        return typed.day(shown.get(name, ""))
    except Refusal:
        del shown[name]
        return None


@router.get("/orders/{order:int}")
async def one(request: Request, order: int) -> Response:
    return await shown(request, await asker(request, "see_orders"), order)


@router.get("/orders/{order:int}/body")
async def body(request: Request, order: int) -> Response:
    """The order alone, fetched again when something of it changed."""
    asked = await asker(request, "see_orders")
    story = await reading(request, lambda db: tell(db, order, asked))
    return fragment(asked, "order_body.html", **told(story))


async def shown(
    request: Request, asked: Who, order: int, *, refusal: str = "", reason: str = "", status: int = 200
) -> Response:
    """The order's page, with what an act was refused for and the reason that had been typed."""
    story = await reading(request, lambda db: tell(db, order, asked))
    return render(request, asked, "order.html", "office", status, refusal=refusal, **told(story, reason))


def told(story: Story, reason: str = "") -> dict[str, Any]:
    return {
        "story": story,
        "order": story.view.head.id,
        "head": story.view.head,
        "standing": story.view.status,
        "sales": sales,
        "address_line": address_line,
        "reason": reason,
        "new_uid": new_uid,
    }
