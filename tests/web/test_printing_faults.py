"""What the packer sees in real Chromium while the printer at the bench goes through each of its faults."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from floor.words import JobState
from tests.databases import fresh_sqlite
from tests.web.floor_site import PEN, FloorSite, floor_site
from tests.web.front_browser import WAIT_MS

pytestmark = pytest.mark.browser
BENCH = "打包台 1"
# fault: what the packer reads while it lasts
SEEN = {
    "paper_out": "缺纸",
    "head_open": "打印头未合上",
    "silent": "没有应答",
    "babbling": "应答无法理解",
    "wrong_language": "不支持 ZPL",
}
PASSING = ("slow", "late", "drop_after", "reset")  # these end by themselves, or the label comes in spite of them


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FloorSite]:
    """One note of many pens at the bench, picked, for a parcel a fault."""
    folder: Path = tmp_path_factory.mktemp("bench")
    (folder / "site").mkdir()
    with floor_site(folder / "site", fresh_sqlite(folder)) as running:
        running.stand("李雷", "拣货台 1")
        running.stand("王强", BENCH)
        running.release(17, (PEN, 40))
        running.pick("拣货台 1", 17)
        assert running.scan(BENCH, "NOTE:17").accepted
        yield running


@pytest.fixture(scope="module")
def page(chromium: Browser, floor: FloorSite) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 480, "height": 800}, locale="zh-CN")
    context.set_default_timeout(WAIT_MS)
    opened = context.new_page()
    opened.goto(f"{floor.url}/enrol?token={floor.token(BENCH)}")
    person = floor.person("王强")
    opened.request.post(
        f"{floor.url}/sign-in",
        form={"badge": f"BADGE:{person.badge}", "pin": person.pin},
        headers={"origin": floor.url},
    )
    floor.sessions[BENCH] = ""
    opened.goto(f"{floor.url}/pack/17")
    expect(opened.locator(".here")).to_contain_text("bench1")
    yield opened
    context.close()


def closed(floor: FloorSite) -> str:
    """A parcel more is filled and closed; its SSCC."""
    for code in ("NOTE:17", floor.gtin(PEN)):
        assert floor.scan(BENCH, code).accepted
    return str(floor.scan(BENCH, "CMD:CLOSE").fields["sscc"])


def label_state(page: Page, sscc: str) -> object:
    """The chip of the parcel's label."""
    return expect(page.locator(".parcel", has_text=sscc).locator(".chip").last)


def stuck(floor: FloorSite, page: Page, sscc: str) -> None:
    """The label is out and proven; it is scanned, and the next parcel's turn comes."""
    label_state(page, sscc).to_contain_text("已打印", timeout=30_000)  # type: ignore[attr-defined]
    assert floor.scan(BENCH, f"]C100{sscc}").code == "label_verified"
    label_state(page, sscc).to_contain_text("已核对", timeout=30_000)  # type: ignore[attr-defined]


@pytest.mark.parametrize("fault", SEEN)
def test_a_fault_is_read_at_the_bench_and_the_label_comes_once_it_is_mended(
    floor: FloorSite, page: Page, fault: str
) -> None:
    before = len(floor.printer.labels)
    floor.printer.fault(fault)
    sscc = closed(floor)
    label_state(page, sscc).to_contain_text(SEEN[fault], timeout=30_000)  # type: ignore[attr-defined]
    expect(page.locator(".trouble[role=status]").first).to_contain_text(f"bench1: {SEEN[fault]}")
    assert floor.jobs()[-1].state in (JobState.QUEUED, JobState.SENT)
    floor.printer.clear(fault)
    stuck(floor, page, sscc)
    assert len(floor.printer.labels) == before + 1


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_by_itself_costs_time_and_no_label(floor: FloorSite, page: Page, fault: str) -> None:
    before = len(floor.printer.labels)
    floor.printer.fault(fault)
    sscc = closed(floor)
    stuck(floor, page, sscc)
    floor.printer.clear(fault)
    assert len(floor.printer.labels) == before + 1


def test_paper_that_runs_out_in_the_middle_is_filled_up_and_nothing_is_sent_again(floor: FloorSite, page: Page) -> None:
    before = len(floor.printer.labels)
    floor.printer.fault("paper_out", 1)
    first, second = closed(floor), closed(floor)
    label_state(page, first).to_contain_text("已打印", timeout=30_000)  # type: ignore[attr-defined]
    label_state(page, second).to_contain_text("缺纸", timeout=30_000)  # type: ignore[attr-defined]
    floor.printer.clear("paper_out")
    label_state(page, second).to_contain_text("已打印", timeout=30_000)  # type: ignore[attr-defined]
    assert len(floor.printer.labels) == before + 2
    assert [job.state for job in floor.jobs()[-2:]] == [JobState.PRINTED, JobState.PRINTED]


def test_an_idle_printer_that_loses_its_paper_is_told_before_anything_is_printed(floor: FloorSite, page: Page) -> None:
    page.goto(f"{floor.url}/printers")
    expect(page.locator(".card", has_text="bench1")).not_to_contain_text("缺纸")
    floor.printer.fault("paper_out")
    expect(page.locator(".card", has_text="bench1")).to_contain_text("缺纸", timeout=20_000)
    floor.printer.clear("paper_out")
    expect(page.locator(".card", has_text="bench1")).not_to_contain_text("缺纸", timeout=20_000)
    page.goto(f"{floor.url}/pack/17")
