"""Devices send their time with the offset they like, and some a wrong one; the journal keeps the moment in UTC, its chain whole."""

from datetime import timedelta, timezone

from floor import cases
from floor.storage import journal
from tests.floor.world import World

SHANGHAI = timezone(timedelta(hours=8))


def test_a_scan_in_local_time_leaves_the_chain_whole(world: World) -> None:
    world.release(1, (1, 2))
    at = world.clock.pass_by(1).astimezone(SHANGHAI)
    assert world.scan(1, "NOTE:1", at=at).accepted
    with world.engine.connect() as db:
        assert journal.broken_at(db) is None
        newest = journal.history(db, "note:1", most=1)[0]
    assert (newest.at, newest.at.utcoffset()) == (at, timedelta())


def test_a_device_whose_clock_is_behind_is_told_so_and_by_how_much(world: World) -> None:
    """A scan cannot have been made before its session was opened: the clock is wrong, and no session has ended."""
    world.release(1, (1, 2))
    session = world.sign_in(1, 1)
    late = world.clock.pass_by(10) - timedelta(minutes=5)
    refused = world.scan(1, "NOTE:1", session=session, at=late, after=0)
    assert (refused.code, refused.fields) == ("clock_wrong", {"minutes": 5, "scanned": "NOTE:1"})
    assert [case.code for case in world.rows(cases.CASE)] == ["clock_wrong"]
    a_little = world.clock.pass_by(10) - timedelta(seconds=90)
    assert world.scan(1, "NOTE:1", session=session, at=a_little, after=0).code == "opened"
