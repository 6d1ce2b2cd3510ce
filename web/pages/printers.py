"""Printers and their jobs: what the printer has proven, what waits and why; and what a person decides about it."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy import Connection, func, select
from starlette.responses import Response

from floor import parcels, print_jobs
from floor.parcels import JOB
from floor.stations import STATION
from floor.storage.record import Tx
from floor.words import JobState
from web.compose import Site
from web.page import acting, asker, fragment, reading, render, see_other
from web.who import Who

router = APIRouter()
PAGE = 30
OPEN = (JobState.QUEUED, JobState.UNCONFIRMED, JobState.FAILED)


@dataclass(frozen=True)
class Shown:
    """A job with what it belongs to: the note and number of its parcel, the station that asked, why it still waits."""

    row: Any
    note: int | None
    parcel: int | None
    station: str
    waits: str


def _printers(db: Connection, settings: Any) -> list[dict[str, Any]]:
    """Each printer of the settings or of a station, with its stations, what waits there and its last word."""
    stands: dict[str, list[str]] = defaultdict(list)
    for name, printer in db.execute(select(STATION.c.name, STATION.c.printer).where(STATION.c.retired.is_(False))):
        if printer:
            stands[printer].append(name)
    said = print_jobs.errors(db)
    counts: dict[tuple[str, str], int] = {
        (printer, state): count
        for printer, state, count in db.execute(
            select(JOB.c.printer, JOB.c.state, func.count()).group_by("printer", "state")
        )
    }
    return [
        {
            "name": name,
            "wiring": settings.get(name),
            "stations": stands.get(name, []),
            "said": said.get(name, ""),
            "waiting": counts.get((name, JobState.QUEUED), 0),
            "unproven": counts.get((name, JobState.UNCONFIRMED), 0),
        }
        for name in sorted({*settings, *stands})
    ]


def _jobs(db: Connection, state: str, page: int) -> tuple[list[Shown], int]:
    wanted = JOB.c.state.in_(OPEN) if state == "open" else JOB.c.id.is_not(None)
    total = db.scalar(select(func.count()).select_from(JOB).where(wanted)) or 0
    rows = db.execute(select(JOB).where(wanted).order_by(JOB.c.id.desc()).limit(PAGE).offset((page - 1) * PAGE)).all()
    said = print_jobs.errors(db)
    names = {row.id: row.name for row in db.execute(select(STATION.c.id, STATION.c.name))}
    return [_shown(db, row, names, said) for row in rows], total


def _shown(db: Connection, row: Any, names: dict[int, str], said: dict[str, str]) -> Shown:
    kind, _, number = row.document.partition(":")
    parcel = parcels.parcel(db, int(number)) if kind == "parcel" else None
    return Shown(
        row=row,
        note=parcel.note if parcel is not None else None,
        parcel=parcel.number if parcel is not None else None,
        station=names.get(row.station, ""),
        waits=said.get(row.printer, "") if row.state == JobState.QUEUED else "",
    )


async def _read(request: Request, asked: Who, state: str, page: int) -> dict[str, Any]:
    site: Site = request.app.state.site

    def read(db: Connection) -> dict[str, Any]:
        jobs, total = _jobs(db, state, page)
        pages = max(1, -(-total // PAGE))
        printers = _printers(db, site.settings.printers)
        return {"printers": printers, "jobs": jobs, "total": total, "page": page, "pages": pages, "state": state}

    return await reading(request, read)


Page = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/printers")
async def printers(request: Request, state: str = "all", page: Page = 1) -> Response:
    asked = await asker(request, "see_devices")
    return render(request, asked, "printers.html", "office", **await _read(request, asked, state[:10], page))


@router.get("/printers/fragment")
async def piece(request: Request, state: str = "all", page: Page = 1) -> Response:
    asked = await asker(request, "see_devices")
    return fragment(asked, "printers_live.html", **await _read(request, asked, state[:10], page))


Decide = Callable[[Tx, int, str], object]
ACTS: dict[str, Decide] = {
    "again": lambda tx, job, reason: print_jobs.again(tx, job),
    "copy": lambda tx, job, reason: print_jobs.copy(tx, job, reason),
    "came_out": lambda tx, job, reason: print_jobs.came_out(tx, job),
    "give_up": lambda tx, job, reason: print_jobs.give_up(tx, job),
}


@router.post("/printers/{job}/{act}")
async def decide(request: Request, job: int, act: str, reason: Annotated[str, Form(max_length=40)] = "") -> Response:
    """What a person decides about a job: again, copy (with its reason), came_out, give_up."""
    asked = await asker(request, "print")
    if act not in ACTS:
        return Response(status_code=404)

    def decided(tx: Tx) -> None:
        ACTS[act](tx, job, reason)

    await acting(request, asked, decided)
    return see_other("/printers")
