"""The machine's checks as one test, for whoever runs all markers: `./run pytest -m machine`."""

import shutil
from pathlib import Path

import pytest

from tests.machine import __main__ as command
from tests.machine import debian, qemu, site_disk


@pytest.mark.machine
@pytest.mark.timeout(1800)
def test_every_check_of_the_machine_holds(tmp_path: Path) -> None:
    for program in (qemu.PROGRAM, "debootstrap", "mke2fs"):
        if shutil.which(program) is None:
            pytest.fail(f"{program} is missing: tests/machine/README.md names the packages")
    checks = command.run(debian.disk(), site_disk.build(tmp_path), tmp_path, print)
    assert checks
    assert [check for check in checks if not check["ok"]] == []
