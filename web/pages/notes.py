"""The worklists of the floor: notes to pick, to pack, to ship, opened by tap or by scan; and what is late, and why."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection
from starlette.responses import Response

from floor import lateness, policy, worklists
from web.compose import Site
from web.page import asker, fragment, reading, render
from web.text import N_, texts
from web.who import Who

router = APIRouter()
Find = Annotated[str, Query(max_length=80)]
Page = Annotated[int, Query(ge=1, le=100_000)]
KINDS: dict[str, tuple[str, str, Callable[..., Any]]] = {
    "notes": ("pick", N_("Notes to pick"), worklists.to_pick),
    "pack": ("pack", N_("Notes to pack"), worklists.to_pack),
    "ship": ("ship", N_("Notes to ship"), worklists.to_ship),
}


def warehouse_of(asked: Who, db: Connection) -> str:
    """The station's warehouse, else the one that the site delivers from."""
    return str(asked.station.warehouse) if asked.station is not None else policy.read(db, "warehouse")


async def _list(request: Request, name: str, find: str, page: int, partial: bool) -> Response:
    right, title, read = KINDS[name]
    asked = await asker(request, right)
    site: Site = request.app.state.site
    now = site.clock()
    work = await reading(request, lambda db: read(db, warehouse_of(asked, db), now, find, page))
    shown = {"work": work, "kind": right, "find": find, "home": f"/{name}", "source": f"/{name}/list/fragment"}
    if partial:
        return fragment(asked, "notes_list.html", **shown)
    if name == "ship":
        shown |= await _after(request, asked)
    return render(request, asked, "notes.html", "floor", title=texts(asked.language).gettext(title), **shown)


async def _after(request: Request, asked: Who) -> dict[str, Any]:
    """What the shipping desk watches besides: notes past their time, parcels astray, what left last."""
    site: Site = request.app.state.site
    now = site.clock()

    def read(db: Connection) -> dict[str, Any]:
        warehouse = warehouse_of(asked, db)
        gone = worklists.shipped(db, warehouse, now)
        states = worklists.transit_states(db, [one.shipment.id for one in gone])
        late, astray = lateness.late(db, warehouse, now), lateness.astray(db, warehouse, now)
        return {"late": late, "astray": astray, "gone": gone, "states": states}

    return await reading(request, read)


@router.get("/ship/after/fragment")
async def after_fragment(request: Request) -> Response:
    asked = await asker(request, "ship")
    return fragment(asked, "ship_after.html", **await _after(request, asked))


def _add(name: str) -> None:
    async def whole(request: Request, find: Find = "", page: Page = 1) -> Response:
        return await _list(request, name, find, page, partial=False)

    async def piece(request: Request, find: Find = "", page: Page = 1) -> Response:
        return await _list(request, name, find, page, partial=True)

    router.add_api_route(f"/{name}", whole, methods=["GET"], name=name)
    router.add_api_route(f"/{name}/list/fragment", piece, methods=["GET"], name=f"{name}_fragment")


for _name in KINDS:
    _add(_name)
