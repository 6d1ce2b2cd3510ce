"""The measured server: one process with web and courier on a fresh SQLite database, and beside our routes an empty one."""

import asyncio
import sys
from pathlib import Path

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.bench.warehouse import fill
from tests.databases import fresh_sqlite
from web.app import make_app
from web.compose import Running, compose
from web.settings import Ledger, Settings, Web


class Beside:
    """Answers /empty before our middleware sees it: the floor that POST /scan is compared with."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/empty":
            await Request(scope, receive).body()
            return await Response(b'{"ok":true}', media_type="application/json")(scope, receive, send)
        return await self.app(scope, receive, send)


def main(folder: Path, port: int, stations: int) -> None:
    fresh_sqlite(folder)
    settings = Settings(
        data=str(folder),
        web=Web(port=port),
        ledger=Ledger(kind="ledger_file", settings={"path": str(folder / "ledger")}),
    )
    with Running(compose(settings), ("web", "courier")) as site:
        fill(site, stations)
        config = uvicorn.Config(Beside(make_app(site)), port=port, log_level="warning", access_log=False)
        server = uvicorn.Server(config)
        asyncio.run(_serve(server))


async def _serve(server: uvicorn.Server) -> None:
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print("ready", flush=True)
    await task


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
