"""The Northwind sample: products, customers, opening stock and 830 orders with their own dates, by the rules of its README."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from floor import cataloguing, policy
from floor.check_digit import check_digit
from floor.ledger import customers as ledger_customers
from floor.ledger import orders
from floor.ledger.orders import LineForm, OrderForm
from floor.storage import particulars, requests
from floor.storage.record import Tx
from floor.storage.writer import Rank, Writer
from web.imports import customers, items, places, prices, stock
from web.imports.bring_in import Outcome, TellSeen
from web.imports.sheet import Unreadable

CURRENCY, DOCUMENT, ZONE = "USD", "northwind", "NW"
GTIN_PREFIX = "2000123"  # restricted circulation (20), then the company's own digits
MICRO, PLACES = 10**6, 6
BATCH = 20
TABLES = ("customers", "products", "shippers", "orders", "order_details", "categories")
Row = dict[str, str]
Take = Callable[[Tx], bool]


@dataclass(frozen=True)
class Northwind:
    """The tables as they stand in the files."""

    customers: list[Row]
    products: list[Row]
    shippers: dict[str, str]
    orders: list[Row]
    details: dict[str, list[Row]]

    def opening(self) -> Counter[str]:
        """Per product what lay there before the first order: what is there now, and everything that ever shipped."""
        there = Counter({row["ProductID"]: int(row["UnitsInStock"]) for row in self.products})
        for order in self.orders:
            for line in self.details[order["OrderID"]] if order["ShippedDate"] else ():
                there[line["ProductID"]] += int(line["Quantity"])
        return there


def read(folder: Path) -> Northwind:
    """Raises Unreadable that names the table which is missing or not as it should be."""
    tables = {name: _table(folder / f"{name}.csv") for name in TABLES}
    details: dict[str, list[Row]] = {order["OrderID"]: [] for order in tables["orders"]}
    for line in tables["order_details"]:
        details[line["OrderID"]].append(line)
    shippers = {row["ShipperID"]: row["CompanyName"] for row in tables["shippers"]}
    return Northwind(tables["customers"], tables["products"], shippers, tables["orders"], details)


def _table(path: Path) -> list[Row]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"{path.name}: {error}") from None


def bring_in(writer: Writer, folder: Path, seen: TellSeen) -> Outcome:
    """Bring it all in, some acts at a time; a second run changes nothing. Raises Unreadable."""
    try:
        data = read(folder)
        steps = [*_master(data), *_orders(data)]
    except (KeyError, ValueError, ArithmeticError) as error:
        raise Unreadable(f"not the northwind tables: {error!r}") from None
    outcome, waiting = Outcome(rows=len(steps)), iter(steps)
    done = 0
    while batch := list(islice(waiting, BATCH)):
        outcome.changed += writer.do(partial(_act, batch), rank=Rank.BULK)
        done += len(batch)
        seen(done, len(steps))
    return outcome


def _act(steps: list[Take], tx: Tx) -> int:
    tx.device, tx.cause = "import", f"import:{DOCUMENT}"
    return sum(step(tx) for step in steps)


def _master(data: Northwind) -> Iterator[Take]:
    for row in data.products:
        yield partial(_take, items, _item(row))
        yield partial(_take, places, {"code": place_of(row["ProductID"]), "zone": ZONE})
        yield partial(_take, prices, _price(row))
    for product, quantity in data.opening().items():
        if quantity:
            row = {"item": code_of(product), "place": place_of(product), "quantity": quantity * 10**PLACES}
            yield partial(_take, stock, row)
    for row in data.customers:
        yield partial(_take, customers, _customer(row))


def _take(kind: Any, row: dict[str, Any], tx: Tx) -> bool:
    return bool(kind.take(tx, row, DOCUMENT))


def code_of(product: str) -> str:
    return f"NW-{int(product):03}"


def place_of(product: str) -> str:
    return f"{ZONE}-{int(product):03}"


def gtin_of(product: str) -> str:
    """The product's GTIN-13: `20`, company digits, product id, check digit."""
    body = f"{GTIN_PREFIX}{int(product):05}"
    return body + check_digit(body)


def _item(row: Row) -> dict[str, Any]:
    return {
        "code": code_of(row["ProductID"]),
        "name": row["ProductName"],
        "name_en": row["ProductName"],
        "spec": row["QuantityPerUnit"],
        "gtin": gtin_of(row["ProductID"]).zfill(14),
    }


def _price(row: Row) -> dict[str, Any]:
    return {"item": code_of(row["ProductID"]), "currency": CURRENCY, "price": _micro(row["UnitPrice"])}


def _customer(row: Row) -> dict[str, Any]:
    """`Val2 ` and `VALON` have no address; codes are trimmed."""
    return {
        "code": row["CustomerID"].strip(),
        "name": row["CompanyName"].strip() or row["CustomerID"].strip(),
        "contact": row["ContactName"],
        "phone": row["Phone"],
        "address": row["Address"],
        "city": row["City"],
        "province": row["Region"],
        "postcode": row["PostalCode"],
        "country": row["Country"],
        "currency": CURRENCY,
        "tax_percent": 0,
    }


def _orders(data: Northwind) -> Iterator[Take]:
    listed = {row["ProductID"]: _micro(row["UnitPrice"]) for row in data.products}
    addresses: dict[str, int] = {}
    for row in data.orders:
        lines = [_line(line, listed) for line in data.details[row["OrderID"]]]
        form = {
            "order_date": _day(row["OrderDate"]),
            "due_date": _day(row["RequiredDate"]),
            "carrier": "OWN",
            "service": data.shippers[row["ShipVia"]],
            "freight_minor": int((Decimal(row["Freight"]) * 100).quantize(Decimal(1), ROUND_HALF_UP)),
            "currency": CURRENCY,
            "reference": reference_of(row["OrderID"]),
        }
        yield partial(_enter, row, form, lines, addresses)


def reference_of(order: str) -> str:
    return f"NW-{order}"


def _line(line: Row, listed: dict[str, int]) -> dict[str, Any]:
    price = _micro(line["UnitPrice"])
    return {
        "product": line["ProductID"],
        "quantity": int(line["Quantity"]),
        "price_micro": price,
        "price_reason": "" if price == listed[line["ProductID"]] else "historic price",
        "discount_bp": int(Decimal(line["Discount"]) * 10_000),
    }


def _enter(row: Row, form: dict[str, Any], lines: list[dict[str, Any]], addresses: dict[str, int], tx: Tx) -> bool:
    """Enter one order on its own date; False where it was entered before."""
    id = f"{DOCUMENT}:order:{row['OrderID']}"
    digest = requests.digest([{**form, "order_date": row["OrderDate"], "due_date": row["RequiredDate"]}, lines])
    if requests.answered(tx, id, digest) is not None:
        return False
    customer = ledger_customers.by_code(tx.db, row["CustomerID"].strip())
    assert customer is not None
    typed = tuple(
        LineForm(item=cataloguing.item_of(tx, code_of(line["product"])).id, **_without(line, "product"))
        for line in lines
    )
    ship_to = _address(tx, row, addresses)
    tx.at = datetime.combine(form["order_date"], time(9), ZoneInfo(policy.read(tx.db, "time_zone")))
    number = orders.enter(tx, OrderForm(customer=customer.id, lines=typed, ship_to=ship_to, **form))
    tx.at = tx.now
    requests.keep(tx, id, digest, str(number).encode())
    return True


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _address(tx: Tx, row: Row, addresses: dict[str, int]) -> int:
    """Where the order goes, as it says itself; equal addresses are kept once."""
    names = ("name", "address", "city", "province", "postcode", "country")
    told = (f"Ship{part}" for part in ("Name", "Address", "City", "Region", "PostalCode", "Country"))
    body = {name: row[title] for name, title in zip(names, told, strict=True) if row[title]}
    text = repr(sorted(body.items()))
    if text not in addresses:
        addresses[text] = particulars.keep(tx.db, "address", body)
    return addresses[text]


def _micro(price: str) -> int:
    return int(Decimal(price) * MICRO)


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])
