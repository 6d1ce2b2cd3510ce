"""The list of things to settle: what the house cannot decide by itself, told in words, closed by a person's own."""

import json
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy import Connection, func, select
from starlette.responses import Response

from floor import cases, people
from floor.cases import CASE
from floor.facts.station import CaseSettled
from floor.storage import journal
from web.page import acting, asker, fragment, reading, render, see_other

router = APIRouter()
PAGE = 30
Page = Annotated[int, Query(ge=1, le=100_000)]


@dataclass(frozen=True)
class Shown:
    row: Any
    fields: dict[str, Any]
    settler: str


def _read(db: Connection, settled: bool, page: int) -> dict[str, Any]:
    wanted = CASE.c.settled_at.is_not(None) if settled else CASE.c.settled_at.is_(None)
    total = db.scalar(select(func.count()).select_from(CASE).where(wanted)) or 0
    order = (CASE.c.settled_at.desc(), CASE.c.id.desc()) if settled else (CASE.c.id,)
    rows = db.execute(select(CASE).where(wanted).order_by(*order).limit(PAGE).offset((page - 1) * PAGE)).all()
    shown = [Shown(row, json.loads(row.fields), _settler(db, row)) for row in rows]
    return {"rows": shown, "total": total, "page": page, "pages": max(1, -(-total // PAGE)), "settled": settled}


def _settler(db: Connection, row: Any) -> str:
    """Who settled it, by the journal."""
    if row.settled_at is None:
        return ""
    entries = journal.history(db, f"case:{row.id}", most=5)
    person = next((entry.person for entry in entries if isinstance(entry.fact, CaseSettled)), 0)
    return people.names(db, [person]).get(person, "")


@router.get("/cases")
async def to_settle(request: Request, settled: bool = False, page: Page = 1) -> Response:
    asked = await asker(request, "see_stock")
    shown = await reading(request, lambda db: _read(db, settled, page))
    return render(request, asked, "cases.html", "office", **shown)


@router.get("/cases/fragment")
async def piece(request: Request, settled: bool = False, page: Page = 1) -> Response:
    asked = await asker(request, "see_stock")
    shown = await reading(request, lambda db: _read(db, settled, page))
    return fragment(asked, "cases_live.html", **shown)


@router.post("/cases/{case}")
async def settle(request: Request, case: int, how: Annotated[str, Form(max_length=500)] = "") -> Response:
    asked = await asker(request, "settle")
    await acting(request, asked, lambda tx: cases.settle(tx, case, how.strip()))
    return see_other("/cases")
