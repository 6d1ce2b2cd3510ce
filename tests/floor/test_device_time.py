"""Devices send their time with the offset they like; the journal keeps the moment in UTC, and its chain stays whole."""

from datetime import timedelta, timezone

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
