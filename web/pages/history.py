"""A document's history: every fact that touched it, with who, when and where; newest first."""

from typing import Any

import msgspec
from fastapi import APIRouter, Request
from sqlalchemy import Connection, select
from starlette.responses import Response

from floor.people import PERSON
from floor.storage import journal, particulars
from web.page import asker, reading, render
from web.texts.facts import fact_name

router = APIRouter()
PAGE = 50


def _rows(db: Connection, document: str, before: int, lang: str) -> list[dict[str, Any]]:
    entries = journal.history(db, document, before, PAGE)
    names = _names(db, {entry.person for entry in entries})
    return [
        {
            "id": entry.id,
            "at": entry.at,
            "kind": fact_name(lang, type(entry.fact).__name__),
            "who": names.get(entry.person, ""),
            "device": entry.device,
            "said": _said(msgspec.to_builtins(entry.fact)),
        }
        for entry in entries
    ]


def _names(db: Connection, people: set[int]) -> dict[int, str]:
    rows = db.execute(select(PERSON.c.id, PERSON.c.particulars).where(PERSON.c.id.in_(people))).all()
    return {row.id: str(particulars.read(db, row.particulars).get("name", "")) for row in rows}


def _said(fact: dict[str, Any]) -> str:
    """The fact's own plain members, in a line."""
    return " · ".join(f"{name} {value}" for name, value in fact.items() if isinstance(value, str | int) and value != "")


@router.get("/history/{document}")
async def history(request: Request, document: str, before: int = 2**62) -> Response:
    asked = await asker(request, "see_stock")
    rows = await reading(request, lambda db: _rows(db, document[:100], before, asked.language))
    more = rows[-1]["id"] if len(rows) == PAGE else 0
    return render(request, asked, "history.html", "office", document=document[:100], rows=rows, more=more)
