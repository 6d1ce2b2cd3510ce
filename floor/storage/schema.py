"""Brings a database to this release's shape, and says what shape it has."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

HERE = Path(__file__).parent / "migrations"


def config(engine: Engine, *, compare: bool = False) -> Config:
    """Alembic's settings for this engine; `compare` also loads the models, for autogenerate and drift checks."""
    settings = Config()
    settings.set_main_option("script_location", str(HERE))
    settings.attributes["engine"] = engine
    settings.attributes["compare"] = compare
    return settings


def upgrade(engine: Engine) -> None:
    command.upgrade(config(engine), "head")


def current(engine: Engine) -> str | None:
    """The revision of the database, None where it is empty."""
    with engine.connect() as db:
        return MigrationContext.configure(db).get_current_revision()


def newest() -> str | None:
    """The revision that this release wants."""
    settings = Config()
    settings.set_main_option("script_location", str(HERE))
    return ScriptDirectory.from_config(settings).get_current_head()


APPEND_ONLY = {
    "sqlite": [
        "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
        "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$",
        "CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal "
        "FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only()",
    ],
}
