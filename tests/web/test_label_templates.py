"""A site's own labels through the hall: printed by the courier, and a wrong one keeps the service from starting."""

import shutil
from pathlib import Path

import pytest

from labels.simulators.printer import VirtualPrinter
from tests.databases import fresh_sqlite
from tests.floor.world import GTIN, small_warehouse
from tests.web.test_printing import WAIT_S
from web.cli import main
from web.compose import Running, compose
from web.label_templates import site_templates
from web.settings import Printer, Settings, SettingsError

GOOD = Path(__file__).parent.parent / "labels" / "site_templates" / "good"


def test_the_courier_prints_the_site_s_own_label(tmp_path: Path) -> None:
    fresh_sqlite(tmp_path)
    with VirtualPrinter() as printer:
        here = Printer(settings={"host": "127.0.0.1", "port": printer.port, "answer_seconds": 1.0})
        settings = Settings(data=str(tmp_path), templates=str(GOOD), printers={"bench1": here})
        with Running(compose(settings), ()) as site:
            world = small_warehouse(site.engine, site.writer)
            world.release(17, (1, 1))
            for station, code in ((1, "NOTE:17"), (1, GTIN[1]), (3, "NOTE:17"), (3, "CMD:PACKALL"), (3, "CMD:CLOSE")):
                world.scan(station, code)
            site.courier.clock = world.clock
            world.clock.pass_by(WAIT_S)
            site.courier.settle()
        assert len(printer.labels) == 1
        assert b"Nordwind \\26 Co." in printer.labels[0].zpl and b"{{" not in printer.labels[0].zpl


def test_a_wrong_template_is_named_with_its_place_and_nothing_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(GOOD, tmp_path / "labels")
    template = tmp_path / "labels" / "parcel.zpl"
    template.write_bytes(template.read_bytes().replace(b"{{order}}", b"{{odrer}}"))
    with pytest.raises(
        SettingsError, match=r"templates: .*parcel\.zpl:30:39: template_unknown: odrer: did you mean order"
    ):
        site_templates(Settings(templates=str(tmp_path / "labels")))
    fresh_sqlite(tmp_path)
    with Running(compose(Settings(data=str(tmp_path))), ()) as site:
        small_warehouse(site.engine, site.writer)
    config = tmp_path / "floor.toml"
    config.write_text(f'data = "{tmp_path}"\ntemplates = "{tmp_path / "labels"}"\n')
    assert main(["station", "add", "Bench", "--config", str(config)]) == 2
    assert "parcel.zpl:30:39: template_unknown: odrer" in capsys.readouterr().err
