"""What README.md tells a newcomer to type works as it stands there: each line in a process of its own, in one fresh folder."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
STAYS = ("demo", "run")  # tested where they are: tests/web/test_demo.py, test_run_readers.py, tests/day


def typed() -> list[str]:
    """The `floor` commands of the README's shell blocks and of its inline code, in its order."""
    shell = re.compile(r"```sh\n(.*?)```|`((?:echo [^`|]*\| )?\./run floor [^`]+)`", re.DOTALL)
    lines = [line for block, inline in shell.findall(README) for line in (block or inline).splitlines()]
    return [line.partition(" #")[0].strip() for line in lines if "./run floor " in line]


def ends(line: str) -> bool:
    command = line.partition("./run floor ")[2].split()[0]
    return command not in STAYS and "doctor scanner" not in line and "--help" not in line


@pytest.mark.timeout(300)
def test_the_readmes_commands_one_after_the_other(tmp_path: Path) -> None:
    environment = os.environ | {"FLOOR_ADMIN_PASSWORD": "correct horse battery"}
    program = f"{shlex.quote(sys.executable)} -m web.cli"
    told, lines = {}, [line for line in typed() if ends(line)]
    printer = re.findall(r"```toml\n(\[printers\.bench1\].*?)```", README, re.DOTALL)[0]
    (tmp_path / "floor.toml").write_text(f"{printer}\n", encoding="utf-8")
    for line in lines:
        if "restore" in line:
            (tmp_path / "data").rename(tmp_path / "the machine that burnt")
        command = line.replace("./run floor", program)
        done = subprocess.run(
            command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
        )
        told[line] = done.stdout + done.stderr
        allowed = (0, 1) if "doctor" in line else (0,)  # the doctor finds that the printer of the README is not here
        assert done.returncode in allowed, (line, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
    commands = " ".join(line.partition("./run floor ")[2].split()[0] for line in lines)
    assert commands == "init import import station label decode verify backup restore doctor"
    assert (tmp_path / "item.png").read_bytes().startswith(b"\x89PNG")
    assert any("106141412345678908" in text for text in told.values())
    assert any("restored to" in text for text in told.values())


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["verify"], 2, "no site has been started"),
        (["station", "add", "Bench 1"], 2, "no site has been started"),
        (["import", "items", "items.csv"], 2, "no site has been started"),
        (["run"], 2, "no site has been started"),
        (["backup", "floor.bak"], 1, "no database yet"),
    ],
)
def test_where_nothing_was_started_each_command_says_so_and_makes_nothing(
    tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    (tmp_path / "items.csv").write_text("code\n")
    command = [sys.executable, "-m", "web.cli", *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, said in done.stderr, done.stderr.count("\n")) == (code, True, 1), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["items.csv"]


@pytest.mark.parametrize(
    ("database", "said"),
    [
        ("postgresql+psycopg://nobody:secret@127.0.0.1:9/none", "the database cannot be used"),
        ("sqlite:////proc/nothing/floor.db", "no site has been started"),
    ],
)
@pytest.mark.parametrize("command", [["verify"], ["run"], ["station", "add", "A"]])
def test_a_database_that_is_away_is_one_line_without_its_password(
    tmp_path: Path, database: str, said: str, command: list[str]
) -> None:
    (tmp_path / "floor.toml").write_text(f'database = "{database}"\n')
    words = [sys.executable, "-m", "web.cli", *command]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert said in done.stderr and done.stderr.count("\n") == 1 and "secret" not in done.stderr, done.stderr
    assert done.returncode in (1, 2)
