"""The wall around one reader: a source that breaks in any way is opened anew, and no other reader notices."""

import logging
import os
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from devices import reader as reader_file
from devices.door import Door
from devices.reader import Reader
from devices.scan import Reply, Scan
from devices.seat import Health, Seat
from devices.wiring import Stanza
from tests.devices.far_side import TOKEN, FarSide, until


def test_changes_of_health_are_logged_once_each(caplog: pytest.LogCaptureFixture) -> None:
    health = Health("bench")
    with caplog.at_level(logging.INFO, "floor.readers"):
        for _ in range(3):
            health.gone("cannot open /dev/x")
        for _ in range(3):
            health.ready()
    assert caplog.messages == ["bench: cannot open /dev/x", "bench: ready", "bench: line is well again"]


class Breaking:
    """A source of the test: two scans, then it breaks; each opening counts."""

    opened = 0
    told: list[str] = []

    def __init__(self, settings: Any, seat: Seat) -> None:
        self.seat = seat
        Breaking.opened += 1

    def scans(self) -> Generator[Scan, bool | None, None]:
        self.seat.health.ready()
        for number in range(2):
            kept = yield self.seat.stamp((f"{Breaking.opened}-{number}",))
            assert kept
        raise RuntimeError("driver bug")

    def tell(self, reply: Reply) -> None:
        Breaking.told.append(reply.id)
        raise ValueError("cannot")

    def close(self) -> None:
        if Breaking.opened == 2:
            raise OSError("cannot close")


def test_breaking_source_is_opened_again_and_its_scans_arrive(
    far: FarSide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Breaking, "opened", 0)
    monkeypatch.setattr(reader_file, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(reader_file, "LONGEST_PAUSE_S", 0.02)
    monkeypatch.setattr(reader_file, "source_file", lambda kind: type("File", (), {"open_source": Breaking}))
    reader = Reader(
        Stanza("bench", "breaking", TOKEN, None),
        tmp_path,
        Door(far.url, TOKEN),
        spool_limit=100,
        clock=lambda: datetime.now(UTC),
        randomness=os.urandom,
    )
    reader.start()
    assert far.wait(6)[:4] == ["1-0", "1-1", "2-0", "2-1"]
    error = until(lambda: reader.report()["error"], lambda error: "driver bug" in str(error) and "cannot" in str(error))
    assert "RuntimeError: driver bug" in error
    assert "cannot answer at the device" in error
    reader.stop()
    assert [scan["seq"] for scan in far.scans] == list(range(1, len(far.scans) + 1))
