"""GET /events: the live feed as server-sent events; a beat is an event of its own, so that a page notices silence."""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from web.compose import Site
from web.page import asker

router = APIRouter()


@router.get("/events")
async def events(request: Request, last: int | None = None) -> EventSourceResponse:
    """`{"subject": "note:17", "id": n}` for each changed document after `last` (or Last-Event-ID), then as they come."""
    await asker(request)
    site: Site = request.app.state.site
    resumed = request.headers.get("last-event-id", "")
    cursor = int(resumed) if resumed.isascii() and resumed.isdigit() else last

    async def stream() -> AsyncIterator[ServerSentEvent]:
        async for change in site.feed.follow(cursor):
            if change is None:
                await asker(request)  # a session that ended ends its stream
                yield ServerSentEvent(event="beat", data="")
            elif not change[1]:
                yield ServerSentEvent(event="reset", data=json.dumps({"id": change[0]}))
            else:
                yield ServerSentEvent(id=str(change[0]), data=json.dumps({"subject": change[1], "id": change[0]}))

    return EventSourceResponse(stream(), ping=3600)
