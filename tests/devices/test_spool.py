"""The spool: on disk before it is sent, gone when answered, in order, bounded, whole after any crash."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices import spool as spool_file
from devices.scan import Scan
from devices.spool import Spool, SpoolFull
from tests.shared import missing

AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def scan(n: int) -> Scan:
    return Scan(f"id-{n}", n, (f"C{n}",), None, AT, "bench")


def waiting(spool: Spool) -> list[str]:
    return list(spool._waiting)


def test_first_stays_until_done(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "bench")
    for n in (1, 2):
        spool.keep(scan(n))
    first = spool.first(0)
    assert first is not None
    assert first.body == scan(1).body()
    assert spool.first(0) == first
    spool.done(first)
    second = spool.first(0)
    assert second is not None
    assert second.id == "id-2"
    spool.done(second)
    assert spool.first(0) is None
    assert spool.settled(0)


def test_same_scan_is_kept_once(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "bench")
    spool.keep(scan(1))
    spool.keep(scan(1))
    assert len(spool) == 1


def test_full_spool_refuses_aloud(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "bench", limit=2)
    spool.keep(scan(1))
    spool.keep(scan(2))
    with pytest.raises(SpoolFull, match="2 scans wait"):
        spool.keep(scan(3))
    assert waiting(Spool(tmp_path, "bench")) == ["id-1", "id-2"]


def test_parked_scan_lies_where_a_person_finds_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "bench")
    spool.keep(scan(1))
    first = spool.first(0)
    assert first is not None
    spool.park(first, "422 too long")
    assert json.loads(spool.parked_path.read_text()) == {"why": "422 too long", "scan": json.loads(scan(1).body())}
    again = Spool(tmp_path, "bench")
    assert (len(again), again.parked, again.last_seq) == (0, 1, 1)


def test_only_the_oldest_is_settled(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "bench")
    spool.keep(scan(1))
    first = spool.first(0)
    assert first is not None
    spool.done(first)
    with pytest.raises(ValueError, match="oldest"):
        spool.done(first)


@pytest.mark.parametrize("rest", [b"{", b'{"id":"id-3","seq":3', b"\x00\x00\xff"])
def test_torn_last_line_is_cut_off(tmp_path: Path, rest: bytes) -> None:
    spool = Spool(tmp_path, "bench")
    spool.keep(scan(1))
    spool.close()
    with (tmp_path / "bench.jsonl").open("ab") as file:
        file.write(rest)
    again = Spool(tmp_path, "bench")
    again.keep(scan(2))
    assert waiting(Spool(tmp_path, "bench")) == ["id-1", "id-2"]
    assert again.torn == 0


def test_damaged_line_inside_is_set_aside(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "bench")
    spool.keep(scan(1))
    with (tmp_path / "bench.jsonl").open("ab") as file:
        file.write(b"\x00\x00\n")
    again = Spool(tmp_path, "bench")
    assert (waiting(again), again.torn) == (["id-1"], 1)
    assert (tmp_path / "bench.jsonl.torn").read_bytes() == b"\x00\x00\n"


def test_file_shrinks_and_the_number_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_file, "REWRITE_AT", 2000)
    spool = Spool(tmp_path, "bench")
    for n in range(1, 50):
        spool.keep(scan(n))
        first = spool.first(0)
        assert first is not None
        spool.done(first)
    assert (tmp_path / "bench.jsonl").stat().st_size < 2500
    spool.keep(scan(50))
    again = Spool(tmp_path, "bench")
    assert (waiting(again), again.last_seq) == (["id-50"], 50)
    assert Spool(tmp_path, "empty").last_seq == 0


def test_full_disk_leaves_the_spool_as_it_was(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        missing("/dev/full")
    spool = Spool(tmp_path, "bench")
    spool.keep(scan(1))
    kept, spool._log._fd = spool._log._fd, os.open(full, os.O_RDWR)
    with pytest.raises(OSError):
        spool.keep(scan(2))
    os.close(spool._log._fd)
    spool._log._fd = kept
    spool.keep(scan(3))
    assert waiting(Spool(tmp_path, "bench")) == ["id-1", "id-3"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["keep", "done", "park", "crash", "torn"]), max_size=40))
def test_any_history_loses_and_doubles_nothing(tmp_path_factory: pytest.TempPathFactory, steps: list[str]) -> None:
    folder = tmp_path_factory.mktemp("spool")
    spool, expected, made = Spool(folder, "s"), [], 0
    for step in steps:
        if step == "keep":
            made += 1
            spool.keep(scan(made))
            expected.append(f"id-{made}")
        elif step in ("done", "park") and (first := spool.first(0)):
            assert first.id == expected.pop(0)
            spool.done(first) if step == "done" else spool.park(first, "why")
        elif step in ("crash", "torn"):
            spool.close()
            if step == "torn":
                with (folder / "s.jsonl").open("ab") as file:
                    file.write(scan(999).body()[:20])
            spool = Spool(folder, "s")
        assert waiting(spool) == expected
    spool.close()
