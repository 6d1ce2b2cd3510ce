"""Readers report how they are over real HTTP: changes are journalled in words, and the answer arms the gate."""

import re
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest

from devices import gatestate, seat
from floor.facts.shipment import LoadingOpened
from floor.storage import journal
from floor.storage.record import record
from tests.web.serving import Serving, serving
from web.history import Names, sentence
from web.texts.readers import TROUBLES
from web.who import Who


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Serving]:
    with serving(tmp_path / "site", database_url) as running:
        yield running


def report(site: Serving, token: str = "token1", **said: Any) -> dict[str, Any]:
    device = {"name": "dock", "kind": "gate", "state": "ready", "troubles": [], "counts": {}} | said
    answer = site.client(authorization=f"Bearer {token}").post("/health", json={"devices": [device]})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def written(site: Serving) -> list[tuple[str, tuple[str, ...]]]:
    with site.site.engine.connect() as db:
        facts = [entry.fact for entry in reversed(journal.history(db, "reader:dock"))]
    return [(fact.state, fact.troubles) for fact in facts]  # type: ignore[attr-defined]


def later(site: Serving, seconds: int) -> None:
    now = site.site.clock() + timedelta(seconds=seconds)
    site.site.clock = lambda: now


def test_only_changes_are_written_and_flicker_is_not(site: Serving) -> None:
    later(site, 0)
    report(site, state="starting")
    report(site)
    report(site)
    report(site, troubles=["gate_silent"])  # too soon: told if it is still so later
    assert written(site) == [("ready", ())]
    later(site, 11)
    for _ in range(2):
        report(site, troubles=["gate_silent", "antennas"])
    later(site, 11)
    report(site, troubles=["antennas", "gate_silent"])
    report(site)
    assert written(site) == [("ready", ()), ("ready", ("antennas", "gate_silent")), ("ready", ())]


def test_two_stations_may_each_have_a_reader_of_the_same_name(site: Serving) -> None:
    later(site, 0)
    for _ in range(4):
        report(site, "token1")
        report(site, "token2", state="gone")
        later(site, 11)
    assert written(site) == [("ready", ()), ("gone", ())]
    assert sorted((said["station"], said["state"]) for said in site.site.health.values()) == [
        ("S1", "ready"), ("S2", "gone"),
    ]  # fmt: skip


def test_a_new_process_writes_nothing_that_is_known(site: Serving) -> None:
    report(site, state="gone", troubles=["line"])
    site.site.health.clear()
    report(site, state="gone", troubles=["line"])
    assert written(site) == [("gone", ("line",))]


def test_the_answer_says_whether_a_shipment_is_loaded_at_the_door(site: Serving) -> None:
    site.world.release(17, (1, 5))
    loading = LoadingOpened(shipment=1, note=17, order=17, door="D1", station=4)
    assert (report(site, "token1"), report(site, "token5")) == ({"loading": None}, {"loading": False})
    site.world.do(lambda tx: record(tx, loading))
    assert report(site, "token5") == {"loading": True}


def test_history_says_it_in_words(site: Serving) -> None:
    report(site, troubles=["gate_silent"])
    with site.site.engine.connect() as db:
        fact = journal.history(db, "reader:dock")[0].fact
    nobody = Names({}, {}, {})
    told = {lang: sentence(fact, nobody, Who(0, "", "", "", None, lang, UTC)) for lang in ("en", "zh")}
    assert told == {
        "en": "Reader dock: silent: goods may pass unseen",
        "zh": "读码设备 dock：没有声息：货物可能未被读到就通过",
    }


def test_each_trouble_of_the_readers_has_words() -> None:
    files = [path for path in Path(seat.__file__).parent.rglob("*.py") if "simulators" not in path.parts]
    said = {code for path in files for code in re.findall(r"trouble\(\s*\"(\w+)\"", path.read_text(encoding="utf-8"))}
    said |= set(gatestate.REASONS) | set(gatestate.LOSSES) | {"sender", "source"}
    assert said - set(TROUBLES) == set()
    assert len(said) > 15


def test_hostile_reports_harm_nothing(site: Serving) -> None:
    report(site, name="x" * 64, state="?" * 500, troubles=["t" * 50] * 500)
    client = site.client(authorization="Bearer token1")
    device: dict[str, Any] = {"name": "dock", "kind": "gate", "state": "ready"}
    seen = ("yesterday", "2026-11-24T08:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", 2**70, True)
    wrong = [{"last_seen": at} for at in seen] + [{"name": name} for name in (1, "", "a\0b", "x" * 65)]
    for body in ({"devices": 5}, [], *({"devices": [device | change]} for change in wrong)):
        answer = client.post("/health", json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), body
    deep = client.post("/health", content=b'{"more":' * 20_000)
    assert (deep.status_code, deep.json()["code"]) == (400, "malformed")
    assert site.client().post("/health", json={"devices": []}).status_code == 401
