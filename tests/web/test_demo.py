"""`floor demo`: a robot's shift from entry to money on real parts, and a company that stands open to people."""

import ast
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from floor.check_digit import check_digit, gtin14
from floor.epc import decode
from floor.tag_writing import encode_sscc
from labels.media import Media
from labels.parcel import ParcelLabel, zpl
from web.cli import main
from web.demo import work
from web.demo.robot import codes
from web.demo.robot.office import half_up

ROBOT = Path(codes.__file__).parent
MEMBERS = (
    "orders", "scans", "refused", "picked", "shorted", "parcels", "labels_printed", "labels_read_back",
    "gate_passages", "shipped", "invoiced", "paid", "ledger_difference", "verified", "seconds",
)  # fmt: skip


def demo(*words: str) -> list[str]:
    return [sys.executable, "-m", "web.cli", "demo", *words]


@pytest.mark.timeout(400)
def test_twenty_orders_from_entry_to_money(tmp_path: Path) -> None:
    command = demo("--orders", "20", "--json", "--seed", "1", "--data", str(tmp_path))
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=380)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert tuple(told) == MEMBERS
    assert (told["orders"], told["shipped"], told["invoiced"], told["paid"]) == (20, 20, 20, 20)
    assert told["parcels"] == told["labels_printed"] == told["labels_read_back"] >= 20
    assert (told["ledger_difference"], told["verified"]) == (0, True)
    assert len(told["refused"]) >= 5
    wrong = sum(told["refused"].values())
    assert told["scans"] / 20 < wrong < told["scans"] / 5, "about one scan in ten is wrong on purpose"
    assert told["gate_passages"] >= 20 and told["picked"] > 20
    assert "Traceback" not in done.stderr and "cannot open" not in done.stderr and "unplugged" not in done.stderr
    assert len(list((tmp_path / "labels").glob("*.zpl"))) == told["labels_printed"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--orders", "0"], "--orders: from 1"),
        (["--orders", "many"], "invalid int"),
        (["--json"], "--json needs --orders"),
        (["--keep"], "--keep needs --data"),
        (["--port", "70000"], "--port: from 1"),
    ],
)
def test_wrong_use_is_one_clear_line(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = main(["demo", *words])
    except SystemExit as stop:
        code = int(str(stop.code))
    told = capsys.readouterr().err
    assert (code, said in told, told.count("\n")) == (2, True, 1), told


@pytest.mark.parametrize("keep", [[], ["--keep"]])
def test_a_used_folder_is_not_touched(tmp_path: Path, keep: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("the only copy")
    assert main(["demo", "--data", str(tmp_path), *keep]) == 2
    assert str(tmp_path) in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


class Open:
    """A demo that stands open, in a process of its own; `said` is what it has printed."""

    def __init__(self, folder: Path, *words: str) -> None:
        command = demo("--data", str(folder), *words)
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.said = ""

    def until(self, words: str, seconds: float = 60.0) -> None:
        assert self.process.stdout is not None
        end = time.monotonic() + seconds
        while words not in self.said:
            assert select.select([self.process.stdout], [], [], max(0.0, end - time.monotonic()))[0], self.said
            piece = os.read(self.process.stdout.fileno(), 65536).decode()
            assert piece, self.said
            self.said += piece

    def type(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        code = self.process.wait(30)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()
        return code


def test_ctrl_c_ends_it_also_where_a_script_started_it_with_an_ampersand(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell does for what it starts in the background
    try:
        started = Open(tmp_path)
    finally:
        signal.signal(signal.SIGINT, before)
    started.until("Ctrl-C ends it.")
    assert "cannot open" not in started.said
    assert started.end(signal.SIGINT) == 0
    assert not _brokers(tmp_path)


@pytest.mark.timeout(180)
def test_an_open_demo_lets_people_in_and_goes_on_the_next_day(tmp_path: Path) -> None:
    first = Open(tmp_path)
    first.until("Ctrl-C ends it.")
    url, badge, pin = _address(first.said), *_badge_of(first.said, "李雷")
    token = re.findall(r"拣货台 1.*?token=(\w+)", first.said, re.DOTALL)[0]
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as station:
        assert station.post("/sign-in", data={"badge": badge, "pin": pin}).json()["roles"] == ["picker"]
        first.type("pick NOTE:1")
        _eventually(lambda: station.get("/api/notes/1").json()["state"] == "released")
        _eventually(lambda: any(scan["code"] == "opened" for scan in station.get("/api/scans").json()))
        first.type("printer paper_out")
        first.until("broken: paper_out")
        _eventually(lambda: "缺纸" in station.get("/printers").text)
        for line in ("pick unplug NOTE:1", "bench unplug CMD:PACKALL"):
            first.type(line)
            first.until(f"plugged in again: {line}")
        first.type("broker restart")
        first.until("restarted")
        _eventually(lambda: _scans(first, "pick CMD:UNDO", station) > 1)
    first.type("gate 12345")
    first.until("not sent: bad_check_digit")
    first.type("pick no_such_fault NOTE:1")
    first.until("not sent: no such fault")
    assert first.end(signal.SIGINT) == 0
    again = Open(tmp_path, "--keep")
    again.until("Ctrl-C ends it.")
    assert _badge_of(again.said, "李雷") == (badge, pin)
    with httpx.Client(base_url=_address(again.said)) as anybody:
        assert anybody.get("/health").json()["status"] == "ok"
    assert again.end(signal.SIGTERM) == 0
    assert not _brokers(tmp_path)


def _scans(opened: Open, line: str, station: httpx.Client) -> int:
    """How many scans the station was heard with once this one more is made."""
    opened.type(line)
    time.sleep(0.5)
    return len(station.get("/api/scans").json())


def _address(said: str) -> str:
    return re.findall(r"Pages:\s+(\S+)", said)[0]


def _badge_of(said: str, name: str) -> tuple[str, str]:
    row = next(line for line in said.splitlines() if f" {name} " in line)
    cells = [cell.strip() for cell in row.split("│")]
    return cells[3], cells[4]


def _eventually(look: object, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not look():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.05)


def _brokers(folder: Path) -> list[str]:
    """Processes that still hold the folder's broker."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes()
        except OSError:
            continue
        if str(folder).encode() in words and b"mosquitto" in words:
            found.append(path.parent.name)
    return found


def test_the_robot_imports_nothing_of_the_floor() -> None:
    allowed = {"devices.simulators.gate", "devices.simulators.keyboard", "devices.simulators.scanner", "httpx"}
    for path in ROBOT.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            foreign = [n for n in names if n.split(".")[0] not in sys.stdlib_module_names]
            assert all(n in allowed or n.startswith("web.demo.robot") for n in foreign), (path.name, foreign)


def test_the_robot_s_process_loads_nothing_of_the_floor() -> None:
    script = (
        "import sys, web.demo.robot.__main__; print([m for m in sys.modules if m.split('.')[0] in ('floor', 'labels')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout == "[]\n", done.stderr


def test_the_robot_makes_tags_and_codes_as_the_standard_does() -> None:
    body = "06901234000000042"
    sscc = body + check_digit(body)
    assert codes.sscc_96(sscc, 7) == encode_sscc(sscc, 7)
    for length in range(6, 13):
        assert decode(codes.sscc_96(sscc, length)).elements == (("00", sscc),)
    assert codes.with_lot("2001234000017", "L1", "2027-01-31") == "]d201020012340000171727013110L1"
    assert codes.wrong_check_digit("2001234000017")[:-1] == "200123400001"
    with pytest.raises(Exception, match="bad_check_digit"):
        gtin14(codes.wrong_check_digit("2001234000017"))
    assert [half_up(n, 10) for n in (4, 5, 14, 15)] == [0, 1, 1, 2]


def test_only_labels_that_say_what_was_meant_count(tmp_path: Path) -> None:
    def label(sscc: str) -> bytes:
        return zpl(ParcelLabel(sscc=sscc, ship_to=("A",), service="SF", note="1", order="1"), Media(100, 150, 203))

    one, two, other = ("069012340000000016", "069012340000000023", "069012340000000030")
    printed = [label(one), label(one), label(other)]
    assert work.read_labels(printed, [one, two]) == 1
    assert work.read_labels([*printed, label(two)], [one, two]) == 2


def figures(**other: object) -> work.Told:
    good = dict.fromkeys(MEMBERS, 20) | {"refused": dict.fromkeys("abcde", 1), "ledger_difference": 0, "verified": True}
    return good | other


@pytest.mark.parametrize(
    "wrong",
    [
        {"shipped": 19}, {"invoiced": 19}, {"paid": 19}, {"labels_read_back": 19}, {"ledger_difference": 1},
        {"verified": False}, {"refused": {"a": 9}},
    ],
)  # fmt: skip
def test_a_shift_passes_only_where_everything_came_out(wrong: dict[str, object]) -> None:
    assert work.passed(figures())
    assert not work.passed(figures(**wrong))
