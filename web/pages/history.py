"""A document's history: every fact that touched it, in words, with who, when and where; newest first."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from floor.storage.journal import NEWEST
from web.history import told
from web.page import asker, reading, render
from web.texts.facts import document_name

router = APIRouter()
PAGE = 50
RIGHTS = {  # what may not be read by everybody who sees stock
    "order": "see_orders",
    "customer": "see_orders",
    "price": "see_orders",
    "invoice": "see_money",
    "payment": "see_money",
    "person": "see_devices",
}


@router.get("/history/{document}")
async def history(request: Request, document: str, before: Annotated[int, Query(ge=1, le=NEWEST)] = NEWEST) -> Response:
    document = document[:100]
    asked = await asker(request, RIGHTS.get(document.partition(":")[0], "see_stock"))
    rows = await reading(request, lambda db: told(db, document, asked, before, PAGE + 1))
    more = rows[PAGE - 1].id if len(rows) > PAGE else 0
    title = document_name(asked.language, document)
    shown: dict[str, Any] = {
        "document": document,
        "name": title,
        "rows": rows[:PAGE],
        "more": more,
        "first": before == NEWEST,
    }
    return render(request, asked, "history.html", "office", **shown)
