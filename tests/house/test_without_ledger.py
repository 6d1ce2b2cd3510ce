"""The floor runs without its ledger: its own suite passes with a file in the ledger's place and floor.ledger unimportable."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from floor.routes import ABOUT_ORDERS
from tests.floor.file_ledger import FOLDER, FORBIDDEN

ROOT = Path(__file__).resolve().parent.parent.parent
SUITE = ("tests/floor", "--ignore=tests/floor/ledger", "-m", "not postgres", "-n", "0", "-p", "no:cacheprovider")
HEARD = {kind.__name__ for kind in ABOUT_ORDERS} | {"Received"}


def run(*argv: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *argv], cwd=ROOT, env={**os.environ, "FLOOR_TEST_LEDGER": "file", **more},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.timeout(600)  # a whole suite in one process
def test_the_floors_suite_passes_with_a_file_as_its_ledger(tmp_path: Path) -> None:
    done = run("-m", "pytest", *SUITE, **{FOLDER: str(tmp_path)})
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    files = list(tmp_path.glob("*.jsonl"))
    told = [[json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] for path in files]
    assert len(files) > 30, "hardly any test of the floor told the ledger anything"
    for path, lines in zip(files, told, strict=True):
        keys = [line["key"] for line in lines]
        assert len(keys) == len(set(keys)), f"{path.name} holds a fact twice"
    missing = HEARD - {line["kind"] for lines in told for line in lines}
    assert not missing, f"nothing in the suite told the ledger of {missing}"


def test_the_ledger_is_really_not_there() -> None:
    """Without this the run above would prove nothing."""
    done = run("-c", f"import tests.floor.conftest, importlib; importlib.import_module('{FORBIDDEN}.inbox')")
    assert done.returncode == 1 and f"{FORBIDDEN} is not installed here" in done.stderr
