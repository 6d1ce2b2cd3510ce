"""Cataloguing: items, with the codes that stand for one of them or for a pack; what has moved keeps its measure."""

from typing import Any

from sqlalchemy import bindparam, func, select

from floor.items import ITEM, ITEM_CODE
from floor.people import need_person
from floor.refusal import Refusal
from floor.stock import STOCK
from floor.storage.master import edit
from floor.storage.record import Tx

FROZEN = ("scale", "unit", "tracking", "expires")  # what quantities and lots mean: fixed with the first move
NEW = {
    "name_en": "", "spec": "", "unit": "件", "scale": 0, "tracking": "none", "expires": False, "weight_g": 0,
    "retired": False,
}  # fmt: skip
_of_code = select(ITEM).where(ITEM.c.code == bindparam("code"))
_means = select(ITEM_CODE.c.item).where(ITEM_CODE.c.code == bindparam("code"), ITEM_CODE.c.retired.is_(False))
_moved = select(STOCK.c.item).where(STOCK.c.item == bindparam("item")).limit(1)


def item_of(tx: Tx, code: str) -> Any:
    """The item with this code of ours, or `item_unknown`."""
    row = tx.db.execute(_of_code, {"code": code}).first()
    if row is None:
        raise Refusal("item_unknown", value=code[:80])
    return row


def edit_item(tx: Tx, code: str, changes: dict[str, Any]) -> tuple[int, bool]:
    """Make the item `code` say `changes` (columns of Item), a new one where there is none: its id, and whether it is news.

    Refuses name_missing for a new item, and measure_frozen where goods of it have moved.
    """
    need_person(tx, "edit_master")
    row = tx.db.execute(_of_code, {"code": code}).first()
    if row is None:
        if not changes.get("name"):
            raise Refusal("name_missing")
        id = 1 + (tx.db.scalar(select(func.max(ITEM.c.id))) or 0)
        return id, edit(tx, "item", ITEM, id, {**NEW, **changes, "code": code})
    other = [name for name in FROZEN if name in changes and changes[name] != getattr(row, name)]
    if other and tx.db.execute(_moved, {"item": row.id}).first() is not None:
        raise Refusal("measure_frozen", wanted=row.name, field=other[0])
    return row.id, edit(tx, "item", ITEM, row.id, changes)


def edit_code(tx: Tx, code: str, item: int, quantity: int = 1, pack: str = "") -> bool:
    """Let `code` (a GTIN as 14 digits, or any text) stand for `quantity` of the item; `code_taken` where it is another's."""
    need_person(tx, "edit_master")
    owner = tx.db.scalar(_means, {"code": code})
    if owner is not None and owner != item:
        raise Refusal("code_taken", code=code)
    changes = {"item": item, "quantity": quantity, "pack": pack, "retired": False}
    return edit(tx, "item_code", ITEM_CODE, code, changes)
