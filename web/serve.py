"""The service at work in this process: pages until a signal, or the courier alone."""

import signal
import socket
import sys
import time

import uvicorn

from web.app import make_app
from web.cli import Stop
from web.compose import Running, Site, WriterTaken, compose
from web.settings import Settings, SettingsError


def run(found: Settings, roles: tuple[str, ...]) -> int:
    """Run the roles until SIGTERM or SIGINT. Raises Stop where another process writes, or a setting cannot be used."""
    signal.signal(signal.SIGTERM, _end)
    try:
        with Running(compose(found), roles) as site:
            return serve(site) if "web" in roles else _wait()
    except (WriterTaken, SettingsError) as error:
        raise Stop(str(error)) from None


def _end(number: int, frame: object) -> None:
    """A request to end unwinds what was started, in the reverse order; without this the process would fall where it stands."""
    sys.exit(0)


def serve(site: Site, sock: socket.socket | None = None) -> int:
    """Serve the pages until a signal; open streams do not hold the end up."""
    server = server_of(site)
    server.run(sockets=[sock] if sock is not None else None)
    return 0


def server_of(site: Site) -> uvicorn.Server:
    web = site.settings.web
    config = uvicorn.Config(
        make_app(site), host=web.host, port=web.port, log_level="warning", access_log=False,
        timeout_graceful_shutdown=3, server_header=False,
    )  # fmt: skip
    return uvicorn.Server(config)


def _wait() -> int:
    while True:
        time.sleep(3600)
