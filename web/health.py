"""POST /health: what readers say of themselves; GET /health: whether this process lives, for machines that watch it."""

import asyncio
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from floor.storage import outbox
from web.compose import Site
from web.scan import problem
from web.who import who

router = APIRouter()


class Device(msgspec.Struct, kw_only=True):
    """One reader's own word; times in RFC 3339."""

    name: str
    kind: str
    state: str
    last_seen: str | None = None
    last_code: str | None = None
    error: str | None = None
    spool: int = 0


class Report(msgspec.Struct, kw_only=True):
    devices: list[Device]


_read = msgspec.json.Decoder(Report).decode


@router.post("/health")
async def report(request: Request) -> Response:
    asked = await asyncio.to_thread(who, request)
    if asked.station is None:
        return problem(401, "unknown_token", "this token opens no station")
    try:
        body = _read(await request.body())
    except msgspec.DecodeError as error:
        return problem(400, "malformed", str(error))
    site: Site = request.app.state.site
    for device in body.devices[:50]:
        said: dict[str, Any] = msgspec.to_builtins(device)
        site.health[device.name] = {**said, "station": asked.station.name, "at": site.clock()}
    return Response(status_code=204)


@router.get("/health")
async def alive(request: Request) -> Response:
    """200 where the database answers; how many parcels wait for each target."""
    site: Site = request.app.state.site

    def read() -> dict[str, int]:
        with site.engine.connect() as db:
            return {target: count for target, (count, _) in outbox.waiting(db).items()}

    return JSONResponse({"status": "ok", "waiting": await asyncio.to_thread(read)})
