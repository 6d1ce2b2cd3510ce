"""`floor init`: what cannot be is refused in one clear line before anything is made; it cannot be done a second time."""

from pathlib import Path

import pytest

from web.cli import main
from web.commands.init import PASSWORD_VARIABLE

GOOD = {"--company": "华东贸易", "--company-prefix": "0614141", "--currency": "CNY"}


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--currency", "ZZZ", "no currency 'ZZZ'; an ISO 4217 code, e.g. CNY"),
        ("--currency", "cny", "no currency 'cny'"),
        ("--currency", "", "no currency ''"),
        ("--company-prefix", "12x", "no company prefix '12x'; 4 to 12 digits"),
        ("--company-prefix", "123", "no company prefix '123'; 4 to 12 digits"),
        ("--company-prefix", "1" * 13, "4 to 12 digits"),
        ("--time-zone", "Asia/Nowhere", "no time zone 'Asia/Nowhere'"),
    ],
)
def test_what_cannot_be_is_one_clear_line_and_nothing_is_made(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "correct horse")
    config = tmp_path / "floor.toml"
    config.write_text(f'data = "{tmp_path / "data"}"\n')
    words = [word for pair in {**GOOD, option: value}.items() for word in pair]
    assert main(["init", *words, "--config", str(config)]) == 2
    told = capsys.readouterr()
    assert said in told.err and told.err.count("\n") == 1 and told.out == ""
    assert not (tmp_path / "data" / "floor.db").exists()
