"""POST /import/KIND: the same imports as `floor import`, into a running house; answers as it goes, a JSON line each."""

import json
import queue
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import Response, StreamingResponse

from floor.refusal import TryAgain
from web.compose import Site
from web.imports.bring_in import KINDS, Bringer
from web.imports.sheet import Unreadable
from web.page import asker
from web.scan import problem
from web.who import check_origin

router = APIRouter()
RIGHTS = {
    "items": "edit_master", "places": "edit_master", "customers": "edit_customers", "stock": "receive",
    "prices": "edit_prices",
}  # fmt: skip
Told = dict[str, Any]


@router.post("/import/{kind}")
async def bring_in(
    request: Request,
    kind: str,
    file: Annotated[UploadFile, File()],
    document: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """`{"bad": line, "reason"}` for a bad row, `{"line", "total"}` as progress, at last `{"done": outcome}` or `{"error"}`."""
    if kind not in KINDS:
        return problem(404, "unknown_kind", f"one of {', '.join(KINDS)}")
    check_origin(request)
    asked = await asker(request, RIGHTS[kind])
    site: Site = request.app.state.site
    with tempfile.NamedTemporaryFile(prefix="floor-import-", delete=False) as kept:
        shutil.copyfileobj(file.file, kept)
    name = document or file.filename or kind
    work = _Work(site, kind, Path(kept.name), name, asked.person)
    return StreamingResponse(work.told(), media_type="application/x-ndjson")


class _Work:
    """One import under way in a thread; whoever listens may leave, the import goes on to its end."""

    def __init__(self, site: Site, kind: str, path: Path, document: str, person: int) -> None:
        self._said: queue.SimpleQueue[Told | None] = queue.SimpleQueue()
        bringer = Bringer(site.writer, self._bad, self._seen, person)
        self._thread = threading.Thread(target=self._run, args=(bringer, kind, path, document), name=f"import {kind}")

    def told(self) -> Iterator[bytes]:
        self._thread.start()
        while (said := self._said.get()) is not None:
            yield json.dumps(said, ensure_ascii=False).encode() + b"\n"

    def _run(self, bringer: Bringer, kind: str, path: Path, document: str) -> None:
        try:
            self._said.put({"done": msgspec.to_builtins(bringer.bring_in(kind, path, document))})
        except (Unreadable, TryAgain) as error:
            self._said.put({"error": str(error)})
        finally:
            path.unlink()
            self._said.put(None)

    def _bad(self, line: int, reason: str) -> None:
        self._said.put({"bad": line, "reason": reason})

    def _seen(self, line: int, total: int | None) -> None:
        self._said.put({"line": line, "total": total})
