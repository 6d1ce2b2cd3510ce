"""A printer's fault on the packer's page: what is declared adds up to three seconds, and the words come by the live feed."""

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from floor import credentials
from floor.courier import Courier
from floor.parcels import JOB
from floor.words import JobState
from labels import status
from labels.printer import Unsent, print_label
from labels.simulators.printer import VirtualPrinter
from tests.floor.world import GTIN
from tests.web.serving import Serving
from tests.web.test_printer_pages import hall, printer, signed_in, until
from web.links import printing
from web.links.printing import LOOKING, OF_THE_JOB, PATIENCE, Printing
from web.live import POLL_S
from web.page import STATIC
from web.pages.sign_in import PIN
from web.settings import Printer, Settings

__all__ = ["hall", "printer"]
PROMISED_S = 3.0
PROBLEMS = ("paper_out", "head_open", "cutter_fault")


def settles_s(live: Path = STATIC / "live.js") -> float:
    """How long an open page waits for more news before it fetches."""
    found = re.search(r"const SETTLE_MS = (\d+)", live.read_text())
    assert found is not None
    return int(found[1]) / 1000


@dataclass
class Failing:
    """A printer on its own clock: well until its call number `place` begins (`midway`) or has ended, then at `fault`.

    It answers in a hundredth of a second. `after`: what a label does to it once it is well: "busy" for ever,
    "printed", or "lost". `explains`: it has an answer to ~HQES.
    """

    fault: str
    place: int
    midway: bool
    after: str
    explains: bool = True
    answers: bool = True
    now: float = 0.0
    broken_at: float = math.inf
    calls: int = 0
    sent: bool = False
    open: bool = False

    def send(self, payload: bytes) -> None:
        broken = self._call()
        if broken and self.fault in ("gone", "refusing"):
            self.now += LOOKING["tcp"]["connect_seconds"] if self.fault == "gone" else 0
            raise Unsent
        self.sent = not broken

    def ask(self, question: bytes, whole: Callable[[bytes], bool]) -> bytes:
        open_before, self.open = self.open, True
        if not self._call() or self.fault in PROBLEMS:
            return self._answer(question)
        self.open = False
        if self.fault == "refusing" or (self.fault == "gone" and not open_before):
            self.now += LOOKING["tcp"]["connect_seconds"] if self.fault == "gone" else 0
            raise ConnectionError
        self.now += LOOKING["tcp"]["answer_seconds"]
        return b""

    def close(self) -> None:
        self.open = False

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def _call(self) -> bool:
        """Whether this call already meets the fault."""
        self.calls += 1
        if self.calls == self.place and self.midway:
            self.broken_at = self.now
        broken = self.now >= self.broken_at
        self.now += 0.01
        if self.calls == self.place and not self.midway:
            self.broken_at = self.now
        return broken

    def _answer(self, question: bytes) -> bytes:
        if question == status.getvar(status.LANGUAGES):
            return b'"zpl"'
        faulty = self.now > self.broken_at
        paper, head, cutter = (int(faulty and self.fault == name) for name in PROBLEMS)
        if question == status.HQES and not self.explains:
            self.now += LOOKING["tcp"]["answer_seconds"]
            return b""
        if question == status.HQES:
            return f"\x02ERRORS: {cutter} 00000000 {8 * cutter:08X} WARNINGS: 0 00000000 00000000\x03".encode()
        if question == status.getvar(status.COUNT):
            return b'"1001"' if self.sent and self.after == "printed" else b'"1000"'
        left = int(self.sent and self.after == "busy")
        return (
            f"\x02030,{paper},0,1218,000,0,0,0,000,0,0,0\x03\r\n"
            f"\x02001,0,{head},0,1,2,4,0,{left:08},1,000\x03\r\n\x021234,0\x03\r\n"
        ).encode()


@pytest.fixture
def link(monkeypatch: pytest.MonkeyPatch) -> Callable[[Failing], Printing]:
    """The link of a machine whose only printer is the one given; looking at it needs neither database nor writer."""
    unused: Any = None
    settings = Settings(printers={"bench1": Printer()})

    def made(printer: Failing) -> Printing:
        monkeypatch.setattr(printing, "connect", lambda *_, **__: printer)
        return Printing(settings, unused, unused)

    return made


def told_after(lane: Printing, printer: Failing) -> tuple[str, float]:
    """What the lane's calls say of the printer, job first and then look after look, and seconds since the fault."""
    patience = replace(PATIENCE, clock=lambda: printer.now, sleep=printer.sleep)
    said = print_label(printer, b"^XA^XZ", patience=patience).reason
    while said in ("", *OF_THE_JOB):
        said = lane._state("bench1", language=False)
        if not said:
            printer.sleep(Courier.idle_s)
    return said, printer.now - printer.broken_at


@pytest.mark.parametrize("after", ["busy", "printed", "lost"])
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("silent", {"silent"}),
        ("gone", {"silent", "unreachable"}),
        ("refusing", {"unreachable"}),
        *((name, {name}) for name in PROBLEMS),
    ],
)
def test_whenever_a_printer_fails_the_declared_waits_stay_within_the_promise(
    link: Callable[[Failing], Printing], fault: str, words: set[str], after: str
) -> None:
    """At each call of a job and of the looks after it, as it begins and as it ends."""
    shown = POLL_S + settles_s()
    for place, midway in product(range(1, 200), (True, False)):
        printer = Failing(fault, place, midway, after)
        said, seconds = told_after(link(printer), printer)
        assert said in words
        assert seconds + shown <= PROMISED_S, f"in call {place}" if midway else f"after call {place}"


@pytest.mark.parametrize("fault", ["refusing", "silent"])
def test_a_printer_that_never_explains_is_not_silent_because_a_line_dropped_at_the_first_question(
    link: Callable[[Failing], Printing], fault: str
) -> None:
    printer = Failing(fault, 2, True, "lost", explains=False)
    lane = link(printer)
    assert lane._state("bench1", language=False) == {"refusing": "unreachable", "silent": "silent"}[fault]
    printer.broken_at = math.inf
    assert [lane._state("bench1", language=False) for _ in range(3)] == ["", "", ""]


def test_a_dropped_line_leaves_what_is_known_of_a_printer_that_explains(
    link: Callable[[Failing], Printing],
) -> None:
    printer = Failing("refusing", 4, True, "lost")
    lane = link(printer)
    assert [lane._state("bench1", language=False) for _ in range(2)] == ["", "unreachable"]
    printer.broken_at, printer.explains = math.inf, False
    assert lane._state("bench1", language=False) == "silent"


@pytest.mark.parametrize("label_in_it", [False, True])
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("paper_out", "缺纸"),
        ("head_open", "打印头未合上"),
        ("cutter_fault", "切刀"),
        ("silent", "没有应答"),
    ],
)
def test_the_words_come_to_the_packer_by_the_feed_and_go_again(
    hall: Serving, printer: VirtualPrinter, fault: str, words: str, label_in_it: bool
) -> None:
    hall.site.writer.do(lambda tx: credentials.set_secret(tx, 3, badge="wang", pin_hash=PIN.hash("1234")))
    hall.world.release(17, (1, 1))
    hall.world.scan(1, "NOTE:17")
    hall.world.scan(1, GTIN[1])
    if label_in_it:  # and it stays there
        printer.fault("slow", 3600)
        assert [hall.world.scan(3, code).accepted for code in ("NOTE:17", GTIN[1], "CMD:CLOSE")] == [True] * 3
        until(lambda: job_state(hall) == JobState.SENT)
    packer = signed_in(hall, "wang", "zh")
    page = packer.get("/pack/17")
    assert "printer:*" in page.text and words not in page.text
    with packer.stream("GET", f"/events?last={hall.site.feed.last}") as answer:
        told = subjects(answer.iter_lines())
        for act, there in ((printer.fault, True), (printer.clear, False)):
            act(fault)
            heard = (subject for subject in told if subject == "printer:bench1")  # the first may tell that it is ready
            assert any((words in packer.get("/pack/17/fragment").text) == there for _ in heard)


def job_state(hall: Serving) -> str | None:
    with hall.site.engine.connect() as db:
        return db.scalar(select(JOB.c.state))


def subjects(lines: Iterator[str]) -> Iterator[str]:
    """What the feed says has changed, as it comes."""
    for line in lines:
        if line.startswith("data: {"):
            yield str(json.loads(line.removeprefix("data: ")).get("subject", ""))
