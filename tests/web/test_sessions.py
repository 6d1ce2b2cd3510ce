"""A session counts where it was opened and nowhere else: at its station, or by its own browser's cookie; on pages, API and scans."""

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from floor import credentials, deliveries
from floor.cases import CASE
from floor.facts.station import SignedOut
from floor.people import PERSON
from floor.stations import SESSION, STATION
from floor.storage.record import Tx
from tests.floor.world import GTIN
from tests.web.office import CHEAP
from tests.web.serving import Serving, serving
from web import live
from web.compose import new_uid

ASKED = ("/notes", "/pick/17", "/orders", "/events", "/api/scans", "/api/notes/17")
BOSS = 6
SECONDS = itertools.count()  # no scan is the double fire of another


@pytest.fixture
def hall(tmp_path: Path, database_url: str) -> Iterator[Serving]:
    with serving(tmp_path / "site", database_url, roles=("web",)) as running:
        running.world.person(BOSS, "周班长", "supervisor picker sales")
        running.site.writer.do(_secrets)
        running.world.release(17, (1, 5))
        yield running


def _secrets(tx: Tx) -> None:
    known = {"badge": "b", "pin_hash": CHEAP.hash("1234"), "login": "boss", "password_hash": CHEAP.hash("secret")}
    credentials.set_secret(tx, BOSS, **known)


class Browser:
    """A browser, enrolled as a station where one is named; `session` is that of its page."""

    def __init__(self, hall: Serving, station: int | None, **who: str) -> None:
        self.client = hall.client(origin=hall.url)
        if station is not None:
            self.enrol(station)
        self.session = self.client.post("/sign-in", data=who).json()["session"] if who else ""

    def enrol(self, station: int) -> None:
        self.client.get("/enrol", params={"token": f"token{station}"})

    def scan(self, code: str, session: str, at: datetime | None = None) -> str:
        at = at or datetime.now(UTC) + timedelta(seconds=next(SECONDS))
        body = {"id": new_uid(), "seq": 1, "codes": [code], "at": at.isoformat(), "session": session, "note": 17}
        told: dict[str, Any] = self.client.post("/scan", json=body).json()
        return str(told["code"])

    def refused_everywhere(self) -> bool:
        return all(self.client.get(path, timeout=5).status_code == 401 for path in ASKED)


def at_station(hall: Serving) -> Browser:
    browser = Browser(hall, 1, badge="b", pin="1234")
    assert browser.scan("NOTE:17", browser.session) == "opened"
    assert browser.client.get("/api/notes/17").status_code == 200
    return browser


def in_office(hall: Serving, station: int | None) -> Browser:
    return Browser(hall, station, login="boss", password="secret")


def picked(hall: Serving) -> int:
    return sum(row.picked for row in hall.world.rows(deliveries.LINE))


def test_a_retired_persons_cookie_opens_nothing_more(hall: Serving) -> None:
    browser, office = at_station(hall), in_office(hall, None)
    hall.world.edit("person", PERSON, BOSS, retired=True)
    assert browser.refused_everywhere() and office.refused_everywhere()
    assert browser.scan(GTIN[1], browser.session) == "person_retired"
    entered = office.client.post("/api/orders", json={"id": new_uid(), "customer": "C1", "lines": []})
    assert (entered.status_code, entered.json()["code"], picked(hall)) == (401, "not_signed_in", 0)


def test_a_session_of_a_station_opens_no_other_one(hall: Serving) -> None:
    browser = at_station(hall)
    browser.enrol(2)
    assert browser.refused_everywhere()
    assert browser.scan(GTIN[1], browser.session) == "session_elsewhere"
    assert [case.code for case in hall.world.rows(CASE)] == ["session_elsewhere"] and picked(hall) == 0
    browser.enrol(1)
    assert browser.client.get("/notes").status_code == 200
    assert browser.scan(GTIN[1], browser.session) == "picked"


def test_a_stations_cookie_is_worth_nothing_in_a_browser_that_is_no_station(hall: Serving) -> None:
    browser, other = at_station(hall), Browser(hall, None)
    other.client.cookies.set("floor-person", browser.client.cookies["floor-person"])
    assert other.refused_everywhere()


def test_an_office_session_counts_by_its_own_cookie_alone(hall: Serving) -> None:
    office, stranger, gun = in_office(hall, 1), Browser(hall, 1), Browser(hall, None)
    assert stranger.scan("NOTE:17", office.session) == "session_elsewhere"
    gun.client.headers["authorization"] = "Bearer token2"
    assert gun.scan("NOTE:17", office.session) == "session_elsewhere"
    assert stranger.refused_everywhere() and picked(hall) == 0
    assert office.scan("NOTE:17", office.session) == "opened"
    assert office.scan(GTIN[1], office.session) == "picked"


def test_what_was_scanned_before_an_office_session_ended_counts_when_it_comes_later(hall: Serving) -> None:
    """A tablet's queue is sent when the line is back; by then its cookie is gone, but it is still the same device."""
    office, browser, other = in_office(hall, 1), in_office(hall, None), Browser(hall, 2)
    before = datetime.now(UTC)
    for one in (office, browser):
        one.client.post("/sign-out")
    after = datetime.now(UTC)
    assert other.scan("NOTE:17", office.session, before) == "session_elsewhere", "not where it was opened"
    assert office.scan("NOTE:18", browser.session, before) == "session_elsewhere", "that one was opened at no device"
    assert office.scan("NOTE:19", office.session, after) == "session_ended"
    assert office.scan("NOTE:17", office.session, before) == "opened"


def gun(hall: Serving, code: str) -> str:
    """A plain reader at station 1: it names no session and no note."""
    at = datetime.now(UTC) + timedelta(seconds=next(SECONDS))
    body = {"id": new_uid(), "seq": 1, "codes": [code], "at": at.isoformat()}
    answer = hall.client(authorization="Bearer token1").post("/scan", json=body)
    return str(answer.json()["code"])


def start(browser: Browser) -> str:
    return browser.client.get("/", follow_redirects=False).headers["location"]


def test_whoever_signs_in_again_at_the_station_goes_on_where_they_were(hall: Serving) -> None:
    """A tablet that lost its cookies, a browser started anew: the note on the bench is still the one in hand."""
    browser = Browser(hall, 1, badge="b", pin="1234")
    assert start(browser) == "/notes"
    assert browser.scan("NOTE:17", browser.session) == "opened" and start(browser) == "/pick/17"
    again = Browser(hall, 1)
    page = {"accept": "text/html"}
    signed = again.client.post("/sign-in", data={"badge": "b", "pin": "1234"}, headers=page, follow_redirects=False)
    assert signed.headers["location"] == "/pick/17" == start(again)
    assert gun(hall, GTIN[1]) == "picked" and browser.refused_everywhere()
    ended = [fact.why for fact in hall.world.facts if isinstance(fact, SignedOut)][-1]
    assert ended == "same_badge"
    again.client.post("/sign-out")
    assert gun(hall, GTIN[1]) == "not_signed_in"
    assert start(Browser(hall, 1, badge="b", pin="1234")) == "/notes", "signed out is done with it"


def test_what_is_no_work_any_more_is_no_beginning(hall: Serving) -> None:
    browser = at_station(hall)
    for _ in range(5):
        assert browser.scan(GTIN[1], browser.session) in ("picked", "note_picked")
    assert start(browser) == "/notes"


def test_another_person_at_the_station_finds_nothing_open(hall: Serving) -> None:
    at_station(hall)
    hall.site.writer.do(lambda tx: credentials.set_secret(tx, 1, badge="b1", pin_hash=CHEAP.hash("1234")))
    other = Browser(hall, 1, badge="b1", pin="1234")
    assert start(other) == "/notes" and gun(hall, GTIN[1]) == "scan_ignored_no_task"


def test_a_station_that_was_given_up_opens_nothing(hall: Serving) -> None:
    browser = at_station(hall)
    hall.world.edit("station", STATION, 1, retired=True)
    assert browser.refused_everywhere()
    assert browser.scan(GTIN[1], browser.session) == "unknown_token"
    badge = browser.client.post("/sign-in", data={"badge": "b", "pin": "1234"})
    assert (badge.status_code, badge.json()["code"]) == (401, "station_required")


def test_a_page_of_an_ended_session_hears_no_more(hall: Serving) -> None:
    browser = at_station(hall)
    with httpx.Client(base_url=hall.url, cookies=browser.client.cookies) as kept:
        browser.client.post("/sign-out")
        assert all(kept.get(path).status_code == 401 for path in ASKED)


def test_a_session_that_ran_out_is_not_signed_out_again(hall: Serving) -> None:
    """A new badge ends those that are open; of the others nothing more is told."""
    browser, old = at_station(hall), in_office(hall, None)
    long_ago = (
        update(SESSION).where(SESSION.c.id == old.session).values(opened_at=datetime.now(UTC) - timedelta(days=1))
    )
    hall.site.writer.do(lambda tx: tx.db.execute(long_ago).rowcount)
    hall.site.writer.do(lambda tx: credentials.end_sessions(tx, SESSION.c.person == BOSS))
    ended = [fact for fact in hall.world.facts if isinstance(fact, SignedOut)]
    told = [fact.session for fact in ended if fact.why == "administrator"]
    assert told == [browser.session] and browser.refused_everywhere()


@contextmanager
def busy(hall: Serving) -> Iterator[None]:
    """Documents change all the while."""
    done = threading.Event()

    def change() -> None:
        while not done.wait(0.02):
            hall.site.feed.hint("item:1")

    with ThreadPoolExecutor(1) as others:
        changing = others.submit(change)
        try:
            yield
        finally:
            done.set()
            changing.result()


@pytest.mark.parametrize("why", ["retired", "signed out"])
def test_an_open_page_of_an_ended_session_hears_no_more_however_much_happens(
    hall: Serving, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    monkeypatch.setattr(live, "BEAT_S", 0.3)
    browser = at_station(hall)
    page = hall.client(cookie=f"floor-person={browser.client.cookies['floor-person']}; floor-device=token1")
    with busy(hall), page.stream("GET", "/events", timeout=5) as feed:
        changes = (line for line in feed.iter_lines() if "item:1" in line)
        for _ in range(40):  # an open session hears on past its checks
            next(changes)
        if why == "retired":
            hall.world.edit("person", PERSON, BOSS, retired=True)
        else:
            browser.client.post("/sign-out")
        with pytest.raises(StopIteration):
            for _ in range(200):
                next(changes)
