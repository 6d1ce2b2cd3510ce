"""Today, live: how far the notes are, picks an hour, what is late, what was refused and why."""

from collections import Counter
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection, func, select
from starlette.responses import Response

from floor.deliveries import NOTE
from floor.facts.station import Refused
from floor.storage.journal import JOURNAL, entry_of
from floor.words import NoteState
from web.compose import Site
from web.page import asker, fragment, reading, render
from web.text import N_, texts
from web.who import Who

router = APIRouter()
SHOWN = (
    (NoteState.RELEASED, N_("To pick")),
    (NoteState.PICKING, N_("Being picked")),
    (NoteState.PICKED, N_("To pack")),
    (NoteState.PACKED, N_("To ship")),
    (NoteState.SHIPPED, N_("Shipped")),
)
OPEN = (NoteState.RELEASED, NoteState.PICKING, NoteState.PICKED, NoteState.PACKED)


def _read(db: Connection, asked: Who, site: Site) -> dict[str, Any]:
    now = site.clock()
    states = {row[0]: row[1] for row in db.execute(select(NOTE.c.state, func.count()).group_by(NOTE.c.state))}
    words = texts(asked.language).gettext
    recent = select(JOURNAL).where(JOURNAL.c.recorded_at > now - timedelta(hours=12))
    picks = db.scalars(recent.where(JOURNAL.c.kind == "Picked").with_only_columns(JOURNAL.c.recorded_at)).all()
    refused = [entry_of(row).fact for row in db.execute(recent.where(JOURNAL.c.kind == "Refused").limit(5000))]
    hours = Counter(at.astimezone(asked.zone).strftime("%H:00") for at in picks)
    late = select(NOTE).where(NOTE.c.state.in_(OPEN), NOTE.c.due_at < now).order_by(NOTE.c.due_at).limit(20)
    return {
        "figures": [(words(label), states.get(state, 0)) for state, label in SHOWN],
        "hours": [(hour, count, str(count)) for hour, count in sorted(hours.items())],
        "late": list(db.execute(late)),
        "refusals": Counter(fact.code for fact in refused if isinstance(fact, Refused)).most_common(10),
    }


@router.get("/today")
async def today(request: Request) -> Response:
    asked = await asker(request, "see_stock")
    shown = await reading(request, lambda db: _read(db, asked, request.app.state.site))
    return render(request, asked, "today.html", "office", today=shown)


@router.get("/today/fragment")
async def piece(request: Request) -> Response:
    asked = await asker(request, "see_stock")
    shown = await reading(request, lambda db: _read(db, asked, request.app.state.site))
    return fragment(asked, "today_live.html", today=shown)
