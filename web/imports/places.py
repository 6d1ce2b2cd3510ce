"""Places: bins with their walking order, staging lanes, docks."""

from typing import Any

from floor import founding, places, policy
from floor.people import need_person
from floor.storage.master import edit
from floor.storage.record import Tx
from web.imports.columns import BadRow, Column, key, one_of, text, yes_no

COLUMNS = (
    Column("code", "库位", "A-01-01", key, required=True),
    Column("kind", "类型", "bin", one_of("bin", "staging", "dock", "returns"), empty="bin"),
    Column("zone", "库区", "A", text),
    Column("sort", "行走顺序", "A-01-01", text),
    Column("bin_first", "先扫库位", "no", yes_no, empty=False),
    Column("warehouse", "仓库", "W1", key),
    Column("retired", "停用", "no", yes_no, empty=False),
)


def key_of(row: dict[str, Any]) -> str:
    return str(row["code"])


def take(tx: Tx, row: dict[str, Any], document: str) -> bool:
    """Bring one place in; True where anything was news."""
    need_person(tx, "edit_master")
    code = row["code"]
    if code.startswith("@") or ":" in code:
        raise BadRow("a place's code neither begins with @ nor holds a colon")
    changes = {name: value for name, value in row.items() if name != "code"}
    if "sort" in changes:
        changes["sort"] = changes["sort"] or code
    warehouse = changes.pop("warehouse", "") or policy.read(tx.db, "warehouse")
    if places.place(tx.db, code) is None:
        return founding.add_place(tx, code, warehouse, **changes)
    return edit(tx, "place", places.PLACE, code, {**changes, "warehouse": warehouse})
