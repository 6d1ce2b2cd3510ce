"""Carries the outbox: one lane a target, one document in journal order; a failure holds only its document, visibly."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, select, text

from floor.facts.fact import Entry
from floor.refusal import TryAgain
from floor.storage import outbox
from floor.storage.journal import JOURNAL, entry_of
from floor.storage.record import Tx
from floor.storage.writer import Rank, Writer

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
BATCH, GATHER_S = 128, 0.2
FRESH = 2048  # facts kept in memory for their lanes; what is beyond that is read from the journal
LEADER_LOCK = 0x636F7572  # "cour": PostgreSQL's advisory lock of the one courier


Finish = Callable[[Tx], None]


class LinkError(Exception):
    """The outside said no. `permanent`: the same again will not help, a person must look.

    `then` runs in the commit that puts the parcel off.
    """

    def __init__(self, why: str, *, permanent: bool = False, then: Finish | None = None) -> None:
        super().__init__(why)
        self.permanent, self.then = permanent, then


@dataclass(frozen=True)
class Attempt:
    """One try to carry: `mark` is what an earlier try wrote down with `keep`, "" on the first.

    What is given to `keep` beside the mark runs in its commit; a refusal there is raised and nothing is kept.
    """

    mark: str
    keep: Callable[[str, Finish], None]


class Link(Protocol):
    """An outside target. `carry` runs with no transaction open; what it returns runs in the commit of "done".

    Raises OSError or LinkError where it must be tried again. `key` is the same at each try, for the far side to drop
    repeats by.
    """

    def carry(self, key: str, entry: Entry, attempt: Attempt) -> Finish | None: ...


Inside = Callable[[Tx, list[tuple[str, Entry]]], None]


@dataclass
class Courier:
    """`inside` are targets that are acts of this house, one commit with "done"; `links` are outside, by target prefix.

    `watched` are targets that are looked at while nothing is due for them; a look says whether anything has changed.
    """

    engine: Engine
    writer: Writer
    inside: Mapping[str, Inside]
    links: Mapping[str, Link]
    clock: Callable[[], datetime]
    watched: Mapping[str, Callable[[], bool]] = field(default_factory=dict)
    idle_s: float = 1.0
    _lanes: dict[str, threading.Thread] = field(default_factory=dict)
    _bells: dict[str, threading.Event] = field(default_factory=dict)
    _full: dict[str, bool] = field(default_factory=dict)
    _fresh: dict[int, Entry] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> "Courier":
        self.writer.listeners.append(self._on_commit)
        if self.engine.dialect.name == "sqlite":  # one process: whoever held a lease is dead
            self.writer.do(lambda tx: outbox.free_leases(tx.db, self.clock()))
        for target in self.inside:
            self._lane(target)
        for target in (*self._known_targets(), *self.watched):
            self._lane(target)
        return self

    def stop(self) -> None:
        self._stop.set()
        for bell in self._bells.values():
            bell.set()
        for lane in self._lanes.values():
            lane.join()

    def settle(self, rounds: int = 100) -> None:
        """For tests: carry everything that is due, in this thread, until nothing is."""
        for _ in range(rounds):
            carried = [self._round(target) for target in (*self.inside, *self._known_targets())]
            if not any(carried):
                return
        raise AssertionError("the outbox does not come to rest")

    def _known_targets(self) -> list[str]:
        with self.engine.connect() as db:
            return [target for target in outbox.targets(db) if target not in self.inside and self._link(target)]

    def _link(self, target: str) -> Link | None:
        return self.links.get(target.partition(":")[0])

    def _on_commit(self, entries: list[Entry]) -> None:
        """Runs in the writer's thread: ring the lanes that have something to carry now."""
        ringing = set()
        for entry in entries:
            for target, _ in self.writer.house.routes(entry.fact):
                ringing.add(target)
                if target in self.inside and len(self._fresh) < FRESH:
                    self._fresh[entry.id] = entry
        for target in ringing:
            self._lane(target)
            self._bells[target].set()

    def _lane(self, target: str) -> None:
        if target in self._lanes or self._stop.is_set() or not (target in self.inside or self._link(target)):
            if target not in self._bells:
                self._bells[target] = threading.Event()
            return
        self._bells[target] = threading.Event()
        self._lanes[target] = threading.Thread(target=self._run, args=(target,), name=f"courier {target}", daemon=True)
        self._lanes[target].start()

    def _run(self, target: str) -> None:
        while not self._stop.is_set():
            self._bells[target].clear()
            try:
                carried = self._leading(target)
            except Exception:  # whatever it is, the lane goes on and the parcels wait
                log.exception("courier lane %s", target)
                carried = False
            self._rest(target, carried)

    def _rest(self, target: str, carried: bool) -> None:
        """Nothing to carry: wait for the bell. Carried into this house: let facts gather, one batch is cheaper than each."""
        if not carried:
            self._bells[target].wait(self.idle_s)
        elif target in self.inside and not self._full.get(target):
            self._stop.wait(GATHER_S)

    def _leading(self, target: str) -> bool:
        """On PostgreSQL one courier at a time carries a lane; the others stand by."""
        if self.engine.dialect.name != "postgresql":
            return self._round(target) or self._look(target)
        with self.engine.connect() as db:
            lock = text("SELECT pg_try_advisory_xact_lock(:courier, hashtext(:target))")
            if not db.scalar(lock, {"courier": LEADER_LOCK, "target": target}):
                return False
            return self._round(target) or self._look(target)

    def _look(self, target: str) -> bool:
        look = self.watched.get(target)
        return look is not None and not self._stop.is_set() and look()

    def _round(self, target: str) -> bool:
        """Carry what is due for one target; True where something was carried or put off."""
        return self._inside_round(target) if target in self.inside else self._outside_round(target)

    def _inside_round(self, target: str) -> bool:
        with self.engine.connect() as db:
            rows = outbox.due(db, target, self.clock(), most=BATCH)
        self._full[target] = len(rows) == BATCH
        if not rows:
            return False
        try:
            self._post(target, rows)
        except TryAgain:
            return False
        except Exception as error:  # noqa: BLE001 - one of them is at fault: each document alone, so that only that one waits
            log.warning("courier %s: %r; trying each document alone", target, error)
            for group in _by_document(rows):
                self._post_or_postpone(target, group)
        return True

    def _post(self, target: str, rows: list[Any]) -> None:
        """One act for all of them. What is journaled never changes: it is read here, the writer is for writing."""
        entries = self._read(rows)
        parcels = [(f"{row.uid}:{target}", entries[row.journal_id]) for row in rows]

        def act(tx: Tx) -> None:
            self.inside[target](tx, parcels)
            outbox.done(tx.db, target, [row.journal_id for row in rows])

        self.writer.do(act)

    def _read(self, rows: list[Any]) -> dict[int, Entry]:
        """The facts of these rows: of this process's own commits, else out of the journal."""
        found = {row.journal_id: self._fresh.pop(row.journal_id, None) for row in rows}
        stale = [row for row in rows if found[row.journal_id] is None]
        if stale:
            with self.engine.connect() as db:
                found |= _entries(db, stale)
        return {id: entry for id, entry in found.items() if entry is not None}

    def _post_or_postpone(self, target: str, rows: list[Any]) -> None:
        try:
            self._post(target, rows)
        except TryAgain:
            return
        except Exception as error:  # noqa: BLE001 - shown on the page of waiting parcels with its reason
            why = f"{type(error).__name__}: {error}"
            self.writer.do(lambda tx: outbox.postpone(tx.db, rows[0], rows[0].next_at, self.clock(), why))

    def _outside_round(self, target: str) -> bool:
        with self.engine.connect() as db:
            rows = outbox.due(db, target, self.clock(), most=1)
            if not rows:
                return False
            entry = _entries(db, rows)[rows[0].journal_id]
        self._carry(target, rows[0], entry)
        return True

    def _carry(self, target: str, row: Any, entry: Entry) -> None:
        link = self._link(target)
        assert link is not None
        until = self.clock() + LEASE
        self.writer.do(lambda tx: outbox.lease(tx.db, row, until))
        attempt = Attempt(row.mark, lambda what, then: self._keep(row, what, then))
        try:
            finish = link.carry(f"{row.uid}:{target}", entry, attempt)
        except (OSError, LinkError) as error:
            said = error
            self.writer.do(lambda tx: self._put_off(tx, row, until, said))
            return
        self.writer.do(lambda tx: self._finish(tx, target, row, finish), rank=Rank.FORM)

    def _put_off(self, tx: Tx, row: Any, leased: datetime, error: OSError | LinkError) -> None:
        hold, then = (error.permanent, error.then) if isinstance(error, LinkError) else (False, None)
        outbox.postpone(tx.db, row, leased, self.clock(), str(error) or type(error).__name__, hold)
        if then is not None:
            tx.cause = f"{row.uid}:{row.target}"
            then(tx)

    def _keep(self, row: Any, what: str, then: Finish) -> None:
        def kept(tx: Tx) -> bool:
            if not outbox.mark(tx.db, row, what):
                return False
            tx.cause = f"{row.uid}:{row.target}"
            then(tx)
            return True

        if not self.writer.do(kept):
            raise LinkError("given up by a person", permanent=True)  # before its first byte

    def _finish(self, tx: Tx, target: str, row: Any, finish: Finish | None) -> None:
        tx.cause = f"{row.uid}:{target}"
        if finish is not None:
            finish(tx)
        outbox.done(tx.db, target, [row.journal_id])


def _by_document(rows: list[Any]) -> list[list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.document].append(row)
    return list(groups.values())


def _entries(db: Connection, rows: list[Any]) -> dict[int, Entry]:
    ids = [row.journal_id for row in rows]
    return {row.id: entry_of(row) for row in db.execute(select(JOURNAL).where(JOURNAL.c.id.in_(ids)))}
