"""A printer's queue in a person's hands, the printer chosen by scan, and labels that die with their parcel."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, update

from floor import label_contents, print_jobs, printer_queue, printing
from floor.courier import Attempt, Courier, Finish, LinkError
from floor.facts.fact import Entry
from floor.facts.parcel import PrintAsked
from floor.facts.printer import PrinterSaid
from floor.parcels import JOB, PARCEL
from floor.policy import change
from floor.refusal import Refusal
from floor.replay import house
from floor.routes import routes
from floor.stations import STANDING
from floor.storage.outbox import OUTBOX
from floor.storage.record import Tx
from floor.storage.writer import Writer
from floor.tag_writing import encode_sscc
from floor.words import JobState
from tests.floor.invariants import check
from tests.floor.world import GTIN, World, small_warehouse

PRINTING = house(lambda fact: [(to, document) for to, document in routes(fact) if to.startswith("printer:")])


@pytest.fixture
def world(engine: Engine) -> Iterator[World]:
    """The small warehouse with two benches, each with its printer, and a supervisor; no courier."""
    numbers = itertools.count(1)
    writer = Writer(engine, PRINTING, lambda: datetime.now(UTC), lambda: f"uid-{next(numbers)}").start()
    made = small_warehouse(engine, writer)
    made.station(6, "pack", printer="bench2")
    made.person(5, "周班长", "supervisor")
    made.sign_in(5, 6)
    made.release(17, (1, 6))
    assert made.scan(1, "NOTE:17").accepted
    for _ in range(6):
        assert made.scan(1, GTIN[1]).accepted
    yield made
    check(made)
    made.close()


def packed(world: World, station: int = 3) -> int:
    """Close one more parcel of note 17, with one piece; its id."""
    for code in ("NOTE:17", GTIN[1], "CMD:CLOSE"):
        reply = world.scan(station, code)
        assert reply.accepted, reply
    return max(row.id for row in world.rows(PARCEL))


def by_hand(world: World, act: Any, *more: Any, person: int = 5) -> Any:
    def done(tx: Tx) -> Any:
        tx.person = person
        return act(tx, *more)

    return world.do(done)


def refused(world: World, code: str, act: Any, *more: Any, person: int = 5) -> None:
    with pytest.raises(Refusal) as refusal:
        by_hand(world, act, *more, person=person)
    assert refusal.value.code == code


def queue(world: World, printer: str) -> list[int]:
    """The journal ids that wait for a printer, oldest first."""
    return sorted(row.journal_id for row in world.rows(OUTBOX) if row.target == f"printer:{printer}")


def jobs(world: World) -> list[tuple[int, str, str]]:
    return sorted((row.id, row.printer, row.state) for row in world.rows(JOB))


@dataclass
class LetGoMeanwhile:
    """A link that finds its printer held; between its look and its answer the person lets the printer go."""

    world: World
    tries: int = 0

    def carry(self, key: str, entry: Entry, attempt: Attempt) -> Finish | None:
        self.tries += 1
        if self.tries == 1:
            by_hand(self.world, printer_queue.release, "bench1")
            raise LinkError("held", permanent=True)
        return None


def test_a_printer_let_go_in_the_midst_of_a_try_is_tried_again_at_once(world: World) -> None:
    by_hand(world, printer_queue.hold, "bench1")
    packed(world)
    link = LetGoMeanwhile(world)
    Courier(world.engine, world.writer, {}, {"printer": link}, lambda: datetime.now(UTC)).settle()
    assert link.tries == 2 and queue(world, "bench1") == []


def test_nothing_begins_on_a_printer_that_is_held(world: World) -> None:
    packed(world)
    by_hand(world, printer_queue.hold, "bench1")
    with pytest.raises(Refusal, match="printer_held"):
        world.do(lambda tx: printing.sent(tx, 1))
    with world.engine.connect() as db:
        assert print_jobs.errors(db) == {"bench1": "held"}
    world.do(lambda tx: tx.db.execute(update(OUTBOX).values(next_at=datetime(2099, 1, 1, tzinfo=UTC))))
    by_hand(world, printer_queue.release, "bench1")
    assert all(row.next_at < datetime(2090, 1, 1, tzinfo=UTC) for row in world.rows(OUTBOX)), "due at once"
    world.do(lambda tx: printing.sent(tx, 1))
    assert jobs(world) == [(1, "bench1", JobState.SENT)]


def test_another_printer_takes_over_what_has_not_begun_and_what_comes_later(world: World) -> None:
    for _ in range(3):
        packed(world)
    first = queue(world, "bench1")[0]
    world.do(lambda tx: tx.db.execute(update(OUTBOX).where(OUTBOX.c.journal_id == first).values(mark="sent:4")))
    world.do(lambda tx: printing.sent(tx, 1))
    assert by_hand(world, printer_queue.redirect, "bench1", "bench2") == 2
    packed(world)
    assert jobs(world) == [
        (1, "bench1", JobState.SENT), (2, "bench2", "queued"), (3, "bench2", "queued"), (4, "bench2", "queued"),
    ]  # fmt: skip
    assert queue(world, "bench1") == [first] and len(queue(world, "bench2")) == 3
    refused(world, "printer_ring", printer_queue.redirect, "bench2", "bench1")
    by_hand(world, printer_queue.redirect, "bench1", "")
    packed(world)
    assert jobs(world)[-1] == (5, "bench1", JobState.QUEUED)


def test_a_moved_job_is_cancelled_at_its_new_printer(world: World) -> None:
    packed(world)
    by_hand(world, printer_queue.redirect, "bench1", "bench2")
    by_hand(world, print_jobs.cancel, 1)
    assert jobs(world) == [(1, "bench2", JobState.CANCELLED)] and queue(world, "bench2") == []


def test_what_a_printer_says_is_a_fact_once_and_hurries_its_queue_when_it_is_well(world: World) -> None:
    packed(world)
    for said in ("paper_out", "paper_out", ""):
        world.do(lambda tx, word=said: printer_queue.heard(tx, "bench1", word))
        if said:
            world.do(lambda tx: tx.db.execute(update(OUTBOX).values(next_at=datetime(2099, 1, 1, tzinfo=UTC))))
    assert [fact.said for fact in world.facts if isinstance(fact, PrinterSaid)] == ["paper_out", ""]
    assert all(row.next_at < datetime(2090, 1, 1, tzinfo=UTC) for row in world.rows(OUTBOX))


def test_only_those_who_may_print_touch_a_printer(world: World) -> None:
    for act, more in ((printer_queue.hold, ()), (printer_queue.redirect, ("bench2",)), (printer_queue.test_label, ())):
        refused(world, "not_allowed", act, "bench1", *more, person=1)
        refused(world, "printer_unknown", act, "nowhere", *more)


def test_a_job_that_was_sent_is_decided_by_who_has_looked(world: World) -> None:
    packed(world)
    packed(world)
    for job in (1, 2):
        world.do(lambda tx, number=job: printing.sent(tx, number))
        refused(world, "job_sent", print_jobs.cancel, job)
    by_hand(world, print_jobs.came_out, 1)
    by_hand(world, print_jobs.again, 2)
    assert jobs(world) == [
        (1, "bench1", JobState.PRINTED), (2, "bench1", JobState.FAILED), (3, "bench1", JobState.QUEUED),
    ]  # fmt: skip
    assert len(queue(world, "bench1")) == 1, "the courier looks after neither of them any more"
    world.do(lambda tx: printing.ended(tx, 1, JobState.FAILED, "late"))
    assert jobs(world)[0] == (1, "bench1", JobState.PRINTED)


def test_what_came_back_waits_for_its_turn_again(world: World) -> None:
    packed(world)
    world.do(lambda tx: printing.sent(tx, 1))
    world.do(lambda tx: printing.returned(tx, 1, "not_printed"))
    assert jobs(world) == [(1, "bench1", JobState.QUEUED)]
    by_hand(world, print_jobs.cancel, 1)
    world.do(lambda tx: printing.returned(tx, 1, "not_printed"))
    assert jobs(world) == [(1, "bench1", JobState.CANCELLED)]


def printed_at(world: World) -> list[str]:
    return [fact.printer for fact in world.facts if isinstance(fact, PrintAsked)]


def test_labels_come_out_where_a_person_says_by_scan_until_they_leave(world: World) -> None:
    packed(world)
    assert world.scan(3, "STATION:6").fields == {"station": "S6", "printer": "bench2"}
    packed(world)
    assert world.scan(3, "STATION:3").code == "station_ok"
    packed(world)
    assert world.scan(3, "PRINTER:bench2").code == "printer_ok"
    packed(world)
    world.sign_in(3, 3)
    packed(world)
    assert printed_at(world) == ["bench1", "bench2", "bench1", "bench2", "bench1"]
    for code, wrong in (("STATION:99", "station_unknown"), ("STATION:1", "no_printer_for_station"),
                        ("PRINTER:x", "printer_unknown"), ("STATION:x", "station_unknown")):  # fmt: skip
        assert world.scan(3, code).code == wrong
    assert all(row.printer is None for row in world.rows(STANDING))


def test_a_chosen_printer_leaves_what_is_open_as_it_is(world: World) -> None:
    for code in ("NOTE:17", GTIN[1], "PRINTER:bench2", "CMD:CLOSE"):
        assert world.scan(3, code).accepted, code
    assert printed_at(world) == ["bench2"]


def test_a_label_dies_with_its_parcel_and_its_goods_are_packed_anew(world: World) -> None:
    parcel = packed(world)
    row = next(row for row in world.rows(PARCEL) if row.id == parcel)
    assert world.scan(3, f"CMD:VOID:{parcel}").code == "reason_required"
    assert world.scan(3, f"CMD:VOID:{parcel}:damaged").code == "parcel_voided"
    assert jobs(world) == [(1, "bench1", JobState.CANCELLED)] and queue(world, "bench1") == []
    assert world.scan(3, f"]C100{row.sscc}").code == "label_void"
    assert world.scan(3, f"CMD:VOID:{parcel}:damaged").code == "label_void"
    assert world.scan(3, f"CMD:REPRINT:{parcel}:lost").code == "label_void"
    refused(world, "label_void", print_jobs.again, 1)
    assert world.scan(3, "CMD:PACKALL").fields["quantity"] == 6
    again = world.scan(3, "CMD:CLOSE")
    assert again.fields["parcel"] == 1 and again.fields["sscc"] != row.sscc
    assert world.scan(4, "NOTE:17").accepted
    assert world.scan(4, f"]C100{row.sscc}").code == "label_void"


def test_a_label_that_nobody_scanned_back_is_not_loaded_where_the_site_asks_for_it(world: World) -> None:
    parcel = packed(world)
    for code in ("CMD:PACKALL", "CMD:CLOSE"):
        assert world.scan(3, code).accepted
    sscc = [row.sscc for row in sorted(world.rows(PARCEL), key=lambda row: row.id)]
    world.do(lambda tx: change(tx, "scan_back", "yes"))
    assert world.scan(4, "NOTE:17").accepted
    assert world.scan(5, encode_sscc(sscc[0], 7)).code == "label_unverified"
    assert world.scan(3, f"]C100{sscc[0]}").code == "label_verified"
    assert world.scan(5, encode_sscc(sscc[0], 7)).code == "loaded"
    assert world.scan(3, f"]C100{sscc[1]}").code == "label_verified"
    assert world.scan(3, f"CMD:REPRINT:{parcel + 1}:damaged").accepted
    assert world.scan(5, encode_sscc(sscc[1], 7)).code == "label_unverified", "the new label is another piece of paper"
    assert world.scan(4, f"]C100{sscc[1]}").code == "passage_ok", "by hand the scan itself is the proof"


def test_every_kind_of_label_is_asked_for_by_what_it_is_of(world: World) -> None:
    asked = (("item", "I1", "item:1"), ("place", "A-01", "place:A-01"), ("station", "3", "station:3"),
             ("note", "17", "note:17"), ("command", "CLOSE", "command:CLOSE"), ("printer", "bench1", "printer:bench1"))  # fmt: skip
    for kind, key, document in asked:
        by_hand(world, label_contents.order, "bench1", kind, key)
        assert world.rows(JOB)[-1].document == document
        refused(world, "not_allowed", label_contents.order, "bench1", kind, key, person=1)
    refused(world, "not_allowed", label_contents.order, "bench1", "badge", "3")
    for kind, key, code in (("item", "I99", "item_unknown"), ("place", "Z", "place_unknown"), ("note", "x", "note_unknown"),
                            ("station", "9", "station_unknown"), ("command", "BURN", "unknown_command"),
                            ("printer", "x", "printer_unknown"), ("parcel", "1", "label_unknown"),
                            ("song", "1", "label_unknown")):  # fmt: skip
        refused(world, code, label_contents.order, "bench1", kind, key)
    with pytest.raises(Refusal, match="bad_quantity"):
        world.do(lambda tx: label_contents.order(tx, "bench1", "item", "I1", count=0))
