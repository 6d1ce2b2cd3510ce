"""The disk with Debian on it: made once and kept outside the checkout, since it holds nothing of the project's."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

PACKAGES = ("systemd", "systemd-sysv", "udev", "kmod", "dbus", "python3", "libpython3-stdlib")
SIZE = "2200M"
# The initial RAM disk finds the disk and nothing else: unpacking every driver takes an emulator half a minute.
MODULES = ("virtio_pci", "virtio_blk", "ext4")
UNIT = """[Unit]
Description=Checks of the shipped units

[Service]
ExecStart=/opt/floor/bin/python -m tests.machine.guest
Environment=PYTHONPATH=/opt/machine PYTHONDONTWRITEBYTECODE=1
StandardError=journal+console

[Install]
WantedBy=multi-user.target
"""
MASKED = ("serial-getty@ttyS0.service", "getty@tty1.service", "apt-daily.timer", "apt-daily-upgrade.timer",
          "e2scrub_reap.service", "systemd-timesyncd.service")  # fmt: skip


def cache() -> Path:
    """Where what was built stays: the user's cache folder, or what FLOOR_MACHINE_CACHE says."""
    named = os.environ.get("FLOOR_MACHINE_CACHE")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(named) if named else home / "warehouse-floor-machine"


def disk(fresh: bool = False) -> Path:
    """The folder with `disk.img`, `vmlinuz` and `initrd.img`; built where it is missing or this file has changed."""
    made = cache() / hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]
    if fresh:
        shutil.rmtree(made, ignore_errors=True)
    if not (made / "disk.img").exists():
        made.mkdir(parents=True, exist_ok=True)
        _build(made)
    return made


def _build(made: Path) -> None:
    root = made / "root"
    shutil.rmtree(root, ignore_errors=True)
    _run("debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", "bookworm", str(root))
    small = root / "etc/initramfs-tools"
    (small / "conf.d").mkdir(parents=True)
    (small / "conf.d/small").write_text("MODULES=list\n")
    (small / "modules").write_text("\n".join(MODULES) + "\n")
    (root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (root / "usr/sbin/policy-rc.d").chmod(0o755)
    _inside(root, "apt-get", "install", "-y", "-q", "--no-install-recommends", "linux-image-amd64", "zstd")
    _inside(root, "apt-get", "clean")
    (root / "etc/fstab").write_text("/dev/vda / ext4 rw 0 0\n/dev/vdb /opt ext4 ro 0 0\n")
    (root / "etc/hostname").write_text("floor\n")
    (root / "etc/systemd/system/checks.service").write_text(UNIT)
    _inside(root, "systemctl", "enable", "checks.service")
    _inside(root, "systemctl", "mask", *MASKED)
    for name in ("vmlinuz", "initrd.img"):
        shutil.copy(root / name, made / name)
    _run("mke2fs", "-q", "-F", "-t", "ext4", "-d", str(root), str(made / "disk.part"), SIZE)
    shutil.rmtree(root)
    (made / "disk.part").rename(made / "disk.img")


def _inside(root: Path, *command: str) -> None:
    _run("chroot", str(root), "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", *command)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
