"""List prices, each with the day from which it holds and, for a promotion, the day to which it does."""

from typing import Any

from floor import cataloguing, policy
from floor.ledger import pricing
from floor.storage.record import Tx
from web.imports.columns import Column, day, decimal, key

COLUMNS = (
    Column("item", "编码", "T-1001", key, required=True),
    Column("price", "单价", "3.50", decimal(6), required=True),
    Column("currency", "币种", "CNY", key),
    Column("valid_from", "生效日期", "", day, empty=None),
    Column("valid_to", "截止日期", "", day, empty=None),
)


def key_of(row: dict[str, Any]) -> str:
    return f"{row['item']}\n{row.get('currency', '')}\n{row.get('valid_from') or ''}"


def take(tx: Tx, row: dict[str, Any], document: str) -> bool:
    """Set one list price; True where it was news."""
    item = cataloguing.item_of(tx, row["item"])
    currency = row.get("currency") or policy.read(tx.db, "currency")
    valid = {name: row.get(name) for name in ("valid_from", "valid_to")}
    return pricing.set_price(tx, item.id, currency, row["price"], **valid)
