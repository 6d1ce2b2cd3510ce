"""The door down: `record(tx, fact)` folds a fact into the tables, writes it to the journal and puts what leaves into the outbox."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from floor.facts.fact import Entry, Fact
from floor.storage import journal
from floor.storage.journal import Head

Fold = Callable[[Connection, Entry], None]
Folds = Mapping[type[Fact], tuple[Fold, ...]]
Routes = Callable[[Fact], Iterable[tuple[str, str]]]


@dataclass(frozen=True)
class House:
    """What facts do here: the folds by kind of fact, and the routes: fact -> (target, document) of what leaves."""

    folds: Mapping[type[Fact], tuple[Fold, ...]]
    routes: Routes


@dataclass
class Appends:
    """Rows that this group will append at its end, each table in one statement; an act that fails takes its own back."""

    entries: list[Entry] = field(default_factory=list)
    journal: list[dict[str, Any]] = field(default_factory=list)
    subjects: list[dict[str, Any]] = field(default_factory=list)
    outbox: list[dict[str, Any]] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    replies: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def mark(self) -> tuple[int, int, int, int, int]:
        return len(self.entries), len(self.journal), len(self.subjects), len(self.outbox), len(self.requests)

    def back_to(self, mark: tuple[int, int, int, int, int]) -> None:
        for request in self.requests[mark[4] :]:
            self.replies.pop(request["id"], None)
        del self.entries[mark[0] :], self.journal[mark[1] :], self.subjects[mark[2] :]
        del self.outbox[mark[3] :], self.requests[mark[4] :]


@dataclass
class Tx:
    """The circumstances of one act: the open transaction, the time, who acts where, and what the act appends.

    `at` is when the thing happened (a scan's own time), `now` when we write it.
    """

    db: Connection
    now: datetime
    at: datetime
    new_uid: Callable[[], str]
    house: House
    head: Head
    appends: Appends
    person: int = 0
    device: str = ""
    cause: str = ""
    warehouse: str = ""


def record(tx: Tx, fact: Fact) -> Entry:
    """Let `fact` have happened: fold it, journal it, route it. Runs only inside an act run by the writer."""
    entry = Entry(
        id=tx.head.id + 1,
        uid=tx.new_uid(),
        at=tx.at.astimezone(UTC),  # as it will be read back: the chain hashes what is written
        recorded_at=tx.now,
        person=tx.person,
        device=tx.device,
        cause=tx.cause,
        warehouse=tx.warehouse,
        fact=fact,
    )
    for fold in tx.house.folds[type(fact)]:
        fold(tx.db, entry)
    row = journal.row_of(entry, tx.head.hash)
    tx.head.id, tx.head.hash = entry.id, row["hash"]
    tx.appends.entries.append(entry)
    tx.appends.journal.append(row)
    tx.appends.subjects += [{"document": document, "journal_id": entry.id} for document in fact.subjects()]
    for target, document in tx.house.routes(fact):
        tx.appends.outbox.append(_parcel(entry, target, document))
    return entry


def _parcel(entry: Entry, target: str, document: str) -> dict[str, Any]:
    return {
        "target": target,
        "journal_id": entry.id,
        "uid": entry.uid,
        "document": document,
        "attempts": 0,
        "next_at": entry.recorded_at,
        "mark": "",
        "error": "",
    }
