"""A real server of the whole hall on loopback, on a fresh database, with a small warehouse in it."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from tests.floor.world import World, small_warehouse
from web.compose import Running, Site, compose
from web.serve import server_of
from web.settings import Settings


class Serving:
    """A running site: `url`, its `site` to look behind the pages, its `world` to set things up."""

    def __init__(self, site: Site, url: str, world: World) -> None:
        self.site, self.url, self.world = site, url, world
        self.closing = ExitStack()

    def client(self, **headers: str) -> httpx.Client:
        """A client that is closed with the site."""
        return self.closing.enter_context(httpx.Client(base_url=self.url, headers=headers))


@contextmanager
def server(site: Site) -> Iterator[str]:
    """Serve the site's pages in a thread on a free port; the address."""
    running = server_of(site, port=0)
    running.config.timeout_graceful_shutdown = 1
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        thread.join(0.01)
        assert thread.is_alive(), "the server did not start"
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join()


@contextmanager
def serving(
    folder: Path, database_url: str, *, roles: tuple[str, ...] = ("web", "courier"), **more: object
) -> Iterator[Serving]:
    settings = Settings(data=str(folder), database=database_url, **more)  # type: ignore[arg-type]
    with Running(compose(settings), roles) as site, server(site) as url:
        running = Serving(site, url, small_warehouse(site.engine, site.writer))
        with running.closing:
            yield running
