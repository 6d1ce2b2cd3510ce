"""One picker, one note: every verdict that a pick can get, on both databases."""

from datetime import date, timedelta

import pytest

from floor import cases, deliveries
from floor.check_digit import check_digit
from floor.credentials import SESSION_HOURS
from floor.people import PERSON
from floor.storage import journal
from tests.floor.world import GTIN, START, World

CASE_OF_12 = "1690123400001" + check_digit("1690123400001")


def test_a_note_is_picked_item_by_item(world: World) -> None:
    world.release(17, (1, 2), (2, 1))
    opened = world.scan(1, "NOTE:17")
    assert (opened.code, opened.next and opened.next.bin, opened.next and opened.next.quantity) == ("opened", "A-01", 2)
    first = world.scan(1, GTIN[1])
    assert (first.code, first.note and first.note.done_units, first.next and first.next.quantity) == ("picked", 1, 1)
    assert world.scan(1, GTIN[1]).code == "line_done"
    last = world.scan(1, GTIN[2])
    assert (last.code, last.sound, last.next, last.note and last.note.state) == ("note_picked", "done", None, "picked")


def test_the_same_scan_again_gets_the_first_answer_and_changes_nothing(world: World) -> None:
    world.release(17, (1, 2))
    world.scan(1, "NOTE:17")
    first = world.scan(1, GTIN[1], id="one")
    again = world.scan(1, GTIN[1], id="one", at=world.clock.now)
    assert again == first
    assert world.scan(1, GTIN[2], id="one").code == "request_id_reused"
    assert [row.picked for row in world.rows(deliveries.LINE)] == [1]


@pytest.mark.parametrize(
    ("code", "verdict", "fields"),
    [
        (GTIN[3], "wrong_item", {"scanned": "货品3", "wanted": "货品1", "bin": "A-01"}),
        ("NOSUCH", "unknown_code", {"scanned": "NOSUCH"}),
        ("6901234000019", "bad_check_digit", {}),
        ("CMD:SHORT", "reason_required", {}),
        ("CMD:UNDO", "nothing_to_undo", {}),
        ("CMD:DANCE", "unknown_command", {}),
        ("NOTE:99", "note_not_pickable", {"note": 99}),
        ("BIN:A-03", "wrong_bin", {"scanned": "A-03", "bin": "A-01"}),
        ("BADGE:x", "badge_needs_pin", {}),
    ],
)
def test_a_wrong_scan_is_refused_and_explained(
    world: World, code: str, verdict: str, fields: dict[str, object]
) -> None:
    world.release(17, (1, 2))
    world.scan(1, "NOTE:17")
    reply = world.scan(1, code)
    assert (reply.code, reply.accepted, reply.sound) == (verdict, False, "error")
    assert fields.items() <= reply.fields.items()


@pytest.mark.parametrize(("quantity", "verdict"), [(0, "bad_quantity"), (-1, "bad_quantity"), (10**12, "bad_quantity"),
                                                   (6, "over_pick"), (5, "note_picked")])  # fmt: skip
def test_typed_quantities(world: World, quantity: int, verdict: str) -> None:
    world.release(17, (1, 5))
    world.scan(1, "NOTE:17")
    assert world.scan(1, GTIN[1], quantity=quantity).code == verdict


def test_a_case_code_counts_its_units(world: World) -> None:
    world.code(CASE_OF_12, 1, 12)
    world.release(17, (1, 13))
    world.scan(1, "NOTE:17")
    assert world.scan(1, CASE_OF_12).note.done_units == 12  # type: ignore[union-attr]
    assert world.scan(1, CASE_OF_12, after=2).code == "over_pick"


def test_double_fire_is_told_from_a_second_unit(world: World) -> None:
    world.release(17, (1, 5))
    world.scan(1, "NOTE:17")
    assert world.scan(1, GTIN[1]).code == "picked"
    assert world.scan(1, GTIN[1], after=0.1).code == "double_fire"
    assert world.scan(1, GTIN[1], after=0.4).code == "picked"


def test_a_double_of_a_refused_scan_says_what_is_still_refused(world: World) -> None:
    """A scanner that fires twice must not tell the picker to go on with the wrong goods."""
    world.release(17, (1, 5))
    world.scan(1, "NOTE:17")
    assert world.scan(1, GTIN[3]).code == "wrong_item"
    for _ in range(2):  # one that fires three times, too
        double = world.scan(1, GTIN[3], after=0.005)
        assert (double.code, double.accepted, double.fields["first"]) == ("double_fire", False, "wrong_item")
        assert (double.fields["scanned"], double.fields["wanted"], double.fields["ms"]) == ("货品3", "货品1", 5)
    assert world.scan(1, GTIN[1]).code == "picked"
    for _ in range(2):
        assert "first" not in world.scan(1, GTIN[1], after=0.005).fields


def test_bin_first(world: World) -> None:
    world.place("A-01", bin_first=True)
    world.release(17, (1, 2))
    world.scan(1, "NOTE:17")
    assert world.scan(1, GTIN[1]).code == "scan_bin_first"
    assert world.scan(1, "BIN:A-01").code == "bin_ok"
    assert world.scan(1, GTIN[1]).code == "picked"


def test_lots(world: World) -> None:
    world.item(4, tracking="lot", expires=True)
    world.stock("A-01", 4, 5, "L1", expiry=date(2027, 1, 31))
    world.release(17, (4, 2))
    world.scan(1, "NOTE:17")
    element = "]d201" + GTIN[4]
    assert world.scan(1, GTIN[4]).code == "lot_required"
    assert world.scan(1, element + "10L9").code == "lot_not_on_note"
    assert world.scan(1, element + "17260101" + "10L1").code == "expired"
    assert world.scan(1, element + "17270131" + "10L1").code == "picked"
    assert world.scan(1, "L1").code == "note_picked"


def test_a_lot_that_ended_since_is_not_picked_though_its_code_names_no_date(world: World) -> None:
    """16:05 UTC is five past midnight at the site: its day counts, not ours."""
    world.item(4, tracking="lot", expires=True)
    world.stock("A-01", 4, 5, "L1", expiry=START.date())
    world.release(17, (4, 2))
    world.scan(1, "NOTE:17")
    assert world.scan(1, "L1").code == "picked"
    world.clock.now = START.replace(hour=16, minute=5)
    assert world.scan(1, "L1").code == "expired"


def test_serials(world: World) -> None:
    world.item(4, tracking="serial")
    world.stock("A-01", 4, 3, serials=["S1", "S2", "S3"])
    world.release(17, (4, 2))
    world.release(18, (4, 1))
    world.scan(1, "NOTE:17")
    element = "]d201" + GTIN[4]
    assert world.scan(1, GTIN[4]).code == "serial_required"
    assert world.scan(1, element + "21S9").code == "serial_not_here"
    assert world.scan(1, element + "21S2").code == "picked"
    assert world.scan(1, element + "21S2").code == "serial_already_picked"
    world.scan(2, "NOTE:18")
    taken = world.scan(2, element + "21S2")
    assert (taken.code, taken.fields["note"]) == ("serial_already_picked", 17)


def test_short_with_a_reason_closes_the_line_and_asks_for_a_count(world: World) -> None:
    world.release(17, (1, 3), (2, 1))
    world.scan(1, "NOTE:17")
    world.scan(1, GTIN[1])
    assert world.scan(1, "CMD:SHORT:missing").code == "short"
    assert world.scan(1, GTIN[2]).code == "note_picked"
    assert world.scan(1, "CMD:SHORT:missing").code == "nothing_short"


def test_a_note_of_which_nothing_is_there_goes_back(world: World) -> None:
    world.release(17, (1, 3))
    world.scan(1, "NOTE:17")
    assert world.scan(1, "CMD:SHORT:missing").code == "nothing_left"
    assert world.scan(1, GTIN[1]).code == "note_withdrawn"


def test_undo_is_a_counter_fact(world: World) -> None:
    world.release(17, (1, 2))
    world.scan(1, "NOTE:17")
    world.scan(1, GTIN[1])
    pick = world.rows(deliveries.PICK)[0].id
    assert world.scan(1, "CMD:UNDO").code == "undone"
    assert world.scan(1, "CMD:UNDO").code == "nothing_to_undo"
    assert world.scan(1, f"CMD:UNDO:{pick}").code == "already_undone"
    assert world.scan(1, GTIN[1]).code == "picked"


def test_somebody_elses_note_is_held_joined_or_taken_over(world: World) -> None:
    world.release(17, (1, 3))
    world.scan(1, "NOTE:17")
    held = world.scan(2, "NOTE:17")
    assert (held.code, held.fields["name"]) == ("held_by", "李雷")
    assert world.scan(2, "NOTE:17:JOIN").code == "joined"
    assert world.scan(2, GTIN[1]).code == "picked"
    assert world.scan(2, GTIN[1]).code == "picked"
    assert world.scan(2, GTIN[1]).code == "note_picked"
    taken = world.scan(1, GTIN[1])
    assert (taken.code, taken.fields["name"]) == ("line_taken", "韩梅梅")


def test_take_over_leaves_the_first_out(world: World) -> None:
    world.release(17, (1, 3))
    world.scan(1, "NOTE:17")
    assert world.scan(2, "NOTE:17:TAKE").code == "handed_over"
    assert world.scan(1, GTIN[1]).code == "held_by"


def test_who_handed_the_note_over_neither_shorts_nor_undoes_on_it_any_more(world: World) -> None:
    world.release(17, (1, 3))
    world.scan(1, "NOTE:17")
    world.scan(1, GTIN[1])
    world.scan(2, "NOTE:17:TAKE")
    for code in ("CMD:UNDO", "CMD:SHORT:missing", "BIN:A-01"):
        held = world.scan(1, code)
        assert (held.code, held.fields["name"]) == ("held_by", "韩梅梅"), code
    assert [(row.picked, row.shorted) for row in world.rows(deliveries.LINE)] == [(1, 0)]


def test_a_session_ends_with_its_shift_also_for_scans(world: World) -> None:
    world.release(17, (1, 3))
    session = world.sign_in(1, 1)
    world.clock.pass_by(SESSION_HOURS * 3600 - 1)
    assert world.scan(1, "NOTE:17", session=session).code == "opened"
    world.clock.pass_by(60)
    assert world.scan(1, GTIN[1], session=session, note=17).code == "session_ended"


def test_the_person_at_a_plain_reader_stays_no_longer_than_a_shift(world: World) -> None:
    world.release(17, (1, 3))
    world.sign_in(1, 1)
    world.scan(1, "NOTE:17", after=SESSION_HOURS * 3600 - 1)
    ended = world.scan(1, GTIN[1], after=60)
    assert (ended.code, ended.accepted, ended.fields["scanned"]) == ("session_ended", False, GTIN[1])
    assert [case.code for case in world.rows(cases.CASE)] == ["session_ended"]
    world.sign_in(1, 1)
    world.scan(1, "NOTE:17")
    assert world.scan(1, GTIN[1]).code == "picked"


@pytest.mark.parametrize("page", [True, False], ids=["page", "plain reader"])
def test_whoever_is_retired_meanwhile_is_refused_at_the_next_scan(world: World, page: bool) -> None:
    world.release(17, (1, 3))
    session = world.sign_in(1, 1) if page else None
    assert world.scan(1, "NOTE:17", session=session).code == "opened"
    world.edit("person", PERSON, 1, retired=True)
    assert world.scan(1, GTIN[1], session=session).code == "person_retired"
    assert world.rows(deliveries.LINE)[0].picked == 0
    world.edit("person", PERSON, 1, retired=False)
    assert world.scan(1, GTIN[1], session=session).code == "picked"


def test_a_session_opens_no_other_station(world: World) -> None:
    world.release(17, (1, 3))
    session = world.sign_in(1, 1)
    assert world.scan(2, "NOTE:17", session=session).code == "session_elsewhere"
    assert world.scan(1, "NOTE:17", session=session).code == "opened"


def test_a_scanner_with_a_fast_clock_makes_nobody_late(world: World) -> None:
    world.release(17, (1, 3))
    year = world.clock.now + timedelta(days=365)
    assert world.scan(1, "NOTE:17", at=year).code == "opened"
    with world.engine.connect() as db:
        assert journal.history(db, "note:17", most=1)[0].at == world.clock.now
    assert world.scan(1, GTIN[1]).code == "picked"


def test_a_plain_readers_late_scan_waits_as_a_case(world: World) -> None:
    world.release(17, (1, 3))
    before = world.clock.now
    world.clock.pass_by(3600)
    world.scan(1, "NOTE:17")
    assert world.scan(1, GTIN[1], at=before).code == "stale_scan"
    assert [case.code for case in world.rows(cases.CASE)] == ["stale_scan"]


def test_a_scan_of_a_session_is_judged_by_that_session(world: World) -> None:
    world.release(17, (1, 3))
    session = world.sign_in(1, 1)
    world.scan(1, "NOTE:17", session=session)
    assert world.scan(1, GTIN[1], session=session, note=17, line=1).code == "picked"
    assert world.scan(1, GTIN[1], session="gone", note=17).code == "session_ended"
    early = world.clock.now - timedelta(days=1)
    assert world.scan(1, GTIN[1], session=session, note=17, at=early).code == "clock_wrong"


def test_a_code_that_is_two_items_of_the_note_is_asked_about_and_counts_for_neither(world: World) -> None:
    world.code(GTIN[1][1:], 2)  # somebody entered another item under the shorter form of the same number
    world.release(17, (1, 2), (2, 2))
    world.scan(1, "NOTE:17")
    reply = world.scan(1, GTIN[1][1:])
    assert (reply.code, reply.accepted, sorted(reply.fields["choices"])) == (
        "ambiguous_code",
        False,
        ["货品1", "货品2"],
    )
    assert [row.picked for row in world.rows(deliveries.LINE)] == [0, 0]
