"""The one writer: a thread that runs waiting acts in a transaction, each in a savepoint, commits once and answers them all.

No row locks, no lock order, no deadlocks, no gaps in the journal; the slowest scan, not the rate, is the reason.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from queue import SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, insert
from sqlalchemy.exc import InterfaceError, OperationalError

from floor.facts.fact import Entry
from floor.refusal import Refusal, TryAgain
from floor.storage import journal, outbox
from floor.storage.database import connect_writer, lock_writer
from floor.storage.prepared import Prepared
from floor.storage.record import Appends, House, Tx
from floor.storage.requests import REQUEST

log = logging.getLogger(__name__)
R = TypeVar("R")
GROUP, GROUP_SECONDS = 64, 0.010


class Rank(IntEnum):
    """Who goes first when several wait: a scan before a form, a form before an import."""

    SCAN = 0
    FORM = 1
    BULK = 2


@dataclass(slots=True)
class Ticket:
    """One act waiting for its turn. `refused` runs, in a savepoint of its own, when `act` was refused and rolled back."""

    act: Callable[[Tx], Any]
    refused: Callable[[Tx, Refusal], Any] | None
    future: "Future[Any] | asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop | None
    result: Any = None
    error: BaseException | None = None


@dataclass
class Writer:
    """`run` awaits from the event loop, `do` waits in a thread; `stop` finishes what waits. Times come from `clock`."""

    engine: Engine
    house: House
    clock: Callable[[], datetime]
    new_uid: Callable[[], str]
    listeners: list[Callable[[list[Entry]], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._queues: tuple[deque[Ticket], ...] = (deque(), deque(), deque())
        self._gate = threading.Lock()
        self._bell: SimpleQueue[None] = SimpleQueue()
        self._stopping = False
        self._db: Connection | None = None
        driver = self.engine.dialect.loaded_dbapi
        self._database_faults = (OperationalError, InterfaceError, driver.OperationalError, driver.InterfaceError)
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)

    def start(self) -> "Writer":
        self._thread.start()
        return self

    def stop(self) -> None:
        """Finish the acts that wait, then end; later ones get `try_again`."""
        with self._gate:
            self._stopping = True
        self._bell.put(None)
        if self._thread.is_alive():
            self._thread.join()

    async def run(
        self, act: Callable[[Tx], R], *, rank: Rank = Rank.FORM, refused: Callable[[Tx, Refusal], R] | None = None
    ) -> R:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._enqueue(Ticket(act, refused, future, loop), rank)
        return await future

    def do(
        self, act: Callable[[Tx], R], *, rank: Rank = Rank.FORM, refused: Callable[[Tx, Refusal], R] | None = None
    ) -> R:
        future: Future[R] = Future()
        self._enqueue(Ticket(act, refused, future, None), rank)
        return future.result()

    def _enqueue(self, ticket: Ticket, rank: Rank) -> None:
        with self._gate:
            if self._stopping:
                raise TryAgain("stopping")
            self._queues[rank].append(ticket)
        self._bell.put(None)

    def _work(self) -> None:
        """Each ticket rings the bell once, and a group takes several: some rings find nothing left to do."""
        while True:
            self._bell.get()
            if any(self._queues):
                self._group()
            elif self._stopping:
                return self._close()

    def _next(self) -> Ticket | None:
        for queue in self._queues:
            if queue:
                return queue.popleft()
        return None

    def _group(self) -> None:
        """Run one group of waiting acts and commit it; whatever fails, every ticket taken is answered."""
        taken: list[Ticket] = []
        appends = Appends()
        try:
            db = self._begin()
            head = journal.head(db)
            end = time.monotonic() + GROUP_SECONDS
            while len(taken) < GROUP and (not taken or time.monotonic() < end):
                ticket = self._next()
                if ticket is None:
                    break
                taken.append(ticket)
                self._run_ticket(ticket, db, head, appends)
            _flush(db, appends)
            db.commit()
        except Exception as error:  # noqa: BLE001 - disk full, database gone, lock timed out: no act has happened
            log.warning("a group of %d acts was not committed: %s", len(taken), error)
            self._abandon()
            taken = taken or [t for t in [self._next()] if t]
            for ticket in taken:
                ticket.result, ticket.error = None, TryAgain(str(error))
            appends = Appends()
            time.sleep(0.02)
        _answer(taken)
        self._tell(appends.entries)

    def _run_ticket(self, ticket: Ticket, db: Connection, head: journal.Head, appends: Appends) -> None:
        try:
            ticket.result = self._run_or_refuse(ticket, db, head, appends)
        except Refusal as refusal:
            ticket.error = refusal
        except Exception as error:  # a fault of ours in one act: that act alone is undone, the writer goes on
            if isinstance(error, self._database_faults):
                raise
            log.exception("an act failed")
            ticket.error = error

    def _run_or_refuse(self, ticket: Ticket, db: Connection, head: journal.Head, appends: Appends) -> Any:
        try:
            return self._in_savepoint(ticket.act, db, head, appends)
        except Refusal as refusal:
            if ticket.refused is None:
                raise
            hook, reason = ticket.refused, refusal
        return self._in_savepoint(lambda tx: hook(tx, reason), db, head, appends)

    def _in_savepoint(self, act: Callable[[Tx], R], db: Connection, head: journal.Head, appends: Appends) -> R:
        now = self.clock()
        mark, before = appends.mark(), (head.id, head.hash)
        cursor = db.connection.cursor()
        cursor.execute("SAVEPOINT act")
        try:
            reply = act(Tx(db, now, now, self.new_uid, self.house, head, appends))
        except BaseException:
            appends.back_to(mark)
            head.id, head.hash = before
            cursor.execute("ROLLBACK TO SAVEPOINT act")
            cursor.execute("RELEASE SAVEPOINT act")
            raise
        cursor.execute("RELEASE SAVEPOINT act")
        return reply

    def _begin(self) -> Connection:
        if self._db is None:
            self._db = connect_writer(self.engine)
        self._db.begin()
        lock_writer(self._db)
        return self._db

    def _abandon(self) -> None:
        """Throw the connection away; the next group opens a new one."""
        if self._db is not None:
            self._db.invalidate()
            self._db.close()
            self._db = None

    def _close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def _tell(self, entries: list[Entry]) -> None:
        for listener in self.listeners if entries else ():
            listener(entries)


_APPEND = [Prepared(insert(target)) for target in (journal.JOURNAL, journal.SUBJECT, outbox.OUTBOX, REQUEST)]


def _flush(db: Connection, appends: Appends) -> None:
    tables = (appends.journal, appends.subjects, appends.outbox, appends.requests)
    for append, rows in zip(_APPEND, tables, strict=True):
        if rows:
            append.many(db, rows)


def _answer(tickets: list[Ticket]) -> None:
    """Hand the results back; a group's answers to one event loop go over in a single call."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Ticket]] = {}
    for ticket in tickets:
        if ticket.loop is None:
            _resolve(ticket)
        else:
            by_loop.setdefault(ticket.loop, []).append(ticket)
    for loop, group in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve_all, group)


def _resolve_all(tickets: list[Ticket]) -> None:
    for ticket in tickets:
        _resolve(ticket)


def _resolve(ticket: Ticket) -> None:
    if ticket.future.cancelled():
        return
    if ticket.error is not None:
        ticket.future.set_exception(ticket.error)
    else:
        ticket.future.set_result(ticket.result)
