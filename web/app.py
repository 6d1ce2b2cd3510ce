"""The hall's front: routes, headers and limits; nothing of the trade is decided here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, Request
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from floor.refusal import Refusal, TryAgain
from web import errors, events, health, scan
from web.compose import Site
from web.page import STATIC, static_version
from web.routers import all_routers

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types floor"
)
LONGEST_PATH, SILENCE_S = 1000, 30.0
UPLOADS = ("/import", "/labels/received")  # files of people, far larger than a form
HEADERS = [
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=()"),
]


def make_app(site: Site) -> ASGIApp:
    """The application of one site; the site's writer and courier are started and stopped by its runner."""
    app = FastAPI(title="floor", lifespan=_lifespan, docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    app.state.site = site
    for router in (scan.router, events.router, health.router, *all_routers()):
        app.include_router(router)
    app.mount(f"/static/{static_version()}", StaticFiles(directory=STATIC))
    errors.answer(app)
    return Guard(app, site.settings.web.body_limit)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    site: Site = app.state.site
    tasks: list[asyncio.Task[None]] = []
    if site.engine.dialect.name == "postgresql":
        tasks.append(asyncio.create_task(site.feed.poll()))
    yield
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _scan(scope: Scope, receive: Receive, send: Send) -> None:
    """The scan door stands before all routes: half of what a scan costs was its way through them."""
    request = Request(scope, receive)
    try:
        answer = await scan.scan(request)
    except Exception as error:  # noqa: BLE001 - no route's own handling stands around this door
        answer = await errors.answered(request, error)
    await answer(scope, receive, send)


class Guard:
    """Puts the security headers onto every answer and refuses bodies over the limit before they are read."""

    def __init__(self, app: FastAPI, limit: int) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        scope["app"] = self.app

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers(scope)]
            await send(message)

        if len(scope["path"]) > LONGEST_PATH:
            return await scan.problem(414, "too_large", "a shorter address")(scope, receive, headed)
        size = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if scope["method"] in ("POST", "PUT", "PATCH") and not self._fits(scope, size):
            answer = scan.problem(413, "too_large", f"a body of {self.limit} bytes at most")
            return await answer(scope, receive, headed)
        inside = _scan if scope["path"] == "/scan" and scope["method"] == "POST" else self.app
        await inside(scope, self._counted(scope, receive), headed)
        return None

    def _limit(self, scope: Scope) -> int:
        return 64 * self.limit if scope["path"].startswith(UPLOADS) else self.limit

    def _fits(self, scope: Scope, size: bytes) -> bool:
        return size.isdigit() and len(size) < 20 and int(size) <= self._limit(scope)

    def _counted(self, scope: Scope, receive: Receive) -> Receive:
        """A body is counted as it comes, and one that does not come to its end is no longer waited for (try_again)."""
        left, more = self._limit(scope), True

        async def counted() -> Message:
            nonlocal left, more
            try:
                async with asyncio.timeout(SILENCE_S if more else None):
                    message = await receive()
            except TimeoutError:
                raise TryAgain(f"the rest of the request did not come for {SILENCE_S:.0f} s") from None
            left, more = left - len(message.get("body", b"")), message.get("more_body", False)
            if left < 0:
                raise Refusal("too_large")
            return message

        return counted

    def _headers(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        if scope["path"].startswith("/static/"):
            return [*HEADERS, (b"cache-control", b"public, max-age=31536000, immutable")]
        return [*HEADERS, (b"cache-control", b"no-store")]
