"""`floor verify`: the tables say what the journal says, the chain is whole, the figures add up; or what does not."""

import argparse
import importlib
import shutil
import sys
import tempfile
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, select

from floor import replay, stock
from floor.storage import journal, schema
from floor.storage.database import open_engine, sqlite_url, whole, writing
from floor.storage.journal import GENESIS, JOURNAL, Head
from web import data_folder
from web.cli import Stop
from web.commands.site import config_argument, settings, started
from web.compose import state_tables, the_house
from web.settings import Settings

KEPT = "verified.db"
BEGINNING = Head(0, GENESIS)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--full", action="store_true", help="replay from the first fact, not from the kept state")
    config_argument(parser)


def run(options: argparse.Namespace) -> int:
    found = started(settings(options))
    engine = open_engine(found.database_url)
    shape = schema.current(engine)
    if shape != schema.newest():
        raise Stop(f"the database's shape is {shape}, of an older release; the service brings it up when it starts", 1)
    differences = verify(found, engine, full=options.full)
    for line in differences:
        print(line)
    print(f"{len(differences)} differences" if differences else "verified: no difference", file=sys.stderr)
    engine.dispose()
    return 1 if differences else 0


def verify(found: Settings, engine: Engine, *, full: bool = True) -> list[str]:
    """Every difference in words: replay, hash chain, the ledger's own checks, places against ledger.

    What was found good is kept in the data folder (`verified.db`, the replayed tables and the last row they hold), so
    the next run replays only what came after; `full` begins at the first fact, as a new release of the folds wants it.
    """
    with whole(engine) as live:
        lines = _replayed(found, live, full)
        if found.ledger.kind == "embedded":
            checks = importlib.import_module("floor.ledger.checks")
            lines += [line for check in checks.CHECKS for line in check(live)]
            lines += checks.places_against_ledger(live, stock.sums(live))
        return lines


def _replayed(found: Settings, live: Connection, full: bool) -> list[str]:
    data_folder.make(found.folder)
    with tempfile.TemporaryDirectory(prefix=".verify-", dir=found.folder) as folder:
        scratch, kept = Path(folder) / KEPT, found.folder / KEPT
        start = BEGINNING if full else _take_up(kept, scratch, live)
        engine = open_engine(sqlite_url(scratch))
        try:
            lines = _compared(found, live, engine, start)
        finally:
            engine.dispose()
        if not lines:
            scratch.replace(kept)
        return lines


def _take_up(kept: Path, scratch: Path, live: Connection) -> Head:
    """Copies the kept tables to `scratch` and returns the row they hold up to, where this journal still has that row."""
    if not kept.exists():
        return BEGINNING
    shutil.copyfile(kept, scratch)
    engine = open_engine(sqlite_url(scratch))
    try:
        if schema.current(engine) == schema.newest():
            with engine.connect() as db:
                last = journal.head(db)
            if live.scalar(select(JOURNAL.c.hash).where(JOURNAL.c.id == last.id)) == last.hash:
                return last
    finally:
        engine.dispose()
    scratch.unlink()
    return BEGINNING


def _compared(found: Settings, live: Connection, scratch: Engine, start: Head) -> list[str]:
    schema.upgrade(scratch)
    broken = journal.broken_at(live, start)
    lines = [] if broken is None else [f"journal: the chain breaks at row {broken}"]
    with writing(scratch).begin() as db:
        last = replay.fold_all(live, db, the_house(found), start.id)
        lines += replay.differences(live, db, state_tables(found))
        if last > start.id:
            db.execute(insert(JOURNAL), dict(live.execute(select(JOURNAL).where(JOURNAL.c.id == last)).one()._mapping))
    return lines
