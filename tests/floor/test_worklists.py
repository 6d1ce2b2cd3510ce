"""What waits where, what is found in it, and why something is late; on both databases."""

from datetime import timedelta

from floor import lateness, movements, shipping, steps, worklists
from floor.storage.journal import NEWEST
from tests.floor.world import GTIN, World


def listed(world: World, kind: str, find: str = "", page: int = 1) -> list[int]:
    with world.engine.connect() as db:
        work = getattr(worklists, f"to_{kind}")(db, "W1", world.clock.now, find, page)
        assert work.total >= len(work.rows)
        return [row.note.id for row in work.rows]


def reasons(world: World) -> dict[int, list[str]]:
    with world.engine.connect() as db:
        later = world.clock.now + timedelta(days=2)
        return {one.listed.note.id: [why.code for why in one.reasons] for one in lateness.late(db, "W1", later)}


def scans(world: World, station: int, *codes: str) -> None:
    for code in codes:
        told = world.scan(station, code)
        assert told.accepted, told


def packed(world: World, note: int) -> str:
    scans(world, 1, f"NOTE:{note}", GTIN[1], GTIN[2])
    scans(world, 3, f"NOTE:{note}", "CMD:PACKALL")
    return str(world.scan(3, "CMD:CLOSE").fields["sscc"])


def test_a_note_moves_from_list_to_list(world: World) -> None:
    world.release(17, (1, 1), (2, 1))
    assert (listed(world, "pick"), listed(world, "pack"), listed(world, "ship")) == ([17], [], [])
    scans(world, 1, "NOTE:17", GTIN[1])
    assert (listed(world, "pick"), listed(world, "pack"), listed(world, "ship")) == ([17], [17], [])
    scans(world, 1, GTIN[2])
    assert (listed(world, "pick"), listed(world, "pack"), listed(world, "ship")) == ([], [17], [])
    scans(world, 3, "NOTE:17", "CMD:PACKALL", "CMD:CLOSE")
    assert (listed(world, "pick"), listed(world, "pack"), listed(world, "ship")) == ([], [], [17])


def test_a_search_finds_numbers_by_their_beginning_and_items_by_a_part(world: World) -> None:
    for note, order in ((17, 4), (170, 5), (27, 1700)):
        world.release(note, (1, 1) if note != 27 else (2, 1), order=order)
    assert listed(world, "pick", "17") == [17, 27, 170]
    assert listed(world, "pick", "NOTE:27") == [27]
    assert listed(world, "pick", "货品2") == [27]
    assert listed(world, "pick", "i1") == [17, 170]
    for text in ("%", "_", "'; --", "\\", "１７"):
        assert listed(world, "pick", text) == [], text


def test_pages_hold_thirty_and_a_page_too_far_is_the_last(world: World) -> None:
    for note in range(1, 33):
        world.release(note, (1, 1))
    assert listed(world, "pick") == list(range(1, 31))
    assert listed(world, "pick", page=2) == listed(world, "pick", page=99) == [31, 32]


def test_the_list_says_who_has_a_note_and_what_is_in_it(world: World) -> None:
    world.release(17, (1, 1), (2, 1), (3, 1))
    scans(world, 1, "NOTE:17")
    scans(world, 2, "NOTE:17:JOIN")
    with world.engine.connect() as db:
        row = worklists.to_pick(db, "W1", world.clock.now).rows[0]
    assert (row.holder, row.helpers, row.items, row.lines) == ("李雷", ("韩梅梅",), ("货品1", "货品2"), 3)


def test_what_is_late_says_the_first_thing_in_its_way(world: World) -> None:
    for note in (17, 18, 19):
        world.release(note, (1, 1), (2, 1), due_at=world.clock.now + timedelta(hours=1))
    assert reasons(world) == {17: ["not_taken_up"], 18: ["not_taken_up"], 19: ["not_taken_up"]}
    scans(world, 1, "NOTE:17")
    assert reasons(world)[17] == ["held"]
    scans(world, 1, GTIN[1])
    assert reasons(world)[17] == ["being_picked"]
    scans(world, 1, "CMD:SHORT:missing")
    assert reasons(world)[17] == ["short", "not_packed"]
    packed(world, 18)
    assert reasons(world)[18] == ["not_printed"]
    with world.engine.connect() as db:
        assert lateness.late(db, "W1", world.clock.now) == []


def test_a_parcel_that_the_carrier_has_trouble_with_is_astray(world: World) -> None:
    world.release(17, (1, 1), (2, 1))
    sscc = packed(world, 17)
    scans(world, 4, "NOTE:17", f"]C100{sscc}", "SF1234567890123", "CMD:SHIP")

    def astray(days: int) -> list[tuple[int, str]]:
        with world.engine.connect() as db:
            found = lateness.astray(db, "W1", world.clock.now + timedelta(days=days))
        return [(one.note, one.why.code) for one in found]

    assert astray(0) == [] and astray(2) == [(17, "pending")]
    world.do(lambda tx: shipping.track(tx, "SF1234567890123", "in_transit", world.clock.pass_by(60)))
    assert astray(9) == []
    world.do(lambda tx: shipping.track(tx, "SF1234567890123", "delivery_failed", world.clock.pass_by(60), "无人签收"))
    assert astray(0) == [(17, "delivery_failed")]
    with world.engine.connect() as db:
        gone = worklists.shipped(db, "W1", world.clock.now)
        assert [one.note.id for one in gone] == [17]
        assert worklists.transit_states(db, [gone[0].shipment.id]) == {gone[0].shipment.id: "delivery_failed"}


def test_an_items_movements_are_its_receipts_counts_and_picks(world: World) -> None:
    world.release(17, (1, 2))
    scans(world, 1, "NOTE:17", GTIN[1], "CMD:UNDO", GTIN[1])
    with world.engine.connect() as db:
        found = movements.movements(db, 1, NEWEST, 50)
        paged = [
            move for before in (NEWEST, found[0].id, found[1].id) for move in movements.movements(db, 1, before, 1)
        ]
    told = [(move.kind, move.place, move.quantity, move.note, move.undone, move.person) for move in found]
    assert told == [
        ("picked", "A-01", -1, 17, False, "李雷"),
        ("picked", "A-01", -1, 17, True, "李雷"),
        ("received", "A-01", 100, None, False, ""),
    ]
    assert paged == found


def test_the_next_step_is_the_bin_where_the_picker_stands(world: World) -> None:
    world.place("A-01", bin_first=True)
    world.release(17, (1, 2), (2, 1))

    def step() -> tuple[str, bool, bool, int]:
        with world.engine.connect() as db:
            job = steps.pick_job(db, 17, 1, 1)
        assert job is not None
        return (job.task.place if job.task is not None else "", job.ask_bin, job.here, job.done)

    assert step() == ("A-01", True, False, 0)
    scans(world, 1, "NOTE:17", "BIN:A-02")
    assert step() == ("A-02", False, True, 0)
    scans(world, 1, GTIN[2])
    assert step() == ("A-01", True, True, 1)
    scans(world, 1, "BIN:A-01", GTIN[1], GTIN[1])
    assert step() == ("", False, True, 3)
    with world.engine.connect() as db:
        assert steps.pick_job(db, 99, 1, 1) is None
