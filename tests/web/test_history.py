"""Every fact has words in both languages, and a note's whole life reads without a gap."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message

from floor.facts.fact import KINDS
from floor.storage import journal
from floor.storage.journal import NEWEST
from tests.databases import fresh_sqlite
from tests.house.test_rooms import load_all
from tests.web.floor_site import FloorSite, floor_site, stages
from web.history import told
from web.text import LANGUAGES, _read
from web.texts import facts
from web.who import Who


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FloorSite]:
    folder: Path = tmp_path_factory.mktemp("history")
    with floor_site(folder / "site", fresh_sqlite(folder)) as running:
        stages(running)
        running.site.courier.settle()
        yield running


def reader(lang: str) -> Who:
    return Who(1, "老郑", "supervisor", "", None, lang)


def lines(floor: FloorSite, document: str, lang: str, **more: Any) -> list[Any]:
    with floor.site.engine.connect() as db:
        return told(db, document, reader(lang), more.get("before", NEWEST), more.get("most", 500))


def test_each_kind_of_fact_has_a_sentence_in_both_languages() -> None:
    load_all()
    assert sorted(kind for kind in KINDS if kind not in facts.SENTENCES) == []
    chinese = _read("zh")
    for text in [*facts.SENTENCES.values(), *facts.DOCUMENTS.values()]:
        found = chinese.get(text)
        assert isinstance(found, Message) and found.string, text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_life_of_every_note_reads_without_gaps(floor: FloorSite, lang: str) -> None:
    with floor.site.engine.connect() as db:
        documents = {document for row in journal.rows(db) for document in journal.entry_of(row).fact.subjects()}
    said = 0
    for document in sorted(documents):
        for one in lines(floor, document, lang):
            assert one.text and "—" not in one.text and "{" not in one.text, (document, one.text)
            assert not one.text.isascii() or lang == "en", one.text
            said += 1
    assert said > 400


def test_who_when_and_where_stand_beside(floor: FloorSite) -> None:
    picked = next(one for one in lines(floor, "note:18", "zh") if one.text.startswith("从 A-01-01 拣"))
    assert (picked.text, picked.person, picked.device) == ("从 A-01-01 拣 24 × 中性笔 0.5mm 黑", "李雷", "拣货台 1")
    assert picked.others == (("order:1018", "订单 1018"),)
    assert picked.late is not None and picked.late > picked.at, "it was scanned eight minutes before it arrived"
    gate = next(one for one in lines(floor, "note:22", "en") if "seen by the gate" in one.text)
    assert gate.text == "Parcels on the truck: 1, seen by the gate" and gate.device == "大门 1"


def test_pages_follow_one_another_without_gap_or_repeat(floor: FloorSite) -> None:
    whole = [one.id for one in lines(floor, "note:23", "zh")]
    paged: list[int] = []
    while more := lines(floor, "note:23", "zh", before=paged[-1] if paged else NEWEST, most=4):
        paged += [one.id for one in more]
    assert paged == whole and len(whole) > 15
