"""Copies a whole database out while it is written to, and back into an empty one: SQLite by itself, PostgreSQL by its own tools."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect

from floor.storage import backup
from floor.storage.backup import Manifest

DEBIAN = Path("/usr/lib/postgresql")


class ToolMissing(Exception):
    """A program of PostgreSQL's that is not on this machine."""


class ToolFailed(Exception):
    """What the program, or SQLite, said in one line."""


def take(engine: Engine, to: Path, made_at: datetime) -> Manifest:
    """Write the database as it stands at one moment into the new file `to`; the service goes on meanwhile.

    SQLite: VACUUM INTO, which leaves erased particulars out of the file. PostgreSQL: pg_dump in custom format, of the
    same snapshot that the manifest was counted in.
    """
    return _take_sqlite(engine, to, made_at) if engine.dialect.name == "sqlite" else _dump(engine, to, made_at)


def _take_sqlite(engine: Engine, to: Path, made_at: datetime) -> Manifest:
    try:
        with closing(sqlite3.connect(str(engine.url.database), timeout=30)) as source:
            source.execute("VACUUM INTO ?", (str(to),))
    except sqlite3.Error as error:
        raise ToolFailed(f"SQLite: {error}") from None
    copy = create_engine(f"sqlite:///{to}", paramstyle="named")  # as it was made: no log beside it
    try:
        with copy.connect() as db:
            return backup.describe(db, made_at)
    finally:
        copy.dispose()


def _dump(engine: Engine, to: Path, made_at: datetime) -> Manifest:
    program = tool("pg_dump")
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as db:
        snapshot = db.exec_driver_sql("SELECT pg_export_snapshot()").scalar()
        manifest = backup.describe(db, made_at)
        _run([program, "--format=custom", f"--snapshot={snapshot}", f"--file={to}", f"--dbname={_uri(engine)}"], engine)
    return manifest


def empty(engine: Engine) -> bool:
    """Whether nothing is in the database yet; for SQLite, whether there is no file."""
    if engine.dialect.name == "sqlite":
        return not Path(str(engine.url.database)).exists()
    with engine.connect() as db:
        return not inspect(db).get_table_names()


def load(engine: Engine, dump: Path) -> None:
    """Bring a dump into the empty PostgreSQL database, whole or not at all."""
    options = ["--single-transaction", "--exit-on-error", "--no-owner", f"--dbname={_uri(engine)}", str(dump)]
    _run([tool("pg_restore"), *options], engine)


def clear(engine: Engine) -> None:
    """Take back what `load` brought into an empty PostgreSQL database."""
    with engine.begin() as db:
        db.exec_driver_sql("DROP SCHEMA public CASCADE")
        db.exec_driver_sql("CREATE SCHEMA public")


def tool(name: str) -> str:
    """The path of a program of PostgreSQL's: on PATH, or the newest that Debian installed beside the server."""
    beside = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    found = str(beside[-1]) if beside else shutil.which(name)
    if found is None:
        raise ToolMissing(f"{name} is not on this machine; install Debian's package postgresql-client")
    return found


def _uri(engine: Engine) -> str:
    """What libpq's programs understand; the password goes by the environment, where other users cannot read it."""
    return engine.url.set(drivername="postgresql", password=None).render_as_string()


def _run(argv: list[str], engine: Engine) -> None:
    secret = {"PGPASSWORD": str(engine.url.password)} if engine.url.password else {}
    done = subprocess.run(argv, env={**os.environ, **secret}, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise ToolFailed(f"{Path(argv[0]).name}: {said[0]}")
