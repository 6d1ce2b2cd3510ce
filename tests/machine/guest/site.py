"""The site on this machine: installed from the files of systemd/ as an operator would, and asked how it is."""

import itertools
import os
import shutil
import subprocess
from grp import getgrnam
from pathlib import Path

import httpx

from tests.machine.guest.report import until

FILES, UNITS, ETC = Path("/opt/machine/systemd"), Path("/etc/systemd/system"), Path("/etc/floor")
# Where the readers have a unit of their own beside floor.service, their folder is theirs alone.
APART = UNITS / "floor.service.d/apart.conf"
ADDRESS = "http://127.0.0.1:8080"
WEB, READERS = "floor.service", "floor-readers.service"
WIRING = """server = "http://127.0.0.1:8080"
token_file = "TOKEN"
spool = "/var/lib/floor-readers"

[[reader]]
name = "pack1"
kind = "serial_port"
path = "/dev/floor/pack1"
options = { suffix = "CR", sounds = { error = "\\u0007WRONG" } }

[[reader]]
name = "pack2"
kind = "serial_port"
path = "/dev/floor/pack2"
data_bits = 7
parity = "E"
options = { suffix = "CR" }

[[reader]]
name = "pick1"
kind = "hid"
path = "/dev/input/by-id/usb-Honeywell_3320g_19230A0C37-event-kbd"

[[reader]]
name = "receiving1"
kind = "hid_pos"
path = "auto"
"""


def run(*command: str, **environment: str) -> str:
    """What it prints. CalledProcessError where it fails; what it says against that goes to the journal."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment})
    return done.stdout.strip()


def place_files() -> list[str]:
    """Put units, rules and sysusers where they belong; returns the names of the units."""
    Path("/etc/sysusers.d").mkdir(exist_ok=True)
    for file in FILES.glob("*.service"):
        shutil.copy(file, UNITS)
    shutil.copy(FILES / "75-floor-readers.rules", "/etc/udev/rules.d")
    shutil.copy(FILES / "floor.sysusers", "/etc/sysusers.d/floor.conf")
    rules = Path("/etc/udev/rules.d/75-floor-readers.rules")
    text = rules.read_text().replace("pci-0000:00:14.0-usb-0:2:1.0", "platform-dummy_hcd.1-usb-0:1:1.0")
    # The samples that name a scanner stand in comments; the operator takes the mark away.
    rules.write_text("\n".join(line.lstrip("#") if "floor/" in line else line for line in text.splitlines()) + "\n")
    APART.parent.mkdir(exist_ok=True)
    APART.write_text("[Service]\nStateDirectory=\nStateDirectory=floor\n")
    run("systemd-sysusers")
    run("udevadm", "control", "--reload")
    run("systemctl", "daemon-reload")
    return sorted(file.name for file in FILES.glob("*.service"))


def found() -> None:
    """Put the site's settings and the data that `floor init` made where the units look for them, as root."""
    shutil.copytree("/opt/machine/site/data", "/var/lib/floor")
    ETC.mkdir()
    shutil.copy("/opt/machine/site/floor.toml", ETC)
    token = ETC / "station.token"
    token.write_text(Path("/opt/machine/site/station.token").read_text())
    handed = token_file()
    token.chmod(0o600)
    if handed == str(token):
        os.chown(token, 0, getgrnam(property_of(READERS, "Group")).gr_gid)
        token.chmod(0o640)
    (ETC / "readers.toml").write_text(WIRING.replace("TOKEN", handed))


def token_file() -> str:
    """Where the readers find the token: handed over by systemd as the unit says, since root alone may read it."""
    unit = (FILES / READERS).read_text()
    handed = [line for line in unit.splitlines() if line.startswith("LoadCredential=")]
    if not handed:
        return str(ETC / "station.token")
    return f"/run/credentials/{READERS}/{handed[0].partition('=')[2].partition(':')[0]}"


def property_of(unit: str, name: str) -> str:
    return run("systemctl", "show", "--value", "--property", name, unit)


def process_of(unit: str) -> int:
    return int(property_of(unit, "MainPID") or 0)


def holds(unit: str, node: str) -> bool:
    """Whether the unit's main process has the file open."""
    try:
        return any(os.path.realpath(fd) == node for fd in Path(f"/proc/{process_of(unit)}/fd").iterdir())
    except OSError:
        return False


def in_one_box() -> None:
    """From now on floor.service is what it is by default: all roles, readers too."""
    run("systemctl", "stop", READERS, WEB)
    APART.unlink()
    settings = ETC / "floor.toml"
    lines = settings.read_text().splitlines(keepends=True)
    settings.write_text("".join(line for line in lines if not line.startswith("roles")))
    os.chown(ETC / "station.token", 0, getgrnam(property_of(WEB, "Group")).gr_gid)
    run("systemctl", "daemon-reload")
    run("systemctl", "start", "--no-block", WEB)


class Hall:
    """The web role, asked as a signed-in person."""

    def __init__(self) -> None:
        self._http = httpx.Client(base_url=ADDRESS, headers={"Origin": ADDRESS}, timeout=60, trust_env=False)
        self._pressed = itertools.count()

    def answers(self) -> bool:
        try:
            return self._http.get("/sign-in").status_code == 200
        except httpx.HTTPError:
            return False

    def sign_in(self) -> None:
        password = Path("/opt/machine/site/password").read_text()
        self._http.post("/sign-in", data={"login": "admin", "password": password}).raise_for_status()

    def judged(self) -> list[str]:
        """Every code that was scanned, once for each time that it was judged, in order."""
        told = self._http.get("/api/scans").raise_for_status().json()
        return [code for scan in told for code in scan["codes"]]

    def knows(self, code: str, seconds: float = 60.0) -> bool:
        """Whether the scan of `code` arrives within so long."""
        return until(lambda: code in self.judged(), seconds)

    def test_label(self) -> None:
        answer = self._http.post("/printers/queue/test", data={"printer": "bench1", "seen": next(self._pressed)})
        assert answer.status_code == 303, (answer.status_code, answer.text[:200])
