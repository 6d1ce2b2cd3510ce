"""POST /scan over real HTTP: verdicts, repeats, and whatever a broken or hostile device may send."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from devices.agent import Agent
from devices.simulators.scanner import VirtualScanner
from devices.wiring import wiring
from floor import deliveries
from floor.stations import LAST_SCAN
from floor.storage.database import lock_writer, writing
from floor.storage.requests import REQUEST
from tests.floor.world import GTIN
from tests.web.serving import Serving, serving
from web.compose import new_uid

CLOCK = datetime.now(UTC)


@pytest.fixture
def door(tmp_path: Path, database_url: str) -> Iterator[Serving]:
    with serving(tmp_path / "site", database_url) as running:
        running.world.release(17, (1, 5))
        yield running


class Device:
    """A well-behaved reader at station 1 unless told otherwise."""

    def __init__(self, door: Serving, token: str = "token1") -> None:
        self.client = door.client(authorization=f"Bearer {token}")
        self.at = datetime.now(UTC)

    def body(self, code: str, **more: Any) -> dict[str, Any]:
        self.at += timedelta(seconds=1)
        return {"id": new_uid(), "seq": 1, "codes": [code], "symbology": None, "at": self.at.isoformat(), **more}

    def scan(self, code: str, **more: Any) -> dict[str, Any]:
        answer = self.client.post("/scan", json=self.body(code, **more))
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


def picked(door: Serving) -> int:
    return sum(row.picked for row in door.world.rows(deliveries.LINE))


def test_the_answer_has_every_member_and_a_text_in_the_asked_language(door: Serving) -> None:
    device = Device(door)
    opened = device.scan("NOTE:17")
    assert set(opened) == {"id", "accepted", "code", "text", "fields", "sound", "items", "note", "next"}
    assert opened["next"] == {
        "bin": "A-01", "item": "货品1", "code": "I1", "quantity": 5, "unit": "件", "line": 1, "lot": ""
    }  # fmt: skip
    wrong = device.client.post("/scan", json=device.body(GTIN[2]), headers={"accept-language": "en"}).json()
    assert (wrong["code"], wrong["accepted"], wrong["sound"]) == ("wrong_item", False, "error")
    assert "货品2" in wrong["text"] and "A-01" in wrong["text"] and "Wanted" in wrong["text"]
    assert "应拣" in device.scan(GTIN[2])["text"]


def test_a_repeat_gets_the_stored_answer_and_two_copies_at_once_have_one_effect(door: Serving) -> None:
    device = Device(door)
    device.scan("NOTE:17")
    body = device.body(GTIN[1])
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: device.client.post("/scan", json=body).json(), range(8)))
    assert all(answer == answers[0] for answer in answers) and answers[0]["code"] == "picked"
    assert picked(door) == 1
    other = device.client.post("/scan", json={**body, "codes": [GTIN[2]]}).json()
    assert (other["code"], other["accepted"]) == ("request_id_reused", False)


MALFORMED: list[tuple[str, Any]] = [
    ("not json", b"{"),
    ("a list", b"[]"),
    ("no codes", {"codes": []}),
    ("an empty code", {"codes": [""]}),
    ("5 000 characters", {"codes": ["x" * 5000]}),
    ("a number as code", {"codes": [5]}),
    ("an unknown field", {"colour": "red"}),
    ("half a unit", {"quantity": 1.5}),
    ("2**70 units", {"quantity": 2**70}),
    ("a text as quantity", {"quantity": "2"}),
    ("no time", {"at": None}),
    ("a naive time", {"at": "2026-11-24T08:00:00"}),
    ("a time before all calendars", {"at": "0001-01-01T00:00:00+14:00"}),
    ("a time after all calendars", {"at": "9999-12-31T23:59:59-14:00"}),
    ("a short id", {"id": "1"}),
    ("an id that cannot be shown", {"id": "scan\0\0\0\0"}),
    ("a session that cannot be shown", {"session": "a\0b"}),
    ("a huge note", {"note": 2**40}),
    ("too many codes", {"codes": ["x"] * 2001}),
]


@pytest.mark.parametrize(("what", "change"), MALFORMED, ids=[what for what, _ in MALFORMED])
def test_malformed_is_told_and_not_stored(door: Serving, what: str, change: Any) -> None:
    device = Device(door)
    content = change if isinstance(change, bytes) else json.dumps({**device.body(GTIN[1]), **change}).encode()
    answer = device.client.post("/scan", content=content)
    assert answer.status_code in (400, 422) and answer.json()["code"] == "malformed"
    assert "Traceback" not in answer.text
    assert door.world.rows(REQUEST) == []


HOSTILE = ["'; DROP TABLE note; --", "^XA^JUF^XZ", "\x00\x01\x02", "６９０１２３４０００００１", "٦٩٠١٢٣٤", "NOTE:١٧", "NOTE:-1",
           "NOTE:" + "9" * 30, "CMD:", "CMD:UNDO:x", "BIN:", "]", "]C1", "\x1d", " ", "🙂", "%s%n", "x" * 4096]  # fmt: skip


def test_hostile_codes_are_refused_with_a_code_and_the_writer_goes_on(door: Serving) -> None:
    device = Device(door)
    device.scan("NOTE:17")
    for code in HOSTILE:
        answer = device.scan(code)
        assert answer["accepted"] is False and answer["code"] and answer["text"], code
    assert device.scan(GTIN[1])["code"] == "picked"


@pytest.mark.parametrize("quantity", [0, -1, 10**12, 2**62])
def test_impossible_quantities_are_refused(door: Serving, quantity: int) -> None:
    device = Device(door)
    device.scan("NOTE:17")
    assert device.scan(GTIN[1], quantity=quantity)["code"] == "bad_quantity"
    assert picked(door) == 0


def test_wrong_tokens_sessions_and_sizes(door: Serving) -> None:
    stranger = Device(door, "nonsense")
    assert stranger.client.post("/scan", json=stranger.body("x")).status_code == 401
    nobody = httpx.post(f"{door.url}/scan", json=stranger.body("x"))
    assert (nobody.status_code, nobody.json()["code"]) == (401, "no_token")
    device = Device(door)
    assert device.scan(GTIN[1], session="no-such-session", note=17)["code"] == "session_ended"
    large = device.client.post("/scan", content=b"x" * 300_000)
    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    chunked = device.client.post("/scan", content=iter([b"x" * 100_000] * 5))
    assert chunked.status_code in (409, 413) and chunked.json()["code"] == "too_large"


def test_times_in_a_text_are_the_sites(door: Serving) -> None:
    """The site's zone is Asia/Shanghai, whatever the machine's."""
    refused = Device(door).scan(GTIN[1], session="no-such-session", at="2026-11-24T14:05:00Z")
    assert "11-24 22:05" in refused["text"]


def test_a_scan_where_nothing_is_open_names_what_was_read(door: Serving) -> None:
    refused = Device(door).scan(GTIN[2])
    assert (refused["code"], refused["fields"]["scanned"]) == ("scan_ignored_no_task", GTIN[2])
    assert GTIN[2] in refused["text"]


def test_an_unknown_token_is_no_fault_of_ours(door: Serving, caplog: pytest.LogCaptureFixture) -> None:
    stranger = Device(door, "nonsense")
    assert stranger.client.post("/scan", json=stranger.body("x")).json()["code"] == "unknown_token"
    assert caplog.records == []


def test_a_note_of_another_warehouse_is_none_of_ours(door: Serving) -> None:
    door.world.station(7, "pick", warehouse="W2")
    door.world.sign_in(2, 7)
    refused = Device(door, "token7").scan("NOTE:17")
    assert (refused["code"], refused["fields"]["reason"]) == ("note_not_pickable", "other_warehouse")


def test_a_serial_scanner_on_a_pty_picks_the_note(door: Serving, tmp_path: Path) -> None:
    """Bytes on a pty become picks: port, frame, spool, HTTP, verdict, and the spool is empty again."""
    import threading

    with closing(VirtualScanner(tmp_path / "gun")) as scanner:
        table = {
            "server": door.url, "spool": str(tmp_path / "spool"), "token": "token1",
            "reader": [{"name": "gun", "kind": "serial_port", "path": str(scanner.path)}],
        }  # fmt: skip
        stop = threading.Event()
        agent = threading.Thread(target=Agent(wiring(table)).run, args=(stop,))
        agent.start()
        assert scanner.in_use(5)
        for code in ("NOTE:17", GTIN[1][1:], GTIN[2][1:], GTIN[1][1:]):
            scanner.scan(code)
            before = len(door.world.rows(REQUEST))
            for _ in range(500):
                if len(door.world.rows(REQUEST)) > before:
                    break
                time.sleep(0.01)
            time.sleep(0.35)  # slower than a double fire
        stop.set()
        agent.join()
    assert picked(door) == 2
    assert [row.device for row in door.world.rows(LAST_SCAN)] == ["dev1"]


@pytest.mark.timeout(120)
def test_what_cannot_be_written_now_is_tried_again_and_nothing_is_kept_of_it(door: Serving) -> None:
    """Another program holds the database for longer than a scan waits for it."""
    device = Device(door)
    device.scan("NOTE:17")
    sent = device.body(GTIN[1])
    with writing(door.site.engine).connect() as other, other.begin():
        lock_writer(other)
        refused = device.client.post("/scan", json=sent, timeout=60)
    assert (refused.status_code, refused.json()["code"]) == (503, "try_again")
    assert sent["id"] not in {row.id for row in door.world.rows(REQUEST)} and picked(door) == 0
    again = device.client.post("/scan", json=sent)
    assert (again.status_code, again.json()["code"], picked(door)) == (200, "picked", 1)
