"""GET /events: the live feed as server-sent events; a beat is an event of its own, so that a page notices silence."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection, and_, or_, select
from sse_starlette import EventSourceResponse, ServerSentEvent

from floor.reply import decode
from floor.stations import STATION, TOKEN
from floor.words import StationKind
from web import live
from web.compose import Site
from web.live import Heard
from web.page import asker, reading
from web.scan import answer
from web.who import Who, who

router = APIRouter()


def readers_of(db: Connection, station: Any) -> frozenset[str]:
    """The tokens whose scans this station's screen shows: its own devices', and those of the gates at its door."""
    mine = STATION.c.id == station.id
    if station.door:
        mine = or_(mine, and_(STATION.c.door == station.door, STATION.c.kind == StationKind.GATE))
    found = select(TOKEN.c.hash).join(STATION, STATION.c.id == TOKEN.c.station)
    return frozenset(db.scalars(found.where(mine, TOKEN.c.revoked.is_(False))))


def _shown(heard: Heard, asked: Who) -> str:
    verdict = answer(decode(heard.reply), asked.language, asked.zone).decode()
    return f'{{"codes": {json.dumps(heard.codes)}, "verdict": {verdict}}}'


@router.get("/events")
async def events(request: Request, last: int | None = None) -> EventSourceResponse:
    """`{"subject": "note:17", "id": n}` for each changed document after `last` (or Last-Event-ID), then as they come.

    `verdict` events tell a station's screen what its readers, and the gates of its door, have scanned.
    """
    asked = await asker(request)
    site: Site = request.app.state.site
    resumed = request.headers.get("last-event-id", "")
    cursor = int(resumed) if resumed.isascii() and resumed.isdigit() else last

    tokens = (
        await reading(request, lambda db: readers_of(db, asked.station)) if asked.station is not None else frozenset()
    )

    async def stream() -> AsyncIterator[ServerSentEvent]:
        checked = time.monotonic()
        async for change in site.feed.follow(cursor, tokens):
            if change is None or time.monotonic() - checked >= live.BEAT_S:
                if not (await asyncio.to_thread(who, request)).person:
                    return  # a session that ended ends its stream, on a busy site too
                checked = time.monotonic()
            if change is None:
                yield ServerSentEvent(event="beat", data="")
            elif isinstance(change, Heard):
                yield ServerSentEvent(event="verdict", data=_shown(change, asked))
            elif not change[1]:
                yield ServerSentEvent(event="reset", data=json.dumps({"id": change[0]}))
            else:
                yield ServerSentEvent(id=str(change[0]), data=json.dumps({"subject": change[1], "id": change[0]}))

    return EventSourceResponse(stream(), ping=3600)
