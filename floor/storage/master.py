"""Master data: every master table is changed by the fact Edited, through one fold and one act."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from floor.facts.fact import Entry
from floor.facts.master import Edited
from floor.storage.prepared import Prepared
from floor.storage.record import Fold, Tx, record

Masters = Mapping[str, tuple[Table, Callable[[str], Any]]]


@cache
def _row(target: Table) -> Prepared:
    (column,) = target.primary_key.columns
    return Prepared(select(target).where(column == bindparam("its_key")))


@cache
def _change(target: Table, names: tuple[str, ...]) -> Prepared:
    (column,) = target.primary_key.columns
    values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in names}
    return Prepared(update(target).where(column == bindparam("its_key")).values(values))


@cache
def _begin(target: Table, names: tuple[str, ...]) -> Prepared:
    """A new row: what the fact does not name is as the table has it by default."""
    (column,) = target.primary_key.columns
    values: dict[str, Any] = {
        c.name: c.default.arg for c in target.c if isinstance(c.default, ScalarElementColumnDefault)
    }
    values |= {column.name: bindparam("its_key")} | {name: bindparam(f"to_{name}") for name in names}
    return Prepared(insert(target).values(values))


def fold_edited(masters: Masters) -> Fold:
    """The fold of Edited over these tables: entity -> (table with one key column, how its key is read from text)."""

    def fold(db: Connection, entry: Entry) -> None:
        fact = entry.fact
        assert isinstance(fact, Edited)
        target, read_key = masters[fact.entity]
        names = tuple(sorted(fact.changes))
        binds = {"its_key": read_key(fact.key)} | {f"to_{name}": fact.changes[name] for name in names}
        if not names or _change(target, names).run(db, **binds) == 0:
            _begin(target, names).run(db, **binds)

    return fold


def edit(tx: Tx, entity: str, target: Table, key: Any, changes: dict[str, Any]) -> bool:
    """Make the row `key` of `target` say `changes`; records only what differs, nothing at all where it already says so."""
    row = _row(target).first(tx.db, its_key=key)
    if row is not None:
        changes = {name: value for name, value in changes.items() if getattr(row, name) != value}
        if not changes:
            return False
    record(tx, Edited(entity=entity, key=str(key), changes=changes))
    return True
