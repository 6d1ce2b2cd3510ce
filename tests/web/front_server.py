"""A small real server for the browser tests of the page scripts: records scans, fails on demand, streams events."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from jinja2 import ChoiceLoader, FileSystemLoader
from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from web.text import environment, script_texts
from web.texts.verdicts import verdict_text

STATIC = Path(__file__).resolve().parents[2] / "web" / "static"
HERE = Path(__file__).parent
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types floor"
)
WORDS = {
    "WRONG": "wrong_item",
    "TWICE": "double_fire",
    "STILL-WRONG": "double_fire",
    "LAST": "note_picked",
    "NOTE-17": "opened",
}
SOUNDS = {"wrong_item": "error", "double_fire": "error", "note_picked": "done"}
FIELDS = {"quantity": 1, "wanted": "西湖龙井 250 g", "bin": "A-03-02", "note": 17}


class Recorder:
    """What arrived, and how the server shall misbehave next."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []  # each arrival, repeats too
        self.stored: dict[str, dict[str, Any]] = {}  # id -> answer: exactly once
        self.codes: list[str] = []  # stored, in order of arrival
        self.failures: list[int] = []  # HTTP statuses of the next answers; 0 loses the answer after storing
        self.delay_s = 0.0
        self.events: list[str] = []
        self.beating = True
        self.events_status = 200
        self.open_streams = 0
        self.opened: list[str] = []  # the `last` of each stream opened
        self.fragments = 0
        self.wedge: dict[str, Any] = {"silent_ms": 0}
        self.lang = "zh"

    def answer(self, scan: dict[str, Any]) -> dict[str, Any]:
        if scan["id"] not in self.stored:
            code = WORDS.get(scan["codes"][0], "picked")
            self.codes.append(scan["codes"][0])
            fields = FIELDS | {"scanned": scan["codes"][0]}
            if scan["codes"] == ["STILL-WRONG"]:
                fields["first"] = "wrong_item"
            self.stored[scan["id"]] = {
                "id": scan["id"],
                "accepted": SOUNDS.get(code, "ok") != "error",
                "code": code,
                "text": verdict_text(self.lang, code, fields),
                "fields": fields,
                "sound": SOUNDS.get(code, "ok"),
                "items": None,
                "note": {"id": 17, "state": "picking", "units": 12, "done_units": len(self.codes)},
                "next": None,
            }
        return self.stored[scan["id"]]


def frame(recorder: Recorder, request: Request, kind: str = "floor") -> dict[str, Any]:
    nav = [("pick", "拣货", "/"), ("pack", "打包", "/pack"), ("ship", "发运", "/ship"), ("orders", "订单", "/office")]
    events = None if request.query_params.get("events") == "off" else "/events"
    return {
        "kind": kind,
        "path": request.url.path,
        "static": lambda name: f"/static/{name}",
        "nav": [
            {"icon": icon, "label": label, "href": href, "current": request.url.path == href}
            for icon, label, href in nav
        ],
        "person": "王芳",
        "station": "打包台 2",
        "printer": "ZD420",
        "island": {
            "texts": script_texts(recorder.lang),
            "cursor": len(recorder.events),
            "session": "s-1",
            "now": int(time.time() * 1000),
            "events": events,
            "beat_ms": 300,
            "sign_in": "/sign-in",
            "wedge": recorder.wedge,
        },
    }


def render(request: Request, name: str, kind: str = "floor", **more: Any) -> HTMLResponse:
    recorder: Recorder = request.app.state.recorder
    product = environment(recorder.lang)
    jinja = product.overlay(loader=ChoiceLoader([product.loader, FileSystemLoader(HERE / "front_pages")]))
    done = len(recorder.codes)
    return HTMLResponse(jinja.get_template(name).render(frame=frame(recorder, request, kind), done=done, **more))


async def pick(request: Request) -> Response:
    return render(request, "front_pick.html")


async def office(request: Request) -> Response:
    return render(request, "front_office.html", "office")


async def sign_in(request: Request) -> Response:
    return render(request, "front_sign_in.html")


async def language(request: Request) -> Response:
    return RedirectResponse("/", status_code=303)


async def fragment(request: Request) -> Response:
    request.app.state.recorder.fragments += 1
    return render(request, "front_fragment.html", partial=True)


async def scan(request: Request) -> Response:
    recorder: Recorder = request.app.state.recorder
    body = await request.json()
    recorder.posts.append(body)
    await asyncio.sleep(recorder.delay_s)
    status = recorder.failures.pop(0) if recorder.failures else 200
    if status == 200:
        return JSONResponse(recorder.answer(body))
    if status == 0:
        recorder.answer(body)
        return Response("<html>who are you? ask the wifi's front desk</html>", media_type="text/html")
    if status == 303:
        return RedirectResponse("/sign-in", status_code=303)
    return JSONResponse({"code": "no"}, status_code=status)


async def events(request: Request) -> Response:
    recorder: Recorder = request.app.state.recorder
    recorder.opened.append(request.query_params["last"])
    if recorder.events_status != 200:
        return Response(status_code=recorder.events_status)
    start = int(request.headers.get("last-event-id") or request.query_params["last"])
    return EventSourceResponse(stream(recorder, start))


async def stream(recorder: Recorder, position: int) -> AsyncIterator[dict[str, str]]:
    recorder.open_streams += 1
    try:
        async for event in told(recorder, position):
            yield event
    finally:
        recorder.open_streams -= 1


async def told(recorder: Recorder, position: int) -> AsyncIterator[dict[str, str]]:
    beat_at = 0.0
    while True:
        while position < len(recorder.events):
            position += 1
            subject = recorder.events[position - 1]
            if subject == "!reset":
                recorder.events.clear()
                yield {"event": "reset", "data": '{"id": 99}'}
                return
            yield {"id": str(position), "data": json.dumps({"subject": subject, "id": position})}
        if recorder.beating and time.monotonic() > beat_at:
            beat_at = time.monotonic() + 0.2
            yield {"event": "beat", "data": ""}
        await asyncio.sleep(0.02)


class Strict(BaseHTTPMiddleware):
    """The product's content security policy on every answer."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers["content-security-policy"] = CSP
        static = request.url.path.startswith("/static/")
        response.headers["cache-control"] = "max-age=3600" if static else "no-store"
        return response


def application(recorder: Recorder) -> Starlette:
    routes = [
        Route("/", pick),
        Route("/pick/17", pick),
        Route("/pick/17/fragment", fragment),
        Route("/office", office),
        Route("/sign-in", sign_in),
        Route("/language", language, methods=["POST"]),
        Route("/sign-out", sign_in, methods=["POST"]),
        Route("/scan", scan, methods=["POST"]),
        Route("/events", events),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(Strict)])
    app.state.recorder = recorder
    return app


@contextmanager
def running(recorder: Recorder) -> Iterator[int]:
    """Serve in a thread; gives the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        application(recorder), log_level="error", lifespan="off", ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
