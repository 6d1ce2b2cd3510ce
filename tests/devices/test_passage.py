"""One tag is one unit however often it is read; what does not belong never counts."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from devices.passage import Passage, Rules
from devices.scan import TagRead

AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def read(epc: str, **more: object) -> TagRead:
    return replace(TagRead(epc, 1, -50, 1, AT), **more)  # type: ignore[arg-type]


def test_many_reads_are_one_passage_of_each_tag_once() -> None:
    passage = Passage(Rules())
    for step in range(5):
        passage.add([read("A"), read("B"), read("A")], step * 0.5, AT)
        assert not passage.due(step * 0.5 + 0.9)
    assert passage.due(3.0)
    assert passage.close(3.0) == ("A", "B")
    assert not passage.due(100.0)


def test_a_second_passage_counts_again() -> None:
    passage = Passage(Rules())
    passage.add([read("A")], 0.0, AT)
    assert passage.close(1.0) == ("A",)
    passage.add([read("A")], 1.5, AT)
    assert passage.close(2.5) == ("A",)


def test_stale_future_stray_and_weak_reads_never_count() -> None:
    passage = Passage(Rules(stale_s=60, rssi_floor_dbm=-70, strays=("E280", "BAD1")))
    taken = passage.add(
        [
            read("OLD", seen_at=AT - timedelta(seconds=61)),
            read("NEW", seen_at=AT + timedelta(hours=2)),
            read("E2801160"),
            read("BAD1"),
            read("FAR", rssi_dbm=-71),
            read("EDGE", rssi_dbm=-70, seen_at=AT - timedelta(seconds=60)),
            read("BLIND", rssi_dbm=None, seen_at=None),
        ],
        0.0,
        AT,
    )
    assert taken == {"EDGE": 1, "BLIND": 1}
    assert passage.refused == {"stale": 2, "stray": 2, "weak": 1}


def test_only_refused_reads_open_nothing() -> None:
    passage = Passage(Rules())
    assert passage.add([read("A", seen_at=AT - timedelta(hours=1))], 0.0, AT) == {}
    assert not passage.due(1000.0)


def test_deafness_is_not_silence() -> None:
    passage = Passage(Rules(longest_s=10))
    passage.add([read("A")], 0.0, AT)
    passage.deaf(5.0)
    assert not passage.due(5.9)
    assert passage.due(6.0)
    passage.deaf(9.9)
    assert passage.due(10.0)


def test_least_reads() -> None:
    passage = Passage(Rules(least_reads=3))
    passage.add([read("A", count=2), read("B", count=3)], 0.0, AT)
    passage.add([read("A", count=1)], 0.1, AT)
    passage.add([read("C")], 0.2, AT)
    assert passage.close(2.0) == ("A", "B")
    assert passage.refused["faint"] == 1


def test_a_parked_cart_is_one_passage_until_it_has_left() -> None:
    passage = Passage(Rules(longest_s=5))
    closed = []
    for step in range(100):
        now = step * 0.2
        passage.add([read("A")], now, AT)
        if passage.due(now):
            closed.append(passage.close(now))
    assert closed == [("A",)]
    passage.add([read("A")], 25.0, AT)
    assert passage.close(26.0) == ("A",)


def test_most_tags_ends_a_passage_and_the_rest_begins_the_next() -> None:
    passage = Passage(Rules(most_tags=3))
    passage.add([read(epc) for epc in "ABCDE"], 0.0, AT)
    assert passage.due(0.0)
    assert passage.close(0.0) == ("A", "B", "C")
    assert passage.rest == {"D": 1, "E": 1}
    passage.add([read("A")], 0.1, AT)
    assert passage.due(1.0)
    assert passage.close(1.0) == ("D", "E")


def test_memory_is_bounded_and_overflow_counted() -> None:
    passage = Passage(Rules(most_tags=2))
    for n in range(0, 100, 2):
        passage.add([read(f"T{n}"), read(f"T{n + 1}")], 0.0, AT)
        passage.close(0.0)
    assert len(passage._lingering) == 20
    assert passage.refused["overflow"] == 80


@given(st.lists(st.tuples(st.sampled_from("ABCDEFG"), st.floats(0, 0.9)), min_size=1, max_size=60), st.integers(1, 4))
def test_within_one_presence_each_tag_comes_out_exactly_once(steps: list[tuple[str, float]], most_tags: int) -> None:
    """All tags stay in the field for the whole time: each is read again before `quiet_s` has passed."""
    passage, now, out = Passage(Rules(most_tags=most_tags, longest_s=3)), 0.0, list[str]()
    seen = {epc for epc, _ in steps}
    for _, pause in steps:
        now += pause
        passage.add([read(epc) for epc in sorted(seen)], now, AT)
        while passage.due(now):
            out += passage.close(now)
    while passage.due(now + 2):
        out += passage.close(now + 2)
    assert sorted(out) == sorted(seen)
