"""`floor run readers` on a station PC: no server code, scans go, and it ends in order when told to."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.simulators.scanner import VirtualScanner
from tests.devices.far_side import TOKEN, FarSide, until
from web.cli import main

FLOOR = [sys.executable, "-c", "import sys; from web.cli import main; sys.exit(main())"]
ROOT = Path(__file__).parents[2]
GOOD = 'server = "http://127.0.0.1:1"\ntoken = "t"\nspool = "spool"\n'


@pytest.fixture
def far() -> Iterator[FarSide]:
    far = FarSide()
    yield far
    far.kill()


def settings(folder: Path, far: FarSide, more: str = "") -> list[str]:
    reader = (
        f'[[reader]]\nname = "a"\nkind = "serial_port"\npath = "{folder}/scanner"\noptions = {{ handshake = true }}\n'
    )
    top = f'server = "{far.url}"\ntoken = "{TOKEN}"\nspool = "{folder}/spool"\nhealth_s = 0.1\n'
    (folder / "readers.toml").write_text(top + reader + more)
    (folder / "floor.toml").write_text(f'data = "{folder}/data"\nreaders = "{folder}/readers.toml"\n')
    return [*FLOOR, "run", "readers", "--config", str(folder / "floor.toml")]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_readers_alone_end_in_order(far: FarSide, tmp_path: Path, number: signal.Signals) -> None:
    scanner = VirtualScanner(tmp_path / "scanner")
    process = subprocess.Popen(settings(tmp_path, far), cwd=ROOT, stderr=subprocess.PIPE)
    assert scanner.in_use(30)
    scanner.scan("A-1")
    assert scanner.heard(20) == b"\x06"
    assert far.wait(1) == ["A-1"]
    assert until(lambda: far.health, bool)[0][0]["name"] == "a"
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, b"Traceback" in said) == (0, False), said
    assert not (tmp_path / "data").exists()
    scanner.close()


def test_wrong_readers_file_is_one_clear_line(far: FarSide, tmp_path: Path) -> None:
    command = settings(tmp_path, far, "colour = 1\n")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert 'reader 1 "a": Object contains unknown field `colour`' in done.stderr


@pytest.mark.parametrize("module", ["web.commands.run", "web.commands.decode", "devices.agent", "devices.decode"])
def test_no_server_code_is_loaded(module: str) -> None:
    script = f"import sys, {module}, devices.wiring; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    roots = {name.split(".")[0] for name in loaded.stdout.split()}
    assert not roots & {"fastapi", "starlette", "sqlalchemy", "sqlmodel", "uvicorn", "jinja2", "floor", "labels"}


@pytest.mark.parametrize(
    ("readers", "said"),
    [
        ('server = "\n', "readers.toml: Illegal character"),
        ("colour = 1\n", "readers.toml: Object contains unknown field `colour`"),
        (
            GOOD + '[[reader]]\nname = "a"\nkind = "serial_port"\npath = "x"\ncolour = 1\n',
            'reader 1 "a": Object contains',
        ),
        (None, "readers.toml: [Errno 2] No such file"),
        (
            GOOD.replace('"spool"', '"/proc/nothing/spool"')
            + '[[reader]]\nname = "a"\nkind = "hid"\npath = "/dev/floor/a"\n',
            "/proc/nothing/spool",
        ),
        (GOOD + '[[reader]]\nname = "a"\nkind = "hid_pos"\npath = "x"\ncharset = "nonsense"\n', "nonsense"),
    ],
)
def test_a_house_that_cannot_read_its_readers_ends_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, readers: str | None, said: str
) -> None:
    """All roles in one process: the site has started, and its readers' settings are wrong."""
    if readers is not None:
        (tmp_path / "readers.toml").write_text(readers)
    (tmp_path / "floor.toml").write_text(f'data = "{tmp_path}/data"\nreaders = "{tmp_path}/readers.toml"\n')
    config = ["--config", str(tmp_path / "floor.toml")]
    monkeypatch.setenv("FLOOR_ADMIN_PASSWORD", "a long password")
    assert main(["init", "--company", "C", "--company-prefix", "0614141", *config]) == 0
    done = subprocess.run([*FLOOR, "run", *config], cwd=tmp_path, capture_output=True, timeout=60, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert done.stderr.startswith("floor run: ") and said in done.stderr
