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
async def scans(request: Request, after: int = 0) -> Response:
    """Scans judged after a journal id, oldest first, each once.

    `id` is the last journal row that the scan wrote, `scan` its own id, `codes` what was scanned where it was refused.
    """
    await asker(request, "see_floor")
    return JSONResponse(await reading(request, lambda db: judged(db, after)))


def judged(db: Connection, after: int) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in db.execute(_after.where(JOURNAL.c.id > after)):
        reply, fact = decode(row.reply), entry_of(row).fact
        told = {"scan": row.cause, "device": row.device, "code": reply.code, "accepted": reply.accepted}
        told |= {"fields": reply.fields, "note": reply.note.id if reply.note else None}
        if isinstance(fact, Refused):
            told |= {"station": fact.station, "codes": list(fact.codes)}
        found[row.cause] = {"id": row.id, "codes": [], **told}
    return list(found.values())
