"""Checks of the installation: units that verify, a site started by hand and taken over by the unit's own user."""

import subprocess
from pathlib import Path
from pwd import getpwuid

from tests.machine.guest import site
from tests.machine.guest.report import Checks, until

WORST = 15  # of systemd-analyze security, in tenths


def units() -> Checks:
    names = site.place_files()
    said = subprocess.run(["systemd-analyze", "verify", *names], capture_output=True, text=True)
    ours = [line for line in said.stderr.splitlines() if "floor" in line]
    yield "the units verify", said.returncode == 0 and not ours, "; ".join(ours)[:200] or ", ".join(names)
    for name in names:
        found = subprocess.run(
            ["systemd-analyze", "security", f"--threshold={WORST}", "--no-pager", name], capture_output=True, text=True
        )
        last = (found.stdout.strip().splitlines() or ["nothing said"])[-1]
        yield f"{name} is exposed {WORST / 10} at most", found.returncode == 0, last.rpartition(": ")[2].split()[0]


def service(hall: site.Hall) -> Checks:
    site.found()
    site.run("systemctl", "start", "--no-block", site.WEB, site.READERS)
    yield "the site answers", until(hall.answers, 150), site.property_of(site.WEB, "ActiveState")
    hall.sign_in()
    owner = getpwuid(Path("/var/lib/floor/floor.db").stat().st_uid).pw_name
    yield "its own user took over what root had made", owner == site.property_of(site.WEB, "User"), f"user {owner}"
    running = until(lambda: _settled(site.READERS), 90)
    yield "the readers run with nothing plugged in", running, site.property_of(site.READERS, "SubState")
    status = Path(f"/proc/{site.process_of(site.READERS)}/status").read_text()
    groups = {int(number) for number in status.partition("Groups:")[2].splitlines()[0].split()}
    names = {
        line.split(":")[0] for line in Path("/etc/group").read_text().splitlines() if int(line.split(":")[2]) in groups
    }
    yield (
        "the readers have their groups and no others",
        names == {"floor-readers", "dialout", "input"},
        " ".join(sorted(names)),
    )


def _settled(unit: str) -> bool:
    """Running, and past the reading of its settings: the spool of the last reader is there."""
    return site.property_of(unit, "SubState") == "running" and any(Path("/var/lib/floor-readers").glob("receiving1*"))
