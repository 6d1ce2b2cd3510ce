"""Checks of the walls around each unit: a probe is run in the very same unit, with only its command replaced."""

import json
import os
import re
from pathlib import Path
from typing import Any

from tests.machine.guest import site
from tests.machine.guest.bench import Bench
from tests.machine.guest.gadgets import host_node
from tests.machine.guest.plugging import KEYS, SEVEN, ZEBRA
from tests.machine.guest.report import Checks, until

PRINTER = ("/dev/usb/lp0",)
NEVER = ("/dev/mem", "/dev/vda", "/dev/uinput", "/dev/ttyGS0", "/dev/hidg0", "/etc/shadow")
# usblp opens once only: busy is the word of the driver itself, behind mode and device rules.
REACHED = {"open", "EBUSY"}
TAKEN_OUT = re.compile(r"^(Type|Restart|RestartSec|WatchdogSec|NotifyAccess|ExecStart\w*)=.*\n", re.M)


def all_walls(bench: Bench) -> Checks:
    """The readers are stopped meanwhile, since they hold their devices for themselves alone."""
    scanners = (*(os.path.realpath(link) for link in (ZEBRA, SEVEN, KEYS)), host_node("hidraw", bench.pos))
    site.run("systemctl", "stop", site.READERS)
    try:
        yield from _walls(site.READERS, scanners, PRINTER)
        yield from _walls("floor-courier.service", PRINTER, scanners)
        yield from _walls("floor-web.service", (), (*scanners, *PRINTER))
        yield from _walls(site.WEB, (*scanners, *PRINTER), ())
    finally:
        site.run("systemctl", "start", site.READERS)
    until(lambda: site.holds(site.READERS, scanners[0]))


def _walls(unit: str, open_ones: tuple[str, ...], shut_ones: tuple[str, ...]) -> Checks:
    said = probed(unit, (*open_ones, *shut_ones, *NEVER))
    reached = {path: said[path] for path in open_ones}
    yield f"{unit} opens its own devices", set(reached.values()) <= REACHED, _shown(reached) or "it has none"
    shut = {path: said[path] for path in (*shut_ones, *NEVER)}
    yield f"{unit} opens no other", not REACHED & set(shut.values()), _shown(shut)
    wrote = {name: word for name, word in said.items() if name.startswith("write ")}
    yield f"{unit} writes nowhere in the system", "written" not in wrote.values(), _shown(wrote)
    met = {name: said[name] for name in ("packet", "netlink")}
    yield f"{unit} speaks no other networks", set(met.values()) == {"EAFNOSUPPORT"}, _shown(met)
    user = site.property_of(unit, "User")
    yield f"{unit} is its own user", said["user"] == user != "root", user


def probed(unit: str, paths: tuple[str, ...]) -> dict[str, Any]:
    """What the probe says from inside the unit's walls."""
    name, output = f"probe-{unit}", Path(f"/run/probe-{unit}.json")
    output.unlink(missing_ok=True)
    command = f"/opt/floor/bin/python -m tests.machine.guest.probe {' '.join(paths)}"
    own = f"Type=oneshot\nExecStart={command}\nEnvironment=PYTHONPATH=/opt/machine\nStandardOutput=file:{output}\n"
    text = TAKEN_OUT.sub("", (site.UNITS / unit).read_text()).replace("[Service]\n", f"[Service]\n{own}")
    (Path("/run/systemd/system") / name).write_text(text)
    site.run("systemctl", "daemon-reload")
    site.run("systemctl", "start", name)
    until(lambda: output.exists() and output.read_text().endswith("\n"), 30)
    said: dict[str, Any] = json.loads(output.read_text())
    return said


def _shown(said: dict[str, str]) -> str:
    return ", ".join(f"{name} {word}" for name, word in said.items())
