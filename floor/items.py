"""Items with their codes and packs: what a scanned code stands for."""

from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, ForeignKey, Integer, Text, bindparam, select
from sqlmodel import Field, SQLModel

from floor.barcode import Key
from floor.storage.database import Exact, table


class Item(SQLModel, table=True):
    """State. Quantities of an item are integers of 10^-scale of its unit (scale 0: pieces, 3: grams of a kilogram)."""

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint("tracking IN ('none', 'lot', 'serial')", name="tracking"),
        CheckConstraint("scale BETWEEN 0 AND 6", name="scale"),
    )
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    code: str = Field(sa_column=Column(Text, unique=True, nullable=False))
    name: str
    name_en: str = ""
    spec: str = ""
    unit: str = "件"
    scale: int = 0
    tracking: str = "none"
    expires: bool = False
    weight_g: int = Field(default=0, sa_type=Exact)
    retired: bool = False


class ItemCode(SQLModel, table=True):
    """State. A code that stands for `quantity` of an item: a GTIN-14, or any other text that a label carries."""

    __tablename__ = "item_code"
    code: str = Field(sa_column=Column(Text, primary_key=True))
    item: int = Field(sa_column=Column(Integer, ForeignKey("item.id"), nullable=False, index=True))
    quantity: int = Field(default=1, sa_type=Exact)
    pack: str = ""
    retired: bool = False


ITEM, ITEM_CODE = table(Item), table(ItemCode)
_by_codes = (
    select(ITEM, ITEM_CODE.c.quantity.label("quantity"), ITEM_CODE.c.code.label("scanned"))
    .join(ITEM_CODE, ITEM_CODE.c.item == ITEM.c.id)
    .where(ITEM_CODE.c.code.in_(bindparam("codes", expanding=True)), ITEM_CODE.c.retired.is_(False))
)
_one = select(ITEM).where(ITEM.c.id == bindparam("id"))


def codes_of(key: Key) -> list[str]:
    """The texts under which a scanned key may be known: as scanned first, then as GTIN-14."""
    return [code for code in dict.fromkeys((key.raw, key.text, key.plain, key.gtin)) if code]


def serial_in(key: Key) -> str:
    """The serial number that a scan gives: the element's, or a plain text that is no item's code; "" where none."""
    return key.serial or (key.plain if key.plain and not key.gtin else "") or ""


def meant_by(db: Connection, key: Key) -> list[Any]:
    """The items that the key may mean, each row with `quantity` (pack factor) and `scanned` (the code found)."""
    return list(db.execute(_by_codes, {"codes": codes_of(key)}))


def item(db: Connection, id: int) -> Any:
    return db.execute(_one, {"id": id}).one()
