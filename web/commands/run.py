"""`floor run`: the service in one process, all roles or some."""

import argparse
import logging
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import uvicorn

from web.app import make_app
from web.cli import Stop
from web.commands.site import config_argument, settings
from web.compose import Running, Site, WriterTaken, compose
from web.settings import SettingsError

ROLES = ("web", "courier", "readers")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("roles", nargs="*", metavar="ROLE", help="web, courier, readers; default all")
    config_argument(parser)


def run(options: argparse.Namespace) -> int:
    wrong = [role for role in options.roles if role not in ROLES]
    if wrong:
        raise Stop(f"no role {wrong[0]!r}; there are {', '.join(ROLES)}")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    found = settings(options)
    roles = tuple(options.roles) or found.roles
    signal.signal(signal.SIGTERM, _end)
    if roles == ("readers",):
        return _readers_only(found.readers)
    if found.database_url.startswith("sqlite") and ("web" in roles) != ("courier" in roles):
        raise Stop("on SQLite the roles web and courier share one process: run both, or set a PostgreSQL database")
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


def _readers_only(path: str) -> int:
    """Only what hangs on this machine: no server code, no database."""
    from devices import agent, wiring

    if not path:
        raise Stop("floor.toml names no readers file")
    agent.Agent(wiring.read(Path(path))).run(threading.Event())
    return 0
