"""A fresh database for each test, on SQLite and on PostgreSQL, made once by the migrations and then copied."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from floor.storage.database import open_engine, sqlite_url
from floor.storage.schema import upgrade
from tests.shared import missing


@lru_cache
def sqlite_template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="floor-template-")) / "floor.db"
    engine = open_engine(sqlite_url(path))
    upgrade(engine)
    with engine.connect() as db:
        db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


def fresh_sqlite(folder: Path) -> str:
    path = folder / "floor.db"
    shutil.copy(sqlite_template(), path)
    return sqlite_url(path)


class Postgres:
    """A throw-away server in a temporary folder, owned by the user postgres where we are root (the server refuses root)."""

    def __init__(self) -> None:
        found = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")))
        if not found:
            missing("PostgreSQL (Debian package postgresql)")
        self.bin = found[-1]
        self.folder = tempfile.mkdtemp(prefix="floor-pg-")
        Path(self.folder).chmod(0o755)
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self.data = f"{self.folder}/data"
        self._run(f"{self.bin}/initdb -D {self.data} -U floor --auth=trust -E UTF8 --locale=C.UTF-8 -N")
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off -c full_page_writes=off"
        self._run(
            f"{self.bin}/pg_ctl -D {self.data} -w -l {self.folder}/log -o '{options} -c max_connections=200' start"
        )
        engine = open_engine(self.url("postgres"))
        self.create("template_floor")
        engine.dispose()
        engine = open_engine(self.url("template_floor"))
        upgrade(engine)
        engine.dispose()

    def _run(self, command: str) -> None:
        argv = ["su", "postgres", "-s", "/bin/sh", "-c", command] if os.getuid() == 0 else ["sh", "-c", command]
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://floor@/{name}?host={self.folder}"

    def create(self, name: str, template: str = "template0") -> str:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as db:
            db.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        engine.dispose()
        return self.url(name)

    def stop(self) -> None:
        self._run(f"{self.bin}/pg_ctl -D {self.data} -m immediate stop")
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh, migrated database; each test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        return fresh_sqlite(tmp_path)
    server: Postgres = request.getfixturevalue("postgres")
    return server.create(f"t_{uuid.uuid4().hex[:12]}", "template_floor")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()
