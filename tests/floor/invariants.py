"""What must hold after any history: the tables equal the replayed journal, the chain is whole, quantities add up."""

import shutil
import tempfile
from collections import Counter
from pathlib import Path

from sqlalchemy import Table

from floor import deliveries, stock
from floor.replay import STATE, differences, fold_all
from floor.storage import journal
from floor.storage.database import open_engine, writing
from tests.databases import fresh_sqlite
from tests.floor.world import World


def check(world: World) -> None:
    with world.engine.connect() as db:
        assert journal.broken_at(db) is None
    assert replayed_differences(world) == []
    check_sums(world)


def replayed_differences(world: World, tables: tuple[Table, ...] = STATE) -> list[str]:
    """Replay the journal into an empty SQLite database, whatever the live one is, and compare all state tables."""
    folder = Path(tempfile.mkdtemp(prefix="floor-replay-"))
    scratch = open_engine(fresh_sqlite(folder))
    try:
        with world.engine.connect() as live, writing(scratch).begin() as db:
            fold_all(live, db, world.writer.house)
            return differences(live, db, tables)
    finally:
        scratch.dispose()
        shutil.rmtree(folder)


def check_sums(world: World) -> None:
    on_hand: Counter[int] = Counter()
    for row in world.rows(stock.STOCK):
        on_hand[row.item] += row.on_hand
        assert row.place.startswith("@") or 0 <= row.allocated <= row.on_hand
    assert set(on_hand.values()) <= {0}, "goods appeared or vanished"
    for line in world.rows(deliveries.LINE):
        assert 0 <= line.shipped <= line.packed <= line.picked
        assert line.picked + line.shorted <= line.ordered
