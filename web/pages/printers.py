"""Printers and their jobs: what each says of itself, what waits and why; and what a person decides about it."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy import ColumnElement, Connection, func, select
from starlette.exceptions import HTTPException
from starlette.responses import Response

from floor import parcels, print_jobs, printer_queue
from floor.parcels import JOB
from floor.printers import all_printers
from floor.refusal import Refusal
from floor.stations import STATION
from floor.storage import requests
from floor.storage.record import Tx
from floor.words import JobState
from web.compose import Site
from web.page import acting, asker, fragment, reading, render, see_other
from web.who import Who

router = APIRouter()
PAGE = 30
UNDER_WAY = (JobState.QUEUED, JobState.SENT)
OPEN = (*UNDER_WAY, JobState.UNCONFIRMED, JobState.FAILED)


@dataclass(frozen=True)
class Card:
    """A printer of the settings or of a station: `row` is what the floor knows of it, None where it never said a word."""

    name: str
    wired: bool
    row: Any
    stations: list[str]
    said: str
    waiting: int
    unproven: int

    @property
    def held(self) -> bool:
        return self.row is not None and bool(self.row.held)

    @property
    def instead(self) -> str:
        return str(self.row.instead) if self.row is not None else ""


@dataclass(frozen=True)
class Shown:
    """A job with what it belongs to: the note and number of its parcel, the station that asked, why it still waits."""

    row: Any
    note: int | None
    parcel: int | None
    station: str
    waits: str


def _cards(db: Connection, settings: Any) -> list[Card]:
    stands: dict[str, list[str]] = defaultdict(list)
    for name, printer in db.execute(select(STATION.c.name, STATION.c.printer).where(STATION.c.retired.is_(False))):
        if printer:
            stands[printer].append(name)
    said, rows = print_jobs.errors(db), all_printers(db)
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for printer, state, count in db.execute(
        select(JOB.c.printer, JOB.c.state, func.count()).group_by("printer", "state")
    ):
        counts[printer, state] = count
    return [
        Card(
            name,
            name in settings,
            rows.get(name),
            stands.get(name, []),
            said.get(name, ""),
            sum(counts[name, state] for state in UNDER_WAY),
            counts[name, JobState.UNCONFIRMED],
        )
        for name in sorted({*settings, *stands, *rows})
    ]


def _jobs(db: Connection, state: str, printer: str, page: int) -> tuple[list[Shown], int]:
    """A page of jobs: what is open in the order in which it is printed, else the newest first."""
    wanted: ColumnElement[bool] = JOB.c.state.in_(OPEN) if state == "open" else JOB.c.id.is_not(None)
    if printer:
        wanted = wanted & (JOB.c.printer == printer)
    total = db.scalar(select(func.count()).select_from(JOB).where(wanted)) or 0
    order = JOB.c.id if state == "open" else JOB.c.id.desc()
    rows = db.execute(select(JOB).where(wanted).order_by(order).limit(PAGE).offset((page - 1) * PAGE)).all()
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
        waits=said.get(row.printer, "") if row.state in UNDER_WAY else "",
    )


async def _read(request: Request, state: str, printer: str, page: int) -> dict[str, Any]:
    site: Site = request.app.state.site

    def read(db: Connection) -> dict[str, Any]:
        jobs, total = _jobs(db, state, printer, page)
        pages = max(1, -(-total // PAGE))
        chosen = {"state": state, "printer": printer}
        cards = _cards(db, site.settings.printers)
        seen = db.scalar(select(func.max(JOB.c.id))) or 0
        return {"printers": cards, "jobs": jobs, "total": total, "page": page, "pages": pages, "seen": seen, **chosen}

    return await reading(request, read)


Page = Annotated[int, Query(ge=1, le=100_000)]
Name = Annotated[str, Query(max_length=100)]


@router.get("/printers")
async def printers(request: Request, state: str = "all", printer: Name = "", page: Page = 1) -> Response:
    asked = await asker(request, "see_devices")
    return render(request, asked, "printers.html", "office", **await _read(request, state[:10], printer, page))


@router.get("/printers/fragment")
async def piece(request: Request, state: str = "all", printer: Name = "", page: Page = 1) -> Response:
    asked = await asker(request, "see_devices")
    return fragment(asked, "printers_live.html", **await _read(request, state[:10], printer, page))


Seen = Annotated[int, Form(ge=0, lt=2**31)]


async def _once(request: Request, asked: Who, seen: int, said: tuple[str, ...], act: Callable[[Tx], object]) -> None:
    """The same button pressed twice on what a page showed has one effect; `seen` is the newest job there was."""
    id = str(uuid5(NAMESPACE_URL, "\n".join((request.url.path, str(seen), *said))))

    def acted(tx: Tx) -> bytes:
        act(tx)
        return b""

    await acting(request, asked, lambda tx: requests.once(tx, id, requests.digest(said), acted), cause=id)


Queue = Callable[[Tx, str, str, Who], object]
QUEUES: dict[str, Queue] = {
    "hold": lambda tx, name, to, asked: printer_queue.hold(tx, name),
    "release": lambda tx, name, to, asked: printer_queue.release(tx, name),
    "redirect": lambda tx, name, to, asked: printer_queue.redirect(tx, name, to),
    "test": lambda tx, name, to, asked: printer_queue.test_label(tx, name, asked.station.id if asked.station else 0),
}


@router.post("/printers/queue/{act}")
async def queue(
    request: Request,
    act: str,
    printer: Annotated[str, Form(max_length=100)],
    seen: Seen,
    to: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """What a person does with a whole printer: hold, release, redirect (`to` prints in its place), test."""
    asked = await asker(request, "print")
    if act not in QUEUES:
        raise HTTPException(404)
    site: Site = request.app.state.site
    if to and to not in site.settings.printers:
        raise Refusal("printer_unknown", scanned=to)
    await _once(request, asked, seen, (printer, to), lambda tx: QUEUES[act](tx, printer, to, asked))
    return see_other("/printers")


Decide = Callable[[Tx, int, str], object]
ACTS: dict[str, Decide] = {
    "again": lambda tx, job, reason: print_jobs.again(tx, job),
    "copy": lambda tx, job, reason: print_jobs.copy(tx, job, reason),
    "came_out": lambda tx, job, reason: print_jobs.came_out(tx, job),
    "cancel": lambda tx, job, reason: print_jobs.cancel(tx, job),
}


@router.post("/printers/{job:int}/{act}")
async def decide(
    request: Request, job: int, act: str, seen: Seen, reason: Annotated[str, Form(max_length=40)] = ""
) -> Response:
    """What a person decides about a job: again, copy (with its reason), came_out, cancel."""
    asked = await asker(request, "print")
    if act not in ACTS:
        raise HTTPException(404)
    await _once(request, asked, seen, (reason,), lambda tx: ACTS[act](tx, job, reason))
    return see_other("/printers")
