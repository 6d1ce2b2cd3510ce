"""The migrations make what the models say, on both databases; the journal cannot be rewritten on either."""

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from floor.storage import schema
from tests.floor.world import small_warehouse


def test_models_and_migrations_agree(engine: Engine) -> None:
    command.check(schema.config(engine, compare=True))
    assert schema.current(engine) == schema.newest()


@pytest.mark.parametrize("change", ["UPDATE journal SET person = 9", "DELETE FROM journal"])
def test_the_journal_refuses_to_be_changed(engine: Engine, change: str) -> None:
    world = small_warehouse(engine)
    world.close()
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as db:
        db.execute(text(change))


def test_models_and_migrations_cluster_the_same_tables(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as db:
        made = {
            row.name: row.sql for row in db.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        }
    command.check(schema.config(engine, compare=True))  # loads every model
    meant = {t.name for t in SQLModel.metadata.sorted_tables if not t.dialect_options["sqlite"]["with_rowid"]}
    assert {name for name, sql in made.items() if sql.rstrip().endswith("WITHOUT ROWID")} == meant != set()
