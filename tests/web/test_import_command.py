"""`floor import` as people type it: exit codes, one clear line, and through the service where that is running."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from floor import credentials, founding
from floor.items import ITEM
from floor.storage.database import open_engine, sqlite_url
from tests.databases import fresh_sqlite
from tests.web.serving import Serving, serving
from web.cli import main
from web.compose import Running, compose
from web.pages.sign_in import PASSWORD
from web.settings import Settings

SECRET = "correct horse"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Settings of a site that was started and has nothing yet but an administrator."""
    (tmp_path / "data").mkdir()
    fresh_sqlite(tmp_path / "data")
    with Running(compose(Settings(data=str(tmp_path / "data"))), ()) as site:
        site.writer.do(lambda tx: founding.hire(tx, "Founder", "admin"))
    path = tmp_path / "floor.toml"
    path.write_text(f'data = "{tmp_path / "data"}"\n')
    return path


def items_of(folder: Path) -> list[str]:
    engine = open_engine(sqlite_url(folder / "floor.db"))
    with engine.connect() as db:
        codes = list(db.scalars(select(ITEM.c.code).order_by(ITEM.c.id)))
    engine.dispose()
    return codes


def run(config: Path, *words: str | Path) -> tuple[int, str]:
    """The command in a process of its own: exit code and what it said on standard error."""
    command = [sys.executable, "-m", "web.cli", "import", *map(str, words), "--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_good_rows_come_in_bad_ones_are_named_with_file_line_and_reason(config: Path) -> None:
    path = config.parent / "货品.csv"
    path.write_text("code,name,gtin\nP1,笔,2001234000017\nP2,纸,2001234000018\nP3,[b]茶[/b],\n", encoding="utf-8")
    code, said = run(config, "items", path)
    assert code == 1
    assert "货品.csv line 3: gtin: '2001234000018' is no GTIN (bad check digit)" in said
    assert "items: 3 rows, 2 new or changed, 0 as before, 1 bad" in said
    assert "Traceback" not in said
    assert items_of(config.parent / "data") == ["P1", "P3"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["items"], 2, "required: file"),
        (["items", "nowhere.csv"], 2, "no such file: nowhere.csv"),
        (["stock", "--document", "D1", "nowhere.csv"], 2, "no such file: nowhere.csv"),
        (["rows", "x.csv"], 2, "invalid choice"),
        ([], 2, "required"),
        (["northwind", "--template"], 2, "no template"),
        (["northwind", "."], 1, "customers.csv"),
        (["items", "."], 1, "Is a directory"),
    ],
)
def test_wrong_use_is_one_clear_line(
    config: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    try:
        ended = main(["import", *words, "--config", str(config)])
    except SystemExit as stop:
        ended = int(str(stop.code))
    told = capsys.readouterr().err
    assert (ended, said in told, told.count("\n")) == (code, True, 1), told


def test_a_template_is_written_once(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = config.parent / "new.xlsx"
    assert main(["import", "items", str(path), "--template"]) == 0
    assert path.read_bytes()[:2] == b"PK"
    assert main(["import", "items", str(path), "--template"]) == 1
    assert "File exists" in capsys.readouterr().err
    other = config.parent / "new.csv"
    assert main(["import", "items", "--template", str(other)]) == 0
    assert other.read_text(encoding="utf-8-sig").startswith("code,name,")
    assert main(["import", "stock", "--template"]) == 0
    assert capsys.readouterr().out.startswith("\ufeffitem,place,quantity,")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Serving, Path]]:
    """A house at work with an administrator, and the settings by which commands find it."""
    folder = tmp_path / "data"
    folder.mkdir()
    with serving(folder, fresh_sqlite(folder)) as house:

        def hire(tx: object) -> None:
            for login, roles in (("admin", "admin"), ("seller", "sales")):
                person = founding.hire(tx, login, roles)  # type: ignore[arg-type]
                credentials.set_secret(tx, person, login=login, password_hash=PASSWORD.hash(SECRET))  # type: ignore[arg-type]

        house.site.writer.do(hire)
        path = tmp_path / "floor.toml"
        path.write_text(f'data = "{folder}"\n[web]\nport = {house.url.rpartition(":")[2]}\n')
        yield house, path


@pytest.mark.parametrize(
    ("login", "password", "code", "said"),
    [
        ("admin", SECRET, 1, "line 3: name is empty"),
        ("admin", "wrong", 1, "do not fit"),
        ("seller", SECRET, 1, "role"),
    ],
)
def test_a_running_service_takes_the_file(
    running: tuple[Serving, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    login: str, password: str, code: int, said: str,
) -> None:  # fmt: skip
    house, config = running
    path = config.parent / "items.csv"
    path.write_text("code,name\nN1,笔\nN2,\nN3,茶\n", encoding="utf-8")
    monkeypatch.setenv("FLOOR_PASSWORD", password)
    assert main(["import", "items", str(path), "--config", str(config), "--login", login]) == code
    told = capsys.readouterr().err
    assert said in told
    with house.site.engine.connect() as db:
        found = set(db.scalars(select(ITEM.c.code).where(ITEM.c.code.startswith("N"))))
    assert found == ({"N1", "N3"} if "line 3" in said else set())


def test_without_a_login_a_running_service_is_named(
    running: tuple[Serving, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    house, config = running
    assert main(["import", "items", str(config), "--config", str(config)]) == 1
    assert f"the service at {house.url} is running" in capsys.readouterr().err


def test_the_door_for_files_refuses_strangers_and_other_pages(running: tuple[Serving, Path]) -> None:
    house, _ = running
    file = {"file": ("items.csv", b"code,name\nN1,x\n")}
    stranger = house.client(Origin=house.url)
    assert stranger.post("/import/items", files=file).json()["code"] == "not_signed_in"
    admin = house.client(Origin=house.url)
    admin.post("/sign-in", data={"login": "admin", "password": SECRET})
    assert admin.post("/import/rows", files=file).status_code == 404
    foreign = admin.post("/import/items", files=file, headers={"Origin": "http://elsewhere.example"})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "wrong_origin")
    broken = admin.post("/import/items", files={"file": ("x", b"\x89PNG\0\0")})
    assert broken.json()["error"].startswith("line 1")
