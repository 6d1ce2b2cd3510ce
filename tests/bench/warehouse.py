"""Stations, persons and endless orders for measuring: each picker has a note of two lines that are never full."""

from floor import credentials, founding, policy
from floor.check_digit import check_digit
from floor.facts.delivery import StockLine
from floor.facts.stock import Received
from floor.items import ITEM, ITEM_CODE
from floor.ledger import customers, orders, pricing, review
from floor.storage.master import edit
from floor.storage.record import Tx, record
from web.compose import Site
from web.ids import token_hash

GTINS = [(body := f"020123{n:07d}") + check_digit(body) for n in range(500)]
PLENTY = 10**9


def fill(site: Site, stations: int) -> None:
    """Two items a station, an order and its note each (note N at station N), everybody signed in as `session-N`."""
    site.writer.do(lambda tx: master(tx, 2 * stations))
    site.courier.settle()
    for number in range(1, stations + 1):
        site.writer.do(lambda tx, n=number: _station(tx, n))  # type: ignore[misc]
        site.courier.settle()


def master(tx: Tx, items: int) -> None:
    """Items 1 to `items` with a bin, plenty of stock and a price each, and one customer."""
    founding.found(
        tx, company="Bench", warehouse="W1", time_zone="Asia/Shanghai", company_prefix="0614141", currency="CNY"
    )
    policy.change(tx, "auto_pass", "yes")
    policy.change(tx, "duplicate_days", 0)  # the same order again and again is what is measured
    address = {"address": "上海市浦东新区世纪大道 1 号"}
    customers.edit(tx, None, customers.CustomerForm(code="C1", name="客户", contact="", phone="", address=address))
    for n in range(items):
        item = {"code": f"I{n}", "name": f"货品{n}", "name_en": "", "spec": "", "unit": "件", "scale": 0}
        edit(tx, "item", ITEM, n + 1, item | {"tracking": "none", "expires": False, "weight_g": 1, "retired": False})
        edit(tx, "item_code", ITEM_CODE, GTINS[n], {"item": n + 1, "quantity": 1, "pack": "", "retired": False})
        founding.add_place(tx, f"A-{n:03d}", "W1")
        line = StockLine(item=n + 1, lot="", quantity=2 * PLENTY)
        record(tx, Received(document=f"open {n}", place=f"A-{n:03d}", lines=(line,)))
        pricing.set_price(tx, n + 1, "CNY", 1_000)


def _station(tx: Tx, n: int) -> None:
    person = founding.hire(tx, f"Picker {n}", "picker")
    founding.add_station(tx, f"S{n}", "pick", "W1", token_hash(f"token-{n}"))
    credentials.sign_in(tx, person, n, f"session-{n}", token_hash(f"person-{n}"))
    tx.person = 0
    order(tx, [(2 * n - 1, PLENTY), (2 * n, PLENTY)])


def order(tx: Tx, lines: list[tuple[int, int]]) -> int:
    """An order of (item, quantity) lines, entered, submitted and, where no rule objects, approved and released."""
    forms = tuple(orders.LineForm(item=item, quantity=quantity) for item, quantity in lines)
    number = orders.enter(tx, orders.OrderForm(customer=1, lines=forms, carrier="SF"))
    review.submit(tx, number)
    return number
