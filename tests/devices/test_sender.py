"""What each answer of the server does to a scan: only an answer removes it, nothing drops it."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devices.door import Answered, Door, Later, Malformed, Shut, sort
from devices.scan import Reply, Scan
from devices.seat import Health
from devices.sender import Sender
from devices.spool import Spool
from tests.devices.far_side import TOKEN, FarSide, until


def scan(n: int, code: str = "") -> Scan:
    return Scan(f"id-{n}", n, (code or f"C{n}",), None, datetime.now(UTC), "bench")


class Bench:
    """A sender on a real spool and a real server, stepped by hand."""

    def __init__(self, folder: Path, url: str, token: str = TOKEN, clock_off: timedelta = timedelta()) -> None:
        self.spool, self.health, self.told = Spool(folder, "bench"), Health(), list[Reply]()
        self.door = Door(url, token, timeout_s=2)
        self.sender = Sender(
            self.spool, self.door, self.health, tell=self.told.append, clock=lambda: datetime.now(UTC) + clock_off
        )

    def close(self) -> None:
        self.door.close()
        self.spool.close()

    def step(self) -> None:
        kept = self.spool.first(0)
        assert kept is not None
        self.sender.send(kept)


@pytest.fixture
def bench(far: FarSide, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path, far.url)
    yield bench
    bench.close()


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (200, b'{"id":"a","accepted":false,"code":"wrong_item","sound":"error"}', Answered),
        (200, b"<html>", Later),
        (200, b"\xff", Later),
        (200, b'{"id":"a"}', Later),
        (400, b"", Malformed),
        (413, b"", Malformed),
        (422, b"", Malformed),
        (401, b"", Shut),
        (403, b"", Shut),
        (404, b"", Later),
        (429, b"", Later),
        (302, b"", Later),
        (500, b"", Later),
        (503, b"", Later),
    ],
)
def test_every_answer_has_its_meaning(status: int, content: bytes, kind: type) -> None:
    assert type(sort(status, content)) is kind


def test_answered_scan_leaves_and_the_device_is_told(far: FarSide, bench: Bench) -> None:
    bench.spool.keep(scan(1))
    far.sound = "error"
    bench.step()
    assert (far.codes, len(bench.spool)) == (["C1"], 0)
    assert [(reply.code, reply.sound) for reply in bench.told] == [("picked", "error")]


@pytest.mark.parametrize("mode", ["busy", "nowhere", "odd", "lose"])
def test_no_answer_keeps_the_scan_and_sends_the_same_again(far: FarSide, bench: Bench, mode: str) -> None:
    bench.spool.keep(scan(1))
    far.mode = mode
    bench.step()
    bench.step()
    assert len(bench.spool) == 1
    assert bench.health.error
    assert bench.sender._wait_s > 0
    far.mode = "ok"
    bench.step()
    assert (far.codes, far.reused, len(bench.spool), bench.health.error) == (["C1"], 0, 0, None)


def test_dead_server_keeps_the_scan(far: FarSide, bench: Bench) -> None:
    bench.spool.keep(scan(1))
    far.kill()
    bench.step()
    assert len(bench.spool) == 1
    assert "no answer" in str(bench.health.error)
    far.start()
    bench.step()
    assert far.codes == ["C1"]


def test_malformed_scan_is_set_aside_and_blocks_nothing(far: FarSide, bench: Bench) -> None:
    bench.spool.keep(scan(1, "BAD"))
    bench.spool.keep(scan(2))
    bench.step()
    bench.step()
    assert (far.codes, bench.spool.parked) == (["C2"], 1)
    assert "bench.parked.jsonl" in str(bench.health.error)


def test_wrong_token_keeps_the_scan_and_says_so(far: FarSide, tmp_path: Path) -> None:
    bench = Bench(tmp_path, far.url, token="other")
    bench.spool.keep(scan(1))
    bench.step()
    assert (len(bench.spool), far.codes) == (1, [])
    assert "refuses the token" in str(bench.health.error)
    assert bench.sender._wait_s == 60
    bench.close()


def test_old_answers_are_not_sounded(far: FarSide, tmp_path: Path) -> None:
    bench = Bench(tmp_path, far.url, clock_off=timedelta(minutes=5))
    bench.spool.keep(scan(1))
    bench.step()
    assert (far.codes, bench.told) == (["C1"], [])
    assert "ahead of the server's" in str(bench.health.error)
    bench.close()


def test_two_thousand_wait_out_a_dead_server_in_order(far: FarSide, tmp_path: Path) -> None:
    far.kill()
    bench = Bench(tmp_path, far.url)
    bench.spool._log.append([scan(n).body() for n in range(1, 2001)])
    bench.close()
    bench = Bench(tmp_path, far.url)
    stop = threading.Event()
    thread = threading.Thread(target=bench.sender.run, args=(stop,))
    thread.start()
    until(lambda: bench.health.error, bool)
    far.start()
    codes = far.wait(2000)
    stop.set()
    thread.join()
    bench.close()
    assert codes == [f"C{n}" for n in range(1, 2001)]
