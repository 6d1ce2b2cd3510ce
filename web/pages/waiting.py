"""What waits to leave the house, by target, each with its last error; a person may let it be tried at once."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection, func, select
from starlette.responses import Response

from floor.storage import outbox
from floor.storage.journal import SUBJECT
from floor.storage.outbox import OUTBOX
from floor.storage.record import Tx
from web.compose import Site
from web.page import acting, asker, fragment, reading, render, see_other
from web.text import N_, texts
from web.typed import Number
from web.who import Who

router = APIRouter()
MOST = 50  # of a target's rows; the count is of all
TARGETS = {
    "ledger": N_("Ledger: orders, stock and money"),
    "floor": N_("Floor: notes to accept"),
    "printer": N_("Printer {name}"),
}


@dataclass(frozen=True)
class Lane:
    """All that waits for one target; `rows` are the oldest, failed ones first."""

    target: str
    name: str
    count: int
    failed: int
    rows: list[tuple[Any, str]]  # each with the document that it is about


def _name(target: str, language: str) -> str:
    kind, _, name = target.partition(":")
    return texts(language).gettext(TARGETS[kind]).format(name=name) if kind in TARGETS else target


def _lanes(db: Connection, asked: Who) -> list[Lane]:
    all_of = select(OUTBOX.c.target, func.count()).group_by(OUTBOX.c.target)
    counts: dict[str, int] = {row[0]: row[1] for row in db.execute(all_of)}
    failed = select(OUTBOX.c.target, func.count()).where(OUTBOX.c.error != "").group_by(OUTBOX.c.target)
    wrong: dict[str, int] = defaultdict(int, {row[0]: row[1] for row in db.execute(failed)})
    lanes = []
    for target, count in sorted(counts.items()):
        oldest = select(OUTBOX).where(OUTBOX.c.target == target)
        rows = db.execute(oldest.order_by(OUTBOX.c.error == "", OUTBOX.c.journal_id).limit(MOST)).all()
        shown = [(row, _about(db, row)) for row in rows]
        lanes.append(Lane(target, _name(target, asked.language), count, wrong[target], shown))
    return lanes


def _about(db: Connection, row: Any) -> str:
    """The document of the fact that waits; a print job where it is one."""
    if not row.target.startswith("printer:"):
        return str(row.document)
    asked = select(SUBJECT.c.document).where(SUBJECT.c.journal_id == row.journal_id, SUBJECT.c.document.like("job:%"))
    return str(db.scalar(asked) or row.document)


@router.get("/waiting")
async def waiting(request: Request) -> Response:
    asked = await asker(request, "see_stock")
    lanes = await reading(request, lambda db: _lanes(db, asked))
    return render(request, asked, "waiting.html", "office", lanes=lanes)


@router.get("/waiting/fragment")
async def piece(request: Request) -> Response:
    asked = await asker(request, "see_stock")
    return fragment(asked, "waiting_live.html", lanes=await reading(request, lambda db: _lanes(db, asked)))


@router.post("/waiting/retry")
async def retry(
    request: Request, target: Annotated[str, Form(max_length=100)], journal_id: Annotated[Number, Form()] = 0
) -> Response:
    """Try one parcel of a target at once, or all of them where no number is given."""
    asked = await asker(request, "settle")
    site: Site = request.app.state.site

    def again(tx: Tx) -> None:
        rows = select(OUTBOX.c.journal_id).where(OUTBOX.c.target == target)
        wanted = [journal_id] if journal_id else list(tx.db.scalars(rows.where(OUTBOX.c.error != "")))
        for id in wanted:
            outbox.retry(tx.db, target, id, site.clock())

    await acting(request, asked, again)
    return see_other("/waiting")
