"""Puts the rooms together: settings in, a running floor out; started in a visible order, stopped in the reverse."""

import fcntl
import gc
import importlib
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine

from floor import accepting, replay
from floor.courier import Courier, Inside, Link
from floor.facts.fact import Entry
from floor.routes import routes
from floor.storage import schema
from floor.storage.database import open_engine
from floor.storage.record import House, Tx
from floor.storage.writer import Writer
from web import data_folder
from web.ids import uuid7
from web.links.printing import Printing
from web.live import Feed
from web.settings import Settings, SettingsError

log = logging.getLogger(__name__)


def clock() -> datetime:
    return datetime.now(UTC)


def new_uid() -> str:
    return uuid7(time.time_ns(), os.urandom(10))


@dataclass
class Site:
    """A composed site: what pages, commands and tests work with. `health` is what readers last said of themselves."""

    settings: Settings
    engine: Engine
    writer: Writer
    courier: Courier
    feed: Feed
    clock: Callable[[], datetime] = clock
    health: dict[str, dict[str, Any]] = field(default_factory=dict)


def the_house(settings: Settings) -> House:
    """The folds and routes of this site, with the ledger that its settings name."""
    if settings.ledger.kind != "embedded":
        return replay.house(routes)
    ledger = importlib.import_module("floor.ledger.folds")
    return replay.house(routes, ledger.FOLDS, ledger.MASTERS)


def state_tables(settings: Settings) -> tuple[Any, ...]:
    """The tables that the journal can rebuild."""
    if settings.ledger.kind != "embedded":
        return replay.STATE
    return (*replay.STATE, *importlib.import_module("floor.ledger.folds").STATE)


def _inside(settings: Settings) -> dict[str, Inside]:
    """The targets that are acts of this house."""
    targets: dict[str, Inside] = {"floor": _to_floor}
    if settings.ledger.kind == "embedded":
        targets["ledger"] = importlib.import_module("floor.ledger.inbox").post
    return targets


def _to_floor(tx: Tx, entries: list[tuple[str, Entry]]) -> None:
    for key, entry in entries:
        tx.cause = key
        accepting.take(tx, entry.fact)


def _links(settings: Settings, printers: Printing) -> dict[str, Link]:
    links: dict[str, Link] = {"printer": printers}
    if settings.ledger.kind != "embedded":
        links["ledger"] = link(settings.ledger.kind, settings.ledger.settings)
    return links


def link(kind: str, settings: dict[str, Any]) -> Link:
    """The link of file web/links/<kind>.py, connected with its settings."""
    folder = Path(__file__).parent / "links"
    if not (folder / f"{kind}.py").exists():
        known = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
        raise SettingsError(f'no link "{kind}"; there are {", ".join(known)}')
    made: Link = importlib.import_module(f"web.links.{kind}").connect(**settings)
    return made


def compose(settings: Settings, *, at: Callable[[], datetime] = clock) -> Site:
    """Everything made, nothing started; the database must be of this release's shape."""
    data_folder.make(settings.folder)
    engine = open_engine(settings.database_url)
    writer = Writer(engine, the_house(settings), at, new_uid)
    printers = Printing(settings, engine, writer)
    watched = {f"printer:{name}": partial(printers.look, name) for name in settings.printers}
    courier = Courier(engine, writer, _inside(settings), _links(settings, printers), at, watched)
    return Site(settings, engine, writer, courier, Feed(engine), at)


class WriterTaken(Exception):
    """Another process writes to this SQLite database; stop it, or work through the running service."""


def take_writer_lock(settings: Settings) -> IO[bytes] | None:
    """On SQLite one process writes: hold its lock file for as long as the returned file stays open."""
    if not settings.database_url.startswith("sqlite"):
        return None
    lock = (settings.folder / "writer.lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise WriterTaken(f"another process has {settings.folder} open for writing") from None
    return lock


def settle() -> None:
    """For a process that stays: what is loaded by now is no garbage to look through; who waits for the interpreter waits 1 ms."""
    gc.enable()
    gc.freeze()
    sys.setswitchinterval(0.001)


class Running:
    """A site at work, as a context: writer, feed, courier, readers up in this order and down in the reverse."""

    def __init__(self, site: Site, roles: tuple[str, ...]) -> None:
        self.site, self.roles = site, roles
        self._stack = ExitStack()

    def __enter__(self) -> Site:
        site = self.site
        lock = take_writer_lock(site.settings)
        if lock is not None:
            self._stack.callback(lock.close)
        self._stack.callback(site.engine.dispose)
        schema.upgrade(site.engine)
        site.feed.last = site.feed.cursor()
        site.writer.listeners.append(site.feed.on_commit)
        site.writer.start()
        self._stack.callback(site.writer.stop)
        if "courier" in self.roles:
            site.courier.start()
            self._stack.callback(site.courier.stop)
        if "readers" in self.roles and site.settings.readers:
            self._start_readers(Path(site.settings.readers))
        settle()
        return site

    def _start_readers(self, path: Path) -> None:
        """What cannot be opened is said here, by the thread that starts the house; only the reporting has one of its own."""
        wiring = importlib.import_module("devices.wiring")
        try:
            agent = importlib.import_module("devices.agent").Agent(wiring.read(path))
            self._stack.enter_context(agent.at_work())
        except wiring.SettingsError as error:
            raise SettingsError(str(error)) from None
        stop = threading.Event()
        thread = threading.Thread(target=agent.report_until, args=(stop,), name="readers", daemon=True)
        thread.start()
        self._stack.callback(thread.join)
        self._stack.callback(stop.set)

    def __exit__(self, *_: object) -> None:
        self._stack.close()
