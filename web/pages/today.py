"""Today, live: how far the notes are, picks an hour, what is late and why, what was short, what was refused and why."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import Connection, func, select
from starlette.responses import Response

from floor import count_list, lateness, people
from floor.deliveries import NOTE
from floor.facts.delivery import Shorted
from floor.facts.station import Refused
from floor.items import ITEM
from floor.parcels import PARCEL
from floor.shipments import SHIPMENT
from floor.storage.journal import JOURNAL, entry_of
from floor.words import NoteState
from web.compose import Site
from web.page import asker, fragment, reading, render
from web.pages.notes import warehouse_of
from web.text import N_, texts
from web.who import Who

router = APIRouter()
SHOWN = (
    (NoteState.RELEASED, N_("To pick")),
    (NoteState.PICKING, N_("Being picked")),
    (NoteState.PICKED, N_("To pack")),
    (NoteState.PACKED, N_("To ship")),
)
MOST = 5000  # facts of a day that are read; a busier day counts its last ones


@dataclass(frozen=True)
class Reason:
    """A code with how often it came today, and its newest example."""

    code: str
    count: int
    fields: dict[str, Any]


@dataclass(frozen=True)
class Short:
    at: datetime
    note: int
    place: str
    item: str
    quantity: int
    scale: int
    reason: str
    person: str


def _day(asked: Who, site: Site) -> datetime:
    """The last midnight in the site's zone."""
    return site.clock().astimezone(asked.zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _read(db: Connection, asked: Who, site: Site) -> dict[str, Any]:
    now, since = site.clock(), _day(asked, site)
    warehouse = warehouse_of(asked, db)
    counted = select(NOTE.c.state, func.count()).where(NOTE.c.warehouse == warehouse).group_by(NOTE.c.state)
    states: dict[str, int] = {row[0]: row[1] for row in db.execute(counted)}
    words = texts(asked.language).gettext
    picks, parcels = _picks(db, since), _parcels(db, warehouse, since)
    done = [(words(N_("Picks today")), len(picks)), (words(N_("Parcels shipped today")), parcels)]
    return {
        "figures": [(words(label), states.get(state, 0)) for state, label in SHOWN] + done,
        "hours": _hours(picks, asked, now),
        "late": lateness.late(db, warehouse, now),
        "astray": lateness.astray(db, warehouse, now),
        "shorts": _shorts(db, since),
        "to_count": count_list.waiting(db, warehouse),
        "refusals": _refusals(db, since),
    }


def _picks(db: Connection, since: datetime) -> list[datetime]:
    return list(db.scalars(select(JOURNAL.c.at).where(JOURNAL.c.kind == "Picked", JOURNAL.c.recorded_at >= since)))


def _parcels(db: Connection, warehouse: str, since: datetime) -> int:
    sent = select(func.count()).select_from(PARCEL).join(SHIPMENT, SHIPMENT.c.note == PARCEL.c.note)
    sent = sent.join(NOTE, NOTE.c.id == SHIPMENT.c.note)
    return db.scalar(sent.where(NOTE.c.warehouse == warehouse, SHIPMENT.c.shipped_at >= since)) or 0


def _hours(picks: list[datetime], asked: Who, now: datetime) -> list[tuple[str, int, str]]:
    """The hours of today from the first pick on, at most the last eight, those without a pick too."""
    if not picks:
        return []
    counts = Counter(at.astimezone(asked.zone).strftime("%H:00") for at in picks)
    last = now.astimezone(asked.zone)
    labels = [(last - timedelta(hours=back)).strftime("%H:00") for back in range(7, -1, -1)]
    first = next((n for n, label in enumerate(labels) if counts[label]), len(labels) - 1)
    return [(label, counts[label], str(counts[label])) for label in labels[first:]]


def _facts(db: Connection, kind: str, since: datetime, most: int) -> list[Any]:
    found = select(JOURNAL).where(JOURNAL.c.kind == kind, JOURNAL.c.recorded_at >= since)
    return [entry_of(row) for row in db.execute(found.order_by(JOURNAL.c.id.desc()).limit(most))]


def _shorts(db: Connection, since: datetime) -> list[Short]:
    entries = _facts(db, "Shorted", since, 20)
    names = people.names(db, [entry.person for entry in entries])
    wanted = {entry.fact.item for entry in entries}
    items = {row.id: row for row in db.execute(select(ITEM).where(ITEM.c.id.in_(wanted)))} if wanted else {}
    return [_short(entry.at, entry.fact, items[entry.fact.item], names.get(entry.person, "")) for entry in entries]


def _short(at: datetime, fact: Shorted, item: Any, person: str) -> Short:
    return Short(at, fact.note, fact.place, item.name, fact.quantity, item.scale, fact.reason, person)


def _refusals(db: Connection, since: datetime) -> list[Reason]:
    facts = [entry.fact for entry in _facts(db, "Refused", since, MOST)]
    newest: dict[str, Refused] = {}
    for fact in facts:
        newest.setdefault(fact.code, fact)
    counts = Counter(fact.code for fact in facts).most_common(12)
    return [Reason(code, count, newest[code].fields) for code, count in counts]


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
