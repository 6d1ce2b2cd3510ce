"""The same scan at 10^4 and at 10^6 journal rows: growth must not cost."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from floor import intake
from floor.facts.fact import Entry
from floor.facts.station import SignInFailed
from floor.storage import journal
from floor.storage.database import writing
from floor.storage.writer import Rank
from tests.bench.warehouse import GTINS, fill
from tests.databases import fresh_sqlite
from web.compose import Site, compose, new_uid
from web.ids import token_hash
from web.settings import Settings

SCANS = 300


def measure(rounds: int) -> list[str]:
    """CPU of a scan at both sizes, measured in turn on two databases, and the ratio."""
    with ExitStack() as closing:
        sites = {rows: closing.enter_context(_site(rows)) for rows in (10_000, 1_000_000)}
        seen: dict[int, list[float]] = {rows: [] for rows in sites}
        for number in range(rounds + 1):
            for rows, site in sites.items():
                taken = _cpu_us(site)
                if number:  # the first warms up
                    seen[rows].append(taken)
    small, large = (statistics.median(times) for times in seen.values())
    return [
        f"CPU of a scan: {small:.0f} us at 10^4 journal rows, {large:.0f} us at 10^6: ratio {large / small:.2f}",
        "",
    ]


@contextmanager
def _site(rows: int) -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="floor-bench-") as folder:
        fresh_sqlite(Path(folder))
        site = compose(Settings(data=folder))
        site.writer.start()
        fill(site, 1)
        _grow(site, rows)
        yield site
        site.writer.stop()
        site.engine.dispose()


def _grow(site: Site, rows: int) -> None:
    """Append rows in bulk, with a valid chain; the log is emptied, which years would have done."""
    with writing(site.engine).begin() as db:
        head = journal.head(db)
        while head.id < rows:
            batch = []
            for _ in range(min(10_000, rows - head.id)):
                row = journal.row_of(_entry(head.id + 1), head.hash)
                head = journal.Head(row["id"], row["hash"])
                batch.append(row)
            db.execute(insert(journal.JOURNAL), batch)
    with site.engine.connect() as db:
        db.commit()
        db.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _entry(id: int) -> Entry:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    fact = SignInFailed(person=1, station=None, locked_s=0)
    return Entry(id=id, uid=new_uid(), at=at, recorded_at=at, person=1, device="", cause="", warehouse="W1", fact=fact)


def _cpu_us(site: Site) -> float:
    """Process CPU per confirmed scan, one after another."""
    at = datetime.now(UTC) + timedelta(hours=1)
    start = time.process_time()
    for n in range(SCANS):
        code, line = GTINS[n % 2], 1 + n % 2
        scan = intake.Scan(
            id=new_uid(), seq=n, codes=(code,), at=at + timedelta(seconds=n), session="session-1", note=1, line=line
        )
        act, refused = intake.take(scan, token_hash("token-1"))
        assert b'"picked"' in site.writer.do(act, rank=Rank.SCAN, refused=refused)
    return (time.process_time() - start) / SCANS * 1e6
