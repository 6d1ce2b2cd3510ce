"""Backup while somebody writes, restore elsewhere, and every way in which a backup is not taken for one."""

import hashlib
import itertools
import json
import os
import shutil
import threading
import uuid
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from floor.check_digit import sscc
from floor.storage import backup, journal, schema
from floor.storage.backup import MARGIN
from floor.storage.database import open_engine, table
from floor.storage.outbox import Outbox
from floor.storage.series import next_number
from tests.floor.world import GTIN, World, small_warehouse
from web.cli import Stop, main
from web.commands.backup import DATABASE, MANIFEST, without_secrets, write
from web.commands.restore import restore
from web.commands.verify import verify
from web.compose import Running, compose
from web.links.printing import SENT
from web.live import EPOCH, Feed
from web.settings import Settings


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Settings:
    database = "" if database_url.startswith("sqlite") else database_url
    return Settings(data=str(tmp_path), database=database)


@pytest.fixture
def elsewhere(tmp_path: Path, database_url: str, request: pytest.FixtureRequest) -> Settings:
    """An empty place of the same kind."""
    empty = ""
    if not database_url.startswith("sqlite"):
        empty = request.getfixturevalue("postgres").create(f"e_{uuid.uuid4().hex[:12]}")
    return Settings(data=str(tmp_path / "elsewhere"), database=empty)


def parcel(world: World, note: int) -> str:
    """A closed parcel whose label waits for its printer; its SSCC."""
    world.release(note, (1, 1))
    for station, code in ((1, f"NOTE:{note}"), (1, GTIN[1]), (3, f"NOTE:{note}"), (3, "CMD:PACKALL")):
        world.scan(station, code)
    closed = world.scan(3, "CMD:CLOSE")
    assert closed.code == "parcel_closed_ok", closed
    return str(closed.fields["sscc"])


@pytest.fixture
def file(site: Settings, tmp_path: Path) -> Path:
    """A backup taken while a writer is at work."""
    done = threading.Event()
    path = tmp_path / "site.backup"
    with Running(compose(site), ()) as running:
        world = small_warehouse(running.engine, running.writer)
        parcel(world, 17)

        def write_on() -> None:
            while not done.is_set():
                world.stock("A-01", 1, 1)

        busy = threading.Thread(target=write_on)
        busy.start()
        try:
            manifest = write(site, path)
        finally:
            done.set()
            busy.join()
        assert 0 < manifest.head < running.feed.cursor(), "nothing was written while the backup was taken"
    return path


def changed(file: Path, name: str, change: bytes) -> Path:
    """The same archive with another member."""
    other = file.with_suffix(f".{name}")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(other, "w") as target:
        for member in source.namelist():
            target.writestr(member, change if member == name else source.read(member))
    return other


def manifest_of(file: Path) -> dict[str, object]:
    with zipfile.ZipFile(file) as archive:
        found: dict[str, object] = json.loads(archive.read(MANIFEST))
        return found


def test_a_restored_site_is_the_one_that_was_backed_up(site: Settings, elsewhere: Settings, file: Path) -> None:
    manifest, fact = restore(elsewhere, file)
    engine, first = open_engine(elsewhere.database_url), open_engine(site.database_url)
    with engine.connect() as db, first.connect() as there:
        rows = select(journal.JOURNAL).where(journal.JOURNAL.c.id <= manifest.head)
        assert db.execute(rows).all() == there.execute(rows).all()
        assert journal.head(db).id == manifest.head + 1 and backup.epoch(db) == fact.epoch == 1
        assert {name: next_number(db, name) for name in ("sscc", "note", "parcel", "order", "shipment", "payment")} == {
            "sscc": 2 + MARGIN, "note": 18 + MARGIN, "parcel": 2 + MARGIN,
            "order": 1 + MARGIN, "shipment": 1 + MARGIN, "payment": 1 + MARGIN,
        }  # fmt: skip
        assert [next_number(db, name) for name in ("invoice", "credit_note", "voucher")] == [1, 1, 1]
        waiting = db.execute(select(table(Outbox)).where(table(Outbox).c.target == "printer:bench1")).one()
        assert waiting.mark == SENT, "a label that may have been printed would be printed again"
    assert verify(elsewhere, engine) == []
    assert schema.current(engine) == schema.newest()
    first.dispose()
    engine.dispose()


def test_a_restored_site_works_on_with_new_numbers(elsewhere: Settings, file: Path) -> None:
    restore(elsewhere, file)
    with Running(compose(elsewhere), ()) as running:
        world = World(running.engine, writer=running.writer)
        world.seq = itertools.count(1000)
        world.clock.now = running.clock() + timedelta(minutes=1)
        assert parcel(world, 18) == sscc("0614141", 1 + 1 + MARGIN)
        second = file.with_suffix(".second")
        assert write(elsewhere, second).epoch == 1
        assert verify(elsewhere, running.engine) == []


def test_pages_of_before_the_restore_begin_anew(site: Settings, elsewhere: Settings, file: Path) -> None:
    manifest, _ = restore(elsewhere, file)
    before, after = open_engine(site.database_url), open_engine(elsewhere.database_url)
    cursor, feed = Feed(before).cursor(), Feed(after)
    assert feed.since(cursor) == feed.since(manifest.head) == [(EPOCH + manifest.head + 1, "")]
    assert feed.since(feed.cursor()) == []
    assert feed.since(feed.cursor() - 1) == [(feed.cursor(), "epoch:1")]
    before.dispose()
    after.dispose()


def test_nothing_is_overwritten(site: Settings, elsewhere: Settings, file: Path) -> None:
    with pytest.raises(Stop, match="not empty"):
        restore(site, file)
    restore(elsewhere, file)
    with pytest.raises(Stop, match="not empty"):
        restore(elsewhere, file)
    with pytest.raises(FileExistsError):
        write(site, file)


def tampered(file: Path, how: str) -> Path:
    manifest = manifest_of(file)
    match how:
        case "head hash":
            return changed(file, MANIFEST, json.dumps({**manifest, "hash": "0" * 64}).encode())
        case "counts":
            counts = {**manifest["counts"], "item": 99}  # type: ignore[dict-item]
            return changed(file, MANIFEST, json.dumps({**manifest, "counts": counts}).encode())
        case "newer":
            return changed(file, MANIFEST, json.dumps({**manifest, "revision": "9999"}).encode())
        case "foreign field":
            return changed(file, MANIFEST, json.dumps({**manifest, "x": 1}).encode())
        case "database":
            return changed(file, DATABASE, b"something else")
        case "no zip":
            file.write_bytes(b"not a backup")
        case "cut":
            file.write_bytes(file.read_bytes()[:-2000])
        case _:
            data = bytearray(file.read_bytes())
            data[len(data) // 2] ^= 0xFF
            file.write_bytes(data)
    return file


HOW = ("head hash", "counts", "newer", "foreign field", "database", "no zip", "cut", "a byte")


@pytest.mark.parametrize("how", HOW)
def test_a_tampered_file_is_refused_and_leaves_nothing(elsewhere: Settings, file: Path, how: str) -> None:
    with pytest.raises(Stop):
        restore(elsewhere, tampered(file, how))
    engine = open_engine(elsewhere.database_url)
    assert schema.current(engine) is None
    engine.dispose()
    assert [path.name for path in elsewhere.folder.glob(".restore-*")] == []


ONLY_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # a dump cannot be edited in place


@ONLY_SQLITE
def test_a_changed_journal_is_found_by_its_chain(tmp_path: Path, file: Path) -> None:
    """Somebody who also corrects size and checksum still cannot make the chain whole."""
    with zipfile.ZipFile(file) as archive:
        archive.extract(DATABASE, tmp_path / "open")
    data = tmp_path / "open" / DATABASE
    engine = open_engine(f"sqlite:///{data}")
    with engine.begin() as db:
        db.exec_driver_sql("DROP TRIGGER journal_no_update")
        db.exec_driver_sql("UPDATE journal SET person = 9 WHERE id = 5")
    with engine.connect() as db:
        db.connection.cursor().execute("PRAGMA journal_mode=DELETE")
    engine.dispose()
    manifest = manifest_of(file) | {"sha256": hashlib.sha256(data.read_bytes()).hexdigest()}
    forged = changed(changed(file, DATABASE, data.read_bytes()), MANIFEST, json.dumps(manifest).encode())
    with pytest.raises(Stop, match="chain breaks at row 5"):
        restore(Settings(data=str(tmp_path / "third")), forged)


@ONLY_SQLITE
def test_the_commands(tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "floor.toml"
    config.write_text(f'data = "{tmp_path / "new"}"\n', encoding="utf-8")
    assert main(["restore", str(file), "--config", str(config)]) == 0
    said = capsys.readouterr().out
    assert "epoch 1; sscc goes on after 1001, order goes on after 1000, note goes on after 1017" in said
    assert "without a gap: invoice 1, credit note 1" in said
    assert main(["verify", "--config", str(config)]) == 0
    assert main(["restore", str(file), "--config", str(config)]) == 2
    other = tmp_path / "again.backup"
    assert main(["backup", str(other), "--config", str(config)]) == 0
    assert main(["backup", str(other), "--config", str(config)]) == 2
    assert main(["restore", str(tmp_path / "none"), "--config", str(config)]) == 2
    assert main(["backup", str(tmp_path / "no" / "folder"), "--config", str(config)]) == 1
    assert oct(other.stat().st_mode & 0o777) == "0o600"
    with zipfile.ZipFile(other) as archive:
        assert set(archive.namelist()) == {MANIFEST, DATABASE, "floor.toml"}
    shutil.rmtree(tmp_path / "new")
    assert main(["backup", str(tmp_path / "empty.backup"), "--config", str(config)]) == 1


def test_wiring_goes_along_without_its_secrets() -> None:
    text = (
        'database = "postgresql+psycopg://floor:s3cret@db/floor"\ntoken = "abc" # station\ntoken_file = "/etc/t"\n'
        '[ledger.settings]\nurl = "https://erp"\n"api_key" = \'k1\'\nlogin = { user = "u", password = "p\\"1" }\n'
        'client_secret = """\nline1\nline2"""\n'
    )
    blanked = without_secrets(text)
    for secret in ("s3cret", "abc", "k1", "p\\", "line1", "line2"):
        assert secret not in blanked
    for kept in ("/etc/t", "https://erp", 'user = "u"', "floor:***@db/floor", "# station"):
        assert kept in blanked


def mode(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


@ONLY_SQLITE
def test_only_the_owner_reads_what_the_house_keeps(tmp_path: Path, database_url: str) -> None:
    """New files and folders are private, and those that an older release left open are closed at the next start."""
    old_mask = os.umask(0o022)
    try:
        found = Settings(data=str(tmp_path / "new"))
        with Running(compose(found), ()) as running:
            small_warehouse(running.engine, running.writer)
            kept = [found.folder / name for name in ("floor.db", "floor.db-wal", "floor.db-shm", "writer.lock")]
            assert {path.name: mode(path) for path in kept[:3]} == {path.name: "0o600" for path in kept[:3]}
            assert mode(found.folder) == "0o700"
            assert verify(found, running.engine) == []
            assert mode(found.folder / "verified.db") == "0o600"
        (found.folder / "station.token").write_text("secret")
        found.folder.chmod(0o755)
        (found.folder / "floor.db").chmod(0o644)
        with Running(compose(found), ()):
            assert {mode(path) for path in (*kept, found.folder / "station.token")} == {"0o600"}
            assert mode(found.folder) == "0o700"
    finally:
        os.umask(old_mask)
