"""HID-POS scanners through hidraw: no keyboard in between, so no layout, and every character arrives as it is."""

import fcntl
import os
import select
import socket
import stat
import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import msgspec

from devices.adapters import known_charset
from devices.reports import SIZE, Reports
from devices.scan import DialectError, Reply, Scan
from devices.seat import Seat

REOPEN_S, TICK_S, PARTIAL_S = 0.25, 0.05, 0.5
DESCRIPTOR = bytes.fromhex("058c0902")
HIDRAW = Path("/sys/class/hidraw")
HONEYWELL_MODE = b"\xfe\x01"
HONEYWELL_BEEP = b"\xfd\x03\x16\x07\x0d"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`path` is the hidraw node, or "auto": the one scanner whose report descriptor says that it is HID-POS.

    `honeywell` puts a Honeywell unit into the mode and lets it beep for a right scan (twice for a wrong one). `aim`
    false is for units whose reports have no place for an AIM identifier (Newland).
    """

    path: str = "auto"
    charset: str = "utf-8"
    aim: bool = True
    honeywell: bool = False


class HidPos:
    """See Source."""

    def __init__(self, settings: Settings, seat: Seat) -> None:
        self.settings, self.seat = settings, seat
        self._charset = known_charset(settings.charset)
        self._reports = Reports(settings.aim)
        self._fd = -1

    def scans(self) -> Generator[Scan, bool | None, None]:
        while not self.seat.stop.is_set():
            try:
                self._open()
            except OSError as error:
                self.seat.health.gone(f"cannot open {self.settings.path}: {error}")
                self.seat.stop.wait(REOPEN_S)
                continue
            self.seat.health.ready()
            yield from self._until_unplugged()

    def tell(self, reply: Reply) -> None:
        if self.settings.honeywell and self._fd >= 0:
            for _ in range(1 if reply.sound in ("ok", "done") else 2):
                os.write(self._fd, HONEYWELL_BEEP.ljust(SIZE, b"\x00"))

    def close(self) -> None:
        fd, self._fd = self._fd, -1
        self._reports.drop()
        if fd >= 0:
            os.close(fd)

    def _open(self) -> None:
        path = found() if self.settings.path == "auto" else self.settings.path
        self._fd = opened(path)
        if self.settings.honeywell:
            # HIDIOCSFEATURE(n), linux/hidraw.h; a unit already in the mode may refuse it.
            with suppress(OSError):
                fcntl.ioctl(self._fd, 0xC0004806 | len(HONEYWELL_MODE) << 16, HONEYWELL_MODE)

    def _until_unplugged(self) -> Generator[Scan, bool | None, None]:
        last = time.monotonic()
        while not self.seat.stop.is_set():
            try:
                report = self._read()
            except OSError as error:
                self.close()
                self.seat.health.gone(f"{self.settings.path} was unplugged: {error}")
                return
            now = time.monotonic()
            if self._reports.pending and now - last > PARTIAL_S:
                self._reports.drop()
            if not report:
                continue
            last = now
            scan = self._scan(report)
            if scan is not None:
                yield scan

    def _read(self) -> bytes:
        ready, _, _ = select.select([self._fd], [], [], TICK_S)
        if not ready:
            return b""
        report = os.read(self._fd, SIZE)
        if not report:
            raise OSError("end of file")
        return report

    def _scan(self, report: bytes) -> Scan | None:
        try:
            code = self._reports.feed(report)
        except DialectError as error:
            self.seat.health.trouble("report", f"a report could not be read: {error.code}")
            return None
        self.seat.health.trouble("report", None)
        if code is None or not code[1]:
            return None
        return self.seat.stamp((code[1].decode(self._charset, errors="backslashreplace"),), code[0])


def opened(path: str) -> int:
    """A descriptor of a hidraw node, or of a socket that keeps message borders as one does."""
    if not stat.S_ISSOCK(Path(path).stat().st_mode):
        return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
        line.connect(path)
        return line.detach()


def found() -> str:
    """The node of the only HID-POS scanner on this machine; OSError where there is none, or more than one."""
    nodes = [
        f"/dev/{node.name}"
        for node in sorted(HIDRAW.glob("hidraw*"))
        if (node / "device/report_descriptor").read_bytes().startswith(DESCRIPTOR)
    ]
    if len(nodes) != 1:
        raise OSError(f"{len(nodes)} HID-POS scanners found{': name one by its path' if nodes else ''}")
    return nodes[0]


def open_source(settings: Settings, seat: Seat) -> HidPos:
    return HidPos(settings, seat)
