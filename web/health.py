"""POST /health: what readers say of themselves; GET /health: whether this process lives, for machines that watch it."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from floor import readers, shipments
from floor.refusal import TryAgain
from floor.storage import outbox
from floor.storage.record import Tx
from floor.storage.writer import Rank
from web.compose import Site
from web.scan import SINCE, UNTIL, problem
from web.who import who

router = APIRouter()
FLICKER = timedelta(seconds=10)
MOST_READERS = 1000  # of a whole site: names are a device's own, and kept until the service ends
Name = Annotated[str, msgspec.Meta(pattern=r"\A[^\x00-\x1f]{1,64}\Z")]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Device(msgspec.Struct, kw_only=True):
    """One reader's own word; times in RFC 3339, `troubles` stable codes, `counts` numbers since its start by name."""

    name: Name
    kind: str
    state: str
    last_seen: Moment | None = None
    last_code: str | None = None
    error: str | None = None
    troubles: list[str] = []
    counts: dict[str, int] = {}
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
    except (msgspec.DecodeError, RecursionError) as error:
        return problem(400, "malformed", str(error))
    if any(not SINCE <= (device.last_seen or SINCE) <= UNTIL for device in body.devices):
        return problem(400, "malformed", "last_seen: in 1970 to 2200")
    site: Site = request.app.state.site
    for device in body.devices[:50]:
        key = _key(asked.station, device)
        if key not in site.health and len(site.health) >= MOST_READERS:
            continue
        said: dict[str, Any] = msgspec.to_builtins(device)
        before = site.health.get(key, {})
        kept: dict[str, Any] = {name: before[name] for name in ("told", "told_at") if name in before}
        site.health[key] = {**said, **kept, "station": asked.station.name, "at": site.clock()}
        if {name: before.get(name) for name in said} != said:
            site.feed.hint(f"reader:{device.name}")
        await _write_down(site, asked.station, device)
    return JSONResponse({"loading": await asyncio.to_thread(_loading, site, asked.station.door)})


def _key(station: Any, device: Device) -> str:
    """Two machines may each have a reader of the same name: they start from the same sample."""
    return f"{device.name} {station.id}"


async def _write_down(site: Site, station: Any, device: Device) -> None:
    """Journal how a reader is, where that has changed; one that flickers only every FLICKER."""
    entry, now = site.health[_key(station, device)], site.clock()
    told = (device.state, tuple(sorted(device.troubles)[:20]))
    fresh = "told" not in entry or (entry["told"] != told and now - entry["told_at"] >= FLICKER)
    if device.state not in readers.STATES or not fresh:
        return
    entry.update(told=told, told_at=now)

    def act(tx: Tx) -> None:
        tx.device, tx.warehouse = f"station:{station.id}", station.warehouse
        readers.tell(tx, station.id, device.name[:64], *told)

    try:
        await site.writer.run(act, rank=Rank.FORM)
    except TryAgain:
        del entry["told"]  # the next report says it again


def _loading(site: Site, door: str) -> bool | None:
    """Whether a shipment is being loaded at a door, which arms its gate; None where the station has no door."""
    if not door:
        return None
    with site.engine.connect() as db:
        return bool(shipments.loading_at(db, door))


@router.get("/health")
async def alive(request: Request) -> Response:
    """200 where the database answers; how many parcels wait for each target."""
    site: Site = request.app.state.site

    def read() -> dict[str, int]:
        with site.engine.connect() as db:
            return {target: count for target, (count, _) in outbox.waiting(db).items()}

    return JSONResponse({"status": "ok", "waiting": await asyncio.to_thread(read)})
