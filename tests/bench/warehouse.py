"""Stations, persons and endless notes for measuring: each picker has a note of two lines that are never full."""

from sqlalchemy import insert

from floor import accepting, credentials, founding
from floor.check_digit import check_digit
from floor.facts.delivery import Released, ReleasedLine, StockLine
from floor.facts.stock import Received
from floor.items import ITEM, ITEM_CODE
from floor.stations import STANDING
from floor.storage.master import edit
from floor.storage.record import Tx, record
from web.compose import Site
from web.ids import token_hash

GTINS = [(body := f"20123{n:07d}") + check_digit(body) for n in range(64)]
PLENTY = 10**9


def fill(site: Site, stations: int) -> None:
    """Two items a station, a note each, everybody signed in with the session id `session-N`."""
    site.writer.do(lambda tx: _master(tx, stations))
    for number in range(1, stations + 1):
        site.writer.do(lambda tx, n=number: _station(tx, n))  # type: ignore[misc]


def _master(tx: Tx, stations: int) -> None:
    founding.found(
        tx, company="Bench", warehouse="W1", time_zone="Asia/Shanghai", company_prefix="0614141", currency="CNY"
    )
    for n in range(2 * stations):
        item = {"code": f"I{n}", "name": f"货品{n}", "name_en": "", "spec": "", "unit": "件", "scale": 0}
        edit(tx, "item", ITEM, n + 1, item | {"tracking": "none", "expires": False, "weight_g": 1, "retired": False})
        edit(tx, "item_code", ITEM_CODE, GTINS[n], {"item": n + 1, "quantity": 1, "pack": "", "retired": False})
        founding.add_place(tx, f"A-{n:02d}", "W1")
        line = StockLine(item=n + 1, lot="", quantity=2 * PLENTY)
        record(tx, Received(document=f"open {n}", place=f"A-{n:02d}", lines=(line,)))


def _station(tx: Tx, n: int) -> None:
    person = founding.hire(tx, f"Picker {n}", "picker")
    founding.add_station(tx, f"S{n}", "pick", "W1", token_hash(f"token-{n}"))
    credentials.sign_in(tx, person, n, f"session-{n}", token_hash(f"person-{n}"))
    lines = tuple(ReleasedLine(line=k, order_line=k, item=2 * (n - 1) + k, quantity=PLENTY) for k in (1, 2))
    released = Released(
        note=n, order=n, warehouse="W1", customer=1, ship_to=1, due_at=None, carrier="SF", remark="", lines=lines
    )
    accepting.take(tx, released)
    tx.db.execute(insert(STANDING).prefix_with("OR IGNORE"), {"station": n, "changed_at": tx.now})
