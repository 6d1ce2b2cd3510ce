"""One page or fragment: who asks, what they may, the data read in a thread, the template in their language."""

import asyncio
import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from floor import people
from floor.refusal import Refusal
from floor.storage.record import Tx
from floor.storage.writer import Rank
from labels.papers.typeface import chinese_note
from web.compose import Site
from web.ids import token_hash
from web.shown import filters
from web.text import N_, environment, script_texts, texts
from web.who import Who, check_origin, who

R = TypeVar("R")
STATIC = Path(__file__).parent / "static"


class NotSignedIn(Exception):
    """The page needs a person; the browser is sent to the sign-in page and comes back."""


@cache
def static_version() -> str:
    """Changes with any static file, so that browsers may keep them for ever."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def static(name: str) -> str:
    return f"/static/{static_version()}/{name}"


async def asker(request: Request, act: str | None = None) -> Who:
    """The signed-in person behind the request; refuses one without the right to `act`."""
    request.state.cursor = request.app.state.site.feed.last  # before anything is read: what changes since is told again
    found = await asyncio.to_thread(who, request)
    if not found.person:
        raise NotSignedIn
    if act is not None:
        found.need(act)
    return found


async def reading(request: Request, read: Callable[[Connection], R]) -> R:
    """Run `read` on a connection of its own, in a thread."""
    site: Site = request.app.state.site

    def run() -> R:
        with site.engine.connect() as db:
            return read(db)

    return await asyncio.to_thread(run)


async def acting(
    request: Request,
    asked: Who,
    act: Callable[[Tx], R],
    *,
    cause: str = "",
    bulk: bool = False,
    refused: Callable[[Tx, Refusal], Refusal] | None = None,
) -> R:
    """Hand an act to the writer in the name of the person; the only way in which a page changes anything.

    `refused` may write a refusal down (floor.ledger.refusals.remember); it is raised all the same.
    """
    check_origin(request)
    site: Site = request.app.state.site

    def named(tx: Tx) -> R:
        tx.person, tx.cause = asked.person, cause
        tx.device = f"station:{asked.station.id}" if asked.station is not None else "office"
        if asked.station is not None:
            tx.warehouse = asked.station.warehouse
        return act(tx)

    done: R | Refusal = await site.writer.run(named, rank=Rank.BULK if bulk else Rank.FORM, refused=refused)
    if isinstance(done, Refusal):
        raise done
    return done


# address, label, icon, the right it takes, and what else belongs under it
NAVIGATION = (
    ("/notes", N_("Pick"), "pick", "pick", ("/pick",)),
    ("/pack", N_("Pack"), "pack", "pack", ()),
    ("/ship", N_("Ship"), "ship", "ship", ()),
    ("/counts", N_("To be counted"), "notes", "count", ()),
    ("/today", N_("Today"), "today", "see_stock", ()),
    ("/orders", N_("Orders"), "orders", "see_orders", ()),
    ("/items", N_("Items and stock"), "items", "see_stock", ()),
    ("/customers", N_("Customers"), "people", "see_orders", ()),
    ("/prices", N_("Prices"), "items", "edit_prices", ()),
    ("/money", N_("Money"), "money", "see_money", ()),
    ("/people", N_("People"), "person", "administer", ()),
    ("/stations", N_("Stations"), "stations", "see_devices", ()),
    ("/devices", N_("Devices"), "gate", "see_devices", ("/doctor",)),
    ("/printers", N_("Printers"), "printer", "see_devices", ("/labels",)),
    ("/waiting", N_("Waiting"), "waiting", "see_stock", ()),
    ("/cases", N_("To settle"), "history", "see_stock", ()),
    ("/rules", N_("Rules"), "setup", "edit_master", ()),
)


def _navigation(asked: Who, path: str) -> list[dict[str, Any]]:
    if not asked.person:
        return []
    translate = texts(asked.language).gettext
    return [
        {"href": href, "label": translate(label), "icon": icon, "current": _under(path, (href, *more))}
        for href, label, icon, act, more in NAVIGATION
        if people.may(asked.roles, act)
    ]


def _under(path: str, heads: tuple[str, ...]) -> bool:
    return any(path == head or path.startswith(f"{head}/") for head in heads)


@cache
def jinja(language: str) -> Environment:
    """The pages' Jinja in a language, with the filters of web/shown.py."""
    made = environment(language)
    made.filters.update(filters(language))
    return made


def frame(request: Request, asked: Who, kind: str, **island: Any) -> dict[str, Any]:
    """What layout.html needs: navigation by right, who and where, and the scripts' island."""
    site: Site = request.app.state.site
    return {
        "kind": kind,
        "static": static,
        "path": request.url.path,
        "papers": site.settings.paper_printer,
        "paper_note": chinese_note(Path(site.settings.font) if site.settings.font else None),
        "nav": _navigation(asked, request.url.path),
        "person": asked.name or None,
        "station": asked.station.name if asked.station is not None else None,
        "printer": (asked.station.printer or None) if asked.station is not None else None,
        "island": {
            "texts": script_texts(asked.language),
            "session": asked.session or None,
            "cursor": getattr(request.state, "cursor", site.feed.last),
            "now": int(site.clock().timestamp() * 1000),
            "language": asked.language,
            **island,
        },
    }


def render(request: Request, asked: Who, template: str, kind: str, /, status: int = 200, **data: Any) -> HTMLResponse:
    """A whole page."""
    island = data.pop("island", {})
    page = jinja(asked.language).get_template(template)
    html = page.render(frame=frame(request, asked, kind, **island), asked=asked, **data)
    return HTMLResponse(html, status_code=status)


def fragment(asked: Who, template: str, /, **data: Any) -> HTMLResponse:
    """The piece of a page that scripts fetch again when its document changed."""
    return HTMLResponse(jinja(asked.language).get_template(template).render(asked=asked, **data))


def see_other(path: str) -> Response:
    """After a form: the browser goes on to a page that can be reloaded."""
    return RedirectResponse(path, status_code=303)


__all__ = ["NotSignedIn", "acting", "asker", "fragment", "reading", "render", "see_other", "static", "token_hash"]
