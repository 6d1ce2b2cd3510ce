"""Stations, who stands there and what is open, live; their readers are on the page of devices."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection, func, select
from starlette.responses import Response

from floor import people
from floor.stations import LAST_SCAN, STANDING, STATION, TOKEN
from web.page import asker, fragment, reading, render
from web.who import Who

router = APIRouter()


def _stations(db: Connection, retired: bool) -> list[dict[str, Any]]:
    found = select(STATION, STANDING.c.person, STANDING.c.note, STANDING.c.changed_at)
    found = found.outerjoin(STANDING, STANDING.c.station == STATION.c.id).where(STATION.c.retired.is_(retired))
    rows = db.execute(found.order_by(STATION.c.id)).all()
    names = people.names(db, [row.person for row in rows])
    seen = select(TOKEN.c.station, func.max(LAST_SCAN.c.at)).join(LAST_SCAN, LAST_SCAN.c.device == TOKEN.c.device)
    last: dict[int, datetime] = {row[0]: row[1] for row in db.execute(seen.group_by(TOKEN.c.station))}
    enrolled = select(TOKEN.c.station, func.count()).where(TOKEN.c.revoked.is_(False)).group_by(TOKEN.c.station)
    devices: dict[int, int] = {row[0]: row[1] for row in db.execute(enrolled)}
    return [
        {
            "row": row,
            "who": names.get(row.person, ""),
            "last_scan": last.get(row.id),
            "devices": devices.get(row.id, 0),
        }
        for row in rows
    ]


async def _read(request: Request, asked: Who) -> dict[str, Any]:
    retired = "retired" in request.query_params and asked.may("administer")
    return {"stations": await reading(request, lambda db: _stations(db, retired)), "retired": retired}


@router.get("/stations")
async def stations(request: Request) -> Response:
    asked = await asker(request, "see_devices")
    return render(request, asked, "stations.html", "office", **await _read(request, asked))


@router.get("/stations/fragment")
async def piece(request: Request) -> Response:
    asked = await asker(request, "see_devices")
    return fragment(asked, "stations_live.html", **await _read(request, asked))
