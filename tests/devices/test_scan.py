"""The scan's wire form and its id."""

import json
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.scan import Scan, uuid7
from devices.seat import Health, Stamp

AT = datetime(2026, 1, 5, 9, 0, 0, 123000, tzinfo=timezone(timedelta(hours=1)))


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_id_is_a_version_7_uuid_holding_its_time(unix_ms: int, randomness: bytes) -> None:
    made = uuid.UUID(uuid7(unix_ms, randomness))
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert made.int >> 80 == unix_ms


def test_ids_order_by_time() -> None:
    assert uuid7(1000, b"\xff" * 10) < uuid7(1001, b"\x00" * 10)


def test_id_refuses_the_wrong_amount_of_randomness() -> None:
    with pytest.raises(ValueError, match="10 random bytes"):
        uuid7(0, b"x")


def test_wire_body() -> None:
    scan = Scan("i", 7, ("0100", "中"), "]d2", AT, "bench")
    assert json.loads(scan.body()) == {
        "id": "i",
        "seq": 7,
        "codes": ["0100", "中"],
        "symbology": "]d2",
        "at": "2026-01-05T08:00:00.123000Z",
        "session": None,
        "note": None,
        "line": None,
        "quantity": None,
    }
    assert scan.body() == scan.body()


def test_stamp_counts_on() -> None:
    stamp = Stamp("bench", lambda: AT, lambda n: b"\x01" * n, seq=41)
    first, second = stamp(("A",)), stamp(("B",), "]C1", AT - timedelta(minutes=1))
    assert (first.seq, second.seq) == (42, 43)
    assert first.at == datetime(2026, 1, 5, 8, 0, 0, 123000, tzinfo=UTC)
    assert second.at < first.at
    assert second.source == "bench"


def test_troubles_stay_until_taken_back() -> None:
    health = Health()
    health.trouble("line", "unplugged")
    health.trouble("server", "silent")
    health.trouble("line", "still unplugged")
    assert health.error == "silent; still unplugged"
    health.trouble("server", None)
    health.trouble("line", None)
    assert health.report("a", "hid", 3) == {
        "name": "a",
        "kind": "hid",
        "state": "starting",
        "last_seen": None,
        "last_code": None,
        "error": None,
        "troubles": [],
        "counts": {},
        "spool": 3,
    }
