"""What leaves the floor waits here, written in the commit of the fact that caused it, until the courier has carried it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, bindparam, delete, func, select, update
from sqlmodel import Field, SQLModel

from floor.storage.database import CLUSTERED, Utc, table
from floor.storage.prepared import Prepared


class Outbox(SQLModel, table=True):
    """Working table: one row a fact and target; gone when carried. A failed one holds its document only, visibly.

    `mark` is what its link wrote down on the way, so that a try after a crash knows how far the last one came.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "target", "next_at"), CLUSTERED)
    target: str = Field(primary_key=True)
    journal_id: int = Field(sa_column=Column(Integer, primary_key=True))
    uid: str
    document: str
    attempts: int = 0
    next_at: datetime = Field(sa_column=Column(Utc, nullable=False))
    mark: str = ""
    error: str = ""


OUTBOX = table(Outbox)
_older = OUTBOX.alias("older")
_due = Prepared(
    select(OUTBOX)
    .where(
        OUTBOX.c.target == bindparam("target"),
        OUTBOX.c.next_at <= bindparam("now"),
        ~select(_older.c.journal_id)
        .where(
            _older.c.target == OUTBOX.c.target,
            _older.c.document == OUTBOX.c.document,
            _older.c.journal_id < OUTBOX.c.journal_id,
            _older.c.next_at > bindparam("now"),
        )
        .exists(),
    )
    .order_by(OUTBOX.c.journal_id)
    .limit(bindparam("most"))
)
_done = Prepared(delete(OUTBOX).where(OUTBOX.c.target == bindparam("to"), OUTBOX.c.journal_id == bindparam("id")))
_later = (
    update(OUTBOX)
    .where(
        OUTBOX.c.target == bindparam("to"),
        OUTBOX.c.journal_id == bindparam("id"),
        OUTBOX.c.next_at == bindparam("known"),
    )
    .values(attempts=OUTBOX.c.attempts + 1, next_at=bindparam("at"), error=bindparam("why"))
)
_lease = (
    update(OUTBOX)
    .where(OUTBOX.c.target == bindparam("to"), OUTBOX.c.journal_id == bindparam("id"))
    .values(next_at=bindparam("until"))
)
_mark = (
    update(OUTBOX)
    .where(OUTBOX.c.target == bindparam("to"), OUTBOX.c.journal_id == bindparam("id"))
    .values(mark=bindparam("what"))
)
_targets = select(OUTBOX.c.target).distinct()
_waiting = select(OUTBOX.c.target, func.count(), func.max(OUTBOX.c.error)).group_by(OUTBOX.c.target)
HELD = timedelta(days=30)  # what is put off further than this waits for a person
PATIENCE = (1, 2, 5, 15, 60, 300)  # seconds until the next try, by attempts so far; the last one stays


def due(db: Connection, target: str, now: datetime, most: int) -> list[Any]:
    """The oldest rows for `target` that may be carried now; nothing overtakes an older row of its own document."""
    return _due.all(db, target=target, now=now, most=most)


def done(db: Connection, target: str, journal_ids: list[int]) -> None:
    _done.many(db, [{"to": target, "id": id} for id in journal_ids])


def lease(db: Connection, row: Any, until: datetime) -> None:
    """Claim one row while it is carried outside a transaction; after `until` it is due again."""
    db.execute(_lease, {"to": row.target, "id": row.journal_id, "until": until})


def free_leases(db: Connection, now: datetime) -> None:
    """Where no other courier lives: what a dead one had claimed, or put off, is due at once; what a person must see stays."""
    claimed = (OUTBOX.c.next_at > now) & (OUTBOX.c.next_at < now + HELD)
    db.execute(update(OUTBOX).where(claimed).values(next_at=now))


def mark(db: Connection, row: Any, what: str) -> bool:
    """Write down how far the carrying has come, for a next try after a crash; False where a person gave it up meanwhile."""
    return db.execute(_mark, {"to": row.target, "id": row.journal_id, "what": what}).rowcount == 1


def postpone(db: Connection, row: Any, known: datetime, now: datetime, why: str, hold: bool = False) -> None:
    """Put one row off after a failure; `hold` puts it off for a year, until a person lets it go.

    `known` is the `next_at` under which it was tried: a row that was hurried meanwhile stays due, since what the try
    has met may be mended.
    """
    seconds = 365 * 86400 if hold else PATIENCE[min(row.attempts, len(PATIENCE) - 1)]
    at = now + timedelta(seconds=seconds)
    db.execute(_later, {"to": row.target, "id": row.journal_id, "known": known, "at": at, "why": why[:500]})


def retry(db: Connection, target: str, journal_id: int, now: datetime) -> None:
    """A person's word: carry this one now, from the beginning."""
    db.execute(_lease, {"to": target, "id": journal_id, "until": now})
    db.execute(_mark, {"to": target, "id": journal_id, "what": ""})


def hurry(db: Connection, target: str, now: datetime) -> None:
    """What made these wait is mended: whatever waits for `target` is due now."""
    db.execute(update(OUTBOX).where(OUTBOX.c.target == target, OUTBOX.c.next_at > now).values(next_at=now, error=""))


def doubt(db: Connection, prefix: str, mark: str, now: datetime) -> None:
    """After a restore: what waits for these targets may have been carried since the backup; `mark` says so to their link."""
    these = OUTBOX.c.target.startswith(prefix, autoescape=True)
    db.execute(update(OUTBOX).where(these).values(next_at=now))
    db.execute(update(OUTBOX).where(these, OUTBOX.c.mark == "").values(mark=mark))


def targets(db: Connection) -> list[str]:
    return sorted(db.scalars(_targets))


def waiting(db: Connection) -> dict[str, tuple[int, str]]:
    """How many wait for each target, and the last error of one of them ("" where none)."""
    return {target: (count, error or "") for target, count, error in db.execute(_waiting)}
