"""One note, one step at a time: for the picker, the packer and the shipping desk; buttons are scans, nothing else changes."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from floor import steps
from floor.refusal import Refusal
from web.page import asker, fragment, reading, render
from web.text import N_, texts
from web.who import Who

router = APIRouter()
SHORT = (
    ("missing", N_("Not there")),
    ("damaged", N_("Damaged")),
    ("wrong_bin", N_("Other goods in the bin")),
    ("expired", N_("Expired")),
    ("blocked", N_("Cannot reach it")),
)
WAIVE = (
    ("gate_silent", N_("The gate is silent")),
    ("tag_broken", N_("The tag is broken")),
    ("too_big", N_("Too big for the gate")),
)


async def _step(request: Request, kind: str, number: int, partial: bool) -> Response:
    asked = await asker(request, kind)
    job = await reading(request, lambda db: _job(db, asked, kind, number))
    if job is None:
        raise Refusal("note_unknown", scanned=number)
    if partial:
        return fragment(asked, f"{kind}_step.html", job=job, number=number, partial=True)
    words = texts(asked.language).gettext
    reasons = [(code, words(label)) for code, label in (SHORT if kind == "pick" else WAIVE)]
    return render(request, asked, f"{kind}.html", "floor", job=job, number=number, reasons=reasons)


def _job(db: Any, asked: Who, kind: str, number: int) -> Any:
    if kind == "pick":
        return steps.pick_job(db, number, asked.person, asked.station.id if asked.station is not None else None)
    if kind == "pack":
        return steps.pack_job(db, number, asked.station)
    return steps.ship_job(db, number)


@router.get("/pick/{number}")
async def pick(request: Request, number: int) -> Response:
    return await _step(request, "pick", number, partial=False)


@router.get("/pick/{number}/fragment")
async def pick_fragment(request: Request, number: int) -> Response:
    return await _step(request, "pick", number, partial=True)


@router.get("/pack/{number}")
async def pack(request: Request, number: int) -> Response:
    return await _step(request, "pack", number, partial=False)


@router.get("/pack/{number}/fragment")
async def pack_fragment(request: Request, number: int) -> Response:
    return await _step(request, "pack", number, partial=True)


@router.get("/ship/{number}")
async def ship(request: Request, number: int) -> Response:
    return await _step(request, "ship", number, partial=False)


@router.get("/ship/{number}/fragment")
async def ship_fragment(request: Request, number: int) -> Response:
    return await _step(request, "ship", number, partial=True)
