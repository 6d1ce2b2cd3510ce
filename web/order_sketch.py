"""An order as typed: rows become lines, what is wrong stands beside its row, figures come by the ledger's own rules."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from floor import policy
from floor.items import ITEM
from floor.ledger import catalog, customers, holds, pricing, rounding
from floor.ledger.currencies import places
from floor.ledger.orders import MOST_QUANTITY, LineForm, OrderForm
from floor.refusal import Refusal
from floor.storage import particulars
from web import typed

CHOICES = 5  # of the things that a word may mean so many are named


class TypedLine(msgspec.Struct, frozen=True):
    """One row of the form, word for word."""

    item: str = ""
    quantity: str = ""
    price: str = ""
    reason: str = ""
    discount: str = ""
    due: str = ""
    remark: str = ""

    @property
    def blank(self) -> bool:
        return not any(value.strip() for value in msgspec.structs.astuple(self))


class TypedOrder(msgspec.Struct, frozen=True):
    """The form, word for word; `ship_*` only where the goods go elsewhere than usual."""

    customer: str = ""
    reference: str = ""
    due: str = ""
    carrier: str = ""
    service: str = ""
    freight: str = ""
    remark: str = ""
    ship_name: str = ""
    ship_phone: str = ""
    ship_address: str = ""
    lines: tuple[TypedLine, ...] = ()


@dataclass
class Row:
    """A row with what it comes to. `held`: what of the quantity is free for it, rows above served first; None: not asked."""

    typed: TypedLine
    item: Any = None
    quantity: int = 0
    list_micro: int | None = None
    price_micro: int | None = None
    net_minor: int | None = None
    held: int | None = None
    form: LineForm | None = None
    wrong: tuple[str, Refusal] | None = None


@dataclass
class Sketch:
    """The whole of it. `wrong` names the fields of the head that cannot stand, each with its refusal."""

    typed: TypedOrder
    currency: str
    customer: Any = None
    who: dict[str, Any] = field(default_factory=dict)
    address: dict[str, Any] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    freight_minor: int = 0
    tax_bp: int = 0
    due: date | None = None
    wrong: dict[str, Refusal] = field(default_factory=dict)

    @property
    def net_minor(self) -> int:
        return sum(row.net_minor or 0 for row in self.rows)

    @property
    def tax_minor(self) -> int:
        return rounding.tax_minor(self.net_minor + self.freight_minor, self.tax_bp)

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.freight_minor + self.tax_minor

    def standing(self) -> bool:
        """Whether all that was typed can be kept as a draft."""
        return not self.wrong and not any(row.wrong for row in self.rows)

    def form(self, before: Any | None) -> OrderForm:
        """What the ledger is told; `before` is the draft that it changes. The address is settled inside the act."""
        assert self.customer is not None and self.standing()
        said = self.typed
        return OrderForm(
            customer=self.customer.id,
            lines=tuple(row.form for row in self.rows if row.form is not None),
            currency=self.currency,
            due_date=self.due,
            warehouse=before.warehouse if before is not None else "",
            carrier=said.carrier,
            service=said.service,
            freight_minor=self.freight_minor,
            remark=said.remark,
            reference=said.reference,
        )


def sketch(db: Connection, said: TypedOrder, on: date, before: Any | None = None) -> Sketch:
    """Read a typed order against customers, items, prices of the day `on`, and stock; nothing is changed."""
    made = Sketch(typed=said, currency=policy.read(db, "currency"))
    _customer(db, made, before)
    for name, read in (("freight_minor", _freight), ("due", _due)):
        try:
            setattr(made, name, read(made))
        except Refusal as refusal:
            made.wrong[name.removesuffix("_minor")] = refusal
    items = _items(db, made, on)
    known = [row.id for row in items.values() if not isinstance(row, Refusal)]
    prices = pricing.list_prices(db, known, made.currency, on) if known else {}
    made.rows = [_row(made, line, items, prices) for line in said.lines]
    warehouse = before.warehouse if before is not None else policy.read(db, "warehouse")
    _stock(db, made.rows, warehouse)
    return made


def _customer(db: Connection, made: Sketch, before: Any | None) -> None:
    words = made.typed.customer.strip()
    if not words:
        made.wrong["customer"] = Refusal("customer_missing")
        return
    found = customers.by_code(db, words) or _only_customer(db, made, words)
    if found is None:
        return
    made.customer = found
    made.currency = found.currency or made.currency
    if before is not None and before.customer == found.id:
        made.currency = before.currency
    made.who = particulars.read(db, found.particulars)
    made.address = particulars.read(db, found.ship_to) if found.ship_to else {}
    made.tax_bp = int(policy.read(db, "tax_bp")) if found.tax_bp is None else found.tax_bp


def _only_customer(db: Connection, made: Sketch, words: str) -> Any | None:
    rows = customers.search(db, words, per_page=CHOICES + 1)
    if len(rows) == 1:
        return rows[0]
    choices = [row.code for row in rows[:CHOICES]]
    code = "customer_ambiguous" if rows else "customer_unknown"
    made.wrong["customer"] = Refusal(code, customer=words[:40], choices=choices)
    return None


def _freight(made: Sketch) -> int:
    if not made.typed.freight.strip():
        return 0
    return rounding.checked(typed.number(made.typed.freight, places(made.currency)))


def _due(made: Sketch) -> date | None:
    return typed.day(made.typed.due)


def _items(db: Connection, made: Sketch, on: date) -> dict[str, Any]:
    """What each typed item word means: the item's row, or the refusal that says why none."""
    words = {line.item.strip() for line in made.typed.lines} - {""}
    exact = {row.code: row for row in db.execute(select(ITEM).where(ITEM.c.code.in_(words)))} if words else {}
    return {word: exact.get(word) or _meant(db, word, made.currency, on) for word in words}


def _meant(db: Connection, word: str, currency: str, on: date) -> Any:
    offers = catalog.search(db, word, currency, on, per_page=CHOICES + 1)
    if len(offers) == 1:
        return db.execute(select(ITEM).where(ITEM.c.id == offers[0].item)).one()
    if not offers:
        return Refusal("item_unknown", value=word[:40])
    return Refusal("item_ambiguous", value=word[:40], choices=[offer.code for offer in offers[:CHOICES]])


def _row(made: Sketch, line: TypedLine, items: dict[str, Any], prices: dict[int, int]) -> Row:
    row = Row(line)
    if line.blank:
        return row
    try:
        _fill(made, row, items, prices)
    except Refusal as refusal:
        row.wrong = row.wrong or ("item", refusal)
    return row


def _fill(made: Sketch, row: Row, items: dict[str, Any], prices: dict[int, int]) -> None:
    said = row.typed
    item = items.get(said.item.strip()) or Refusal("item_unknown", value="")
    if isinstance(item, Refusal):
        raise item
    row.item, row.list_micro = item, prices.get(item.id)
    row.quantity = _field(row, "quantity", lambda: _quantity(said.quantity, item))
    asked = _field(row, "price", lambda: _price(said.price))
    discount = _field(row, "discount", lambda: _discount(said.discount))
    due = _field(row, "due", lambda: typed.day(said.due))
    row.price_micro = row.list_micro if asked is None else asked
    off = made.customer.discount_bp if discount is None and made.customer is not None else discount or 0
    if row.price_micro is not None:
        row.net_minor = rounding.net_minor(made.currency, row.price_micro, row.quantity, item.scale, off)
    row.form = LineForm(
        item=item.id,
        quantity=row.quantity,
        price_micro=asked,
        price_reason=said.reason,
        discount_bp=discount,
        due_date=due,
        remark=said.remark,
    )


def _field(row: Row, name: str, read: Any) -> Any:
    """What the field says; a refusal is laid at the field's door."""
    try:
        return read()
    except Refusal as refusal:
        row.wrong = (name, refusal)
        raise


def _quantity(value: str, item: Any) -> int:
    quantity = typed.number(value, item.scale)
    if not 0 < quantity <= MOST_QUANTITY:
        raise Refusal("bad_quantity", quantity=value[:40], wanted=item.name, max=MOST_QUANTITY // 10**item.scale)
    return quantity


def _price(value: str) -> int | None:
    price = typed.price_micro(value)
    if price is not None and price > pricing.MOST_MICRO:
        raise Refusal("bad_price", value=value[:40])
    return price


def _discount(value: str) -> int | None:
    discount = typed.basis_points(value)
    if discount is not None and discount > 10_000:
        raise Refusal("bad_discount", value=value[:40], min=0, max=100)
    return discount


def _stock(db: Connection, rows: Iterable[Row], warehouse: str) -> None:
    asking = {n: row for n, row in enumerate(rows) if row.item is not None and row.quantity}
    free = holds.available(db, warehouse, {row.item.id for row in asking.values()})
    for line in holds.plan([(n, row.item.id, row.quantity) for n, row in asking.items()], free):
        asking[line.line].held = line.quantity
