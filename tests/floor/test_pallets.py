"""A pallet's label at the door: what stands on it is loaded as one, and one parcel that may not go keeps it here."""

import json

import pytest

from floor import label_contents, parcels, policy
from floor.epc import encode_sscc
from floor.facts.shipment import Loaded
from floor.parcels import JOB
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


def pallet(world: World, key: str) -> str:
    """The SSCC of a new pallet label."""
    world.do(lambda tx: label_contents.order(tx, "bench1", "pallet", key))
    return str(json.loads(max(world.rows(JOB), key=lambda row: row.id).payload)["sscc"])


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
