"""One note, one step at a time: for the picker, the packer and the shipping desk; buttons are scans.

Forms are the tracking number typed by hand, or of another carrier than the note's, and what that carrier says later.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from floor import shipping, steps
from floor.carriers import CARRIERS
from floor.refusal import Refusal
from floor.stations import Scene
from floor.storage.record import Tx
from floor.words import TransitState
from web.compose import Site
from web.page import acting, asker, fragment, reading, render, see_other
from web.text import N_, texts
from web.typed import Number
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
    carriers = [(code, name) for code, (name, _, _) in CARRIERS.items()]
    shown = {"job": job, "number": number, "kind": kind, "carriers": carriers, "transit_states": list(TransitState)}
    if partial:
        return fragment(asked, f"{kind}_step.html", partial=True, **shown)
    words = texts(asked.language).gettext
    reasons = [(code, words(label)) for code, label in (SHORT if kind == "pick" else WAIVE)]
    return render(request, asked, f"{kind}.html", "floor", reasons=reasons, **shown)


def _job(db: Any, asked: Who, kind: str, number: int) -> Any:
    if kind == "pick":
        return steps.pick_job(db, number, asked.person, asked.station.id if asked.station is not None else None)
    if kind == "pack":
        return steps.pack_job(db, number, asked.station)
    return steps.ship_job(db, number)


@router.get("/pick/{number:int}")
async def pick(request: Request, number: Number) -> Response:
    return await _step(request, "pick", number, partial=False)


@router.get("/pick/{number:int}/fragment")
async def pick_fragment(request: Request, number: Number) -> Response:
    return await _step(request, "pick", number, partial=True)


@router.get("/pack/{number:int}")
async def pack(request: Request, number: Number) -> Response:
    return await _step(request, "pack", number, partial=False)


@router.get("/pack/{number:int}/fragment")
async def pack_fragment(request: Request, number: Number) -> Response:
    return await _step(request, "pack", number, partial=True)


@router.get("/ship/{number:int}")
async def ship(request: Request, number: Number) -> Response:
    return await _step(request, "ship", number, partial=False)


@router.get("/ship/{number:int}/fragment")
async def ship_fragment(request: Request, number: Number) -> Response:
    return await _step(request, "ship", number, partial=True)


@router.post("/ship/{number:int}/tracking")
async def tracking(
    request: Request,
    number: Number,
    parcel: Annotated[Number, Form()],
    carrier: Annotated[str, Form(max_length=20)],
    tracking: Annotated[str, Form(max_length=100)],
) -> Response:
    """A tracking number by hand, of any carrier, for the named parcel."""
    asked = await asker(request, "ship")
    if asked.station is None:
        raise Refusal("station_required")
    site: Site = request.app.state.site
    scene = Scene(
        station=asked.station, device=f"station:{asked.station.id}", person=asked.person, roles=asked.roles, note=number,
        line=None, quantity=None, place=None, parcel=None, shipment=None, at=site.clock(),
    )  # fmt: skip

    def given(tx: Tx) -> None:
        shipping.set_tracking(tx, scene, tracking, parcel=parcel, carrier=carrier)

    await acting(request, asked, given)
    return see_other(f"/ship/{number}")


@router.post("/ship/{number:int}/transit")
async def transit(
    request: Request,
    number: Number,
    tracking: Annotated[str, Form(max_length=100)],
    state: Annotated[str, Form(max_length=40)],
    reason: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """What the carrier says of a parcel that has left, told by hand."""
    asked = await asker(request, "track")
    await acting(request, asked, lambda tx: shipping.carrier_says(tx, tracking, state, reason=reason))
    return see_other(f"/ship/{number}")
