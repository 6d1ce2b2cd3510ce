"""A file in the ledger's place: the floor's facts are carried into it, and `floor.ledger` cannot be imported."""

import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import insert

from floor import accepting
from floor.courier import Courier
from floor.facts.fact import Entry
from floor.routes import routes
from floor.storage import journal
from floor.storage.outbox import OUTBOX
from floor.storage.record import Tx
from tests.floor.world import World
from web.links.ledger_file import connect

FORBIDDEN = "floor.ledger"
FOLDER = "FLOOR_TEST_LEDGER_FOLDER"  # where the files stay for whoever started the run; else beside the test's own


class NoLedger:
    """An import hook that has no ledger."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == FORBIDDEN or name.startswith(f"{FORBIDDEN}."):
            raise ImportError(f"{name} is not installed here")
        return None


def forbid() -> None:
    """From now on nothing can import the ledger; nothing may have done so before."""
    assert not [name for name in sys.modules if name.startswith(FORBIDDEN)], "the ledger was imported already"
    sys.meta_path.insert(0, NoLedger())  # type: ignore[arg-type]


def ledger_path(folder: Path, test: str) -> Path:
    kept = os.environ.get(FOLDER)
    return (Path(kept) / f"{test.replace('/', '_')}.jsonl") if kept else folder / "ledger.jsonl"


def check(world: World, path: Path) -> None:
    """Carry everything, then again after a loss of memory: the file holds each fact for the ledger once, in each order's sequence."""
    _carry(world, path)
    _say_again(world)
    _carry(world, path)
    told = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    wanted = _for_the_ledger(world)
    assert Counter(line["key"] for line in told) == Counter(f"{row.uid}:ledger" for row, _ in wanted)
    place = {line["key"]: n for n, line in enumerate(told)}
    for document in {document for _, document in wanted}:
        keys = [place[f"{row.uid}:ledger"] for row, of in wanted if of == document]
        assert keys == sorted(keys), f"{document} was told out of order"


def _carry(world: World, path: Path) -> None:
    inside = {"floor": _to_floor}
    courier = Courier(world.engine, world.writer, inside, {"ledger": connect(str(path))}, world.clock)
    courier.settle(rounds=2000)


def _to_floor(tx: Tx, entries: list[tuple[str, Entry]]) -> None:
    for _, entry in entries:
        accepting.take(tx, entry.fact)


def _for_the_ledger(world: World) -> list[tuple[Any, str]]:
    """The journal's rows that go to the ledger, each with its document."""
    with world.engine.connect() as db:
        rows = list(journal.rows(db))
    return [
        (row, document) for row in rows for target, document in routes(journal.entry_of(row).fact) if target == "ledger"
    ]


def _say_again(world: World) -> None:
    """As after a crash between carrying and writing down that it was carried: the rows lie in the outbox once more."""
    again = [
        {"target": "ledger", "journal_id": row.id, "uid": row.uid, "document": document, "attempts": 0,
         "next_at": world.clock.now, "mark": "", "error": ""}
        for row, document in _for_the_ledger(world)
    ]  # fmt: skip
    if again:
        world.do(lambda tx: tx.db.execute(insert(OUTBOX), again))
