"""What a person may decide about a print job, and what stays forbidden: nothing is printed twice in silence."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select

from floor import print_jobs, printing
from floor.facts.fact import Fact
from floor.facts.parcel import PrintAsked
from floor.parcels import JOB
from floor.refusal import Refusal
from floor.replay import house
from floor.routes import routes
from floor.storage import outbox
from floor.storage.outbox import OUTBOX
from floor.storage.writer import Writer
from floor.words import JobState
from tests.floor.world import GTIN, World, small_warehouse


def to_printers(fact: Fact) -> list[tuple[str, str]]:
    return [(target, document) for target, document in routes(fact) if target.startswith("printer:")]


@pytest.fixture
def world(engine: Engine) -> Iterator[World]:
    """The small warehouse with nothing outside but its printer; no courier."""
    numbers = itertools.count(1)
    writer = Writer(engine, house(to_printers), lambda: datetime.now(UTC), lambda: f"uid-{next(numbers)}").start()
    made = small_warehouse(engine, writer)
    yield made
    made.close()


@pytest.fixture
def labelled(world: World) -> World:
    """Job 1 waits for printer bench1: the label of the closed parcel 1."""
    world.release(17, (1, 2))
    for station, code in (
        (1, "NOTE:17"),
        (1, GTIN[1]),
        (1, GTIN[1]),
        (3, "NOTE:17"),
        (3, "CMD:PACKALL"),
        (3, "CMD:CLOSE"),
    ):
        assert world.scan(station, code).accepted
    asked = next(fact for fact in world.facts if isinstance(fact, PrintAsked))
    assert asked.job == 1
    return world


def states(world: World) -> list[tuple[int, str, bool]]:
    return [(row.id, row.state, row.copy_of) for row in sorted(world.rows(JOB), key=lambda row: row.id)]


def waiting(world: World) -> list[tuple[int, str, str]]:
    found = sorted(world.rows(OUTBOX), key=lambda row: row.journal_id)
    return [(row.attempts, row.mark, row.error) for row in found if row.target == "printer:bench1"]


def act(world: World, does: str, job: int, *more: str, person: int = 3) -> None:
    def done(tx: object) -> None:
        tx.person = person  # type: ignore[attr-defined]
        getattr(print_jobs, does)(tx, job, *more)

    world.do(done)


def carried(world: World, mark: str = "", error: str = "") -> None:
    """The courier has tried job 1 once."""

    def tried(tx: object) -> None:
        row = tx.db.execute(select(OUTBOX).where(OUTBOX.c.target == "printer:bench1")).first()  # type: ignore[attr-defined]
        if mark:
            assert outbox.mark(tx.db, row, mark)  # type: ignore[attr-defined]
        if error:
            outbox.postpone(tx.db, row, row.next_at, tx.now, error)  # type: ignore[attr-defined]

    world.do(tried)


def refused(world: World, code: str, does: str, job: int, *more: str, person: int = 3) -> None:
    with pytest.raises(Refusal) as refusal:
        act(world, does, job, *more, person=person)
    assert refusal.value.code == code


def test_a_job_that_waits_is_tried_at_once_or_given_up(labelled: World) -> None:
    carried(labelled, error="paper_out")
    assert waiting(labelled) == [(1, "", "paper_out")]
    with labelled.engine.connect() as db:
        assert print_jobs.errors(db) == {"bench1": "paper_out"}
    act(labelled, "again", 1)
    assert states(labelled) == [(1, JobState.QUEUED, False)]
    act(labelled, "cancel", 1)
    assert states(labelled) == [(1, JobState.CANCELLED, False)] and waiting(labelled) == []


def test_what_a_person_gave_up_is_not_sent_by_a_courier_that_had_it_in_hand(labelled: World) -> None:
    row = next(row for row in labelled.rows(OUTBOX) if row.target == "printer:bench1")
    act(labelled, "cancel", 1)
    assert labelled.do(lambda tx: outbox.mark(tx.db, row, "sent:")) is False


def test_a_job_whose_bytes_may_have_left_is_not_given_up(labelled: World) -> None:
    carried(labelled, mark="sent:4")
    refused(labelled, "job_sent", "cancel", 1)


def test_a_person_looks_at_an_unconfirmed_one_and_says_what_is(labelled: World) -> None:
    labelled.do(lambda tx: printing.ended(tx, 1, JobState.UNCONFIRMED, "not_proven"))
    act(labelled, "came_out", 1)
    assert states(labelled) == [(1, JobState.PRINTED, False)]
    refused(labelled, "job_settled", "came_out", 1)
    refused(labelled, "job_printed", "again", 1)


def test_one_of_which_nothing_came_out_is_printed_as_a_new_job_and_no_copy(labelled: World) -> None:
    labelled.do(lambda tx: printing.ended(tx, 1, JobState.UNCONFIRMED, "not_proven"))
    act(labelled, "again", 1)
    assert states(labelled) == [(1, JobState.FAILED, False), (2, JobState.QUEUED, False)]
    refused(labelled, "job_replaced", "again", 1)


def test_a_copy_says_why_and_is_marked(labelled: World) -> None:
    labelled.do(lambda tx: printing.ended(tx, 1, JobState.PRINTED, ""))
    refused(labelled, "reason_required", "copy", 1, "")
    refused(labelled, "reason_required", "copy", 1, "<b>any")
    act(labelled, "copy", 1, "damaged")
    assert states(labelled) == [(1, JobState.PRINTED, False), (2, JobState.QUEUED, True)]
    first, second = (row.payload for row in sorted(labelled.rows(JOB), key=lambda row: row.id))
    assert first == second


def test_only_those_who_may_print_decide(labelled: World) -> None:
    refused(labelled, "not_allowed", "cancel", 1, person=1)
    refused(labelled, "job_unknown", "cancel", 9)
