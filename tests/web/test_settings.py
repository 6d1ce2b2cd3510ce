"""floor.toml as people mistype it: one clear line that names the file and the key, before anything starts."""

from pathlib import Path

import pytest

from web.settings import Settings, SettingsError, read


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("data = [", "bad.toml"),
        ('colour = "red"', "colour"),
        ('[web]\nport = "x"', "web.port"),
        ("[web]\nport = 99999", "web.port"),
        ("[web]\nbody_limit = -1", "web.body_limit"),
        ('roles = ["web", "curier"]', "curier"),
        ('database = "mysql://here/floor"', "database"),
        ('database = "sqlite:///"', "sqlite:///PATH"),
        ("[printers.a]\nwidth_mm = -5.0", "width_mm"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as told:
        read(path)
    assert "^" not in str(told.value), "a person reads no patterns"
    assert named in str(told.value) and str(path) in str(told.value) and "\n" not in str(told.value)


def test_the_sample_of_every_key_is_read(tmp_path: Path) -> None:
    assert read(Path(__file__).parents[2] / "systemd" / "floor.toml").printers["bench1"].transport == "tcp"
    path = tmp_path / "floor.toml"
    path.write_text('database = "postgresql+psycopg://floor@db.local/floor"\nroles = ["web"]\n')
    assert read(path).roles == ("web",)
    assert Settings().roles == ("web", "courier", "readers")
