"""Brings a database to this release's shape, and says what shape it has.

Alembic is imported only where there is something to migrate: it would cost every start a third of a second.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent / "migrations"


def config(engine: Engine, *, compare: bool = False) -> "Config":
    """Alembic's settings for this engine; `compare` also loads the models, for autogenerate and drift checks."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(HERE))
    settings.attributes["engine"] = engine
    settings.attributes["compare"] = compare
    return settings


def upgrade(engine: Engine) -> None:
    """Migrate to the newest revision; nothing is done, or imported, where the database is there already."""
    if current(engine) != newest():
        from alembic import command

        command.upgrade(config(engine), "head")


def current(engine: Engine) -> str | None:
    """The revision of the database, None where it is empty."""
    with engine.connect() as db:
        if not inspect(db).has_table("alembic_version"):
            return None
        revision: str | None = db.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def newest() -> str:
    """The revision that this release wants: the files in versions/ begin with theirs, in order."""
    return max(path.name for path in (HERE / "versions").glob("[0-9]*.py")).partition("_")[0]


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
