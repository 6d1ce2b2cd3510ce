"""Customers: who may buy, on what terms, and where to; names and addresses stand in particulars."""

from typing import Any

import msgspec
from sqlalchemy import CheckConstraint, Column, Connection, Integer, Text, bindparam, func, or_, select
from sqlmodel import Field, SQLModel

from floor.ledger.currencies import places
from floor.people import need_person
from floor.refusal import Refusal
from floor.storage import particulars
from floor.storage.database import table
from floor.storage.master import edit as edit_master
from floor.storage.particulars import PARTICULARS
from floor.storage.record import Tx
from floor.texts import MOST_ID, text, whole


class Customer(SQLModel, table=True):
    """State. `particulars`: name, contact, phone; `ship_to`: the usual address, 0 where none is known."""

    __tablename__ = "customer"
    __table_args__ = (
        CheckConstraint("discount_bp BETWEEN 0 AND 10000", name="discount"),
        CheckConstraint("tax_bp IS NULL OR tax_bp BETWEEN 0 AND 10000", name="tax"),
    )
    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    code: str = Field(sa_column=Column(Text, unique=True, nullable=False))
    particulars: int
    ship_to: int = 0
    level: str = ""
    currency: str = ""
    discount_bp: int = 0
    tax_bp: int | None = None
    payment_days: int = 30
    retired: bool = False


class CustomerForm(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a page or an import says of a customer. `discount_bp` and `tax_bp` are in 1/100 of a percent.

    `name`, `contact`, `phone` and `address` are kept as particulars; an empty address means none is known.
    """

    code: str
    name: str
    contact: str = ""
    phone: str = ""
    address: dict[str, str] = {}
    level: str = ""
    currency: str = ""
    discount_bp: int = 0
    tax_bp: int | None = None
    payment_days: int = 30
    retired: bool = False


CUSTOMER = table(Customer)
_one = select(CUSTOMER).where(CUSTOMER.c.id == bindparam("id"))
_by_code = select(CUSTOMER).where(CUSTOMER.c.code == bindparam("code"))
_address = PARTICULARS.alias("address")


def customer(db: Connection, id: int) -> Any | None:
    return db.execute(_one, {"id": id}).first() if 0 < id <= MOST_ID else None


def by_code(db: Connection, code: str) -> Any | None:
    return db.execute(_by_code, {"code": code}).first()


def edit(tx: Tx, id: int | None, form: CustomerForm) -> int:
    """Make the customer say what the form says, a new one where `id` is None; the answer is its id.

    Refuses code_missing, code_taken, name_missing, customer_unknown and what the fields themselves get wrong.
    """
    need_person(tx, "edit_customers")
    changes = _checked(form)
    row = customer(tx.db, id) if id is not None else None
    if id is not None and row is None:
        raise Refusal("customer_unknown", customer=str(id)[:20])
    other = by_code(tx.db, changes["code"])
    if other is not None and other.id != id:
        raise Refusal("code_taken", code=changes["code"])
    who = {name: text(name, getattr(form, name)) for name in ("name", "contact", "phone")}
    where = {text("address", part): text("address", value) for part, value in form.address.items()}
    changes["particulars"] = particulars.kept(tx.db, "customer", who, row.particulars if row else 0)
    known = row.ship_to if row else 0
    changes["ship_to"] = particulars.kept(tx.db, "address", where, known) if any(where.values()) else 0
    key = row.id if row else (tx.db.scalar(select(func.max(CUSTOMER.c.id))) or 0) + 1
    edit_master(tx, "customer", CUSTOMER, key, changes)
    return int(key)


def _checked(form: CustomerForm) -> dict[str, Any]:
    code = text("code", form.code, 40)
    if not code:
        raise Refusal("code_missing")
    if not form.name.strip():
        raise Refusal("name_missing")
    if form.currency:
        places(form.currency)
    return {
        "code": code,
        "level": text("level", form.level, 40),
        "currency": form.currency,
        "discount_bp": whole("bad_discount", form.discount_bp, 0, 10000),
        "tax_bp": None if form.tax_bp is None else whole("bad_tax", form.tax_bp, 0, 10000),
        "payment_days": whole("bad_days", form.payment_days, 0, 3650),
        "retired": form.retired,
    }


def search(db: Connection, words: str = "", *, page: int = 1, per_page: int = 50, retired: bool = False) -> list[Any]:
    """Customers whose code, name, contact, phone or address holds every word; each row with `who` and `where` as JSON text."""
    found = (
        select(CUSTOMER, PARTICULARS.c.body.label("who"), _address.c.body.label("where"))
        .join(PARTICULARS, PARTICULARS.c.id == CUSTOMER.c.particulars)
        .outerjoin(_address, _address.c.id == CUSTOMER.c.ship_to)
    )
    if not retired:
        found = found.where(CUSTOMER.c.retired.is_(False))
    for word in words.split()[:8]:
        columns = (CUSTOMER.c.code, PARTICULARS.c.body, _address.c.body)
        found = found.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return list(db.execute(found.order_by(CUSTOMER.c.code).limit(per_page).offset((max(page, 1) - 1) * per_page)))
