"""A printer's fault on the packer's page: what is declared adds up to three seconds, and the words come by the live feed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from floor import credentials
from floor.courier import Courier
from labels.simulators.printer import VirtualPrinter
from tests.floor.world import GTIN
from tests.web.serving import Serving
from tests.web.test_printer_pages import hall, printer, signed_in
from web.links.printing import LOOKING, PATIENCE
from web.live import POLL_S
from web.page import STATIC
from web.pages.sign_in import PIN

__all__ = ["hall", "printer"]
PROMISED_S = 3.0


def settles_s(live: Path = STATIC / "live.js") -> float:
    """How long an open page waits for more news before it fetches."""
    found = re.search(r"const SETTLE_MS = (\d+)", live.read_text())
    assert found is not None
    return int(found[1]) / 1000


def test_a_look_and_its_way_to_the_screen_are_declared_within_the_promise() -> None:
    shown = POLL_S + settles_s()
    for kind, waits in LOOKING.items():  # the printer does not take the call, or takes it and does not answer
        assert Courier.idle_s + max(waits.values()) + shown <= PROMISED_S, kind
    assert PATIENCE.seconds + PATIENCE.step + shown <= PROMISED_S, "while a job is with the printer"


@pytest.mark.parametrize(
    ("fault", "words"), [("paper_out", "缺纸"), ("head_open", "打印头未合上"), ("silent", "没有应答")]
)
def test_the_words_come_to_the_packer_by_the_feed_and_go_again(
    hall: Serving, printer: VirtualPrinter, fault: str, words: str
) -> None:
    hall.site.writer.do(lambda tx: credentials.set_secret(tx, 3, badge="wang", pin_hash=PIN.hash("1234")))
    hall.world.release(17, (1, 1))
    hall.world.scan(1, "NOTE:17")
    hall.world.scan(1, GTIN[1])
    packer = signed_in(hall, "wang", "zh")
    page = packer.get("/pack/17")
    assert "printer:*" in page.text and words not in page.text
    with packer.stream("GET", f"/events?last={hall.site.feed.last}") as answer:
        told = subjects(answer.iter_lines())
        for act, there in ((printer.fault, True), (printer.clear, False)):
            act(fault)
            heard = (subject for subject in told if subject == "printer:bench1")  # the first may tell that it is ready
            assert any((words in packer.get("/pack/17/fragment").text) == there for _ in heard)


def subjects(lines: Iterator[str]) -> Iterator[str]:
    """What the feed says has changed, as it comes."""
    for line in lines:
        if line.startswith("data: {"):
            yield str(json.loads(line.removeprefix("data: ")).get("subject", ""))
