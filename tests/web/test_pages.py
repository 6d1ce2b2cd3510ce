"""Every page answers for those who may see it, in both languages, empty and full; nobody else gets in."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from floor import credentials
from tests.databases import fresh_sqlite
from tests.floor.world import GTIN
from tests.web.serving import Serving, serving
from web.pages.sign_in import PIN

PAGES = ["/notes", "/pick/17", "/pick/17/fragment", "/pack", "/pack/17", "/pack/17/fragment", "/ship", "/ship/17",
         "/ship/17/fragment", "/today", "/today/fragment", "/items", "/items?find=货品1", "/items/1", "/history/note:17",
         "/waiting", "/cases", "/stations", "/printers", "/notes/list/fragment"]  # fmt: skip


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Serving]:
    (tmp_path / "site").mkdir()
    with serving(tmp_path / "site", fresh_sqlite(tmp_path)) as running:
        running.world.person(5, "周班长", "supervisor")
        running.site.writer.do(lambda tx: credentials.set_secret(tx, 5, badge="boss", pin_hash=PIN.hash("1234")))
        running.world.release(17, (1, 2), (2, 1))
        yield running


def signed_in(hall: Serving) -> httpx.Client:
    client = hall.client(accept="text/html", origin=hall.url)
    client.get("/enrol", params={"token": "token1"})
    answer = client.post("/sign-in", data={"badge": "BADGE:boss", "pin": "1234"})
    assert answer.status_code == 303, answer.text
    return client


@pytest.mark.parametrize("path", PAGES)
def test_a_page_answers_in_both_languages(hall: Serving, path: str) -> None:
    client = signed_in(hall)
    for language, sign in (("zh", "zh-Hans"), ("en", "en")):
        client.post("/language", data={"lang": language, "back": "/notes"})
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        assert "fragment" in path or f'<html lang="{sign}"' in answer.text


def test_a_note_is_followed_through_its_pages(hall: Serving) -> None:
    client, world = signed_in(hall), hall.world
    assert "A-01" in client.get("/pick/17").text
    for code in ("NOTE:17", GTIN[1], GTIN[1], GTIN[2]):
        world.scan(1, code)
    world.scan(3, "NOTE:17")
    assert "货品1" in client.get("/pack/17").text
    world.scan(3, "CMD:PACKALL")
    sscc = world.scan(3, "CMD:CLOSE").fields["sscc"]
    assert sscc in client.get("/ship/17").text
    for code in ("NOTE:17", f"]C100{sscc}", "SF1234567890123", "CMD:SHIP"):
        world.scan(4, code)
    assert "SF1234567890123" in client.get("/ship/17").text
    assert "已发运" in client.get("/history/note:17").text


def test_strangers_are_sent_to_sign_in_and_unknown_notes_are_explained(hall: Serving) -> None:
    stranger = hall.client(accept="text/html")
    for path in PAGES:
        assert stranger.get(path).headers["location"].startswith("/sign-in"), path
    assert signed_in(hall).get("/pick/999").status_code == 409
