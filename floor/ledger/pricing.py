"""List prices: per item and currency, with the day they begin and, for promotions, the day they end."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, ForeignKey, Index, Integer, Text, bindparam, select
from sqlmodel import Field, SQLModel

from floor.items import ITEM
from floor.ledger.currencies import places
from floor.people import need_person
from floor.refusal import Refusal
from floor.storage.database import Exact, table
from floor.storage.master import edit as edit_master
from floor.storage.record import Tx
from floor.texts import MOST_ID, whole

MOST_MICRO = 10**15


class Price(SQLModel, table=True):
    """State. `price_micro` is 10^-6 of the currency's unit per unit of the item. Days are ISO text, "" without a bound."""

    __tablename__ = "price"
    __table_args__ = (CheckConstraint("price_micro >= 0", name="price"), Index("ix_price_item", "item", "currency"))
    id: str = Field(sa_column=Column(Text, primary_key=True))
    item: int = Field(sa_column=Column(Integer, ForeignKey("item.id"), nullable=False))
    currency: str
    price_micro: int = Field(sa_type=Exact)
    valid_from: str = ""
    valid_to: str = ""
    retired: bool = False


PRICE = table(Price)
_valid = (
    select(PRICE.c.item, PRICE.c.price_micro)
    .where(
        PRICE.c.item.in_(bindparam("items", expanding=True)),
        PRICE.c.currency == bindparam("currency"),
        PRICE.c.valid_from <= bindparam("day"),
        (PRICE.c.valid_to == "") | (PRICE.c.valid_to >= bindparam("day")),
        PRICE.c.retired.is_(False),
    )
    .order_by(PRICE.c.valid_from)
)


def set_price(
    tx: Tx, item: int, currency: str, price_micro: int, *, valid_from: date | None = None, valid_to: date | None = None
) -> bool:
    """The list price from a day on (None: always), to a day (None: open). False where it already said so."""
    need_person(tx, "edit_prices")
    places(currency)
    whole("item_unknown", item, 1, MOST_ID)
    whole("bad_price", price_micro, 0, MOST_MICRO)
    if tx.db.scalar(select(ITEM.c.id).where(ITEM.c.id == item)) is None:
        raise Refusal("item_unknown", value=str(item), min=1, max=MOST_ID)
    if valid_from and valid_to and valid_to < valid_from:
        raise Refusal("bad_days_order", valid_from=valid_from.isoformat(), valid_to=valid_to.isoformat())
    begins, ends = (day.isoformat() if day else "" for day in (valid_from, valid_to))
    changes = {"item": item, "currency": currency, "price_micro": price_micro}
    changes |= {"valid_from": begins, "valid_to": ends, "retired": False}
    return edit_master(tx, "price", PRICE, f"{item}:{currency}:{begins}", changes)


def list_prices(db: Connection, items: list[int], currency: str, on: date) -> dict[int, int]:
    """Per item the price in 10^-6 that began latest and is valid on the day; items without one are absent."""
    rows = db.execute(_valid, {"items": items, "currency": currency, "day": on.isoformat()})
    return {row.item: row.price_micro for row in rows}


def list_price(db: Connection, item: int, currency: str, on: date) -> int | None:
    return list_prices(db, [item], currency, on).get(item)


def of_item(db: Connection, item: int) -> list[Any]:
    found = select(PRICE).where(PRICE.c.item == item, PRICE.c.retired.is_(False))
    return list(db.execute(found.order_by(PRICE.c.currency, PRICE.c.valid_from)))
