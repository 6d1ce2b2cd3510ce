"""The Northwind years replayed: every figure of the sample's README comes out of the ledger, to the cent."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from floor import founding
from floor.facts.fact import Entry
from floor.items import ITEM
from floor.ledger.customers import CUSTOMER
from floor.ledger.goods_issues import ISSUE
from floor.ledger.receivables import INVOICE
from floor.ledger.sales_orders import LINE, NOTE, ORDER
from floor.stock import sums
from tests.day.northwind_year import Year
from tests.floor.world import Clock
from tests.shared import shared
from web.commands.verify import verify
from web.compose import Running, Site, compose
from web.imports import northwind
from web.settings import Settings

pytestmark = pytest.mark.shared


@pytest.fixture
def year(database_url: str, tmp_path: Path) -> Iterator[Year]:
    clock = Clock()
    with Running(compose(Settings(data=str(tmp_path), database=database_url), at=clock), ()) as site:
        named = {"company": "Northwind Traders", "warehouse": "W1", "time_zone": "America/Los_Angeles"}
        site.writer.do(lambda tx: founding.found(tx, **named, company_prefix="0614141", currency="USD"))
        folder = shared("data/northwind")
        northwind.bring_in(site.writer, folder, lambda done, total: None)
        site.courier.settle()
        yield Year(site, clock, northwind.read(folder))


def test_the_orders_enter_on_their_own_dates(year: Year) -> None:
    assert figures(year.site) == ENTERED
    assert years(year.site) == {1996: 208_083_99, 1997: 617_085_35, 1998: 440_623_95}
    with year.site.engine.connect() as db:
        reasons = Counter(db.scalars(select(LINE.c.price_reason)))
        freight = db.scalar(select(func.sum(ORDER.c.freight_minor)))
        entered = db.execute(select(ORDER.c.reference, ORDER.c.order_date, ORDER.c.entered_at)).all()
    assert reasons == {"historic price": 658, "": 2155 - 658}
    assert freight == 64_942_69
    dates = {f"NW-{order['OrderID']}": order["OrderDate"][:10] for order in year.data.orders}
    assert {row.reference: row.order_date.isoformat() for row in entered} == dates
    assert all(timedelta() <= row.entered_at.replace(tzinfo=None) - _midnight(row) < timedelta(2) for row in entered)


def test_a_second_run_changes_nothing(year: Year) -> None:
    seen: list[Entry] = []
    year.site.writer.listeners.append(seen.extend)
    outcome = northwind.bring_in(year.site.writer, shared("data/northwind"), lambda done, total: None)
    assert (outcome.changed, outcome.bad, seen) == (0, 0, [])


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_shipped_ships_and_every_figure_comes_out(year: Year) -> None:
    year.staff()
    year.approve()
    with year.site.engine.connect() as db:
        assert Counter(db.scalars(select(ORDER.c.state))) == {"approved": 830}
        assert db.scalar(select(func.count(func.distinct(NOTE.c.order)))) == 830, "each order has its note"
    year.work()
    assert year.refused == []
    year.invoice()
    assert figures(year.site) == ENTERED
    assert shipped(year.site) == {"orders": 809, "lines": 2082, "units": 50_119, "late": 37, "never": 21}
    assert invoiced(year.site) == {"invoices": 809, "net": 1_239_855_85, "freight": 63_955_02}
    left = {f"NW-{int(row['ProductID']):03}": int(row["UnitsInStock"]) for row in year.data.products}
    assert on_hand(year.site) == {code: quantity for code, quantity in left.items() if quantity}
    assert verify(year.site.settings, year.site.engine) == []


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_the_first_to_ship_ship_on_postgres_too(year: Year) -> None:
    year.most = 60
    year.staff()
    year.approve()
    year.work()
    year.invoice()
    assert (year.refused, invoiced(year.site)["invoices"]) == ([], 60)
    net = sum(line_net(line) for order in year.shipped for line in year.data.details[order["OrderID"]])
    assert invoiced(year.site)["net"] == net
    assert verify(year.site.settings, year.site.engine) == []


def line_net(line: dict[str, str]) -> int:
    """The rule of the sample's README, reckoned anew: a line's net in cents, rounded half up once."""
    exact = Decimal(line["UnitPrice"]) * int(line["Quantity"]) * (1 - Decimal(line["Discount"])) * 100
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


ENTERED = {
    "orders": 830, "lines": 2155, "products": 77, "customers": 93, "gross": 1_354_458_59, "net": 1_265_793_29,
    "unrounded": 1_265_793_04,
}  # fmt: skip


def figures(site: Site) -> dict[str, int]:
    with site.engine.connect() as db:
        lines = db.execute(select(LINE.c.quantity, LINE.c.price_micro, LINE.c.discount_bp, LINE.c.net_minor)).all()
        counts = {name: db.scalar(select(func.count()).select_from(table)) for name, table in COUNTED.items()}
    gross = sum(line.quantity * line.price_micro for line in lines)
    exact = sum(line.quantity * line.price_micro * (10_000 - line.discount_bp) for line in lines)
    assert gross % 10_000 == 0, "prices have whole cents"
    unrounded = (exact + 50_000_000) // 100_000_000
    net = sum(line.net_minor for line in lines)
    return {**counts, "lines": len(lines), "gross": gross // 10_000, "net": net, "unrounded": unrounded}


COUNTED: dict[str, Any] = {"orders": ORDER, "products": ITEM, "customers": CUSTOMER}


def years(site: Site) -> dict[int, int]:
    found: Counter[int] = Counter()
    with site.engine.connect() as db:
        for row in db.execute(select(ORDER.c.order_date, ORDER.c.net_minor)):
            found[row.order_date.year] += row.net_minor
    return dict(found)


def shipped(site: Site) -> dict[str, int]:
    with site.engine.connect() as db:
        issued = select(ORDER.c.due_date, ISSUE.c.issued_at).join(ISSUE, ISSUE.c.order == ORDER.c.id)
        issues = db.execute(issued).all()
        lines = db.execute(select(LINE.c.order, LINE.c.shipped).where(LINE.c.shipped > 0)).all()
        orders = db.scalar(select(func.count()).select_from(ORDER)) or 0
    return {
        "orders": len(issues),
        "lines": len(lines),
        "units": sum(line.shipped for line in lines),
        "late": sum(row.issued_at.date() > row.due_date for row in issues),
        "never": orders - len({line.order for line in lines}),
    }


def invoiced(site: Site) -> dict[str, int]:
    with site.engine.connect() as db:
        rows = db.execute(select(INVOICE.c.net_minor, INVOICE.c.freight_minor)).all()
    return {"invoices": len(rows), "net": sum(r.net_minor for r in rows), "freight": sum(r.freight_minor for r in rows)}


def on_hand(site: Site) -> dict[str, int]:
    with site.engine.connect() as db:
        codes = {row.id: row.code for row in db.execute(select(ITEM.c.id, ITEM.c.code))}
        return {codes[item]: quantity for item, quantity in sums(db).items() if quantity}


def _midnight(row: Any) -> datetime:
    return datetime.combine(row.order_date, time())
