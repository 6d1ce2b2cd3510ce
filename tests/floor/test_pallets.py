"""A pallet's label at the door: what stands on it is loaded as one, and one parcel that may not go keeps it here."""

import json
from collections.abc import Callable

import pytest

from floor import label_contents, parcels, policy, print_jobs, printing
from floor.epc import encode_sscc
from floor.facts.shipment import Loaded
from floor.parcels import JOB
from floor.storage.record import Tx
from floor.words import JobState
from tests.floor.world import GTIN, World


@pytest.fixture
def packed(world: World) -> World:
    """Three closed parcels of note 17 and one of note 18; nothing is being loaded."""
    for note, boxes in ((17, 3), (18, 1)):
        world.release(note, (1, boxes))
        world.scan(1, f"NOTE:{note}")
        world.scan(1, GTIN[1], quantity=boxes)
        world.scan(3, f"NOTE:{note}")
        for _ in range(boxes):
            world.scan(3, GTIN[1])
            assert world.scan(3, "CMD:CLOSE").code == "parcel_closed_ok"
    return world


def asked(world: World, key: str) -> tuple[str, int]:
    """The SSCC of a new pallet label that is still to be printed, and its job."""
    world.do(lambda tx: label_contents.order(tx, "bench1", "pallet", key))
    job = max(world.rows(JOB), key=lambda row: row.id)
    return str(json.loads(job.payload)["sscc"]), job.id


def ended(world: World, job: int, state: JobState) -> None:
    world.do(lambda tx: printing.ended(tx, job, state, ""))


def act(world: World, does: Callable[..., object], job: int, *more: str) -> int:
    """A packer's word on a job; the newest job there is then."""

    def done(tx: Tx) -> None:
        tx.person = 3
        does(tx, job, *more)

    world.do(done)
    return int(max(row.id for row in world.rows(JOB)))


def pallet(world: World, key: str) -> str:
    """The SSCC of a pallet label that is printed."""
    code, job = asked(world, key)
    ended(world, job, JobState.PRINTED)
    return code


def stacked(world: World) -> list[str | None]:
    """The pallet of each box of note 17."""
    rows = sorted(world.rows(parcels.PARCEL), key=lambda row: row.number)
    return [row.pallet for row in rows if row.note == 17]


def loaded(world: World) -> list[tuple[int, ...]]:
    return [fact.parcels for fact in world.facts if isinstance(fact, Loaded)]


def number(world: World, note: int, box: int) -> str:
    return str(next(row.sscc for row in world.rows(parcels.PARCEL) if (row.note, row.number) == (note, box)))


def test_a_pallet_is_loaded_by_one_scan_and_counts_its_parcels(packed: World) -> None:
    code = pallet(packed, "17 1 3")
    early = packed.scan(4, f"]C100{code}")
    assert (early.code, early.fields["scanned"]) == ("extra_tag", code)
    packed.scan(4, "NOTE:17")
    said = packed.scan(4, f"]C100{code}")
    assert (said.code, said.fields["parcel"], said.fields["count"], said.fields["max"]) == ("loaded", "1, 3", 2, 3)
    assert loaded(packed) == [(1, 3)]
    assert packed.scan(4, f"]C100{code}").code == "loaded"
    assert loaded(packed) == [(1, 3)], "once"
    last = packed.scan(4, f"]C100{number(packed, 17, 2)}")
    assert (last.code, last.fields["count"]) == ("passage_ok", 3)


def test_the_gate_sees_a_pallet_s_tag_beside_those_of_its_parcels(packed: World) -> None:
    code = pallet(packed, "17")
    tags = [encode_sscc(code, 7, 6), encode_sscc(number(packed, 17, 2), 7)]
    assert packed.scan(5, tags).code == "extra_tag"
    packed.scan(4, "NOTE:17")
    passed = packed.scan(5, tags)
    assert (passed.code, passed.fields["count"]) == ("passage_ok", 3)
    assert [item.verdict for item in passed.items or []] == ["loaded", "loaded"]
    assert loaded(packed) == [(1, 2, 3)]
    again = packed.scan(5, tags)
    assert (again.code, [item.verdict for item in again.items or []]) == ("nothing_new", ["already_loaded"] * 2)


def test_one_dead_parcel_keeps_the_whole_pallet_here(packed: World) -> None:
    code, dead = pallet(packed, "17"), number(packed, 17, 2)
    packed.scan(3, "NOTE:17")
    assert packed.scan(3, "CMD:VOID:2:damaged").code == "parcel_voided"
    for box in packed.rows(parcels.PARCEL):
        assert (box.pallet == code) == (box.note == 17)
    packed.scan(3, "CMD:PACKALL")
    packed.scan(3, "CMD:CLOSE")
    packed.scan(4, "NOTE:17")
    refused = packed.scan(4, f"]C100{code}")
    assert (refused.code, refused.fields["scanned"]) == ("label_void", dead)
    assert packed.scan(5, [encode_sscc(code, 7, 6)]).code == "label_void"
    assert loaded(packed) == []


def test_a_parcel_whose_label_nobody_has_scanned_keeps_it_here_where_the_site_asks(packed: World) -> None:
    packed.do(lambda tx: policy.change(tx, "scan_back", "yes"))
    code = pallet(packed, "17 1 2")
    packed.scan(3, "NOTE:17")
    packed.scan(3, f"]C100{number(packed, 17, 1)}")
    packed.scan(4, "NOTE:17")
    refused = packed.scan(4, f"]C100{code}")
    assert (refused.code, refused.fields["parcel"]) == ("label_unverified", 2)
    packed.scan(3, f"]C100{number(packed, 17, 2)}")
    assert packed.scan(4, f"]C100{code}").code == "loaded"


def test_what_was_stacked_anew_stands_on_the_new_pallet_only(packed: World) -> None:
    old = pallet(packed, "17 1 2")
    new = pallet(packed, "17 2 3")
    gone = pallet(packed, "18")
    pallet(packed, "18")
    packed.scan(4, "NOTE:17")
    assert packed.scan(4, f"]C100{gone}").code == "parcel_unknown"
    assert packed.scan(4, f"]C100{new}").fields["parcel"] == "2, 3"
    assert packed.scan(4, f"]C100{old}").fields["parcel"] == 1
    assert loaded(packed) == [(2, 3), (1,)]


def test_a_copy_of_an_old_pallet_s_label_moves_no_box_back(packed: World) -> None:
    old, job = asked(packed, "17 1 2")
    ended(packed, job, JobState.PRINTED)
    new = pallet(packed, "17 2 3")
    ended(packed, act(packed, print_jobs.copy, job, "damaged"), JobState.PRINTED)
    assert stacked(packed) == [old, new, new]
    packed.scan(4, "NOTE:17")
    assert packed.scan(4, f"]C100{old}").fields["parcel"] == 1
    assert loaded(packed) == [(1,)]


def test_a_pallet_s_label_that_is_tried_again_moves_no_box_back(packed: World) -> None:
    old, job = asked(packed, "17 1 2")
    ended(packed, job, JobState.UNCONFIRMED)
    new = pallet(packed, "17 2 3")
    again = act(packed, print_jobs.again, job)
    assert stacked(packed) == [None, new, new]
    ended(packed, again, JobState.PRINTED)
    assert stacked(packed) == [old, new, new]


@pytest.mark.parametrize("end", [JobState.CANCELLED, JobState.FAILED, None])
def test_a_pallet_s_label_that_never_came_out_leaves_the_older_one_its_worth(
    packed: World, end: JobState | None
) -> None:
    hanging = pallet(packed, "17")
    never, job = asked(packed, "17 1 2 3")
    if end is not None:
        ended(packed, job, end)
    packed.scan(4, "NOTE:17")
    assert packed.scan(4, f"]C100{never}").code == "parcel_unknown"
    assert packed.scan(4, f"]C100{hanging}").code == "passage_ok"


def test_an_unproven_label_may_hang_and_gives_the_boxes_back_where_a_person_finds_none(packed: World) -> None:
    old = pallet(packed, "17 1 2")
    new, job = asked(packed, "17 2 3")
    ended(packed, job, JobState.UNCONFIRMED)
    assert stacked(packed) == [old, new, new]
    again = act(packed, print_jobs.again, job)
    assert stacked(packed) == [old, old, None]
    ended(packed, again, JobState.CANCELLED)
    assert stacked(packed) == [old, old, None]
    ended(packed, act(packed, print_jobs.again, again), JobState.PRINTED)
    assert stacked(packed) == [old, new, new]
