"""`floor run`: the service in one process, all roles or some."""

import argparse
import gc
import importlib
import logging
import signal
import threading
from pathlib import Path

from web.cli import Stop
from web.settings import SettingsError, read

ROLES = ("web", "courier", "readers")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("roles", nargs="*", metavar="ROLE", help="web, courier, readers; default all")
    parser.add_argument("--config", type=Path, metavar="FLOOR.TOML", help="settings; default ./floor.toml")


def run(options: argparse.Namespace) -> int:
    wrong = [role for role in options.roles if role not in ROLES]
    if wrong:
        raise Stop(f"no role {wrong[0]!r}; there are {', '.join(ROLES)}")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        found = read(options.config)
    except SettingsError as error:
        raise Stop(str(error)) from None
    roles = tuple(options.roles) or found.roles
    if roles == ("readers",):
        return _readers_only(found.readers)
    if found.database_url.startswith("sqlite") and ("web" in roles) != ("courier" in roles):
        raise Stop("on SQLite the roles web and courier share one process: run both, or set a PostgreSQL database")
    importlib.import_module("web.commands.site").started(found)
    gc.disable()  # until the site stands: nothing that is loaded on the way is garbage
    code: int = importlib.import_module("web.serve").run(found, roles)
    return code


def _readers_only(path: str) -> int:
    """Only what hangs on this machine: no server code is loaded, no database opened."""
    from devices import agent, wiring
    from devices.adapters import SettingsError as WrongReaders

    if not path:
        raise Stop("floor.toml names no readers file")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):  # by an event: an exception could come between disk and receipt
        signal.signal(number, lambda *_: stop.set())
    try:
        agent.Agent(wiring.read(Path(path))).run(stop)
    except WrongReaders as error:
        raise Stop(str(error)) from None
    return 0
