"""The printers' page and the labels' page as a supervisor uses them, with a virtual printer at the other end."""

import re
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from floor import credentials
from floor.parcels import JOB
from labels.read_back import read_back
from labels.simulators.printer import VirtualPrinter
from tests.databases import fresh_sqlite
from tests.web.serving import Serving, serving
from web.pages.sign_in import PIN
from web.settings import Printer


@pytest.fixture
def printer() -> Iterator[VirtualPrinter]:
    with VirtualPrinter() as made:
        yield made


@pytest.fixture
def hall(tmp_path: Path, printer: VirtualPrinter) -> Iterator[Serving]:
    here = {"host": "127.0.0.1", "port": printer.port, "answer_seconds": 1.0}
    printers = {
        "bench1": Printer(settings=here),
        "bench2": Printer(transport="file", settings={"path": str(tmp_path / "out")}),
    }
    with serving(tmp_path / "site", fresh_sqlite(tmp_path), printers=printers) as running:
        for person, name, badge, roles in ((5, "周班长", "boss", "supervisor"), (6, "管理", "root", "admin")):
            running.world.person(person, name, roles)
            secret = {"badge": badge, "pin_hash": PIN.hash("1234")}
            running.site.writer.do(lambda tx, who=person, what=secret: credentials.set_secret(tx, who, **what))
        yield running


def signed_in(hall: Serving, badge: str = "boss", language: str = "en") -> httpx.Client:
    client = hall.client(accept="text/html", origin=hall.url)
    client.get("/enrol", params={"token": "token3"})
    assert client.post("/sign-in", data={"badge": f"BADGE:{badge}", "pin": "1234"}).status_code == 303
    client.post("/language", data={"lang": language, "back": "/"})
    return client


def until(happened: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def seen(client: httpx.Client) -> dict[str, str]:
    """What the buttons of the page, as it stands now, send along."""
    found = re.search(r'name="seen" value="(\d+)"', client.get("/printers").text)
    assert found is not None
    return {"seen": found[1]}


def order(client: httpx.Client, kind: str, key: str, printer: str = "bench1", **more: str) -> httpx.Response:
    """Fill in the form of the label's page and send it."""
    page = client.get("/labels/label", params={"kind": kind, "key": key})
    form = re.search(r'name="form" value="([^"]+)"', page.text)
    assert form is not None, page.text
    said = {"form": form[1], "kind": kind, "key": key, "printer": printer, "count": "1"} | more
    return client.post("/labels/print", data=said)


def test_labels_are_seen_and_come_out_as_often_as_asked(hall: Serving, printer: VirtualPrinter) -> None:
    hall.world.release(17, (1, 2))
    client = signed_in(hall)
    assert client.get("/labels").status_code == 200
    for kind, key, said in (
        ("item", "I1", "6901234000016"), ("place", "A-01", "BIN:A-01"), ("station", "3", "STATION:3"),
        ("note", "17", "NOTE:17"), ("command", "CLOSE", "CMD:CLOSE"), ("printer", "bench1", "PRINTER:bench1"),
    ):  # fmt: skip
        picture = client.get("/labels/preview", params={"kind": kind, "key": key})
        assert picture.headers["content-type"] == "image/png" and picture.content.startswith(b"\x89PNG"), kind
        before = len(printer.labels)
        assert order(client, kind, key, count="2").status_code == 303
        until(lambda many=before: len(printer.labels) == many + 2)  # type: ignore[misc]
        texts = [read.data.decode() for read in read_back(printer.labels[-1].zpl)]
        assert any(text.startswith(said) for text in texts), (kind, texts)
    with hall.site.engine.connect() as db:
        until(lambda: set(db.scalars(select(JOB.c.state))) == {"printed"})


def test_a_label_form_sent_twice_prints_once_and_nonsense_is_refused(hall: Serving, printer: VirtualPrinter) -> None:
    client = signed_in(hall)
    page = client.get("/labels/label", params={"kind": "item", "key": "I1"}).text
    form = re.search(r'name="form" value="([^"]+)"', page)
    assert form is not None
    said = {"form": form[1], "kind": "item", "key": "I1", "printer": "bench1", "count": "1"}
    first, second = (client.post("/labels/print", data=said) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    for wrong in ({"count": "0"}, {"count": "9999"}, {"printer": "x"}, {"key": "nothing"}):
        sent = client.post("/labels/print", data={**said, "form": str(uuid.uuid4()), **wrong})
        assert sent.status_code == 409, wrong
    until(lambda: len(printer.labels) == 1)


def test_a_badge_is_for_administrators_and_its_code_stays_out_of_the_journal(
    hall: Serving, printer: VirtualPrinter
) -> None:
    assert signed_in(hall).get("/labels/label", params={"kind": "badge", "key": "5"}).status_code == 403
    boss = signed_in(hall, "root")
    assert order(boss, "badge", "5").status_code == 303
    until(lambda: len(printer.labels) == 1)
    assert [read.data for read in read_back(printer.labels[0].zpl)] == [b"BADGE:boss"]
    with hall.site.engine.connect() as db:
        assert not [text for text in db.scalars(select(JOB.c.payload)) if "boss" in text]


def test_a_label_that_does_not_fit_says_why_instead_of_a_picture(hall: Serving) -> None:
    client = signed_in(hall)
    hall.world.place("P" * 90)
    shown = client.get("/labels/label", params={"kind": "place", "key": "P" * 90})
    assert shown.status_code == 200 and 'class="wrong"' in shown.text and "/labels/preview?" not in shown.text
    assert client.get("/labels/preview", params={"kind": "place", "key": "P" * 90}).status_code == 404


@pytest.mark.parametrize(("language", "word"), [("zh", "缺纸"), ("en", "out of paper")])
def test_a_fault_is_told_in_words_without_any_job_and_so_is_its_end(
    hall: Serving, printer: VirtualPrinter, language: str, word: str
) -> None:
    client = signed_in(hall, language=language)
    until(lambda: word not in client.get("/printers").text)
    printer.fault("paper_out")
    until(lambda: word in client.get("/printers/fragment").text)
    printer.clear("paper_out")
    until(lambda: word not in client.get("/printers/fragment").text)
    assert word in client.get("/history/printer:bench1").text


def test_a_button_pressed_twice_prints_once(hall: Serving, printer: VirtualPrinter) -> None:
    client = signed_in(hall)
    for act, said in (("queue/test", {"printer": "bench1"}), ("1/copy", {"reason": "damaged"})):
        before = len(printer.labels)
        form = {**said, **seen(client)}
        assert [client.post(f"/printers/{act}", data=form).status_code for _ in range(3)] == [303, 303, 303]
        until(lambda many=before: len(printer.labels) == many + 1)  # type: ignore[misc]
        assert client.post(f"/printers/{act}", data=said).status_code == 422, "a form that saw nothing"
    with hall.site.engine.connect() as db:
        assert len(db.scalars(select(JOB.c.id)).all()) == 2
    assert client.post("/printers/1/copy", data={"reason": "<b>any", **seen(client)}).status_code == 409
    assert (
        client.post("/printers/queue/redirect", data={"printer": "bench1", "to": "x", **seen(client)}).status_code
        == 409
    )


def test_a_queue_is_held_let_go_and_taken_over(hall: Serving, printer: VirtualPrinter, tmp_path: Path) -> None:
    client = signed_in(hall)

    def queue(act: str, **more: str) -> int:
        return client.post(f"/printers/queue/{act}", data={"printer": "bench1", **seen(client), **more}).status_code

    assert queue("hold") == 303 and queue("test") == 303
    until(lambda: "held" in client.get("/printers").text)
    assert printer.labels == []
    assert queue("release") == 303
    until(lambda: len(printer.labels) == 1)
    printer.fault("head_open")
    assert queue("test") == 303
    assert queue("test") == 303
    until(lambda: "its head is open" in client.get("/printers").text)
    assert queue("redirect", to="bench2") == 303
    until(lambda: (tmp_path / "out").exists())
    assert queue("redirect", to="nowhere") == 409 and queue("burn") == 404
    printer.clear("head_open")
    with hall.site.engine.connect() as db:
        until(lambda: {*db.execute(select(JOB.c.id, JOB.c.printer, JOB.c.state)).all()} == {
            (1, "bench1", "printed"), (2, "bench2", "unconfirmed"), (3, "bench2", "unconfirmed")})  # fmt: skip
    assert len(printer.labels) == 1
