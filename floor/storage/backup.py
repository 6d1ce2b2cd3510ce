"""What a backup says of itself, whether a database is the one it speaks of, and how a restored site goes on."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, inspect, text

from floor.facts.fact import Entry
from floor.facts.site import Advanced, Restored
from floor.storage import journal, series
from floor.storage.record import Tx, record

FORMAT = 1
MARGIN = 1000  # numbers that may have been used since the backup
# Numbers that leave on labels and papers at once and must never be given twice: after a restore these jump.
PRINTED = ("sscc", "order", "note", "parcel", "shipment", "count", "payment")
GAPLESS = ("invoice", "credit_note")  # the law wants these without a hole: a person looks at the papers (README)
EPOCH = "epoch"


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`head` is the journal's last row and `hash` its link: a cut or changed journal cannot have it. `counts`: rows by table."""

    format: int
    made_at: datetime
    dialect: str
    revision: str
    epoch: int
    head: int
    hash: str
    counts: dict[str, int]
    sha256: str = ""  # of the database's file in the backup


def describe(db: Connection, made_at: datetime) -> Manifest:
    """The manifest of the database as this transaction sees it; `sha256` is left to whoever writes the file."""
    last = journal.head(db)
    return Manifest(
        format=FORMAT,
        made_at=made_at,
        dialect=db.dialect.name,
        revision=str(db.scalar(text("SELECT version_num FROM alembic_version"))),
        epoch=epoch(db),
        head=last.id,
        hash=last.hash,
        counts=_counts(db),
    )


def _counts(db: Connection) -> dict[str, int]:
    quote = db.dialect.identifier_preparer.quote
    names = sorted(inspect(db).get_table_names())
    return {name: int(db.scalar(text(f"SELECT count(*) FROM {quote(name)}")) or 0) for name in names}


def differences(db: Connection, manifest: Manifest) -> list[str]:
    """In what this database is not the one of the manifest, in words; the whole chain is followed."""
    found = describe(db, manifest.made_at)
    lines = [
        f"{name}: the backup says {getattr(manifest, name)}, its database {getattr(found, name)}"
        for name in ("dialect", "revision", "epoch", "head", "hash")
        if getattr(manifest, name) != getattr(found, name)
    ]
    for name in sorted(manifest.counts.keys() | found.counts.keys()):
        said, there = manifest.counts.get(name, 0), found.counts.get(name, 0)
        if said != there:
            lines.append(f"table {name}: the backup says {said} rows, its database has {there}")
    broken = journal.broken_at(db)
    return lines if broken is None else [*lines, f"journal: the chain breaks at row {broken}"]


def epoch(db: Connection) -> int:
    """How often this site has gone on from a backup."""
    return series.next_number(db, EPOCH) - 1


def begin_epoch(tx: Tx, head: int, margin: int = MARGIN) -> Restored:
    """The first act of a restored site: older cursors mean nothing any more, printed numbers are left behind."""
    fact = Restored(
        epoch=series.next_number(tx.db, EPOCH),
        head=head,
        advanced=tuple(Advanced(series=name, to=series.next_number(tx.db, name) - 1 + margin) for name in PRINTED),
    )
    record(tx, fact)
    return fact


def fold_restored(db: Connection, entry: Entry) -> None:
    fact = entry.fact
    assert isinstance(fact, Restored)
    series.use(db, EPOCH, fact.epoch)
    for advanced in fact.advanced:
        series.use(db, advanced.series, advanced.to)
