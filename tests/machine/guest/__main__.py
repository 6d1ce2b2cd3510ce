"""Run by the machine's one unit: every group of checks in its order, then the word that all is said."""

import subprocess

from tests.machine.guest import bench, breaking, installing, plugging, printing, site, walls
from tests.machine.guest.report import run, tell


def main() -> None:
    if subprocess.run(["systemd-detect-virt", "--quiet", "--vm"]).returncode:
        raise SystemExit("this rearranges a whole machine: it runs in an emulated one only")
    hall = site.Hall()
    run("install", installing.units)
    run("install", lambda: installing.service(hall))
    table = bench.lay()
    run("plug", lambda: plugging.names(table))
    run("scan", lambda: plugging.scans(table, hall))
    run("print", lambda: printing.labels(table, hall))
    run("replug", lambda: breaking.cables(table, hall))
    run("walls", lambda: walls.all_walls(table))
    run("restart", lambda: breaking.kills(table, hall))
    run("one box", lambda: breaking.one_box(table, hall))


try:
    main()
finally:
    journal = ["journalctl", "--no-pager", "-o", "short-monotonic", "-u", "floor*", "-u", "probe*", "-u", "checks"]
    tell(log=subprocess.run(journal, capture_output=True, text=True).stdout[-20000:])
    tell(end=True)
