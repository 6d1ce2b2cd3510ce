"""Stations and who stands there, readers and their health, print jobs with the state that the printer has proven."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection, select
from starlette.responses import Response

from floor.parcels import JOB
from floor.people import PERSON
from floor.stations import STANDING, STATION
from floor.storage import particulars
from web.compose import Site
from web.page import asker, reading, render

router = APIRouter()


def _read(db: Connection) -> dict[str, Any]:
    found = select(STATION, STANDING.c.person, STANDING.c.note, PERSON.c.particulars)
    found = found.outerjoin(STANDING, STANDING.c.station == STATION.c.id)
    found = found.outerjoin(PERSON, PERSON.c.id == STANDING.c.person).where(STATION.c.retired.is_(False))
    stations = [
        {**row._mapping, "who": particulars.read(db, row.particulars).get("name", "") if row.particulars else ""}
        for row in db.execute(found.order_by(STATION.c.id)).all()
    ]
    return {"stations": stations, "jobs": list(db.execute(select(JOB).order_by(JOB.c.id.desc()).limit(50)))}


@router.get("/stations")
async def stations(request: Request) -> Response:
    asked = await asker(request, "see_devices")
    site: Site = request.app.state.site
    shown = await reading(request, _read)
    return render(request, asked, "stations.html", "office", devices=sorted(site.health.items()), **shown)


@router.get("/printers")
async def printers(request: Request) -> Response:
    return await stations(request)
