"""Checks of what breaks: cables pulled and put back, processes killed, a server that is away."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.machine.guest import scanners, site
from tests.machine.guest.bench import Bench
from tests.machine.guest.gadgets import Gadget, host_node
from tests.machine.guest.plugging import KEYS, SEVEN, ZEBRA
from tests.machine.guest.report import Checks, appears, until, vanishes


def _held(link: str) -> bool:
    return Path(link).exists() and site.holds(site.READERS, os.path.realpath(link))


def cables(bench: Bench, hall: site.Hall) -> Checks:
    process = site.process_of(site.READERS)
    with scanners.line(bench.zebra) as line:
        os.write(line, b"HALF-")
    time.sleep(0.2)
    yield from _replugged(bench.zebra, ZEBRA, "the serial scanner, in the middle of a code")
    scanners.serial(bench.zebra, b"AGAIN-1\r")
    yield "it scans again, without the half code", hall.knows("AGAIN-1"), "AGAIN-1"
    yield from _replugged(bench.seven, SEVEN, "the scanner with 7 bits")
    scanners.serial(bench.seven, b"AGAIN-2\r")
    yield "it scans again", hall.knows("AGAIN-2"), "AGAIN-2"
    yield from _replugged(bench.wedge, KEYS, "the wedge")
    scanners.wedge(bench.wedge, "AGAIN-3")
    yield "it scans again", hall.knows("AGAIN-3"), "AGAIN-3"
    bench.pos.unplug()
    until(lambda: not host_node("hidraw", bench.pos), 30)
    bench.pos.plug()
    node = until(lambda: host_node("hidraw", bench.pos), 30)
    until(lambda: site.holds(site.READERS, node), 30)
    scanners.hid_pos(bench.pos, "]C0", b"AGAIN-4")
    yield "the HID-POS scanner, replugged, scans again", hall.knows("AGAIN-4"), f"AGAIN-4 by {node}"
    same = site.process_of(site.READERS) == process
    yield "all that in one process, without a restart", same, f"process {process}"


def _replugged(gadget: Gadget, link: str, what: str) -> Checks:
    """Unplug, see the name go, plug in, see the readers hold it again: the time counts from the name's return."""
    gadget.unplug()
    gone = vanishes(link)
    gadget.plug()
    appears(link)
    begun = time.monotonic()
    held = until(lambda: _held(link), 30)
    yield f"{what}: unplugged and plugged in, opened again", gone and held, f"{time.monotonic() - begun:.1f} s"


def kills(bench: Bench, hall: site.Hall) -> Checks:
    yield from _killed(site.READERS, lambda: _held(ZEBRA))
    scanners.serial(bench.zebra, b"KILLED-1\r")
    yield "the serial scanner scans after it", hall.knows("KILLED-1"), "KILLED-1"
    until(lambda: _held(KEYS), 60)
    scanners.wedge(bench.wedge, "KILLED-2")
    yield "the wedge too", hall.knows("KILLED-2"), "KILLED-2"
    site.run("systemctl", "stop", site.WEB)
    wanted = [f"AWAY-{number}" for number in range(1, 4)]
    for code in wanted:
        scanners.serial(bench.zebra, code.encode() + b"\r")
        time.sleep(0.1)
    site.run("systemctl", "start", "--no-block", site.WEB)
    until(hall.answers, 150)
    hall.knows(wanted[-1], 90)
    came = [code for code in hall.judged() if code.startswith("AWAY-")]
    yield "scanned while the server was away: each once, in order", came == wanted, " ".join(came)
    yield from _killed(site.WEB, hall.answers)
    scanners.serial(bench.zebra, b"KILLED-3\r")
    yield "scans are judged after it", hall.knows("KILLED-3"), "KILLED-3"


def one_box(bench: Bench, hall: site.Hall) -> Checks:
    """The unit that one box runs by default: floor.service with its readers inside."""
    site.in_one_box()
    up = until(lambda: hall.answers() and site.holds(site.WEB, os.path.realpath(ZEBRA)), 200)
    yield "floor.service alone answers and holds the scanners", up, site.property_of(site.WEB, "SubState")
    scanners.serial(bench.zebra, b"ALONE-1\r")
    yield "a serial scan", hall.knows("ALONE-1"), "ALONE-1"
    until(lambda: site.holds(site.WEB, os.path.realpath(KEYS)), 60)
    scanners.wedge(bench.wedge, "ALONE-2")
    yield "a wedge scan", hall.knows("ALONE-2"), "ALONE-2"
    judged = hall.judged()
    twice = sorted({code for code in judged if judged.count(code) > 1})
    yield "in the whole run no scan was judged twice", not twice, " ".join(twice) or f"{len(judged)} scans"


def _killed(unit: str, well: Callable[[], bool]) -> Checks:
    before, count = site.process_of(unit), int(site.property_of(unit, "NRestarts"))
    assert before, f"{unit} does not run"  # the number 0 would mean ourselves
    os.kill(before, signal.SIGKILL)
    begun = time.monotonic()
    again = until(lambda: site.process_of(unit) not in (0, before) and well(), 150)
    more = int(site.property_of(unit, "NRestarts")) - count
    yield (
        f"{unit} killed: back and at work",
        bool(again) and more == 1,
        f"{time.monotonic() - begun:.1f} s, {more} restart",
    )
