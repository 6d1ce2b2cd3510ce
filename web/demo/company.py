"""The company: founded, staffed and stocked by the same acts and imports as a real one."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

import msgspec

from floor import credentials, founding, policy
from floor.storage.record import Tx
from floor.storage.writer import Writer
from labels import fonts
from web.demo.people import PEOPLE
from web.demo.stations import STATIONS
from web.ids import token_hash
from web.imports.bring_in import Bringer
from web.pages.sign_in import PASSWORD, PIN

DATA = Path(__file__).parent / "data"
NAME, LATIN_NAME = "上海启明贸易有限公司", "Shanghai Qiming Trading Co., Ltd."
ADDRESS, LATIN_ADDRESS = "上海市松江区九亭镇涞坊路 1288 号", "1288 Laifang Road, Jiuting, Songjiang, Shanghai, China"
BANK, LATIN_BANK = "中国工商银行松江支行 1001 0000 0000 1234 567", "ICBC Songjiang Branch, 1001 0000 0000 1234 567"
TAX_NUMBER = "91310117MA1J0DEM0X"
WAREHOUSE, ZONE, CURRENCY = "W1", "Asia/Shanghai", "CNY"
COMPANY_PREFIX, TAX_BP = "6901234", 1300
LETTERS, DIGITS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789", "0123456789"


class Person(msgspec.Struct, kw_only=True):
    """Somebody with badge and PIN, or with login and password, or with both."""

    name: str
    roles: str
    badge: str = ""
    pin: str = ""
    login: str = ""
    password: str = ""


class Station(msgspec.Struct, kw_only=True):
    """A place of work; `token` enrols its screen, `reader_token` ("" without one) is its reader's own."""

    name: str
    kind: str
    door: str
    token: str
    reader: str
    reader_token: str


class Company(msgspec.Struct, kw_only=True):
    """What one must know to work here: who may sign in with what, and which token opens which station.

    `chinese`: what stands on labels is in Chinese; else in Latin letters, for a machine without a Chinese font.
    """

    people: list[Person]
    stations: list[Station]
    chinese: bool

    def station(self, kind: str) -> Station:
        return next(station for station in self.stations if station.kind == kind)

    def with_role(self, role: str) -> list[Person]:
        return [person for person in self.people if role in person.roles.split()]


def build(writer: Writer, folder: Path, chance: random.Random, today: date) -> Company:
    """Found the company in an empty database; secrets come from `chance`, expiry dates count from `today`."""
    company = Company(
        people=[_person(*row, chance) for row in PEOPLE],
        stations=[_station(*row, chance) for row in STATIONS],
        chinese=any(fonts.holds(font, NAME[0]) for font in fonts.found()),
    )
    writer.do(lambda tx: _found(tx, company.chinese))
    for kind in ("items", "places", "prices"):
        _bring_in(writer, kind, DATA / f"{kind}.csv")
    _bring_in(writer, "customers", DATA / ("customers.csv" if company.chinese else "customers-latin.csv"))
    _bring_in(writer, "stock", _dated_stock(folder, today))
    writer.do(lambda tx: _staff(tx, company))
    return company


def _found(tx: Tx, chinese: bool) -> None:
    name, address, bank = (NAME, ADDRESS, BANK) if chinese else (LATIN_NAME, LATIN_ADDRESS, LATIN_BANK)
    founding.found(
        tx, company=name, warehouse=WAREHOUSE, time_zone=ZONE, company_prefix=COMPANY_PREFIX, currency=CURRENCY
    )
    said = {"company_address": address, "company_tax_number": TAX_NUMBER, "company_bank": bank, "tax_bp": TAX_BP}
    for rule, value in said.items():
        policy.change(tx, rule, value)


def _bring_in(writer: Writer, kind: str, path: Path) -> None:
    def bad(line: int, reason: str) -> None:
        raise AssertionError(f"{path.name} line {line}: {reason}")

    Bringer(writer, bad).bring_in(kind, path, "opening")


def _dated_stock(folder: Path, today: date) -> Path:
    """The opening stock with real days: the sample says in how many days goods expire, so that it never goes stale."""
    path = folder / "opening-stock.csv"
    with (DATA / "stock.csv").open(encoding="utf-8", newline="") as source, path.open("w", newline="") as out:
        rows = csv.DictReader(source)
        writer = csv.DictWriter(out, rows.fieldnames or ())
        writer.writeheader()
        for row in rows:
            if row["expiry"]:
                row["expiry"] = (today + timedelta(days=int(row["expiry"]))).isoformat()
            writer.writerow(row)
    return path


def _staff(tx: Tx, company: Company) -> None:
    for person in company.people:
        language = "en" if person.name.isascii() else "zh"
        secrets = {"badge": person.badge, "login": person.login}
        secrets |= {"pin_hash": PIN.hash(person.pin) if person.pin else ""}
        secrets |= {"password_hash": PASSWORD.hash(person.password) if person.password else ""}
        number = founding.hire(tx, person.name, person.roles, language)
        credentials.set_secret(tx, number, **{name: value for name, value in secrets.items() if value})
    for station in company.stations:
        printer = "bench1" if station.kind in ("pack", "dock") else ""
        more = {"door": station.door, "printer": printer}
        number = founding.add_station(tx, station.name, station.kind, WAREHOUSE, token_hash(station.token), **more)
        if station.reader:
            founding.add_token(tx, number, station.reader, token_hash(station.reader_token))


def _person(name: str, roles: str, login: str, chance: random.Random) -> Person:
    on_floor = any(role in ("picker", "packer", "shipper", "supervisor") for role in roles.split())
    return Person(
        name=name,
        roles=roles,
        badge=_drawn(chance, LETTERS, 8) if on_floor else "",
        pin=_drawn(chance, DIGITS, 4) if on_floor else "",
        login=login,
        password=_drawn(chance, LETTERS, 10).lower() if login else "",
    )


def _station(name: str, kind: str, door: str, reader: str, chance: random.Random) -> Station:
    token, reader_token = _drawn(chance, LETTERS, 32), _drawn(chance, LETTERS, 32)
    return Station(name=name, kind=kind, door=door, token=token, reader=reader, reader_token=reader_token)


def _drawn(chance: random.Random, letters: str, count: int) -> str:
    return "".join(chance.choice(letters) for _ in range(count))
