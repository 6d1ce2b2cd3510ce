"""Labels seen before they are printed, and printed from where a person looks for them: how many, and where."""

import asyncio
import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection, select
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from floor import label_contents, parcels, people, print_jobs, printers
from floor.people import PERSON
from floor.refusal import Refusal
from floor.stations import STATION
from floor.storage.record import Tx
from labels import carrier, scanner_test
from labels.captions import CAPTIONS
from labels.preview import Preview, preview
from labels.refused import LabelRefused
from web import label_of
from web.compose import Site, new_uid
from web.forms import form_of, once, text_of
from web.label_of import Wanted
from web.label_templates import site_templates
from web.page import asker, reading, render, see_other
from web.settings import Printer
from web.text import texts
from web.texts.commands import COMMANDS
from web.texts.labels import KINDS, refused_text
from web.who import Who

router = APIRouter()
Kind = Annotated[str, Query(max_length=20)]
Text = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True)
class Seen:
    """A label drawn for a printer's media; `why` says what keeps it from being drawn or printed."""

    document: str
    zpl: bytes
    drawn: Preview | None
    why: str


def _wanted(db: Connection, kind: str, key: str, printer: Printer) -> tuple[str, Wanted]:
    """The document and label of a job, or of what `kind` and `key` name, at this printer."""
    if kind == "job":
        row = print_jobs.job(db, int(key) if key.isdecimal() and len(key) < 10 else 0)
        return row.document, label_of.wanted(row, parcels.payload(row) | {"count": "1"}, printer)
    said = label_contents.content(db, kind, key)
    return said.document, Wanted(kind, said.payload, rfid=printer.rfid)


def _see(db: Connection, site: Site, wanted: tuple[str, Wanted], printer: Printer, language: str) -> Seen:
    document, label = wanted
    media = label_of.media(site.settings, printer)
    zpl = b""
    try:
        zpl = label_of.zpl(db, label, media, site_templates(site.settings))
        return Seen(document, zpl, preview(zpl), "")
    except LabelRefused as refused:
        return Seen(document, zpl, None, refused_text(language, refused))


async def _seen(request: Request, asked: Who, kind: str, key: str, printer: str) -> tuple[Seen, Wanted]:
    site: Site = request.app.state.site
    here = site.settings.printers.get(printer, Printer())

    def read(db: Connection) -> tuple[Seen, Wanted]:
        wanted = _wanted(db, kind, key, here)
        asked.need(label_contents.right(wanted[1].label))
        return _see(db, site, wanted, here, asked.language), wanted[1]

    return await reading(request, read)


def _usual(site: Site, asked: Who, printer: str) -> str:
    """The printer asked for, else that of the station, else the first there is."""
    mine = asked.station.printer if asked.station is not None else ""
    return printer or mine or next(iter(sorted(site.settings.printers)), "")


@router.get("/labels")
async def labels(request: Request) -> Response:
    """What can be printed from here, by kind."""
    asked = await asker(request, "print")

    def read(db: Connection) -> dict[str, Any]:
        stations = db.execute(select(STATION).where(STATION.c.retired.is_(False)).order_by(STATION.c.id)).all()
        ids: Iterable[int] = (
            db.scalars(select(PERSON.c.id).where(PERSON.c.retired.is_(False))) if asked.may("administer") else []
        )
        return {
            "stations": [(row.id, row.name) for row in stations],
            "persons": sorted(people.names(db, ids).items()),
            "printers": sorted(printers.known(db)),
        }

    words = texts(asked.language).gettext
    shown: dict[str, Any] = {
        "commands": [(code, words(text)) for code, text in COMMANDS.items()],
        "tests": [(test, CAPTIONS[asked.language][f"test_{test}"]) for test in scanner_test.TESTS],
        "form_id": new_uid(),
    }
    return render(request, asked, "labels.html", "office", **shown, **await reading(request, read))


@router.get("/labels/label")
async def label(request: Request, kind: Kind, key: Text, printer: Text = "", job: int = 0) -> Response:
    """One label: its picture for a printer, what the picture does not show, and the form that prints it."""
    asked = await asker(request)
    site: Site = request.app.state.site
    chosen = _usual(site, asked, printer)
    seen, wanted = await _seen(request, asked, kind, key, chosen)
    names = await reading(request, lambda db: sorted(printers.known(db) | set(site.settings.printers)))
    shown: dict[str, Any] = {
        "kind": kind,
        "key": key,
        "seen": seen,
        "printer": chosen,
        "names": names,
        "job": job,
        "form_id": new_uid(),
    }
    title = texts(asked.language).gettext(KINDS[wanted.label])
    return render(request, asked, "label.html", "office", title=title, **shown)


@router.get("/labels/preview")
async def picture(
    request: Request, kind: Kind, key: Text, printer: Text = "", page: Annotated[int, Query(ge=1)] = 1
) -> Response:
    """The label as PNG, a pixel a dot (the `page`th of several); 404 with the reason as text where it cannot be drawn."""
    asked = await asker(request)
    seen, _ = await _seen(request, asked, kind, key, _usual(request.app.state.site, asked, printer))
    if seen.drawn is None or page > len(seen.drawn.pngs):
        return Response(seen.why, 404, media_type="text/plain; charset=utf-8")
    return Response(seen.drawn.pngs[page - 1], media_type="image/png")


@router.post("/labels/received")
async def receive(request: Request) -> Response:
    """Keep what a carrier has sent (`file`: ZPL, PNG or PDF) and show it; refuses label_refused with the reason."""
    form = await form_of(request)
    asked = await asker(request, label_contents.right("carrier"))
    file = form.get("file")
    data, name = b"", ""
    if isinstance(file, UploadFile):
        data, name = await file.read(), (file.filename or "")[:100]
        await file.close()
    try:
        many = await asyncio.to_thread(carrier.labels, data)
    except LabelRefused as refused:
        raise Refusal("label_refused", reason=refused_text(asked.language, refused)) from refused
    told = FormData([("form", text_of(form, "form")), ("file", hashlib.sha256(data).hexdigest())])

    def kept(tx: Tx) -> dict[str, Any]:
        return {"key": label_contents.receive(tx, name, base64.b64encode(data).decode(), many)}

    done = await once(request, asked, told, kept)
    return see_other(f"/labels/label?{urlencode({'kind': 'carrier', 'key': done['key']})}")


@router.post("/labels/print")
async def print_label(request: Request) -> Response:
    """Print `count` of the label `kind` of `key` at `printer`; a form sent twice prints once."""
    form = await form_of(request)
    kind, key, printer = (text_of(form, name)[:200] for name in ("kind", "key", "printer"))
    asked = await asker(request, label_contents.right(kind))
    typed = text_of(form, "count")
    count = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0
    station = asked.station.id if asked.station is not None else 0

    def ordered(tx: Tx) -> dict[str, Any]:
        return {"job": label_contents.order(tx, printer, kind, key, count=count, station=station)}

    done = await once(request, asked, form, ordered)
    if kind == "pallet":  # that number is used up: show the label that was asked for, not the next pallet's
        kind, key = "job", str(done["job"])
    query = urlencode({"kind": kind, "key": key, "printer": printer, "job": done["job"]})
    return see_other(f"/labels/label?{query}")
