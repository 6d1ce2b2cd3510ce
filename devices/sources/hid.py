"""Keyboard-wedge scanners on /dev/input, grabbed so that their keys reach nobody else; or a FIFO of such records."""

import os
import re
import select
import stat
import struct
import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Literal

import evdev
import msgspec

from devices.frames import AIM
from devices.keys import ENDS, F8, Keys
from devices.scan import Reply, Scan
from devices.seat import Seat

EVENT = struct.Struct("llHHi")
REOPEN_S, TICK_S = 0.25, 0.05
OURS = "/dev/floor/"
# USB ids of Zebra/Symbol, Honeywell, Youjie, Datalogic, Newland, as in the udev rules; and how the others call their scanners.
MAKERS = frozenset({0x05E0, 0x0C2E, 0x23D0, 0x05F9, 0x1EAB})
SCANNERS = re.compile(
    r"scan|bar ?code|reader|wedge|honeywell|symbol|zebra|datalogic|cipher|newland|opticon|denso", re.I
)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`path` names the scanner below /dev/input/by-id or /dev/floor. `layout` is the country the scanner is set to.

    A bare /dev/input/eventN may be anybody's keyboard after the next start, and a device that is named like no scanner
    may be one now: both are refused unless `any_keyboard`, or a udev rule of the site named it below /dev/floor.
    """

    path: str
    layout: Literal["us", "uk", "de", "fr"] = "us"
    gs_key: int | None = F8
    ends: tuple[Literal["enter", "keypad_enter", "tab"], ...] = ("enter", "keypad_enter", "tab")
    silence_ms: int | None = None
    partial_ms: int = 500
    aim: bool = True
    any_keyboard: bool = False

    def __post_init__(self) -> None:
        if self.path.startswith("/dev/input/event") and not self.any_keyboard:
            raise ValueError(
                f"{self.path} may be somebody's keyboard: name the scanner by its link below /dev/input/by-id,"
                " or set any_keyboard = true"
            )


class Hid:
    """See Source. A keyboard has no way back: the verdict is sounded by the page, not by the scanner."""

    def __init__(self, settings: Settings, seat: Seat) -> None:
        self.settings, self.seat = settings, seat
        self._keys = self._fresh_keys()
        self._device: evdev.InputDevice[str] | None = None
        self._fd = -1
        self._rest = b""

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
        """Nothing: see the class."""

    def close(self) -> None:
        device, self._device, fd, self._fd = self._device, None, self._fd, -1
        self._rest = b""
        self._keys = self._fresh_keys()
        if device is not None:
            with suppress(OSError):
                device.close()
        elif fd >= 0:
            os.close(fd)

    def _fresh_keys(self) -> Keys:
        wanted = self.settings
        return Keys(
            wanted.layout,
            gs_key=wanted.gs_key,
            ends=frozenset(ENDS[name] for name in wanted.ends),
            silence_s=wanted.silence_ms / 1000 if wanted.silence_ms else None,
            partial_s=wanted.partial_ms / 1000,
        )

    def _open(self) -> None:
        if stat.S_ISFIFO(Path(self.settings.path).stat().st_mode):
            # Opened for writing too, so that a writer who leaves does not end the file.
            self._fd = os.open(self.settings.path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
            return
        self._device = evdev.InputDevice(self.settings.path)
        named = self.settings.any_keyboard or self.settings.path.startswith(OURS)
        if not named and looks_like_a_keyboard(self._device.name, self._device.info.vendor):
            called = self._device.name
            self.close()
            raise OSError(
                f"it calls itself {called!r}: if that is a scanner and nobody's keyboard, set any_keyboard = true"
            )
        try:
            self._device.grab()
        except OSError:
            self.close()
            raise
        self._fd = self._device.fd

    def _until_unplugged(self) -> Generator[Scan, bool | None, None]:
        while not self.seat.stop.is_set():
            try:
                events = self._read()
            except OSError as error:
                self.close()
                self.seat.health.gone(f"{self.settings.path} was unplugged: {error}")
                return
            now = time.monotonic()
            codes = [code for event in events for code in self._keys.feed(*event, now)] or self._keys.idle(now)
            for code in codes:
                yield self._scan(code)

    def _read(self) -> list[tuple[int, int, int]]:
        """(type, code, value) of the events that are there; OSError (ENODEV) once the device is gone."""
        ready, _, _ = select.select([self._fd], [], [], TICK_S)
        if ready:
            self._rest += os.read(self._fd, EVENT.size * 512)
        elif self._device is None and Path(self.settings.path).stat().st_ino != os.fstat(self._fd).st_ino:
            # Nobody tells that a FIFO is gone, as the kernel does of devices.
            raise OSError("another FIFO has its place")
        whole = len(self._rest) - len(self._rest) % EVENT.size
        data, self._rest = self._rest[:whole], self._rest[whole:]
        return [(kind, code, value) for _, _, kind, code, value in EVENT.iter_unpack(data)]

    def _scan(self, code: str) -> Scan:
        aim = AIM.match(code) if self.settings.aim and len(code) > 3 else None
        return self.seat.stamp((code[3:],), aim.group()) if aim else self.seat.stamp((code,))


def looks_like_a_keyboard(name: str, vendor: int) -> bool:
    """Whether a device may be what somebody types on: not of a scanner maker, and named like no scanner."""
    return vendor not in MAKERS and not SCANNERS.search(name)


def open_source(settings: Settings, seat: Seat) -> Hid:
    return Hid(settings, seat)
