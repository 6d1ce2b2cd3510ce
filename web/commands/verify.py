"""`floor verify`: the tables say what the journal says, the chain is whole, the figures add up; or what does not."""

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

from sqlalchemy import Engine

from floor import replay, stock
from floor.storage import journal, schema
from floor.storage.database import open_engine, sqlite_url, writing
from web.commands.site import config_argument, settings
from web.compose import state_tables, the_house
from web.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--full", action="store_true", help="replay from the first fact, not from the kept state")
    config_argument(parser)


def run(options: argparse.Namespace) -> int:
    found = settings(options)
    engine = open_engine(found.database_url)
    differences = verify(found, engine, full=options.full)
    for line in differences:
        print(line)
    print(f"{len(differences)} differences" if differences else "verified: no difference", file=sys.stderr)
    engine.dispose()
    return 1 if differences else 0


def verify(found: Settings, engine: Engine, *, full: bool = True) -> list[str]:
    """Every difference in words: replay, hash chain, the ledger's own checks, places against ledger."""
    with engine.connect() as live:
        broken = journal.broken_at(live)
        lines = [] if broken is None else [f"journal: the chain breaks at row {broken}"]
        lines += _replayed(found, engine)
        if found.ledger.kind == "embedded":
            checks = importlib.import_module("floor.ledger.checks")
            lines += [line for check in checks.CHECKS for line in check(live)]
            lines += checks.places_against_ledger(live, stock.sums(live))
    return lines


def _replayed(found: Settings, engine: Engine) -> list[str]:
    tables = state_tables(found)
    with tempfile.TemporaryDirectory(prefix="floor-verify-") as folder:
        scratch = open_engine(sqlite_url(Path(folder) / "scratch.db"))
        schema.upgrade(scratch)
        try:
            with engine.connect() as live, writing(scratch).begin() as db:
                replay.fold_all(live, db, the_house(found))
                return replay.differences(live, db, tables)
        finally:
            scratch.dispose()
