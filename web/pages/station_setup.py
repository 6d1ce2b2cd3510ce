"""One station set up: what it is for, its door, printer and limits; its devices, each with an address shown once."""

from dataclasses import dataclass
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from sqlalchemy import Connection, select
from starlette.datastructures import FormData
from starlette.responses import Response

from floor import equipping, policy
from floor.equipping import StationForm
from floor.refusal import Refusal
from floor.stations import LAST_SCAN
from floor.storage.record import Tx
from web import typed
from web.compose import Site, new_uid
from web.forms import form_of, next_id, once, text_of
from web.ids import new_token, token_hash
from web.page import asker, reading, render, see_other
from web.texts.setting_up import KINDS
from web.texts.verdicts import verdict_text
from web.who import Who

router = APIRouter()
RIGHT = "administer"


@dataclass
class Said:
    """The form's fields as they stand there."""

    name: str = ""
    kind: str = "pick"
    door: str = ""
    printer: str = ""
    double_fire_ms: str = "300"
    stale_s: str = "900"
    scan_back: str = ""
    form: str = ""

    def wanted(self) -> StationForm:
        """Refuses bad_number."""
        return StationForm(
            name=self.name,
            kind=self.kind,
            door=self.door,
            printer=self.printer,
            double_fire_ms=typed.number(self.double_fire_ms, 0),
            stale_s=typed.number(self.stale_s, 0),
            scan_back=self.scan_back == "yes",
        )


def _said(form: FormData) -> Said:
    return Said(**{name: text_of(form, name) for name in Said.__dataclass_fields__})


@router.get("/stations/new")
async def new(request: Request) -> Response:
    return await _shown(request, await asker(request, RIGHT), None, Said())


@router.get("/stations/{id:int}")
async def one(request: Request, id: typed.Number) -> Response:
    return await _shown(request, await asker(request, RIGHT), id)


@router.post("/stations/new")
async def added(request: Request) -> Response:
    """A new station; the answer shows its first device's address, this once."""
    asked = await asker(request, RIGHT)
    site: Site = request.app.state.site
    form, token = await form_of(request), new_token()
    said, hashed = _said(form), token_hash(token)

    def act(tx: Tx) -> dict[str, Any]:
        return {"station": equipping.add(tx, said.wanted(), site.settings.printers, hashed), "token": hashed}

    try:
        told = await once(request, asked, form, act)
    except Refusal as refusal:
        return await _shown(request, asked, None, said, refusal=refusal)
    return await _address(request, asked, told, token)


@router.post("/stations/{id:int}")
async def changed(request: Request, id: typed.Number) -> Response:
    asked = await asker(request, RIGHT)
    site: Site = request.app.state.site
    form = await form_of(request)
    said = _said(form)

    def act(tx: Tx) -> dict[str, Any]:
        equipping.change(tx, id, said.wanted(), site.settings.printers)
        return {}

    try:
        await once(request, asked, form, act)
    except Refusal as refusal:
        return await _shown(request, asked, id, said, refusal=refusal)
    return see_other(f"/stations/{id}")


@router.post("/stations/{id:int}/devices")
async def enrol(request: Request, id: typed.Number) -> Response:
    """One more device: its address, shown this once."""
    asked = await asker(request, RIGHT)
    token = new_token()
    hashed = token_hash(token)

    def act(tx: Tx) -> dict[str, Any]:
        equipping.enrol(tx, id, hashed)
        return {"station": id, "token": hashed}

    try:
        told = await once(request, asked, await form_of(request), act)
    except Refusal as refusal:
        return await _shown(request, asked, id, refusal=refusal)
    return await _address(request, asked, told, token)


@router.post("/stations/{id:int}/{verb}")
async def pressed(request: Request, id: typed.Number, verb: str) -> Response:
    """`withdraw` the device named in the form, or all; `retire` the station, or with `retired` = no take it up again."""
    asked = await asker(request, RIGHT)
    form = await form_of(request)
    acts = {
        "withdraw": lambda tx: equipping.withdraw(tx, id, text_of(form, "device")),
        "retire": lambda tx: equipping.retire(tx, id, text_of(form, "retired") != "no"),
    }
    if verb not in acts:
        raise Refusal("not_found")

    def act(tx: Tx) -> dict[str, Any]:
        acts[verb](tx)
        return {}

    try:
        await once(request, asked, form, act)
    except Refusal as refusal:
        return await _shown(request, asked, id, refusal=refusal)
    return see_other(f"/stations/{id}")


async def _address(request: Request, asked: Who, told: dict[str, Any], token: str) -> Response:
    """The page with the address that makes a device this station; kept is its hash alone, so it cannot be shown twice."""
    site: Site = request.app.state.site
    if told["token"] != token_hash(token):
        return await _shown(request, asked, told["station"], refusal=Refusal("token_shown"))
    row = await reading(request, lambda db: equipping.known(db, told["station"]))
    address = f"{site.settings.origin}/enrol?token={token}"
    shown = {"row": row, "address": address, "only_here": site.settings.only_here}
    return render(request, asked, "station_device.html", "office", **shown)


async def _shown(
    request: Request, asked: Who, id: int | None, said: Said | None = None, *, refusal: Refusal | None = None
) -> Response:
    """The page of a station (None: a new one): as the house knows it, or as it was typed."""
    site: Site = request.app.state.site

    def read(db: Connection) -> dict[str, Any]:
        row = equipping.known(db, id) if id is not None else None
        docks = equipping.docks(db, row.warehouse if row else policy.read(db, "warehouse"))
        if id is None or row is None:
            return {"row": None, "known": Said(), "docks": docks, "devices": []}
        devices = equipping.devices(db, id)
        seen = {row.device: row.at for row in db.execute(select(LAST_SCAN).where(LAST_SCAN.c.device.in_(devices)))}
        return {"row": row, "known": _known(row), "docks": docks, "devices": [(one, seen.get(one)) for one in devices]}

    data = await reading(request, read)
    now = said or data["known"]
    told = verdict_text(asked.language, refusal.code, refusal.fields, asked.zone) if refusal else ""
    choices = {
        "docks": sorted({*data.pop("docks"), now.door} - {""}),
        "printers": sorted({*site.settings.printers, now.printer} - {""}),
    }
    forms = {"form_id": next_id(said.form if said else "", refusal, id is None), "new_uid": new_uid}
    data |= {"id": id, "said": now, "refusal": told, "kinds": KINDS, **choices, **forms}
    return render(request, asked, "station.html", "office", 409 if refusal else 200, **data)


def _known(row: Any) -> Said:
    fields = {name: str(getattr(row, name)) for name in msgspec.structs.asdict(StationForm(name="", kind=""))}
    return Said(**(fields | {"scan_back": "yes" if row.scan_back else ""}))
