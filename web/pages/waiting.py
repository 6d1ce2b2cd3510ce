"""What waits: parcels of the outbox with their reason, and the cases that a person must settle."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection, select
from starlette.responses import Response

from floor import cases
from floor.storage import outbox
from floor.storage.outbox import OUTBOX
from web.compose import Site
from web.page import acting, asker, reading, render, see_other

router = APIRouter()
MOST = 200


def _read(db: Connection) -> dict[str, Any]:
    waiting = select(OUTBOX).order_by(OUTBOX.c.error.desc(), OUTBOX.c.journal_id).limit(MOST)
    found = select(cases.CASE).where(cases.CASE.c.settled_at.is_(None)).order_by(cases.CASE.c.id).limit(MOST)
    open_cases = [{**row._mapping, "told": json.loads(row.fields)} for row in db.execute(found)]
    return {"rows": list(db.execute(waiting)), "cases": open_cases}


@router.get("/waiting")
async def waiting(request: Request) -> Response:
    asked = await asker(request, "see_stock")
    return render(request, asked, "waiting.html", "office", **await reading(request, _read))


@router.get("/cases")
async def to_settle(request: Request) -> Response:
    return await waiting(request)


@router.post("/waiting/retry")
async def retry(request: Request, target: Annotated[str, Form()], journal_id: Annotated[int, Form()]) -> Response:
    asked = await asker(request, "settle")
    site: Site = request.app.state.site
    await acting(request, asked, lambda tx: outbox.retry(tx.db, target, journal_id, site.clock()))
    return see_other("/waiting")


@router.post("/cases/{case}")
async def settle(request: Request, case: int, how: Annotated[str, Form(max_length=500)]) -> Response:
    asked = await asker(request, "settle")
    await acting(request, asked, lambda tx: cases.settle(tx, case, how))
    return see_other("/waiting")
