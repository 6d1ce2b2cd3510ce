"""Master data: every master table is changed by the fact Edited, through one fold and one act."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from floor.facts.fact import Entry
from floor.facts.master import Edited
from floor.storage.record import Fold, Tx, record

Masters = Mapping[str, tuple[Table, Callable[[str], Any]]]


def fold_edited(masters: Masters) -> Fold:
    """The fold of Edited over these tables: entity -> (table with one key column, how its key is read from text)."""

    def fold(db: Connection, entry: Entry) -> None:
        fact = entry.fact
        assert isinstance(fact, Edited)
        target, read_key = masters[fact.entity]
        (column,) = target.primary_key.columns
        key = read_key(fact.key)
        changed = update(target).where(column == key).values(**fact.changes) if fact.changes else None
        if changed is None or db.execute(changed).rowcount == 0:
            db.execute(insert(target), {column.name: key, **fact.changes})

    return fold


def edit(tx: Tx, entity: str, target: Table, key: Any, changes: dict[str, Any]) -> bool:
    """Make the row `key` of `target` say `changes`; records only what differs, nothing at all where it already says so."""
    (column,) = target.primary_key.columns
    row = tx.db.execute(select(target).where(column == key)).first()
    if row is not None:
        changes = {name: value for name, value in changes.items() if getattr(row, name) != value}
        if not changes:
            return False
    record(tx, Edited(entity=entity, key=str(key), changes=changes))
    return True
