"""The samples in systemd/: they load as they stand, and the broker starts with its settings."""

import re
import socket
import subprocess
from pathlib import Path

import pytest

from devices.adapters import source_file
from devices.simulators.broker import free_port, mosquitto
from devices.wiring import read
from tests.devices.far_side import until
from tests.shared import missing

SAMPLES = Path(__file__).parents[2] / "systemd"


def test_readers_toml(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t0ken")
    text = (SAMPLES / "readers.toml").read_text(encoding="utf-8")
    file = tmp_path / "readers.toml"
    file.write_text(text.replace("/etc/floor/station.token", str(tmp_path / "token")), encoding="utf-8")
    assert [reader.kind for reader in read(file).readers] == ["serial_port", "hid", "hid_pos", "gate"]


def test_udev_rules_are_well_formed() -> None:
    pair = r'[A-Z]+(\{\w+\})?(==|\+=|-=|=)"[^"]*"'
    for line in (SAMPLES / "75-floor-readers.rules").read_text(encoding="utf-8").splitlines():
        rule = line.removeprefix("#")
        if rule.startswith("SUBSYSTEM"):
            assert re.fullmatch(rf"{pair}(, {pair})*", rule), rule
        else:
            assert not line or line.startswith("# "), line


def test_udev_rules_and_the_readers_know_the_same_makers() -> None:
    lines = (SAMPLES / "75-floor-readers.rules").read_text(encoding="utf-8").splitlines()
    named = [re.findall(r'idVendor\}=="([^"]+)"', line)[0].split("|") for line in lines if line.startswith("SUBSYSTEM")]
    assert [{int(one, 16) for one in makers} for makers in named] == [source_file("hid").MAKERS] * 2


ALL = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes",
    "PrivateUsers": "yes", "ProtectProc": "invisible", "MemoryDenyWriteExecute": "yes", "CapabilityBoundingSet": "",
    "SystemCallArchitectures": "native", "IPAddressDeny": "any", "UMask": "0077", "Restart": "always",
}  # fmt: skip


def unit(path: Path) -> dict[str, str]:
    """The settings of a unit; of one that stands twice the last."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def test_units_are_shut_tight_and_run_as_users_that_are_made() -> None:
    users = [line.split()[1] for line in (SAMPLES / "floor.sysusers").read_text().splitlines() if line.startswith("u ")]
    found = {path.stem: unit(path) for path in SAMPLES.glob("*.service")}
    assert set(found) == {"floor", "floor-web", "floor-courier", "floor-readers"}
    for name, told in found.items():
        assert ALL.items() <= told.items(), name
        assert told["User"] in users
        assert told.get("PrivateDevices") == "yes" or told["DevicePolicy"] == "closed"
        roles = re.fullmatch(r"/opt/floor/bin/floor run (\w+ )?--config /etc/floor/floor.toml", told["ExecStart"])
        assert roles, told["ExecStart"]
        assert (roles[1] or "").strip() == name.removeprefix("floor").removeprefix("-")


@pytest.mark.mosquitto
def test_mosquitto_conf_starts_where_debian_includes_it(tmp_path: Path) -> None:
    program, port = mosquitto(), free_port()
    if program is None:
        missing("mosquitto")
    text = (SAMPLES / "mosquitto.conf").read_text(encoding="utf-8")
    (tmp_path / "passwd").write_text("")
    text = text.replace("1883", str(port)).replace("/etc/mosquitto/floor.passwd", str(tmp_path / "passwd"))
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "floor.conf").write_text(text)
    conf, debians = tmp_path / "mosquitto.conf", ("persistence true", f"persistence_location {tmp_path}/")
    conf.write_text("\n".join(("user root", *debians, f"include_dir {tmp_path}/conf.d", "")))
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([str(program), "-c", str(conf)], stdout=log, stderr=log)

    def listens() -> bool:
        with socket.socket() as probe:
            return process.poll() is not None or probe.connect_ex(("127.0.0.1", port)) == 0

    until(listens, bool)
    still_running = process.poll() is None
    process.terminate()
    process.wait(10)
    assert still_running, (tmp_path / "log").read_text()
