"""A small warehouse driven through the floor's own doors: scans, the ledger's messages, the courier; nothing else."""

import hashlib
import itertools
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert, select

from floor import accepting, intake, people, stations
from floor.check_digit import check_digit
from floor.facts.delivery import Released, ReleasedLine, StockLine
from floor.facts.fact import Entry, Fact
from floor.facts.station import SignedIn
from floor.facts.stock import Received
from floor.items import ITEM, ITEM_CODE
from floor.places import PLACE
from floor.replay import house
from floor.reply import Reply, decode
from floor.routes import routes
from floor.storage import particulars
from floor.storage.master import edit
from floor.storage.record import Tx, record
from floor.storage.writer import Rank, Writer

FILE_LEDGER = os.environ.get("FLOOR_TEST_LEDGER") == "file"  # facts leave for a file, and floor.ledger is not there
START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
GTIN = {id: (body := f"06901234{id:05d}") + check_digit(body) for id in range(1, 11)}


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass
class Clock:
    """Time that moves only when told."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now


@dataclass
class World:
    engine: Engine
    clock: Clock = field(default_factory=Clock)
    writer: Any = None

    def __post_init__(self) -> None:
        numbers = itertools.count(1)
        if self.writer is None:
            made = house(routes if FILE_LEDGER else _nowhere)
            self.writer = Writer(self.engine, made, self.clock, lambda: f"uid-{next(numbers)}").start()
        self.writer.listeners.append(self._seen)
        self.seq = itertools.count(1)
        self.facts: list[Fact] = []

    def _seen(self, entries: list[Entry]) -> None:
        self.facts += [entry.fact for entry in entries]

    def do(self, act: Callable[[Tx], Any]) -> Any:
        return self.writer.do(act)

    def edit(self, entity: str, table: Any, key: Any, **changes: Any) -> None:
        self.do(lambda tx: edit(tx, entity, table, key, changes))

    def item(self, id: int, name: str = "", **more: Any) -> None:
        values = {"name_en": "", "spec": "", "unit": "件", "scale": 0, "tracking": "none", "expires": False}
        values |= {"weight_g": 100, "retired": False, "code": f"I{id}", "name": name or f"货品{id}"} | more
        self.edit("item", ITEM, id, **values)
        self.code(GTIN[id], id)

    def code(self, code: str, item: int, quantity: int = 1) -> None:
        self.edit("item_code", ITEM_CODE, code, item=item, quantity=quantity, pack="", retired=False)

    def place(self, code: str, *, bin_first: bool = False, kind: str = "bin", warehouse: str = "W1") -> None:
        more = {"zone": "", "sort": code, "bin_first": bin_first, "retired": False}
        self.edit("place", PLACE, code, warehouse=warehouse, kind=kind, **more)

    def person(self, id: int, name: str, roles: str) -> None:
        def act(tx: Tx) -> None:
            who = particulars.keep(tx.db, "person", {"name": name})
            changes = {"particulars": who, "roles": roles, "language": "zh", "retired": False}
            edit(tx, "person", people.PERSON, id, changes)

        self.do(act)

    def station(self, id: int, kind: str, *, door: str = "", printer: str = "", **more: Any) -> str:
        """Make a station; its token is the answer."""
        values = {"double_fire_ms": 300, "stale_s": 900, "scan_back": False, "retired": False, "warehouse": "W1"}
        self.edit(
            "station", stations.STATION, id, name=f"S{id}", kind=kind, door=door, printer=printer, **values | more
        )
        row = {"hash": token_hash(f"token{id}"), "station": id, "device": f"dev{id}", "revoked": False}
        self.do(lambda tx: tx.db.execute(insert(stations.TOKEN), row))
        return f"token{id}"

    def sign_in(self, person: int, station: int) -> str:
        session = f"session-{person}-{station}-{next(self.seq)}"

        def act(tx: Tx) -> None:
            row = {"id": session, "hash": session, "person": person, "station": station}
            tx.db.execute(insert(stations.SESSION), row | {"opened_at": tx.now, "seen_at": tx.now})
            record(tx, SignedIn(person=person, station=station, session=session))

        self.do(act)
        return session

    def stock(
        self,
        place: str,
        item: int,
        quantity: int,
        lot: str = "",
        *,
        expiry: date | None = None,
        serials: Sequence[str] = (),
    ) -> None:
        line = StockLine(item=item, lot=lot, quantity=quantity, expiry=expiry, serials=tuple(serials))
        self.do(lambda tx: record(tx, Received(document="open", place=place, lines=(line,))))

    def release(
        self,
        note: int,
        *lines: tuple[int, int],
        order: int | None = None,
        due_at: datetime | None = None,
        remark: str = "",
    ) -> None:
        """The ledger's word, by hand: a note of (item, quantity) lines."""
        released = Released(
            note=note, order=order or note, warehouse="W1", customer=1, ship_to=1, due_at=due_at, carrier="SF",
            remark=remark,
            lines=tuple(
                ReleasedLine(line=n, order_line=n, item=item, quantity=quantity)
                for n, (item, quantity) in enumerate(lines, 1)
            ),
        )  # fmt: skip
        self.do(lambda tx: accepting.take(tx, released))

    def scan(
        self,
        station: int,
        code: str | Sequence[str],
        *,
        id: str | None = None,
        after: float = 1.0,
        at: datetime | None = None,
        **more: Any,
    ) -> Reply:
        """A scan at a station, `after` seconds after the one before."""
        self.clock.pass_by(after)
        codes = (code,) if isinstance(code, str) else tuple(code)
        seq = next(self.seq)
        scan = intake.Scan(id=id or f"scan-{seq}", seq=seq, codes=codes, at=at or self.clock.now, **more)
        return self.send(station, scan)

    def send(self, station: int, scan: intake.Scan) -> Reply:
        act, refused = intake.take(scan, token_hash(f"token{station}"))
        return decode(self.writer.do(act, rank=Rank.SCAN, refused=refused))

    def rows(self, table: Any) -> list[Any]:
        with self.engine.connect() as db:
            return list(db.execute(select(table)))

    def close(self) -> None:
        self.writer.stop()


def _nowhere(fact: Fact) -> list[tuple[str, str]]:
    return []


def small_warehouse(engine: Engine, writer: Writer | None = None) -> World:
    """Two pickers, a packer, a shipper, three bins, four items, a station of each kind, everybody signed in."""
    world = World(engine, Clock(datetime.now(UTC)) if writer else Clock(), writer=writer)
    for id in (1, 2, 3):
        world.item(id)
    for code in ("A-01", "A-02", "A-03"):
        world.place(code)
    world.place("D1", kind="dock")
    for id, name, roles in (
        (1, "李雷", "picker"),
        (2, "韩梅梅", "picker"),
        (3, "王强", "packer"),
        (4, "赵敏", "shipper"),
    ):
        world.person(id, name, roles)
    world.station(1, "pick")
    world.station(2, "pick")
    world.station(3, "pack", printer="bench1")
    world.station(4, "dock", door="D1")
    world.station(5, "gate", door="D1")
    for person in (1, 2, 3, 4):
        world.sign_in(person, person)
    world.stock("A-01", 1, 100)
    world.stock("A-02", 2, 100)
    world.stock("A-03", 3, 100)
    return world
