"""What a request that did not work is answered: a page in the person's words, or a code and a line for programs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from floor.refusal import Refusal, TryAgain
from web.page import NotSignedIn, render, see_other
from web.scan import problem
from web.texts.verdicts import verdict_text
from web.who import who

log = logging.getLogger(__name__)
STATUS = {
    "malformed": 400,
    "not_allowed": 403,
    "wrong_origin": 403,
    "not_found": 404,
    "too_large": 413,
    "try_again": 503,
}
HTTP_CODES = {404: "not_found", 405: "wrong_method"}


def answer(app: FastAPI) -> None:
    """Every error of every route of `app` is answered from here."""
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, handler)


async def answered(request: Request, error: Exception) -> Response:
    """The same for a request that no route of the app has taken."""
    return await next(handler for kind, handler in HANDLERS.items() if isinstance(error, kind))(request, error)


def _wants_html(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


async def _tell(request: Request, refusal: Refusal, status: int) -> Response:
    """In the language of whoever asks; a `detail` says more to a program than the general words would."""
    asked = await asyncio.to_thread(who, request)
    text = verdict_text(asked.language, refusal.code, refusal.fields, asked.zone)
    if _wants_html(request):
        return render(request, asked, "refused.html", "office", status, code=refusal.code, text=text)
    return problem(status, refusal.code, str(refusal.fields.get("detail", text)))


async def _on_refusal(request: Request, error: Exception) -> Response:
    """A refusal outside the floor's own answers: of a form, a page or a request as such."""
    assert isinstance(error, Refusal)
    return await _tell(request, error, STATUS.get(error.code, 409))


async def _on_try_again(request: Request, error: Exception) -> Response:
    return await _tell(request, Refusal("try_again"), 503)


async def _on_not_signed_in(request: Request, error: Exception) -> Response:
    if _wants_html(request) and request.method == "GET":
        return see_other(f"/sign-in?next={request.url.path}")
    return problem(401, "not_signed_in", "sign in first")


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return await _tell(request, Refusal(HTTP_CODES.get(error.status_code, "malformed")), error.status_code)


async def _on_malformed(request: Request, error: Exception) -> Response:
    """A parameter of the wrong form: named, never echoed at length."""
    assert isinstance(error, RequestValidationError)
    wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5])
    return await _tell(request, Refusal("malformed", detail=wrong[:500]), 422)


async def _on_unstorable(request: Request, error: Exception) -> Response:
    """A NUL in a text (PostgreSQL), a number beyond all columns (SQLite says OverflowError)."""
    return await _tell(request, Refusal("malformed", detail="a value that cannot be stored"), 400)


async def _on_fault(request: Request, error: Exception) -> Response:
    """A fault of ours: logged with its trace, told without it."""
    log.error("fault at %s %s", request.method, request.url.path, exc_info=error)
    return problem(500, "fault", "a fault of this program; it is in the log")


async def _on_gone(request: Request, error: Exception) -> Response:
    """Whoever asked has left in the middle of it, and nobody hears this."""
    return problem(400, "malformed", "the request ended before its end")


HANDLERS: dict[type[Exception], Callable[[Request, Any], Awaitable[Response]]] = {
    Refusal: _on_refusal,
    TryAgain: _on_try_again,
    NotSignedIn: _on_not_signed_in,
    HTTPException: _on_http,
    RequestValidationError: _on_malformed,
    ClientDisconnect: _on_gone,
    DataError: _on_unstorable,
    OverflowError: _on_unstorable,
    Exception: _on_fault,
}
