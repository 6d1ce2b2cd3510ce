"""Devices: each reader of each agent, how it says it is, live."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from web.compose import Site
from web.page import asker, fragment, render
from web.texts.readers import condition, counted, taken
from web.who import Who

router = APIRouter()
SILENT = timedelta(seconds=90)  # an agent reports every few seconds; one that has not for so long is gone


def _readers(site: Site, lang: str, now: datetime) -> list[dict[str, Any]]:
    """Each reader's last word; `silent` where its agent has stopped reporting; condition and counts in words."""
    return [_reader(said, lang, now) for _, said in sorted(site.health.items())]


def _reader(said: dict[str, Any], lang: str, now: datetime) -> dict[str, Any]:
    seen = said.get("last_seen")
    return {
        **said,
        "silent": now - said["at"] > SILENT,
        "seen": datetime.fromisoformat(seen) if seen else None,
        "condition": condition(lang, said["state"], said.get("troubles", [])),
        "taken": taken(lang, said.get("counts", {})),
        "counted": counted(lang, said.get("counts", {})),
    }


def _data(request: Request, asked: Who) -> dict[str, Any]:
    site: Site = request.app.state.site
    return {"readers": _readers(site, asked.language, site.clock())}


@router.get("/devices")
async def devices(request: Request) -> Response:
    asked = await asker(request, "see_devices")
    return render(request, asked, "devices.html", "office", **_data(request, asked))


@router.get("/devices/fragment")
async def piece(request: Request) -> Response:
    asked = await asker(request, "see_devices")
    return fragment(asked, "devices_live.html", **_data(request, asked))
