"""The worklists of the floor: notes to pick, to pack, to ship, opened by tap or by scan."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from floor import policy, worklists
from web.compose import Site
from web.page import asker, fragment, reading, render
from web.text import N_, texts

router = APIRouter()
KINDS: dict[str, tuple[str, str, str, Callable[..., Any]]] = {
    "notes": ("pick", "pick", N_("Notes to pick"), worklists.to_pick),
    "pack": ("pack", "pack", N_("Notes to pack"), worklists.to_pack),
    "ship": ("ship", "ship", N_("Notes to ship"), worklists.to_ship),
}


async def _list(request: Request, name: str, find: str, page: int, partial: bool) -> Response:
    right, kind, title, read = KINDS[name]
    asked = await asker(request, right)
    site: Site = request.app.state.site

    def rows(db: Any) -> Any:
        warehouse = asked.station.warehouse if asked.station is not None else policy.read(db, "warehouse")
        return read(db, warehouse, site.clock(), find[:80], max(page, 1))

    work = await reading(request, rows)
    source = f"/{name}/list/fragment"
    shown = {"work": work, "kind": kind, "find": find, "source": source}
    if partial:
        return fragment(asked, "notes_list.html", **shown)
    translate = texts(asked.language).gettext
    return render(request, asked, "notes.html", "floor", title=translate(title), **shown)


def _add(name: str) -> None:
    async def whole(request: Request, find: str = "", page: int = 1) -> Response:
        return await _list(request, name, find, page, partial=False)

    async def piece(request: Request, find: str = "", page: int = 1) -> Response:
        return await _list(request, name, find, page, partial=True)

    router.add_api_route(f"/{name}", whole, methods=["GET"], name=name)
    router.add_api_route(f"/{name}/list/fragment", piece, methods=["GET"], name=f"{name}_fragment")


for _name in KINDS:
    _add(_name)
