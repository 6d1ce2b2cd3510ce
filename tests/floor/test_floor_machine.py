"""Any shift that two pickers, a bench, a gate and a dock can make of their scans: after each one the floor still adds up.

Held here: I10, I18, I24, I29 and I39, as far as the floor's own acts go, and that a replay gives the same tables.
"""

import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, select

from floor import accepting, cases, deliveries, intake, parcels, stations, stock
from floor.epc import encode_sscc
from floor.facts.delivery import Picked, Shorted, Undone, WithdrawAsked, Withdrawn
from floor.facts.fact import Entry
from floor.facts.parcel import (
    LabelVerified,
    Packed,
    ParcelClosed,
    ParcelOpened,
    ParcelVoided,
    PrintAsked,
    Unpacked,
)
from floor.facts.shipment import Loaded, LoadingOpened, Shipped, TrackingSet
from floor.facts.station import Refused
from floor.facts.stock import Received
from floor.replay import STATE
from floor.reply import Reply
from floor.storage import journal
from floor.storage.database import open_engine
from floor.words import CUSTOMER, SUPPLIER, NoteState, ParcelState, note_place
from tests.databases import Postgres, fresh_sqlite
from tests.floor.invariants import check
from tests.floor.world import GTIN, World, small_warehouse

PICKERS, BENCH, DOCK, GATE = (1, 2), 3, 4, 5
PLAIN, LOTS, SERIALS = (1, 2), 4, 5
CASE = "6901234999991"  # three of item 1
LOT_ENDS = {"L1": date(2027, 1, 31), "L2": date(2027, 2, 28)}
UNITS = ("S1", "S2", "S3", "S4")
MASTER = ("item", "item_code", "place", "policy", "person", "station")  # no scan changes these
WATCHED = {table: select(table).order_by(*table.primary_key.columns) for table in STATE if table.name not in MASTER}
# The one fact that each verdict stands for; several of it only where a scan moves several lots or units.
CHANGE: dict[str, Any] = {
    "picked": Picked, "line_done": Picked, "undone": Undone, "short": Shorted, "nothing_left": Shorted,
    "packed": Packed, "packed_all": Packed, "unpacked": Unpacked, "parcel_closed_ok": ParcelClosed,
    "parcel_voided": ParcelVoided, "parcel_opened": ParcelOpened, "label_queued": PrintAsked,
    "label_verified": LabelVerified, "loading_started": LoadingOpened, "tracking_ok": TrackingSet, "shipped": Shipped,
}  # fmt: skip
MANY = ("packed", "packed_all")
QUANTITY = st.one_of(st.none(), st.none(), st.integers(-1, 4))
PICKER = st.sampled_from(PICKERS)
WRONG = st.sampled_from(
    ("NOSUCH", "6901234000019", "CMD:DANCE", "CMD:SHORT", "CMD:UNDO:77", "NOTE:999", "BIN:Z-99", "BADGE:x", "a\0b",
     "NOTE:1x", "CMD:OUT:9", "CMD:VOID:99:damaged", "]C100069012340000000017", "SF12", GTIN[3])
)  # fmt: skip


class Tally:
    """What the journal's entries alone say of goods: lines, bins, units and boxes, counted a second time."""

    def __init__(self) -> None:
        self.lines: dict[str, Counter[tuple[int, int]]] = {
            name: Counter() for name in ("picked", "shorted", "packed", "shipped")
        }
        self.stock: Counter[tuple[int, str, str]] = Counter()
        self.units: dict[tuple[int, str], str] = {}
        self.loaded: set[int] = set()

    def move(self, item: int, lot: str, quantity: int, source: str, to: str) -> None:
        self.stock[item, source, lot] -= quantity
        self.stock[item, to, lot] += quantity

    def add(self, entry: Entry) -> None:
        match entry.fact:
            case Received() as fact:
                for line in fact.lines:
                    self.move(line.item, line.lot, line.quantity, SUPPLIER, fact.place)
                    self.units |= {(line.item, serial): fact.place for serial in line.serials}
            case Picked() | Undone() as fact:
                taken = isinstance(fact, Picked)
                source, to = (fact.place, note_place(fact.note))[:: 1 if taken else -1]
                self.move(fact.item, fact.lot, fact.quantity, source, to)
                self.lines["picked"][fact.note, fact.line] += fact.quantity if taken else -fact.quantity
                if fact.serial:
                    assert self.units[fact.item, fact.serial] == source
                    self.units[fact.item, fact.serial] = to
            case Shorted() as fact:
                self.lines["shorted"][fact.note, fact.line] += fact.quantity
            case Withdrawn() as fact:
                self._withdrawn(fact)
            case Packed() | Unpacked() as fact:
                self.lines["packed"][fact.note, fact.line] += (
                    fact.quantity if isinstance(fact, Packed) else -fact.quantity
                )
            case Loaded() as fact:
                assert fact.by in ("scan", "gate", "waiver") and bool(fact.reason) == (fact.by == "waiver")
                self.loaded |= set(fact.parcels)
            case Shipped() as fact:
                self._shipped(fact)

    def _withdrawn(self, fact: Withdrawn) -> None:
        for goods in fact.put_back:
            self.move(goods.item, goods.lot, goods.quantity, note_place(fact.note), goods.place)
            self.units |= {(goods.item, serial): goods.place for serial in goods.serials}
        for line in fact.lines:
            self.lines["picked"][fact.note, line.line] = self.lines["shorted"][fact.note, line.line] = 0

    def _shipped(self, fact: Shipped) -> None:
        here = note_place(fact.note)
        for line in fact.lines:
            self.lines["shipped"][fact.note, line.line] += line.quantity
        for (item, place, lot), quantity in list(self.stock.items()):
            if place == here and quantity:
                self.move(item, lot, quantity, here, CUSTOMER)
        self.units = {unit: CUSTOMER if place == here else place for unit, place in self.units.items()}


class Floor(RuleBasedStateMachine):
    """Every scan that somebody might make at any moment; refusals are part of the game, breaches are not."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine
        self.world = small_warehouse(engine)
        self.tally = Tally()
        self.entries: list[Entry] = []
        with engine.connect() as db:
            self.entries += [journal.entry_of(row) for row in journal.rows(db)]
        for entry in self.entries:
            self.tally.add(entry)
        self.world.writer.listeners.append(self._heard)
        self.sent: list[tuple[int, intake.Scan, Reply]] = []
        self.codes: dict[int, str] = {}
        self.notes = 0

    def _heard(self, entries: list[Entry]) -> None:
        self.entries += entries
        for entry in entries:
            self.tally.add(entry)

    def teardown(self) -> None:
        check(self.world)
        self.world.close()
        self.engine.dispose()

    @initialize()
    def opening(self) -> None:
        world = self.world
        world.person(2, "韩梅梅", "picker supervisor")
        world.person(4, "赵敏", "shipper supervisor")
        world.code(CASE, 1, 3)
        world.item(LOTS, tracking="lot", expires=True)
        world.item(SERIALS, tracking="serial")
        world.place("B-01", bin_first=True)
        world.stock("B-01", 2, 3)
        for lot, place, quantity in (("L1", "A-01", 3), ("L1", "A-02", 2), ("L2", "A-02", 5)):
            world.stock(place, LOTS, quantity, lot, expiry=LOT_ENDS[lot])
        world.stock("A-03", SERIALS, 2, serials=UNITS[:2])
        world.stock("B-01", SERIALS, 2, serials=UNITS[2:])
        for lines in ([(1, 2), (SERIALS, 2)], [(LOTS, 4), (2, 1)], [(1, 3), (SERIALS, 1)], [(2, 4)]):
            self.release(lines)
        for station, code in ((1, "NOTE:1"), (2, "NOTE:3"), (2, GTIN[1]), (BENCH, "NOTE:3")):
            assert self.scan(station, code).accepted

    # ---- one scan, and what it must leave behind

    def scan(self, station: int, code: str, **more: Any) -> Reply:
        """Send it; where it is refused only the log knows, where it is accepted each change is one row of the journal."""
        world = self.world
        world.clock.pass_by(more.pop("after", 1.0))
        seq = next(world.seq)
        scan = intake.Scan(id=f"scan-{seq:04}", seq=seq, codes=(code,), at=world.clock.now, **more)
        before, first = self.seen, len(self.entries)
        reply = world.send(station, scan)
        news = self.entries[first:]
        self.sent.append((station, scan, reply))
        who = 0 if station == GATE else station
        for entry in news:  # I39: who, when, where and why of each row
            assert (entry.person, entry.device, entry.cause) == (who, f"dev{station}", scan.id)
            assert (entry.at, entry.recorded_at, entry.warehouse) == (scan.at, world.clock.now, "W1")
        if reply.accepted:
            self._is_told_once(reply.code, [type(entry.fact) for entry in news], before)
        else:
            assert [type(entry.fact) for entry in news] == [Refused]
            assert self.look() == before, f"{reply.code} changed something"
        return reply

    def _is_told_once(self, code: str, kinds: list[Any], before: dict[str, list[Any]]) -> None:
        assert Refused not in kinds
        wanted = CHANGE.get(code)
        if wanted is not None:
            assert kinds.count(wanted) == 1 or (code in MANY and wanted in kinds), (code, kinds)
        if code == "note_picked":
            assert kinds in ([Picked], [Shorted])
        if self.look() != before:
            assert kinds, f"{code} changed something that no row of the journal tells of"

    def look(self) -> dict[str, list[Any]]:
        """All tables that a scan can change, as they are now."""
        with self.engine.connect() as db:
            self.seen = {table.name: list(db.execute(query)) for table, query in WATCHED.items()}
        return self.seen

    def rows(self, table: Any) -> list[Any]:
        return self.seen[table.name]

    def standing(self, station: int) -> int | None:
        return next((row.note for row in self.rows(stations.STANDING) if row.station == station), None)

    # ---- the ledger's words

    def release(self, lines: list[tuple[int, int]]) -> int:
        self.notes += 1
        self.world.release(self.notes, *lines)
        self.look()
        return self.notes

    @rule(
        lines=st.lists(st.tuples(st.sampled_from((*PLAIN, LOTS, SERIALS)), st.integers(1, 5)), min_size=1, max_size=3)
    )
    def more_work(self, lines: list[tuple[int, int]]) -> None:
        self.release(lines)

    @rule(data=st.data(), really=st.sampled_from((False, False, False, True)))
    def withdraw(self, data: st.DataObject, really: bool) -> None:
        if not really:
            return
        note = self.note(data)
        self.world.do(lambda tx: accepting.take(tx, WithdrawAsked(note=note, order=note, reason="cancel")))
        self.look()

    def note(self, data: st.DataObject) -> int:
        """Mostly one that somebody still works on."""
        live = [row.id for row in self.rows(deliveries.NOTE) if row.state not in ("shipped", "withdrawn")]
        return int(data.draw(st.sampled_from([*live, *live, *range(1, self.notes + 1)])))

    # ---- the pickers

    @rule(station=PICKER, data=st.data(), how=st.sampled_from(("", "", ":JOIN", ":TAKE")))
    def open_note(self, station: int, data: st.DataObject, how: str) -> None:
        self.scan(station, f"NOTE:{self.note(data)}{how}")

    @rule(station=PICKER, item=st.sampled_from(PLAIN), quantity=QUANTITY)
    def pick(self, station: int, item: int, quantity: int | None) -> None:
        self.scan(station, GTIN[item], quantity=quantity)

    @rule(station=PICKER)
    def pick_a_case(self, station: int) -> None:
        self.scan(station, CASE)

    @rule(station=st.sampled_from((*PICKERS, BENCH)), lot=st.sampled_from(("L1", "L2", "L9")), quantity=QUANTITY)
    def a_lot(self, station: int, lot: str, quantity: int | None) -> None:
        self.scan(station, f"]d201{GTIN[LOTS]}10{lot}", quantity=quantity)

    @rule(station=st.sampled_from((*PICKERS, BENCH)), serial=st.sampled_from((*UNITS, "S9")))
    def a_unit(self, station: int, serial: str) -> None:
        self.scan(station, f"]d201{GTIN[SERIALS]}21{serial}")

    @rule(station=PICKER, most=st.integers(1, 3))
    def pick_what_is_next(self, station: int, most: int) -> None:
        """As a good picker does: to the bin, then what lies there."""
        for _ in range(most):
            note = self.standing(station)
            with self.engine.connect() as db:
                task = deliveries.next_task(db, note) if note is not None else None
            if task is None:
                return
            units = [row for row in self.rows(stock.SERIAL) if row.place == task.place]
            if task.bin_first:
                self.scan(station, f"BIN:{task.place}")
            code = GTIN[task.item]
            if task.item == LOTS:
                code = f"]d201{code}10{task.lot}"
            if task.item == SERIALS and units:
                code = f"]d201{code}21{units[0].serial}"
            self.scan(station, code)

    @rule(station=PICKER, place=st.sampled_from(("A-01", "A-02", "B-01")))
    def to_the_bin(self, station: int, place: str) -> None:
        self.scan(station, f"BIN:{place}")

    @rule(station=PICKER, reason=st.sampled_from(("missing", "damaged", "")), quantity=QUANTITY)
    def short(self, station: int, reason: str, quantity: int | None) -> None:
        self.scan(station, f"CMD:SHORT:{reason}", quantity=quantity)

    @rule(station=PICKER, data=st.data(), last=st.booleans())
    def undo(self, station: int, data: st.DataObject, last: bool) -> None:
        """The last pick, or any one by its number: also of somebody else, of another note, undone or packed."""
        picks = self.rows(deliveries.PICK)
        named = None if last or not picks else data.draw(st.sampled_from(picks))
        self.scan(station, "CMD:UNDO" if named is None else f"CMD:UNDO:{named.id}")

    # ---- the bench

    @rule(data=st.data())
    def to_the_bench(self, data: st.DataObject) -> None:
        self.scan(BENCH, f"NOTE:{self.note(data)}")

    @rule(item=st.sampled_from(PLAIN), quantity=QUANTITY)
    def pack(self, item: int, quantity: int | None) -> None:
        self.scan(BENCH, GTIN[item], quantity=quantity)

    @rule(command=st.sampled_from(("PARCEL", "PACKALL", "CLOSE", "CLOSE")))
    def at_the_bench(self, command: str) -> None:
        self.scan(BENCH, f"CMD:{command}")

    @rule(line=st.integers(1, 3), quantity=QUANTITY)
    def take_out(self, line: int, quantity: int | None) -> None:
        self.scan(BENCH, f"CMD:OUT:{line}", quantity=quantity)

    @rule(data=st.data(), reason=st.sampled_from((":repacked", ":damaged", "")), void=st.booleans())
    def void_or_reprint(self, data: st.DataObject, reason: str, void: bool) -> None:
        made = self.rows(parcels.PARCEL)
        if made:
            parcel = data.draw(st.sampled_from(made)).id
            self.scan(BENCH, f"CMD:VOID:{parcel}{reason}" if void else f"CMD:REPRINT:{parcel}{reason}")

    # ---- the dock

    @rule(data=st.data())
    def to_the_dock(self, data: st.DataObject) -> None:
        self.scan(DOCK, f"NOTE:{self.note(data)}")

    @rule(data=st.data(), where=st.sampled_from((BENCH, DOCK, DOCK, GATE)))
    def a_label(self, data: st.DataObject, where: int) -> None:
        if self.codes:
            sscc = data.draw(st.sampled_from(sorted(self.codes.values())))
            self.scan(where, encode_sscc(sscc, 7) if where == GATE else f"]C100{sscc}")

    @rule(number=st.integers(1, 4))
    def a_tracking_number(self, number: int) -> None:
        self.scan(DOCK, f"SF{number:013}")

    @rule(command=st.sampled_from(("SHIP", "SHIP", "SHIP:PART", "WAIVE:gate_silent", "WAIVE")))
    def at_the_dock(self, command: str) -> None:
        self.scan(DOCK, f"CMD:{command}")

    @rule(data=st.data(), station=PICKER, until=st.integers(1, 4))
    def straight_on(self, data: st.DataObject, station: int, until: int) -> None:
        """A note as far as it goes without a fault: picked, packed, loaded, shipped."""
        note = self.note(data)
        self.scan(station, f"NOTE:{note}:JOIN")
        if self.standing(station) != note:
            return
        for _ in range(12):
            self.pick_what_is_next(station, 1)
        if until > 1 and self.scan(BENCH, f"NOTE:{note}").accepted:
            self.scan(BENCH, "CMD:PACKALL")
            self.scan(BENCH, "CMD:CLOSE")
        if until > 2 and self.scan(DOCK, f"NOTE:{note}").accepted:
            for parcel in [row for row in self.rows(parcels.PARCEL) if row.note == note and row.sscc]:
                self.scan(DOCK, f"]C100{parcel.sscc}")
                self.scan(DOCK, f"SF{note:07}{parcel.id:06}")
        if until > 3:
            self.scan(DOCK, "CMD:SHIP")

    # ---- what goes wrong between hand and door

    @rule(station=st.sampled_from((*PICKERS, BENCH, DOCK)), code=WRONG)
    def a_wrong_code(self, station: int, code: str) -> None:
        self.scan(station, code)

    @rule()
    def fires_twice(self) -> None:
        """The trigger bounces: another scan with an id of its own, too soon after the first."""
        station, scan, _ = self.sent[-1] if self.sent else (1, None, None)
        if scan is not None and station != GATE and scan.quantity is None:
            assert self.scan(station, scan.codes[0], after=0.1).code == "double_fire"

    @rule(data=st.data(), other=st.booleans())
    def sends_again(self, data: st.DataObject, other: bool) -> None:
        """I18: the same request gets the same answer and changes nothing; other content under its id is refused."""
        if not self.sent:
            return
        station, scan, reply = data.draw(st.sampled_from(self.sent))
        before, first = self.seen, len(self.entries)
        if other:
            changed = intake.Scan(id=scan.id, seq=scan.seq, codes=("OTHER",), at=scan.at)
            assert self.world.send(station, changed).code == "request_id_reused"
        else:
            assert self.world.send(station, scan) == reply
        assert [type(entry.fact) for entry in self.entries[first:]] == ([Refused] if other else [])
        assert self.look() == before

    # ---- what holds after each step

    @invariant()
    def lines_add_up(self) -> None:
        notes = {row.id: row for row in self.rows(deliveries.NOTE)}
        tasks = self.rows(deliveries.TASK)
        for line in self.rows(deliveries.LINE):
            told = {name: count[line.note, line.line] for name, count in self.tally.lines.items()}
            assert told == {name: getattr(line, name) for name in told}  # I24, I39
            assert 0 <= line.shipped <= line.packed <= line.picked <= line.ordered - line.shorted
            mine = [task for task in tasks if (task.note, task.line) == (line.note, line.line)]
            if notes[line.note].state == NoteState.WITHDRAWN:
                assert not mine and line.picked == line.packed == line.shorted == 0
                continue
            left = sum(map(deliveries.left, mine)) + line.ordered - sum(task.quantity for task in mine)
            assert line.picked + line.shorted + left == line.ordered
            assert line.shipped == (line.packed if notes[line.note].state == NoteState.SHIPPED else 0)

    @invariant()
    def notes_know_how_far_they_are(self) -> None:
        lines = self.rows(deliveries.LINE)
        for note in self.rows(deliveries.NOTE):
            done = sum(line.picked + line.shorted for line in lines if line.note == note.id)
            assert note.done_units == done and note.units >= done
            if note.state in (NoteState.PICKED, NoteState.PACKED):
                assert done == note.units
            if note.state in (NoteState.RELEASED, NoteState.WITHDRAWN):
                assert done == 0

    @invariant()
    def stock_is_what_moved(self) -> None:
        rows = {(row.item, row.place, row.lot): row for row in self.rows(stock.STOCK)}
        assert {key: row.on_hand for key, row in rows.items() if row.on_hand} == {
            key: quantity for key, quantity in self.tally.stock.items() if quantity
        }
        promised: Counter[tuple[int, str, str]] = Counter()
        gone = {row.id for row in self.rows(deliveries.NOTE) if row.state == NoteState.SHIPPED}
        for task in self.rows(deliveries.TASK):
            if task.note not in gone:
                promised[task.item, task.place, task.lot] += deliveries.left(task)
        assert {key: row.allocated for key, row in rows.items() if row.allocated} == dict(+promised)

    @invariant()
    def each_unit_is_in_one_place(self) -> None:
        """I10: where its row says, in the box of the note that has it and in no other."""
        units = {(row.item, row.serial): row.place for row in self.rows(stock.SERIAL)}
        assert units == self.tally.units
        at: Counter[tuple[int, str]] = Counter()
        for (item, _), place in units.items():
            at[item, place] += 1
        for row in self.rows(stock.STOCK):
            if row.item == SERIALS and row.place != SUPPLIER:
                assert at[row.item, row.place] == row.on_hand
        boxes = {row.id: row for row in self.rows(parcels.PARCEL)}
        inside: Counter[str] = Counter()
        for content in self.rows(parcels.CONTENT):
            if content.serial and content.quantity:
                box = boxes[content.parcel]
                inside[content.serial] += content.quantity
                there = CUSTOMER if box.state == ParcelState.SHIPPED else note_place(box.note)
                assert units[content.item, content.serial] == there
        assert set(inside.values()) <= {1}

    @invariant()
    def boxes_hold_what_was_picked(self) -> None:
        picked: Counter[tuple[int, int, str, str]] = Counter()
        packed: Counter[tuple[int, int, str, str]] = Counter()
        for pick in self.rows(deliveries.PICK):
            if not pick.undone:
                picked[pick.note, pick.line, pick.lot, pick.serial] += pick.quantity
        boxes = {row.id: row for row in self.rows(parcels.PARCEL)}
        for content in self.rows(parcels.CONTENT):
            box = boxes[content.parcel]
            assert content.quantity == 0 or box.state != ParcelState.VOID
            packed[box.note, content.line, content.lot, content.serial] += content.quantity
        assert packed <= picked
        by_line: Counter[tuple[int, int]] = Counter()
        for (note, line, _, _), quantity in packed.items():
            by_line[note, line] += quantity
        assert {(x.note, x.line): x.packed for x in self.rows(deliveries.LINE) if x.packed} == dict(+by_line)

    @invariant()
    def boxes_have_one_number_each(self) -> None:
        """One SSCC a parcel, once and for ever; one tracking number a parcel (I29); none leaves that nobody saw go (I24)."""
        boxes = self.rows(parcels.PARCEL)
        codes = {row.id: row.sscc for row in boxes if row.sscc}
        assert len(set(codes.values())) == len(codes)
        assert self.codes.items() <= codes.items()
        self.codes = codes
        tracking = [row.tracking for row in boxes if row.tracking]
        assert len(set(tracking)) == len(tracking)
        for row in boxes:
            assert (row.sscc is None) == (row.state == ParcelState.OPEN)
            assert row.id in self.tally.loaded or row.state not in (ParcelState.LOADED, ParcelState.SHIPPED)
            if row.state == ParcelState.SHIPPED:
                assert row.tracking

    @invariant()
    def nobody_is_left_waiting(self) -> None:
        assert self.rows(cases.CASE) == []


MANY_SHIFTS = settings(max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))


def test_a_shift_on_sqlite(tmp_path: Path) -> None:
    def shift() -> Floor:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        return Floor(open_engine(fresh_sqlite(folder)))

    run_state_machine_as_test(shift, settings=MANY_SHIFTS)  # type: ignore[arg-type]


@pytest.mark.postgres
def test_a_shift_on_postgresql(postgres: Postgres) -> None:
    number = iter(range(10_000))

    def shift() -> Floor:
        return Floor(open_engine(postgres.create(f"shift_{next(number)}", "template_floor")))

    run_state_machine_as_test(shift, settings=settings(MANY_SHIFTS, max_examples=4))  # type: ignore[arg-type]


def test_a_packed_unit_is_not_undone_though_another_of_its_line_is_still_loose(world: World) -> None:
    world.item(LOTS, tracking="serial")
    world.stock("A-01", LOTS, 2, serials=UNITS[:2])
    world.release(17, (LOTS, 2))
    world.scan(1, "NOTE:17")
    for serial in ("S2", "S1"):
        world.scan(1, f"]d201{GTIN[LOTS]}21{serial}")
    world.scan(3, "NOTE:17")
    assert world.scan(3, f"]d201{GTIN[LOTS]}21S1").code == "packed"
    assert world.scan(1, "CMD:UNDO").code == "already_packed"


def test_a_pick_that_is_named_is_undone(world: World) -> None:
    world.release(17, (1, 2))
    world.scan(1, "NOTE:17")
    world.scan(1, GTIN[1])
    assert world.scan(1, f"CMD:UNDO:{world.rows(deliveries.PICK)[0].id}").code == "undone"
