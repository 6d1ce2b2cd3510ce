"""Before the day: a founded site with goods, people, stations and half of the orders, made by acts in one process."""

from pathlib import Path

from floor import credentials, founding, receiving
from floor.facts.delivery import StockLine
from floor.items import ITEM, ITEM_CODE
from floor.ledger import customers, orders, pricing, review
from floor.storage.master import edit
from floor.storage.record import Tx
from tests.databases import fresh_sqlite
from tests.day import plan as days
from tests.day.plan import Place, Plan
from web.compose import Running, Site, compose
from web.ids import token_hash
from web.pages.sign_in import PASSWORD
from web.settings import read

ROLES = {"pick": "picker", "pack": "packer", "dock": "shipper supervisor"}
OFFICE = {"sales": "sales", "boss": "manager", "money": "finance", "books": "manager"}


def prepare(plan: Plan, printer_port: int) -> None:
    """Write floor.toml and fill the database; half of the orders are approved, the rest come during the day."""
    folder = Path(plan.folder)
    (folder / "data").mkdir()
    fresh_sqlite(folder / "data")
    settings = read(write_settings(plan, printer_port))
    with Running(compose(settings), ()) as site:
        site.writer.do(_found)
        for item in [*days.PLAIN, *days.BY_LOT, *days.BY_SERIAL]:
            site.writer.do(lambda tx, item=item: _item(tx, item))
        for place in plan.places:
            site.writer.do(lambda tx, place=place: _station(tx, place))
        site.writer.do(_office)
        site.courier.settle()
        _orders(plan, site)
    plan.save()


def write_settings(plan: Plan, printer_port: int) -> Path:
    folder = Path(plan.folder)
    settings = folder / "floor.toml"
    printer = f'[printers.bench.settings]\nhost = "127.0.0.1"\nport = {printer_port}\nanswer_seconds = 1.0\n'
    settings.write_text(
        f'data = "{folder / "data"}"\nroles = ["web", "courier"]\n[web]\nport = {plan.port}\n{printer}',
        encoding="utf-8",
    )
    return settings


def _found(tx: Tx) -> None:
    founding.found(
        tx, company="晨光商贸", warehouse="W1", time_zone="Asia/Shanghai", company_prefix=days.PREFIX, currency="CNY"
    )
    address = {"address": "张江路 88 号", "city": "上海"}
    customers.edit(tx, None, customers.CustomerForm(code="C1", name="客户", contact="周", phone="1", address=address))
    for door in ("D1", "D2"):
        founding.add_place(tx, door, "W1", kind="dock")


def _item(tx: Tx, item: int) -> None:
    lot, serials = item in days.BY_LOT, item in days.BY_SERIAL
    tracking = "lot" if lot else "serial" if serials else "none"
    words = {"code": f"I{item}", "name": f"货品{item}", "name_en": "", "spec": "", "unit": "件", "scale": 0}
    edit(tx, "item", ITEM, item, words | {"tracking": tracking, "expires": lot, "weight_g": 100, "retired": False})
    codes = {days.gtin(item): 1} | ({} if lot or serials else {days.case_gtin(item): days.CASE_OF})
    for code, quantity in codes.items():
        edit(tx, "item_code", ITEM_CODE, code, {"item": item, "quantity": quantity, "pack": "", "retired": False})
    numbers = tuple(days.serial(item, n) for n in range(days.SERIALS)) if serials else ()
    for place in days.bins(item):
        founding.add_place(tx, place, "W1", bin_first=days.bin_first(place))
        line = StockLine(
            item=item, lot=days.LOT if lot else "", quantity=days.SERIALS, expiry=days.EXPIRY if lot else None,
            serials=numbers,
        )  # fmt: skip
        receiving.receive(tx, "opening", place, [line])
    pricing.set_price(tx, item, "CNY", 1_250_000 * item)


def _station(tx: Tx, place: Place) -> None:
    printer = "bench" if place.kind in ("pack", "dock") else ""
    more = {"door": place.door, "printer": printer}
    founding.add_station(tx, f"S{place.number}", place.kind, "W1", token_hash(place.token), **more)
    if place.kind != "gate":
        person = founding.hire(tx, f"站员{place.number}", ROLES[place.kind])
        credentials.sign_in(tx, person, place.number, place.session, token_hash(f"person-{place.number}"))


def _office(tx: Tx) -> None:
    for login, roles in OFFICE.items():
        person = founding.hire(tx, login, roles)
        credentials.set_secret(tx, person, login=login, password_hash=PASSWORD.hash(f"{login}-password"))


def _orders(plan: Plan, site: Site) -> None:
    for number in range(1, plan.orders // 2 + 1):
        plan.entered.append(site.writer.do(lambda tx, number=number: _order(tx, plan, number)))
    site.courier.settle()
    plan.cancels = plan.rng("cancels").sample(plan.entered, 4)


def _order(tx: Tx, plan: Plan, number: int) -> int:
    lines = tuple(
        orders.LineForm(item=int(line.item[1:]), quantity=line.quantity) for line in days.order(plan, number).lines
    )
    entered = orders.enter(tx, orders.OrderForm(customer=1, lines=lines, carrier="SF"))
    review.submit(tx, entered)
    review.approve(tx, entered)
    return entered
