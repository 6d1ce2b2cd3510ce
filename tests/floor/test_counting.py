"""Counting a bin that was short: who may, what is refused, and what the stock says afterwards."""

from typing import Any

import pytest

from floor import counting, stock
from floor.facts.stock import Counted
from floor.refusal import Refusal
from floor.stock import COUNT_TASK, SERIAL, STOCK
from floor.storage.record import Tx
from floor.words import LOSS
from tests.floor.world import GTIN, World


def count(world: World, task: int, counted: int, *serials: str, person: int = 1, seen: str | None = None) -> Any:
    """The act as the person; the fact, or the refusal's code."""

    def act(tx: Tx) -> Any:
        tx.person = person
        return counting.count(tx, task, counted, serials, seen)

    try:
        return world.do(act)
    except Refusal as refusal:
        return refusal.code


def on_hand(world: World, item: int, place: str) -> int:
    return sum(row.on_hand for row in world.rows(STOCK) if (row.item, row.place) == (item, place))


def short(world: World, note: int = 17, item: int = 1, quantity: int = 2) -> int:
    """A note of which nothing of its one line is there; the task that comes of it."""
    world.release(note, (item, quantity))
    assert world.scan(1, f"NOTE:{note}").accepted
    assert world.scan(1, "CMD:SHORT:missing").accepted
    return max(row.id for row in world.rows(COUNT_TASK))


@pytest.mark.parametrize("counted", [0, 3, 10, 12])
def test_what_was_counted_is_what_the_bin_holds(world: World, counted: int) -> None:
    task = short(world)
    before = on_hand(world, 1, "A-01")
    fact = count(world, task, counted)
    assert (fact.expected, fact.counted, fact.count) == (before, counted, task)
    assert on_hand(world, 1, "A-01") == counted
    assert on_hand(world, 1, LOSS) == before - counted
    assert [row.settled for row in world.rows(COUNT_TASK)] == [True]


def test_a_bin_is_counted_once_for_all_notes_that_were_short_there(world: World) -> None:
    first, second = short(world, 17), short(world, 18)
    assert isinstance(count(world, first, 9), Counted)
    assert [row.settled for row in world.rows(COUNT_TASK)] == [True, True]
    assert count(world, second, 9) == count(world, first, 9) == "count_settled"


def test_what_is_no_count_is_refused(world: World) -> None:
    task = short(world)
    assert [count(world, task, number) for number in (-1, 10**12 + 1, 2**70)] == ["count_quantity"] * 3
    assert count(world, 99, 1) == "count_unknown"
    assert count(world, task, 1, person=3) == "not_allowed"
    assert on_hand(world, 1, "A-01") == 100


def test_goods_that_notes_are_still_to_pick_are_said_short_there_first(world: World) -> None:
    task = short(world)
    world.release(18, (1, 3))
    assert count(world, task, 2) == "count_promised"
    assert isinstance(count(world, task, 3), Counted)


def test_a_bin_that_moved_meanwhile_is_counted_again(world: World) -> None:
    task = short(world)
    seen = stock.mark(task, on_hand(world, 1, "A-01"))
    world.release(18, (1, 1))
    for code in ("NOTE:18", GTIN[1]):
        assert world.scan(1, code).accepted
    assert count(world, task, 9, seen=seen) == "count_moved"
    assert isinstance(count(world, task, 9, seen=stock.mark(task, on_hand(world, 1, "A-01"))), Counted)


def test_of_serial_numbers_it_is_said_which_are_there(world: World) -> None:
    item, place, here = 4, "A-02", ["S1", "S2", "S3"]
    world.item(item, tracking="serial")
    world.stock(place, item, 3, serials=here)
    task = short(world, 17, item, 1)
    assert count(world, task, len(here) - 1) == "count_serials"
    assert count(world, task, 2, here[0], here[0]) == "count_serials"
    assert count(world, task, 1, "nonsense") == "count_serial_unknown"
    fact = count(world, task, len(here) - 1, *here[1:])
    assert (fact.gone, fact.found) == ((here[0],), ())
    assert {row.serial: row.place for row in world.rows(SERIAL) if row.item == item}[here[0]] == LOSS
    assert on_hand(world, item, place) == len(here) - 1
    again = short(world, 18, item, 1)
    assert count(world, again, len(here), *here).found == (here[0],)
    assert {row.place for row in world.rows(SERIAL) if row.item == item} == {place}
