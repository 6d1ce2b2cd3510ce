"""Entering a sales order and changing it while it is a draft: prices, units and terms are filled in, amounts computed."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from floor import carriers, policy
from floor.days import business_day
from floor.facts.order import OrderChanged, OrderContent, OrderedLine, OrderEntered
from floor.items import ITEM
from floor.ledger import pricing, rounding, sales_orders
from floor.ledger.currencies import places
from floor.ledger.customers import customer
from floor.ledger.states import after
from floor.people import need_person
from floor.refusal import Refusal
from floor.storage import particulars, series
from floor.storage.record import Tx, record
from floor.texts import MOST_ID, text, whole

MOST_LINES, MOST_QUANTITY = 1000, 10**9
_items = select(ITEM.c.id, ITEM.c.scale, ITEM.c.name).where(ITEM.c.id.in_(bindparam("items", expanding=True)))


class LineForm(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One line as typed: `quantity` in the item's smallest unit; price None takes the list's, discount None the customer's.

    `price_micro` is 10^-6 of the currency's unit, `discount_bp` 1/100 of a percent.
    """

    item: int
    quantity: int
    price_micro: int | None = None
    price_reason: str = ""
    discount_bp: int | None = None
    due_date: date | None = None
    remark: str = ""


class OrderForm(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An order as typed. None and "" take the customer's or the house's usual; `ship_to` is an id of particulars."""

    customer: int
    lines: tuple[LineForm, ...] = ()
    currency: str = ""
    order_date: date | None = None
    due_date: date | None = None
    warehouse: str = ""
    carrier: str = ""
    service: str = ""
    freight_minor: int = 0
    remark: str = ""
    reference: str = ""
    ship_to: int | None = None


def enter(tx: Tx, form: OrderForm) -> int:
    """A new draft; the answer is its number. Incomplete is allowed, nonsense is not.

    Refuses customer_unknown, customer_retired, item_unknown, bad_quantity, bad_price, bad_discount, bad_amount,
    unknown_currency, carrier_unknown, address_unknown, too_many_lines, text_too_long, bad_text.
    """
    need_person(tx, "enter_order")
    number = series.next_number(tx.db, "order")
    record(tx, OrderEntered(order=number, revision=1, **_content(tx, form)))
    return number


def change(tx: Tx, order: int, form: OrderForm, revision: int) -> int:
    """The draft says this instead; `revision` is the one that the person saw. The answer is the new revision."""
    need_person(tx, "enter_order")
    row = sales_orders.must(tx.db, order)
    after(order, row.state, "change")
    if row.revision != revision:
        raise Refusal("order_changed", order=order, revision=row.revision)
    content = _content(tx, form)
    if form.order_date is None:
        content["order_date"] = row.order_date
    record(tx, OrderChanged(order=order, revision=revision + 1, **content))
    return int(row.revision) + 1


def _content(tx: Tx, form: OrderForm) -> dict[str, Any]:
    """All of OrderContent but its number and revision, checked and filled in."""
    who = customer(tx.db, form.customer)
    if who is None:
        raise Refusal("customer_unknown", customer=str(form.customer)[:20])
    if who.retired:
        raise Refusal("customer_retired", customer=who.code)
    currency = form.currency or who.currency or policy.read(tx.db, "currency")
    places(currency)
    on = form.order_date or business_day(tx.db, tx.at)
    content = {
        "customer": who.id,
        "currency": currency,
        "order_date": on,
        "due_date": form.due_date,
        "warehouse": text("warehouse", form.warehouse, 40) or policy.read(tx.db, "warehouse"),
        "carrier": _carrier(text("carrier", form.carrier, 40)),
        "service": text("service", form.service, 40),
        "freight_minor": rounding.checked(form.freight_minor),
        "tax_bp": int(policy.read(tx.db, "tax_bp")) if who.tax_bp is None else who.tax_bp,
        "remark": text("remark", form.remark, 1000),
        "reference": text("reference", form.reference, 80),
        "ship_to": who.ship_to if form.ship_to is None else _address(tx, form.ship_to),
        "lines": _lines(tx, form, currency, on, who.discount_bp),
    }
    assert set(content) | {"order", "revision"} == set(OrderContent.__struct_fields__)
    return content


def _carrier(code: str) -> str:
    """None yet, or one whose tracking numbers the dock can read: with another the loaded parcels could not leave."""
    return carriers.known(code) if code else ""


def _address(tx: Tx, id: int) -> int:
    if not 0 < id <= MOST_ID or not particulars.read(tx.db, id):
        raise Refusal("address_unknown", address=str(id)[:20])
    return id


def _lines(tx: Tx, form: OrderForm, currency: str, on: date, discount_bp: int) -> tuple[OrderedLine, ...]:
    if len(form.lines) > MOST_LINES:
        raise Refusal("too_many_lines", lines=len(form.lines), max=MOST_LINES)
    wanted = [whole("item_unknown", line.item, 1, MOST_ID) for line in form.lines]
    items = {row.id: row for row in tx.db.execute(_items, {"items": list(set(wanted))})} if wanted else {}
    prices = pricing.list_prices(tx.db, list(items), currency, on) if items else {}
    return tuple(_line(n, line, currency, items, prices, discount_bp) for n, line in enumerate(form.lines, 1))


def _line(
    number: int, line: LineForm, currency: str, items: dict[int, Any], prices: dict[int, int], discount_bp: int
) -> OrderedLine:
    item = items.get(line.item)
    if item is None:
        raise Refusal("item_unknown", value=str(line.item), min=1, max=MOST_ID)
    quantity = whole("bad_quantity", line.quantity, 1, MOST_QUANTITY, called="quantity", wanted=item.name)
    listed = prices.get(line.item)
    price = listed if line.price_micro is None else whole("bad_price", line.price_micro, 0, pricing.MOST_MICRO)
    discount = discount_bp if line.discount_bp is None else whole("bad_discount", line.discount_bp, 0, 10000)
    net = rounding.net_minor(currency, price or 0, quantity, item.scale, discount)
    return OrderedLine(
        line=number,
        item=line.item,
        quantity=quantity,
        price_micro=price,
        list_micro=listed,
        price_reason=text("price_reason", line.price_reason),
        discount_bp=discount,
        net_minor=net,
        due_date=line.due_date,
        remark=text("remark", line.remark, 500),
    )
