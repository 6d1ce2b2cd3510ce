"""Papers to read, keep or print: `/papers/invoice/7.pdf`, and the same to the office's printer through CUPS."""

import asyncio
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection
from starlette.responses import Response

from floor.refusal import Refusal
from labels.papers.sheet import Pdf
from labels.papers.spool import spool
from labels.refused import LabelRefused
from web.compose import Site
from web.page import asker, reading, render, see_other
from web.papers import PAPERS
from web.text import texts
from web.texts.labels import PAPER_NAMES, refused_text
from web.who import check_origin

router = APIRouter(prefix="/papers")


async def _made(request: Request, kind: str, number: int) -> Pdf:
    """The paper, for those who may see it; refuses label_unknown, or paper_refused with the builder's word."""
    asked = await asker(request)
    if kind not in PAPERS:
        raise Refusal("label_unknown", scanned=kind[:40])
    right, make = PAPERS[kind]
    asked.need(right)
    site: Site = request.app.state.site
    font = Path(site.settings.font) if site.settings.font else None

    def read(db: Connection) -> Pdf:
        try:
            return make(db, number, asked, font)
        except LabelRefused as refused:
            raise Refusal("paper_refused", reason=refused_text(asked.language, refused)) from refused

    return await reading(request, read)


@router.get("/{kind}/{number:int}.pdf")
async def paper(request: Request, kind: str, number: int) -> Response:
    """The paper as PDF, made now from what the tables say."""
    made = await _made(request, kind, number)
    named = {"content-disposition": f'inline; filename="{kind}-{number}.pdf"'}
    return Response(made.data, media_type="application/pdf", headers=named)


@router.post("/{kind}/{number:int}/print")
async def print_paper(request: Request, kind: str, number: int) -> Response:
    """Hand the paper to the CUPS queue of the settings (`paper_printer`)."""
    check_origin(request)
    site: Site = request.app.state.site
    queue = site.settings.paper_printer
    if not queue:
        raise Refusal("no_paper_printer")
    made = await _made(request, kind, number)
    try:
        job = await asyncio.to_thread(spool, made.data, queue, title=f"{kind} {number}")
    except OSError as error:
        raise Refusal("paper_not_taken", printer=queue, reason=str(error)) from error
    return see_other(f"/papers/{kind}/{number}/sent?{urlencode({'job': job})}")


@router.get("/{kind}/{number:int}/sent")
async def sent(request: Request, kind: str, number: int, job: Annotated[str, Query(max_length=200)]) -> Response:
    """That the paper is with the printer; may be loaded again, which prints nothing."""
    asked = await asker(request)
    if kind not in PAPERS:
        raise Refusal("label_unknown", scanned=kind[:40])
    asked.need(PAPERS[kind][0])
    title = texts(asked.language).gettext(PAPER_NAMES[kind])
    queue = request.app.state.site.settings.paper_printer
    return render(
        request, asked, "paper_sent.html", "office", title=title, kind=kind, number=number, job=job, queue=queue
    )
