"""`floor restore FILE`: a backup comes back into an empty place, is checked to its last link, and begins a new epoch."""

import argparse
import os
import shutil
import tempfile
import zipfile
import zlib
from contextlib import ExitStack
from pathlib import Path

import msgspec
from sqlalchemy import Engine

from floor.facts.site import Restored
from floor.storage import backup, outbox, schema, series, snapshot
from floor.storage.backup import FORMAT, Manifest
from floor.storage.database import open_engine, sqlite_url
from floor.storage.record import Tx
from floor.storage.writer import Writer
from web import data_folder
from web.cli import Stop
from web.commands.backup import DATABASE, MANIFEST, sha256
from web.commands.site import config_argument, settings
from web.compose import WriterTaken, clock, new_uid, take_writer_lock, the_house
from web.links.printing import SENT
from web.settings import Settings

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    msgspec.DecodeError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="what `floor backup` wrote")
    config_argument(parser)


def run(options: argparse.Namespace) -> int:
    found = settings(options)
    try:
        manifest, fact = restore(found, options.file)
    except (snapshot.ToolMissing, snapshot.ToolFailed, WriterTaken) as error:
        raise Stop(str(error), 1) from None
    except OSError as error:
        raise Stop(f"{error.filename or options.file}: {error.strerror or error}", 1) from None
    advanced = ", ".join(f"{one.series} goes on after {one.to}" for one in fact.advanced)
    print(
        f"restored to {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC, journal row {manifest.head}; epoch {fact.epoch}; {advanced}"
    )
    print(
        f"these go on without a gap: {_gapless(found)}. Where a paper with such a number has gone out, post it again first"
    )
    return 0


def _gapless(found: Settings) -> str:
    """The next numbers of the series that the law wants without holes, which therefore were not moved on."""
    engine = open_engine(found.database_url)
    with engine.connect() as db:
        told = ", ".join(f"{name.replace('_', ' ')} {series.next_number(db, name)}" for name in backup.GAPLESS)
    engine.dispose()
    return told


def restore(found: Settings, file: Path) -> tuple[Manifest, Restored]:
    """Bring `file` back into the place that the settings name, which must be empty; raises Stop where anything is not as said."""
    data_folder.make(found.folder)
    with ExitStack() as closing:
        target = open_engine(found.database_url)
        closing.callback(target.dispose)
        lock = take_writer_lock(found)
        if lock is not None:
            closing.enter_context(lock)
        folder = closing.enter_context(tempfile.TemporaryDirectory(prefix=".restore-", dir=found.folder))
        manifest, data = _unpack(file, Path(folder), target)
        put = _put_sqlite if target.dialect.name == "sqlite" else _put_postgres
        return manifest, put(found, target, manifest, data)


def _unpack(file: Path, folder: Path, target: Engine) -> tuple[Manifest, Path]:
    """The manifest and the database's file, whose bytes are those that were written."""
    if not snapshot.empty(target):
        raise Stop(f"{target.url.render_as_string()} is not empty; nothing was overwritten")
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
            with archive.open(DATABASE) as packed, (folder / DATABASE).open("wb") as data:
                shutil.copyfileobj(packed, data, 1 << 20)
    except UNREADABLE as error:
        raise Stop(f"{file} is no backup of ours, or a damaged one: {error}", 1) from None
    if manifest.format != FORMAT or manifest.revision > schema.newest():
        raise Stop(f"{file} was written by a newer release (revision {manifest.revision}); update first", 1)
    if manifest.dialect != target.dialect.name:
        raise Stop(f"{file} is of {manifest.dialect}, and floor.toml names {target.dialect.name}", 1)
    if sha256(folder / DATABASE) != manifest.sha256:
        raise Stop(f"{file}: the database in it is not the one that was backed up (its SHA-256 differs)", 1)
    return manifest, folder / DATABASE


def _put_sqlite(found: Settings, target: Engine, manifest: Manifest, data: Path) -> Restored:
    """Checked and in its new epoch before it gets its name: a half-restored site never stands there."""
    engine = open_engine(sqlite_url(data))
    try:
        fact = _go_on(found, engine, manifest)
        with engine.connect() as db:
            db.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        engine.dispose()
    os.link(data, str(target.url.database))
    return fact


def _put_postgres(found: Settings, target: Engine, manifest: Manifest, data: Path) -> Restored:
    snapshot.load(target, data)
    done = False
    try:
        fact = _go_on(found, target, manifest)
        done = True
        return fact
    finally:
        if not done:
            snapshot.clear(target)


def _go_on(found: Settings, engine: Engine, manifest: Manifest) -> Restored:
    with engine.connect() as db:
        wrong = backup.differences(db, manifest)
    if wrong:
        raise Stop("the backup does not hold what it says; nothing was restored:\n  " + "\n  ".join(wrong[:20]), 1)
    schema.upgrade(engine)

    def act(tx: Tx) -> Restored:
        outbox.doubt(tx.db, "printer:", SENT, tx.now)
        return backup.begin_epoch(tx, manifest.head)

    writer = Writer(engine, the_house(found), clock, new_uid).start()
    try:
        return writer.do(act)
    finally:
        writer.stop()
