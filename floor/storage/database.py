"""One engine for both databases: SQLite in WAL mode with full sync, or PostgreSQL by URL; times are UTC, money exact."""

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import BigInteger, Connection, DateTime, Dialect, Engine, Table, create_engine, event
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

WRITER_LOCK = 0x666C6F6F72  # "floor": the key of PostgreSQL's advisory lock that stands for the one writer
CLUSTERED = {"sqlite_with_rowid": False}  # rows lie in their key's own tree: one tree less to read and write a scan
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000", "cache_size=-4096")
WRITER_PAGES = "PRAGMA cache_size=-16384"  # kilobytes; others' pages are stale after each commit, the writer's never


class Utc(TypeDecorator[datetime]):
    """A moment in UTC; refuses a naive datetime rather than guess its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = cast(datetime, value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Any:
        """On SQLite the same text that SQLAlchemy writes, by the standard library's own C: a scan binds nine times."""
        return _utc_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        return _utc_moment if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _utc_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is not UTC:
        if value.tzinfo is None:
            raise ValueError(f"naive time {value!r}")
        value = value.astimezone(UTC)
    return value.isoformat(" ", "microseconds")[:26]


def _utc_moment(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


class Exact(TypeDecorator[int]):
    """An integer of 64 bits and nothing else: floats, booleans and decimals are refused, so no figure is ever rounded by storage."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        return _exact(value)

    def bind_processor(self, dialect: Dialect) -> Any:
        return _exact


def _exact(value: int | None) -> int | None:
    if value is None or type(value) is int:
        return value
    raise TypeError(f"not an exact integer: {value!r}")


def table(model: type[SQLModel]) -> Table:
    """The Core table behind a SQLModel class, for statements on the scan's path and for set statements."""
    return cast(Table, model.__dict__["__table__"])


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def open_engine(url: str) -> Engine:
    """An engine whose transactions begin as readers; the writer alone asks for the write lock (`begin_write`)."""
    if url.startswith("sqlite"):
        threads = {"check_same_thread": False}
        engine = create_engine(url, connect_args=threads, pool_size=8, max_overflow=8, paramstyle="named")
        event.listen(engine, "do_connect", _keep_private)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(url, pool_size=8, max_overflow=8, pool_pre_ping=True)
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """As long as SQLite waits for a lock, then `try_again`: a scan is not held up for ever by a lock of somebody's."""
    connection.execute("SET lock_timeout = '5s'")
    connection.commit()


def _keep_private(_dialect: Dialect, _record: Any, arguments: Any, _named: Any) -> None:
    """Names, addresses and hashes of PINs stand in it: only its owner reads the file, also one that stood open before.

    A file that is there is never opened here: closing it would drop the locks that SQLite holds on it in this process.
    """
    with suppress(OSError):  # SQLite says better what is wrong with a path
        os.close(os.open(arguments[0], os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    for companion in ("", "-wal", "-shm"):
        with suppress(OSError):
            file = Path(f"{arguments[0]}{companion}")
            if file.stat().st_mode & 0o077:
                file.chmod(0o600)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves; the driver would begin too late
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """On the driver's own cursor: SQLAlchemy's way to this word would cost a tenth of a scan."""
    connection.connection.cursor().execute(connection.get_execution_options().get("begin", "BEGIN"))


def whole(engine: Engine) -> Connection:
    """A connection whose reads all see the database as it was at the first of them, whatever is written meanwhile."""
    connection = engine.connect()
    if engine.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def writing(engine: Engine) -> Engine:
    """The same pool, whose transactions take the one write lock at their start."""
    return engine.execution_options(begin="BEGIN IMMEDIATE")


def connect_writer(engine: Engine) -> Connection:
    """The one connection that writes, kept for the writer's life."""
    connection = writing(engine).connect()
    if engine.dialect.name == "sqlite":
        connection.connection.cursor().execute(WRITER_PAGES)
    return connection


def lock_writer(db: Connection) -> None:
    """Take the one write lock for this transaction; SQLite took it with BEGIN IMMEDIATE."""
    if db.dialect.name == "postgresql":
        db.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
