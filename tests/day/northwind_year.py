"""Works the Northwind orders through the house: approved, picked, packed, shipped and invoiced on the days in the data."""

import asyncio
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from floor import credentials, founding, intake
from floor.courier import Courier
from floor.ledger import invoices, review
from floor.ledger.sales_orders import NOTE, ORDER
from floor.parcels import PARCEL
from floor.reply import decode
from floor.storage.record import Tx
from floor.storage.writer import Rank
from tests.floor.world import Clock, token_hash
from web.compose import Site
from web.imports.northwind import Northwind, gtin_of, reference_of

STATIONS = {"pick": "picker", "pack": "packer", "dock": "shipper"}
AT_ONCE = 400
BEFORE = datetime(1996, 7, 1, 8, tzinfo=UTC)


def noon(text: str) -> datetime:
    """Noon of a day of the data, in UTC."""
    return datetime.fromisoformat(text[:10]).replace(hour=12, tzinfo=UTC)


@dataclass
class Year:
    """Orders go by Northwind's own numbers; `most` of them ship, all where it is None."""

    site: Site
    clock: Clock
    data: Northwind
    most: int | None = None

    def __post_init__(self) -> None:
        self.seq = itertools.count(1)
        self.people: dict[str, int] = {}
        self.stations: dict[str, int] = {}
        self.days: set[date] = set()
        self.courier = Courier(self.site.engine, self.site.writer, self.site.courier.inside, {}, self.clock)
        self.refused: list[str] = []

    @property
    def shipped(self) -> list[dict[str, str]]:
        rows = sorted((o for o in self.data.orders if o["ShippedDate"]), key=lambda order: order["ShippedDate"])
        return rows[: self.most]

    @property
    def never_shipped(self) -> list[dict[str, str]]:
        """Those with the fewest lines first: of what is left there is not enough for all, but a part for each."""
        rows = (order for order in self.data.orders if not order["ShippedDate"])
        return sorted(rows, key=lambda order: len(self.data.details[order["OrderID"]]))

    def staff(self) -> None:
        """One person and one station of each kind."""
        self.clock.now = BEFORE

        def act(tx: Tx) -> None:
            founding.add_place(tx, "D1", "W1", kind="dock")
            for role in ("sales", "reviewer", "finance", *STATIONS.values()):
                self.people[role] = founding.hire(tx, role, role)
            for kind in STATIONS:
                self.stations[kind] = founding.add_station(
                    tx, kind, kind, "W1", token_hash(kind), door="D1", printer="bench", double_fire_ms=0
                )

        self.site.writer.do(act)

    def numbers(self) -> dict[str, int]:
        """The order's number here, by Northwind's."""
        with self.site.engine.connect() as db:
            own = {row.reference: row.id for row in db.execute(select(ORDER.c.reference, ORDER.c.id))}
        return {order["OrderID"]: own[reference_of(order["OrderID"])] for order in self.data.orders}

    def approve(self) -> None:
        """Those that did ship are approved first, so that what left is there for those that it left for."""
        own = self.numbers()
        rows = sorted(self.shipped, key=lambda order: order["OrderID"])
        steps = [self._approval(own[order["OrderID"]], noon(order["OrderDate"])) for order in rows + self.never_shipped]
        self._all(steps)
        self.courier.settle()

    def _approval(self, order: int, at: datetime) -> Callable[[Tx], None]:
        def act(tx: Tx) -> None:
            tx.at = at
            tx.person = self.people["sales"]
            review.submit(tx, order)
            tx.person = self.people["reviewer"]
            review.approve(tx, order)

        return act

    def notes(self) -> dict[str, int]:
        with self.site.engine.connect() as db:
            note = {row.order: row.id for row in db.execute(select(NOTE.c.order, NOTE.c.id))}
        return {theirs: note[own] for theirs, own in self.numbers().items() if own in note}

    def work(self) -> None:
        """Pick and pack, then load and ship what shipped, in the order of the days on which it did."""
        notes = self.notes()
        self._scans(scan for order in self.shipped for scan in self._picked(order, notes[order["OrderID"]]))
        with self.site.engine.connect() as db:
            sscc = {row.note: row.sscc for row in db.execute(select(PARCEL.c.note, PARCEL.c.sscc))}
        self._scans(
            scan
            for order in self.shipped
            for scan in self._loaded(order, notes[order["OrderID"]], sscc[notes[order["OrderID"]]])
        )
        self.courier.settle()

    def _picked(self, order: dict[str, str], note: int) -> Iterable[tuple[str, intake.Scan]]:
        yield "pick", self._scan("pick", order, f"NOTE:{note}")
        lines = self.data.details[order["OrderID"]]
        for number, line in enumerate(lines, 1):
            typed = {"note": note, "line": number, "quantity": int(line["Quantity"])}
            yield "pick", self._scan("pick", order, gtin_of(line["ProductID"]), **typed)
        for code in (f"NOTE:{note}", "CMD:PACKALL", "CMD:CLOSE"):
            yield "pack", self._scan("pack", order, code)

    def _loaded(self, order: dict[str, str], note: int, sscc: str) -> Iterable[tuple[str, intake.Scan]]:
        for code in (f"NOTE:{note}", f"]C100{sscc}", reference_of(order["OrderID"]), "CMD:SHIP"):
            yield "dock", self._scan("dock", order, code)

    def _scan(self, kind: str, order: dict[str, str], code: str, **typed: int) -> intake.Scan:
        number = next(self.seq)
        at = noon(order["ShippedDate"]) + timedelta(milliseconds=number)
        return intake.Scan(
            id=f"northwind-{number}", seq=number, codes=(code,), at=at, session=f"{kind} {at.date()}", **typed
        )

    def _scans(self, scans: Iterable[tuple[str, intake.Scan]]) -> None:
        """Through the door, a day after the other, many in one commit; refusals are collected."""
        for day, of_day in itertools.groupby(scans, lambda scan: scan[1].at.date()):
            self._begin(day)
            while group := list(itertools.islice(of_day, AT_ONCE)):
                self.clock.now = max(self.clock.now, group[-1][1].at)
                for reply in asyncio.run(self._judged(group)):
                    if not reply.accepted:
                        self.refused.append(f"{reply.code} {reply.fields}")

    def _begin(self, day: date) -> None:
        """Everybody signs in at noon, once a day: a session ends with its shift."""
        if day in self.days:
            return
        self.days.add(day)
        self.clock.now = max(self.clock.now, noon(day.isoformat()))

        def act(tx: Tx) -> None:
            for kind, role in STATIONS.items():
                name = f"{kind} {day}"
                credentials.sign_in(tx, self.people[role], self.stations[kind], name, token_hash(name))

        self.site.writer.do(act)

    async def _judged(self, group: list[tuple[str, intake.Scan]]) -> list[Any]:
        acts = [intake.take(scan, token_hash(kind)) for kind, scan in group]
        runs = [self.site.writer.run(act, rank=Rank.SCAN, refused=refused) for act, refused in acts]
        return [decode(answer) for answer in await asyncio.gather(*runs)]

    def invoice(self) -> None:
        own = self.numbers()
        self._all([self._invoice(own[order["OrderID"]], noon(order["ShippedDate"])) for order in self.shipped])

    def _invoice(self, order: int, at: datetime) -> Callable[[Tx], None]:
        def act(tx: Tx) -> None:
            tx.at, tx.person = at, self.people["finance"]
            invoices.post(tx, order=order)

        return act

    def _all(self, acts: list[Callable[[Tx], None]]) -> None:
        async def run() -> None:
            await asyncio.gather(*(self.site.writer.run(act) for act in acts))

        asyncio.run(run())
