"""What `floor doctor` looks at on the server: packages, settings, database, disk, clock, port, ledger; a line each."""

import importlib
import importlib.metadata
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx
from sqlalchemy import Connection, Engine, create_engine, desc, select
from sqlalchemy.exc import SQLAlchemyError

from floor import policy
from floor.storage import schema, snapshot
from floor.storage.database import open_engine
from floor.storage.journal import JOURNAL
from web.settings import Settings

Mark = Literal["ok", "warn", "bad"]
OURS, ROOMS = "warehouse-floor", ("floor", "devices", "labels", "web")
GIB, MIB = 1 << 30, 1 << 20
LEAST_BYTES, FEW_BYTES, LONG_LOG_BYTES = 500 * MIB, 5 * GIB, 256 * MIB
AHEAD = timedelta(minutes=1)


@dataclass(frozen=True)
class Finding:
    """One line: how it is, what was looked at, what was seen, and what to do where it is not well."""

    mark: Mark
    about: str
    seen: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.mark:4} {self.about}: {self.seen}" + (f" -> {self.advice}" if self.advice else "")


def packages() -> Iterator[Finding]:
    """Whether our four names are ours: a foreign package of the same name would be imported in our place."""
    roots = {Path(str(importlib.import_module(name).__file__)).parent.parent for name in ROOMS}
    if len(roots) > 1:
        where = ", ".join(sorted(map(str, roots)))
        yield Finding("bad", "packages", f"our four packages lie in {where}", "install into a fresh environment")
    listed = importlib.metadata.packages_distributions()
    foreign = sorted(
        {dist for name in ROOMS for dist in listed.get(name, ()) if dist.lower().replace("_", "-") != OURS}
    )
    for dist in foreign:
        yield Finding("bad", "packages", f"{dist} brings a package of one of our names", f"pip uninstall {dist}")
    if not foreign and len(roots) == 1:
        yield Finding("ok", "packages", f"all four in {roots.pop()}")


def database(found: Settings, now: datetime) -> Iterator[Finding]:
    """Reachable, of this release's shape, and not from the future."""
    engine = _open(found)
    try:
        if engine.dialect.name == "sqlite" and snapshot.empty(engine):
            yield Finding(
                "warn", "database", f"no file {engine.url.database} yet", "run `floor init` or `floor restore`"
            )
            return
        yield from _looked_into(engine, now)
    except SQLAlchemyError as error:
        why = str(error.orig if hasattr(error, "orig") else error).strip().splitlines()[0]
        yield Finding("bad", "database", why, "see `database` in floor.toml; is the server up, the password right?")
    finally:
        engine.dispose()


def _open(found: Settings) -> Engine:
    if found.database_url.startswith("sqlite"):
        return open_engine(found.database_url)
    return create_engine(found.database_url, connect_args={"connect_timeout": 5})


def _looked_into(engine: Engine, now: datetime) -> Iterator[Finding]:
    revision, newest = schema.current(engine), schema.newest()
    shown = engine.url.render_as_string()
    if revision is None:
        yield Finding("warn", "database", f"{shown} is empty", "run `floor init` or `floor restore`")
    elif revision > newest:
        yield Finding("bad", "database", f"its shape {revision} is newer than ours, {newest}", "update this program")
    elif revision < newest:
        yield Finding("warn", "database", f"its shape is {revision}", f"back up; the next start brings it to {newest}")
    else:
        yield Finding("ok", "database", f"{shown}, shape {revision}")
        with engine.connect() as db:
            yield from _clock_of(db, now)
    if engine.dialect.name == "sqlite":
        yield from _log(Path(f"{engine.url.database}-wal"))
    else:
        yield from _tools()


def _clock_of(db: Connection, now: datetime) -> Iterator[Finding]:
    zone = policy.read(db, "time_zone")
    try:
        yield Finding("ok", "time zone", f"{zone}, there it is {now.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}")
    except (ZoneInfoNotFoundError, ValueError):
        yield Finding("bad", "time zone", f"{zone!r} is none", "set an IANA name, e.g. Asia/Shanghai")
    last = db.scalar(select(JOURNAL.c.recorded_at).order_by(desc(JOURNAL.c.id)).limit(1))
    if last is not None and last - now > AHEAD:
        yield Finding(
            "bad", "clock", f"the journal's last fact is of {last:%Y-%m-%d %H:%M} UTC, in the future", "set the clock"
        )


def _log(wal: Path) -> Iterator[Finding]:
    size = wal.stat().st_size if wal.exists() else 0
    if size > LONG_LOG_BYTES:
        yield Finding("warn", "database", f"its log has grown to {size // MIB} MiB", "a program holds it open: restart")


def _tools() -> Iterator[Finding]:
    try:
        yield Finding("ok", "backup", f"by {snapshot.tool('pg_dump')}")
    except snapshot.ToolMissing as error:
        yield Finding("warn", "backup", str(error).partition(";")[0], "apt install postgresql-client")


def disk(found: Settings) -> Iterator[Finding]:
    """Room for the database and its log, and leave to write there."""
    folder = next(path for path in (found.folder.resolve(), *found.folder.resolve().parents) if path.exists())
    free = shutil.disk_usage(folder).free
    seen = f"{free / GIB:.1f} GiB free in {folder}"
    if not os.access(folder, os.W_OK):
        yield Finding("bad", "disk", f"may not write into {folder}", "chown it to the service's user")
    elif free < LEAST_BYTES:
        yield Finding("bad", "disk", seen, "make room: at zero every change is answered `try again`")
    elif free < FEW_BYTES:
        yield Finding("warn", "disk", seen, "make room soon")
    else:
        yield Finding("ok", "disk", seen)


def clock() -> Iterator[Finding]:
    """Whether somebody keeps the machine's clock; scans carry times, and times decide what is stale."""
    advice = "run systemd-timesyncd or chrony, or compare the clock by hand"
    program = shutil.which("timedatectl")
    if program is None:
        yield Finding("warn", "clock", "cannot tell whether it is kept by NTP", advice)
        return
    argv = [program, "show", "--property=NTPSynchronized", "--value"]
    said = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=10).stdout.strip()
    if said == "yes":
        yield Finding("ok", "clock", "kept by NTP")
    else:
        yield Finding(
            "warn", "clock", "not kept by NTP" if said == "no" else "cannot tell whether it is kept by NTP", advice
        )


def port(found: Settings) -> Iterator[Finding]:
    """The pages' port: ours already, free, or somebody else's."""
    host, number = found.web.host, found.web.port
    about = f"port {number}"
    if _is_ours(f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{number}/health"):
        yield Finding("ok", about, "the service answers")
        return
    try:
        with socket.create_server((host, number)):
            yield Finding("ok", about, "free; the service is not running")
    except PermissionError:
        yield Finding("bad", about, "may not be opened", "take one above 1023, or give CAP_NET_BIND_SERVICE")
    except OSError as error:
        yield Finding(
            "bad", about, str(error.strerror), "see who has it with `ss -ltnp`, or set web.port in floor.toml"
        )


def _is_ours(address: str) -> bool:
    try:
        answer = httpx.get(address, timeout=3, trust_env=False)
        return answer.status_code == 200 and answer.json().get("status") == "ok"
    except (httpx.HTTPError, ValueError, AttributeError):
        return False


def ledger(found: Settings) -> Iterator[Finding]:
    """The embedded ledger, or the link that stands in its place."""
    links = sorted(path.stem for path in (Path(__file__).parent / "links").glob("*.py") if path.stem != "__init__")
    if found.ledger.kind == "embedded" or found.ledger.kind in links:
        yield Finding("ok", "ledger", found.ledger.kind)
    else:
        yield Finding("bad", "ledger", f"no link {found.ledger.kind!r}", f"embedded, or one of {', '.join(links)}")
