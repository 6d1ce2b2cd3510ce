"""The measured server: web and courier in one process on a fresh SQLite database; beside our routes two empty ones and a bulk one."""

import socket
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from floor import founding
from floor.storage.record import Tx
from floor.storage.writer import Rank
from tests.bench.warehouse import fill
from tests.databases import fresh_sqlite
from web.app import make_app
from web.compose import Running, Site, compose
from web.serve import server_of
from web.settings import Settings, Web


def empty_app() -> FastAPI:
    """The floor that POST /scan is compared with: an endpoint as FastAPI makes it, no middleware, no database."""
    app = FastAPI(openapi_url=None)

    @app.post("/empty")
    async def empty() -> dict[str, bool]:
        return {"ok": True}

    return app


class Beside:
    """Answers before our middleware sees it: /empty by FastAPI, /bare by hand, the least that the server can do."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app, self.site, self.batch, self.empty = app, site, 0, empty_app()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/empty":
            return await self.empty(scope, receive, send)
        if scope["type"] == "http" and scope["path"] == "/bare":
            await Request(scope, receive).json()
            return await Response(b'{"ok":true}', media_type="application/json")(scope, receive, send)
        if scope["type"] == "http" and scope["path"] == "/bulk":
            await Request(scope, receive).body()
            await self.site.writer.run(self._batch, rank=Rank.BULK)
            return await Response(b"{}", media_type="application/json")(scope, receive, send)
        return await self.app(scope, receive, send)

    def _batch(self, tx: Tx) -> None:
        """A batch of an import: twenty rows of places that change each time."""
        self.batch += 1
        for n in range(20):
            founding.add_place(tx, f"I-{n:02d}", "W1", zone=str(self.batch))


class Told(uvicorn.Server):
    """Says when it listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print("ready", flush=True)


def main(folder: Path, port: int, stations: int) -> None:
    fresh_sqlite(folder)
    settings = Settings(data=str(folder), web=Web(port=port))
    with Running(compose(settings), ("web", "courier")) as site:
        fill(site, stations)
        config = server_of(site).config
        config.app = Beside(make_app(site), site)
        Told(config).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
