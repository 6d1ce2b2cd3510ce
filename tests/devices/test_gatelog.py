"""A passage survives a crash between any two of its steps, and is the very same scan afterwards."""

from datetime import UTC, datetime
from pathlib import Path

from devices.gatelog import GateLog
from devices.scan import Scan

AT = datetime(2026, 1, 5, 8, 0, 0, 250000, tzinfo=UTC)


def test_reads_come_back_added_up(tmp_path: Path) -> None:
    log = GateLog(tmp_path, "dock")
    log.reads({"A": 2, "B": 1}, AT)
    log.reads({"A": 1}, AT)
    again = GateLog(tmp_path, "dock")
    assert (again.counts, again.at, again.scan) == ({"A": 3, "B": 1}, AT, None)


def test_closed_passage_comes_back_as_the_same_scan(tmp_path: Path) -> None:
    log = GateLog(tmp_path, "dock")
    log.reads({"A": 1}, AT)
    scan = Scan("id-1", 7, ("A",), None, AT, "dock")
    log.close_passage(scan)
    again = GateLog(tmp_path, "dock")
    assert again.scan == scan
    assert again.scan.body() == scan.body()


def test_handed_on_leaves_only_the_rest(tmp_path: Path) -> None:
    log = GateLog(tmp_path, "dock")
    log.reads({"A": 1, "B": 1}, AT)
    log.close_passage(Scan("id-1", 7, ("A",), None, AT, "dock"))
    log.handed_on({"B": 1}, AT)
    again = GateLog(tmp_path, "dock")
    assert (again.scan, again.counts) == (None, {"B": 1})
    again.handed_on({}, AT)
    assert GateLog(tmp_path, "dock").counts == {}
