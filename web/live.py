"""The live feed: each commit tells the open pages which documents changed; they fetch what they may see themselves."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine, func, select

from floor.facts.fact import Entry
from floor.storage import backup
from floor.storage.journal import JOURNAL, SUBJECT

MOST_WAITING = 500  # a stream that lags further is dropped; the page comes back with its cursor
BEAT_S, POLL_S = 10.0, 0.2
EPOCH = 2**40  # a cursor is the epoch times this, plus a journal id: ids of before a restore mean nothing after it
# cursor, document; no document: the page's own cursor means nothing here, it begins anew from this one
Change = tuple[int, str]


@dataclass(frozen=True)
class Heard:
    """A reader without a screen has scanned at the page's station: its codes, and the Reply as it is stored."""

    codes: tuple[str, ...]
    reply: bytes


News = Change | Heard


@dataclass(eq=False)
class Stream:
    """One open page: what it has not been told yet; `tokens` are those of the readers whose scans it shows."""

    loop: asyncio.AbstractEventLoop
    tokens: frozenset[str] = frozenset()
    waiting: "asyncio.Queue[News | None]" = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))

    def tell(self, changes: Sequence[News]) -> None:
        for change in changes:
            if self.waiting.full():
                self.waiting.get_nowait()
                self.waiting.put_nowait(None)
                return
            self.waiting.put_nowait(change)


@dataclass
class Feed:
    """Commits of this process come by `on_commit`, those of others by polling the journal (PostgreSQL)."""

    engine: Engine
    streams: set[Stream] = field(default_factory=set)
    last: int = 0  # a cursor

    def on_commit(self, entries: list[Entry]) -> None:
        """Runs in the writer's thread."""
        epoch = self.last - self.last % EPOCH
        self.last = max(self.last, epoch + entries[-1].id)
        if self.streams:
            self._spread([(epoch + entry.id, document) for entry in entries for document in entry.fact.subjects()])

    def _spread(self, changes: list[Change]) -> None:
        for stream in list(self.streams):
            if not stream.loop.is_closed():
                stream.loop.call_soon_threadsafe(stream.tell, changes)

    def cursor(self) -> int:
        """What a page that is rendered now has seen."""
        with self.engine.connect() as db:
            return backup.epoch(db) * EPOCH + (db.scalar(select(func.max(JOURNAL.c.id))) or 0)

    def since(self, last: int) -> list[Change]:
        """What changed after the cursor `last`; one of another epoch, or from the future, is told to begin anew."""
        now = self.cursor()
        if last // EPOCH != now // EPOCH or last > now:
            return [(now, "")]
        epoch, after = now - now % EPOCH, last % EPOCH
        with self.engine.connect() as db:
            newer = select(SUBJECT.c.journal_id, SUBJECT.c.document).where(SUBJECT.c.journal_id > after)
            found = db.execute(newer.order_by(SUBJECT.c.journal_id).limit(2000))
            return [(epoch + id, document) for id, document in found]

    def hint(self, document: str) -> None:
        """Something that no journal keeps has changed, such as a reader's last code; only pages of this process hear it."""
        if self.streams:
            self._spread([(self.last, document)])

    async def poll(self) -> None:
        """Look for commits of other processes five times a second, while anybody listens."""
        seen = await asyncio.to_thread(self.cursor)
        while True:
            await asyncio.sleep(POLL_S)
            if self.streams:
                changes = await asyncio.to_thread(self.since, seen)
                fresh = [change for change in changes if change[0] > self.last]
                seen = max([seen, self.last, *(id for id, _ in changes)])
                if fresh:
                    self._spread(fresh)

    def heard(self, token: str, codes: tuple[str, ...], reply: bytes) -> None:
        """A reader's scan was answered: the screens of its station show the verdict too. Only those of this process do."""
        for stream in list(self.streams):
            if token in stream.tokens and not stream.loop.is_closed():
                stream.loop.call_soon_threadsafe(stream.tell, [Heard(codes, reply)])

    async def follow(self, last: int | None, tokens: frozenset[str] = frozenset()) -> AsyncIterator[News | None]:
        """Changes after `last`, then as they come, and what the readers with these tokens scan; None is a beat.

        Ends when the page lags too far behind.
        """
        stream = Stream(asyncio.get_running_loop(), tokens)
        self.streams.add(stream)
        try:
            for change in await asyncio.to_thread(self.since, last) if last is not None else []:
                yield change
            while True:
                try:
                    told = await asyncio.wait_for(stream.waiting.get(), BEAT_S)
                except TimeoutError:
                    yield None
                    continue
                if told is None:
                    return
                yield told
        finally:
            self.streams.discard(stream)
