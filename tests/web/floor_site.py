"""The demo's company behind a real server and a virtual printer, with notes at each stage: for the pages' tests and pictures."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from floor import accepting, credentials, deliveries, intake, parcels
from floor.deliveries import left
from floor.facts.delivery import Released, ReleasedLine, WithdrawAsked
from floor.items import ITEM, ITEM_CODE
from floor.ledger import orders, review
from floor.ledger.orders import LineForm, OrderForm
from floor.parcels import JOB
from floor.people import PERSON
from floor.reply import Reply, decode
from floor.stations import STATION
from floor.stock import SERIAL
from floor.storage import particulars
from floor.storage.writer import Rank
from floor.tag_writing import encode_sscc
from labels.simulators.printer import VirtualPrinter
from tests.web.serving import server
from web.compose import Running, Site, compose, new_uid
from web.demo.company import COMPANY_PREFIX, Company, Person, build
from web.ids import token_hash
from web.settings import Printer, Settings

PEN, MARKER, TEA, COFFEE = "A1001", "A1004", "D1001", "D1005"


@dataclass
class FloorSite:
    """`scan` works at a station by name, in the name of the person given to `stand`."""

    site: Site
    url: str
    company: Company
    printer: VirtualPrinter

    def __post_init__(self) -> None:
        self.sessions: dict[str, str] = {}
        self.at = datetime.now(UTC) - timedelta(minutes=8)

    def rows(self, statement: Any) -> list[Any]:
        with self.site.engine.connect() as db:
            return list(db.execute(statement))

    def person(self, name: str) -> Person:
        return next(person for person in self.company.people if person.name == name)

    def number(self, name: str) -> int:
        """What the house knows the person by."""
        found = self.rows(select(PERSON.c.id, PERSON.c.particulars))
        with self.site.engine.connect() as db:
            return next(int(row.id) for row in found if particulars.read(db, row.particulars).get("name") == name)

    def token(self, station: str) -> str:
        return next(one.token for one in self.company.stations if one.name == station)

    def item(self, code: str) -> Any:
        return self.rows(select(ITEM).where(ITEM.c.code == code))[0]

    def gtin(self, code: str) -> str:
        """The barcode of one piece."""
        pieces = select(ITEM_CODE.c.code).where(ITEM_CODE.c.item == self.item(code).id, ITEM_CODE.c.quantity == 1)
        return str(self.rows(pieces.order_by(ITEM_CODE.c.code))[0].code)

    def stand(self, name: str, station: str) -> None:
        """Sign a person in at a station."""
        id = self.number(name)
        place = self.rows(select(STATION.c.id).where(STATION.c.name == station))[0].id
        session = new_uid()

        def act(tx: Any) -> None:
            credentials.sign_in(tx, id, place, session, token_hash(session))

        self.site.writer.do(act)
        self.sessions[station] = session

    def scan(self, station: str, *codes: str, **more: Any) -> Reply:
        self.at += timedelta(seconds=1)
        scan = intake.Scan(id=new_uid(), seq=1, codes=codes, at=self.at, **more)
        act, refused = intake.take(scan, token_hash(self.token(station)))
        return decode(self.site.writer.do(act, rank=Rank.SCAN, refused=refused))

    def release(self, note: int, *lines: tuple[str, int], hours: float = 2, carrier: str = "SF") -> None:
        """A note of (item's code, pieces), due in so many hours."""
        made = [
            ReleasedLine(line=n, order_line=n, item=self.item(code).id, quantity=quantity)
            for n, (code, quantity) in enumerate(lines, 1)
        ]
        due = datetime.now(UTC) + timedelta(hours=hours)
        released = Released(
            note=note, order=1000 + note, warehouse="W1", customer=1, ship_to=0, due_at=due, carrier=carrier, remark="",
            lines=tuple(made),
        )  # fmt: skip
        self.site.writer.do(lambda tx: accepting.take(tx, released))

    def order(self, *lines: tuple[str, int]) -> tuple[int, int]:
        """An order of (item's code, pieces), entered by sales, approved by a reviewer, on the floor: its number and its note's."""
        wanted = tuple(LineForm(item=self.item(code).id, quantity=quantity) for code, quantity in lines)
        order = self._as("林晓燕", lambda tx: orders.enter(tx, OrderForm(customer=1, lines=wanted, carrier="SF")))
        self._as("林晓燕", lambda tx: review.submit(tx, order))
        self._as("许静", lambda tx: review.approve(tx, order))
        arrived = select(deliveries.NOTE.c.id).where(deliveries.NOTE.c.order == order)
        until = time.monotonic() + 20  # the courier carries it
        while not (notes := self.rows(arrived)):
            assert time.monotonic() < until, "the note does not reach the floor"
            time.sleep(0.02)
        return order, int(notes[0].id)

    def _as(self, name: str, act: Callable[[Any], Any]) -> Any:
        id = self.number(name)

        def run(tx: Any) -> Any:
            tx.person = id
            return act(tx)

        return self.site.writer.do(run)

    def withdraw(self, note: int) -> None:
        asked = WithdrawAsked(note=note, order=1000 + note, reason="客户改单")
        self.site.writer.do(lambda tx: accepting.take(tx, asked))

    def tasks(self, note: int) -> list[Any]:
        with self.site.engine.connect() as db:
            return deliveries.tasks(db, note)

    def code_for(self, task: Any) -> str:
        """What a picker scans at this stop: GTIN, with lot or serial where the item has them."""
        code = self.gtin(task.code)
        if task.tracking == "lot":
            return f"]C101{code}10{task.lot}"
        if task.tracking == "serial":
            free = select(SERIAL.c.serial).where(SERIAL.c.item == task.item, SERIAL.c.place == task.place)
            return f"]C101{code}21{self.rows(free)[0].serial}"
        return code

    def pick(self, station: str, note: int, *, stops: int = 99) -> None:
        """Open a note and pick so many of its stops, by bin, with typed quantities."""
        assert self.scan(station, f"NOTE:{note}").accepted
        for task in self.tasks(note)[:stops]:
            if task.bin_first:
                assert self.scan(station, f"BIN:{task.place}").accepted
            for quantity in [1] * left(task) if task.tracking == "serial" else [left(task)]:
                told = self.scan(station, self.code_for(task), quantity=quantity)
                assert told.accepted, told

    def pack(self, station: str, note: int) -> list[str]:
        """Pack a picked note into one parcel, and one more for the last piece; the SSCCs."""
        assert self.scan(station, f"NOTE:{note}").accepted
        assert self.scan(station, "CMD:PACKALL").accepted
        closed = self.scan(station, "CMD:CLOSE")
        assert closed.accepted, closed
        return [str(closed.fields["sscc"])]

    def pack_apart(self, station: str, note: int) -> list[str]:
        """Each picked stop into a parcel of its own."""
        assert self.scan(station, f"NOTE:{note}").accepted
        made = []
        for task in self.tasks(note):
            told = self.scan(station, self.code_for(task), quantity=task.picked)
            assert told.accepted, told
            made.append(str(self.scan(station, "CMD:CLOSE").fields["sscc"]))
        return made

    def gate(self, *ssccs: str) -> Reply:
        """These parcels pass door D1's gate together."""
        return self.scan("大门 1", *(encode_sscc(sscc, len(COMPANY_PREFIX)) for sscc in ssccs))

    def jobs(self) -> list[Any]:
        return self.rows(select(JOB).order_by(JOB.c.id))

    def parcels_of(self, note: int) -> list[Any]:
        with self.site.engine.connect() as db:
            return parcels.of_note(db, note)


@contextmanager
def floor_site(folder: Path, database_url: str) -> Iterator[FloorSite]:
    """The company on a fresh database; its courier prints on a virtual printer."""
    with VirtualPrinter() as printer:
        printers = {"bench1": Printer(settings={"host": "127.0.0.1", "port": printer.port})}
        settings = Settings(data=str(folder), database=database_url, printers=printers)
        with Running(compose(settings), ("web", "courier")) as site, server(site) as url:
            company = build(site.writer, folder, random.Random(7), datetime.now(UTC).date())
            yield FloorSite(site, url, company, printer)


def stages(floor: FloorSite) -> None:
    """Notes 17 to 26 at each stage of their way, one trouble of each kind among them."""
    pick, hand, bench, dock = "拣货台 1", "手持 1", "打包台 1", "月台 1"
    for name, station in (("李雷", pick), ("韩梅梅", hand), ("王强", bench), ("马建国", dock)):
        floor.stand(name, station)
    mixed = ((PEN, 24), (TEA, 6), (COFFEE, 2), (MARKER, 10))
    floor.release(17, *mixed)
    floor.release(18, *mixed, hours=-1)
    floor.release(19, (PEN, 12), (TEA, 3))
    floor.release(27, (MARKER, 5), hours=26, carrier="JD")
    for note in (20, 21, 22, 23, 24):
        floor.release(note, *mixed[:2], hours=note - 22)
    floor.scan(pick, "NOTE:18")
    floor.pick(pick, 18, stops=1)
    floor.scan(pick, floor.gtin(MARKER))
    floor.scan(pick, "6900000000000")
    floor.pick(hand, 19, stops=1)
    for note in (20, 21, 22, 23, 24):
        floor.pick(pick, note, stops=1 if note == 24 else 99)
    floor.withdraw(24)
    sent = {note: floor.pack_apart(bench, note) for note in (21, 22, 23)}
    floor.scan(bench, "NOTE:20")
    floor.scan(bench, floor.gtin(PEN), quantity=4)
    for note in (23, 22):
        floor.scan(dock, f"NOTE:{note}")
        floor.gate(sent[note][0])
        floor.scan(dock, f"SF100000000{note}01")
    floor.gate(sent[21][0])
    floor.scan(dock, "NOTE:23")
    floor.scan(dock, sent[23][1])
    floor.scan(dock, "SF1000000002302")
    floor.scan(dock, "CMD:SHIP")
