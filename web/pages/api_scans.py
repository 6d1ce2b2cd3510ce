"""What became of scans, for programs that stand behind a plain reader: it has no screen to show a verdict on."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection, select
from starlette.responses import JSONResponse, Response

from floor.facts.station import Refused
from floor.reply import decode
from floor.storage.journal import JOURNAL, entry_of
from floor.storage.requests import REQUEST
from web.page import asker, reading
from web.typed import Number

router = APIRouter(prefix="/api")
MOST = 500
_after = (
    select(JOURNAL, REQUEST.c.reply)
    .join(REQUEST, REQUEST.c.id == JOURNAL.c.cause)
    .where(~JOURNAL.c.device.in_(("", "office", "import")), ~JOURNAL.c.device.like("station:%"))
    .order_by(JOURNAL.c.id)
    .limit(MOST)
)


@router.get("/scans")
async def scans(request: Request, after: Number = 0) -> Response:
    """Scans judged after a journal id, oldest first, each once.

    `id` is the last journal row that the scan wrote, `scan` its own id, `codes` what was scanned where it was refused.
    """
    await asker(request, "see_floor")
    return JSONResponse(await reading(request, lambda db: judged(db, after)))


def judged(db: Connection, after: int) -> list[dict[str, Any]]:
    found: dict[tuple[str, bool], dict[str, Any]] = {}
    for row in db.execute(_after.where(JOURNAL.c.id > after)):
        fact = entry_of(row).fact
        told = _refused(fact) if isinstance(fact, Refused) else _taken(row.reply)
        found[row.cause, told["accepted"]] = {"id": row.id, "scan": row.cause, "device": row.device, **told}
    return list(found.values())


def _taken(stored: bytes) -> dict[str, Any]:
    reply = decode(stored)
    note = reply.note.id if reply.note else None
    return {"code": reply.code, "accepted": reply.accepted, "fields": reply.fields, "note": note, "codes": []}


def _refused(fact: Refused) -> dict[str, Any]:
    """By the fact alone: under a reused id another request's answer is stored, perhaps no scan's."""
    told = {"code": fact.code, "accepted": False, "fields": fact.fields, "note": fact.note}
    return {**told, "station": fact.station, "codes": list(fact.codes)}
