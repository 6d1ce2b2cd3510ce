"""`floor station`: an address for each device, and nothing that cannot work later."""

import re
from pathlib import Path

import pytest

from floor.storage.database import open_engine
from tests.databases import fresh_sqlite
from tests.floor.world import small_warehouse
from web.cli import main
from web.settings import own_address


@pytest.fixture
def config(tmp_path: Path) -> Path:
    engine = open_engine(fresh_sqlite(tmp_path))
    small_warehouse(engine).writer.stop()
    engine.dispose()
    path = tmp_path / "floor.toml"
    path.write_text(f'data = "{tmp_path}"\n[printers.p1]\ntransport = "file"\nsettings = {{ folder = "{tmp_path}" }}\n')
    return path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    try:
        code = main(["station", *words])
    except SystemExit as stop:
        code = int(str(stop.code))
    told = capsys.readouterr()
    return code, told.out + told.err


def test_a_station_has_one_name_and_as_many_devices_as_wanted(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--config", str(config))
    code, first = said(capsys, "add", "Bench 9", "--printer", "p1", *where)
    assert code == 0 and "only this machine can open" in first
    assert said(capsys, "add", "Bench 9", *where)[0] == 2
    code, second = said(capsys, "token", "Bench 9", *where)
    numbers = [re.findall(r"station (\d+) ", text) for text in (first, second)]
    tokens = [re.findall(r"token=(\w+)", text)[0] for text in (first, second)]
    assert code == 0 and numbers[0] == numbers[1] and tokens[0] != tokens[1]


@pytest.mark.parametrize(
    ("words", "line"),
    [(("token", "Nobody"), "no station 'Nobody'"), (("add", "B", "--printer", "p9"), "p9 is no printer here")],
)
def test_what_cannot_work_is_one_line(
    config: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], line: str
) -> None:
    code, told = said(capsys, *words, "--config", str(config))
    assert code == 2 and line in told and told.count("\n") == 1, told


def test_a_service_that_listens_everywhere_is_opened_by_the_machines_own_address(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(config.read_text() + '[web]\nhost = "0.0.0.0"\nport = 8099\n')
    code, told = said(capsys, "add", "Bench 9", "--config", str(config))
    assert code == 0 and f"http://{own_address()}:8099/enrol" in told and "only this machine" not in told
