"""From a picked note to goods issue: bench, gate and dock, with every no that stands in between."""

from datetime import timedelta

import pytest

from floor import accepting, parcels, shipments, shipping
from floor.check_digit import sscc
from floor.epc import encode_gtin
from floor.facts.delivery import WithdrawAsked, Withdrawn, WithdrawRefused
from floor.facts.parcel import PrintAsked
from floor.facts.shipment import Delivered, Shipped
from floor.refusal import Refusal
from tests.floor.world import GTIN, World

TAG = {1: "0614141"}


def epc(code: str) -> str:
    from floor.epc import encode_sscc

    return encode_sscc(code, 7)


def picked(world: World, note: int = 17, *lines: tuple[int, int]) -> None:
    world.release(note, *(lines or ((1, 2), (2, 1))))
    world.scan(1, f"NOTE:{note}")
    for item, quantity in lines or ((1, 2), (2, 1)):
        world.scan(1, GTIN[item], quantity=quantity)


def packed(world: World, note: int = 17) -> str:
    """One parcel with everything; its SSCC."""
    picked(world, note)
    world.scan(3, f"NOTE:{note}")
    world.scan(3, "CMD:PACKALL")
    return str(world.scan(3, "CMD:CLOSE").fields["sscc"])


def test_a_parcel_is_filled_by_scan_closed_once_and_its_label_asked(world: World) -> None:
    picked(world)
    assert world.scan(3, "NOTE:17").code == "opened"
    assert world.scan(3, GTIN[1]).code == "packed"
    assert world.scan(3, GTIN[3]).code == "wrong_item"
    assert world.scan(3, "NOSUCH").code == "unknown_code"
    assert world.scan(3, GTIN[2], quantity=2).code == "not_picked_yet"
    assert world.scan(3, GTIN[1]).fields["left"] == 1
    assert world.scan(3, "CMD:OUT:1").code == "unpacked"
    assert world.scan(3, "CMD:PACKALL").code == "packed_all"
    closed = world.scan(3, "CMD:CLOSE")
    assert (closed.code, closed.fields["sscc"]) == ("parcel_closed_ok", sscc("0614141", 1))
    assert closed.note and closed.note.state == "packed"
    asked = [fact for fact in world.facts if isinstance(fact, PrintAsked)]
    assert [(job.printer, job.payload["sscc"], job.copy) for job in asked] == [("bench1", sscc("0614141", 1), False)]
    assert world.scan(3, "CMD:CLOSE").code == "parcel_empty"


def test_two_parcels_take_each_what_was_put_in(world: World) -> None:
    picked(world)
    world.scan(3, "NOTE:17")
    world.scan(3, GTIN[1], quantity=2)
    first = world.scan(3, "CMD:CLOSE")
    world.scan(3, GTIN[2])
    second = world.scan(3, "CMD:CLOSE")
    assert (first.note and first.note.state, second.note and second.note.state) == ("picked", "packed")
    assert [(row.parcel, row.item, row.quantity) for row in world.rows(parcels.CONTENT)] == [(1, 1, 2), (2, 2, 1)]


def test_what_is_not_picked_cannot_be_packed(world: World) -> None:
    world.release(17, (1, 2))
    assert world.scan(3, "NOTE:17").code == "not_picked_yet"
    world.scan(1, "NOTE:17")
    world.scan(1, GTIN[1])
    world.scan(3, "NOTE:17")
    assert world.scan(3, GTIN[1]).code == "packed"
    assert world.scan(3, GTIN[1]).code == "not_picked_yet"
    assert world.scan(1, "CMD:UNDO").code == "already_packed"


def test_a_bench_without_a_printer_says_so_and_closes_nothing(world: World) -> None:
    world.station(6, "pack")
    world.sign_in(3, 6)
    picked(world)
    world.scan(6, "NOTE:17")
    world.scan(6, "CMD:PACKALL")
    assert world.scan(6, "CMD:CLOSE").code == "no_printer_for_station"
    assert [row.state for row in world.rows(parcels.PARCEL)] == ["open"]


def test_a_label_is_scanned_back_and_reprinted_as_a_copy(world: World) -> None:
    code = packed(world)
    other = packed(world, 18)
    world.scan(3, "NOTE:17")
    assert world.scan(3, "]C100" + code).code == "label_verified"
    assert world.scan(3, "]C100" + other).code == "parcel_other_order"
    assert world.scan(3, "]C100" + sscc("0614141", 99)).code == "parcel_unknown"
    for none in ("", ":bogus", ":wrong_contents"):
        assert world.scan(3, f"CMD:REPRINT:1{none}").code == "reason_required", none
    assert world.scan(3, "CMD:REPRINT:1:damaged").code == "label_queued"
    copy = [fact for fact in world.facts if isinstance(fact, PrintAsked)][-1]
    assert (copy.copy, copy.reason, copy.payload["sscc"]) == (True, "damaged", code)


def test_the_gate_tells_right_from_extra_and_counts_repeats_once(world: World) -> None:
    code, other = packed(world), packed(world, 18)
    started = world.scan(4, "NOTE:17")
    assert (started.code, started.fields["count"]) == ("loading_started", 1)
    passage = world.scan(5, [epc(code), epc(other), epc(code)])
    assert (passage.code, passage.accepted) == ("extra_tag", False)
    assert [(item.verdict, item.fields["note"]) for item in passage.items or []] == [("loaded", 17), ("extra_tag", 18)]
    again = world.scan(5, [epc(code)])
    assert (again.code, [item.verdict for item in again.items or []]) == ("nothing_new", ["already_loaded"])


def test_the_wrong_door_is_named(world: World) -> None:
    world.place("D2", kind="dock")
    world.station(6, "gate", door="D2")
    code = packed(world)
    world.scan(4, "NOTE:17")
    refused = world.scan(6, [epc(code)])
    assert (refused.code, refused.fields["wanted"], refused.fields["door"]) == ("wrong_door", "D1", "D2")
    assert (refused.fields["scanned"], refused.fields["parcel"]) == (code, 1)


def test_what_does_not_belong_is_called_by_what_people_know_it_by(world: World) -> None:
    packed(world)
    world.scan(4, "NOTE:17")
    strange = sscc("0614141", 99)
    piece = encode_gtin(GTIN[3], "S7", 7)
    for tag, scanned in ((epc(strange), strange), (piece, "货品3 S7"), ("E280AA", "E280AA")):
        assert world.scan(5, [tag]).fields["scanned"] == scanned


def test_shipping_waits_for_every_parcel_and_number(world: World) -> None:
    code = packed(world)
    assert world.scan(4, "CMD:SHIP").code == "nothing_loading"
    world.scan(4, "NOTE:17")
    missing = world.scan(4, "CMD:SHIP")
    assert (missing.code, missing.fields["choices"]) == ("missing_tags", [code])
    assert world.scan(5, [epc(code)]).code == "passage_ok"
    assert world.scan(4, "CMD:SHIP").code == "tracking_missing"
    assert world.scan(4, "SF12").code == "tracking_bad_format"
    assert world.scan(4, "SF1234567890123").code == "tracking_ok"
    assert world.scan(4, "SF1234567890124").code == "every_parcel_has_tracking"
    shipped = world.scan(4, "CMD:SHIP")
    assert (shipped.code, shipped.sound) == ("shipped", "done")
    fact = next(fact for fact in world.facts if isinstance(fact, Shipped))
    assert [(line.item, line.quantity) for line in fact.lines] == [(1, 2), (2, 1)]
    assert (fact.rest, fact.tracking) == ((), ("SF1234567890123",))
    code2 = packed(world, 18)
    world.scan(4, "NOTE:18")
    world.scan(4, "]C100" + code2)
    used = world.scan(4, "SF1234567890123")
    assert (used.code, used.fields["note"]) == ("tracking_already_used", 17)


def test_only_a_listed_reason_gives_a_parcel_up_or_signs_for_it(world: World) -> None:
    packed(world)
    world.person(4, "赵敏", "shipper supervisor")
    world.scan(4, "NOTE:17")
    for code in ("CMD:WAIVE", "CMD:WAIVE:乱写", "CMD:WAIVE:damaged"):
        refused = world.scan(4, code)
        assert (refused.code, refused.fields["choices"]) == (
            "reason_required", ["gate_silent", "tag_broken", "too_big"]
        ), code  # fmt: skip
    assert world.scan(4, "CMD:WAIVE:too_big").code == "waived"
    packed(world, 18)
    assert world.scan(3, "CMD:VOID:2:x").code == "reason_required"
    assert [row.state for row in world.rows(parcels.PARCEL)] == ["loaded", "closed"]
    assert world.scan(3, "CMD:VOID:2:repacked").code == "parcel_voided"


def test_an_open_parcel_and_an_empty_note_stay(world: World) -> None:
    picked(world)
    assert world.scan(4, "NOTE:17").code == "nothing_to_ship"
    world.scan(3, "NOTE:17")
    world.scan(3, GTIN[1])
    opened = world.scan(4, "NOTE:17")
    assert (opened.code, opened.fields["choices"]) == ("open_parcels", [1])


def test_a_short_note_ships_what_is_there_and_names_the_rest(world: World) -> None:
    world.release(17, (1, 3))
    world.scan(1, "NOTE:17")
    world.scan(1, GTIN[1], quantity=2)
    world.scan(1, "CMD:SHORT:missing")
    world.scan(3, "NOTE:17")
    world.scan(3, "CMD:PACKALL")
    code = world.scan(3, "CMD:CLOSE").fields["sscc"]
    world.scan(4, "NOTE:17")
    world.scan(4, f"]C100{code}")
    world.scan(4, "SF1234567890123")
    assert world.scan(4, "CMD:SHIP").code == "shipped"
    fact = next(fact for fact in world.facts if isinstance(fact, Shipped))
    assert [(line.quantity, fact.rest_reason) for line in fact.rest] == [(1, "short")]


def test_tracking_follows_only_news(world: World) -> None:
    code = packed(world)
    for scan in ("NOTE:17", f"]C100{code}", "SF1234567890123", "CMD:SHIP"):
        world.scan(4, scan)
    later = world.clock.now + timedelta(hours=1)
    assert world.do(lambda tx: shipping.track(tx, "SF1234567890123", "in_transit", later))
    assert not world.do(lambda tx: shipping.track(tx, "SF1234567890123", "picked_up", later - timedelta(minutes=1)))
    assert world.do(lambda tx: shipping.track(tx, "SF1234567890123", "delivered", later + timedelta(hours=1)))
    assert [row.state for row in world.rows(shipments.TRANSIT)] == ["delivered"]
    assert any(isinstance(fact, Delivered) for fact in world.facts)
    with pytest.raises(Refusal, match="tracking_unknown"):
        world.do(lambda tx: shipping.track(tx, "NONE", "delivered", later))


def test_a_note_is_withdrawn_until_it_is_packed(world: World) -> None:
    picked(world)
    world.do(lambda tx: accepting.take(tx, WithdrawAsked(note=17, order=17, reason="cancel")))
    back = next(fact for fact in world.facts if isinstance(fact, Withdrawn))
    assert [(goods.place, goods.quantity) for goods in back.put_back] == [("A-01", 2), ("A-02", 1)]
    assert world.scan(1, GTIN[1]).code == "note_withdrawn"
    packed(world, 18)
    world.do(lambda tx: accepting.take(tx, WithdrawAsked(note=18, order=18, reason="cancel")))
    refused = next(fact for fact in world.facts if isinstance(fact, WithdrawRefused))
    assert refused.code == "parcel_closed"
