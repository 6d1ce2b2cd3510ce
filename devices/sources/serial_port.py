"""Hand scanners on a serial port, real or by USB (CDC-ACM, FTDI, ...). Unplugged, it waits for the path to return."""

import os
import select
import termios
import threading
import time
from collections.abc import Generator
from typing import Any, Literal

import msgspec
import serial

from devices.adapters import open_dialect
from devices.receipts import Receipts
from devices.scan import Code, LineDialect, Reply, Scan
from devices.seat import Seat

REOPEN_S = 0.25
TICK_S = 0.05
NOISE, SETTLE_S = 4, 1.0  # bytes of a code that came out whole after so long; fewer are a wake-up or a spark
HEARS = "line"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`path` should be a name below /dev/serial/by-id or /dev/floor, which stays when the scanner is plugged anew."""

    path: str
    baud: int = 9600
    data_bits: Literal[5, 6, 7, 8] = 8
    parity: Literal["N", "E", "O", "M", "S"] = "N"
    stop_bits: Literal[1, 2] = 1
    flow: Literal["none", "rtscts", "xonxoff"] = "none"
    dialect: str = "plain"
    options: dict[str, Any] = {}


class SerialPort:
    """See Source. The line is held exclusively; a code half received when it breaks is dropped."""

    def __init__(self, settings: Settings, seat: Seat) -> None:
        self.settings, self.seat = settings, seat
        self._line: LineDialect = open_dialect(settings.dialect, "line", settings.options)
        self._receipts = Receipts(seat.folder, seat.name)
        if seat.last is not None and seat.last.id != self._receipts.last:
            self._line.unanswered = seat.last.codes[0]
        self._port: serial.Serial | None = None
        self._writing = threading.Lock()
        self._barren, self._heard_at, self._sent_at = 0, 0.0, 0.0

    def scans(self) -> Generator[Scan, bool | None, None]:
        while not self.seat.stop.is_set():
            if self._plugged():
                yield from self._until_unplugged()
            else:
                self.seat.stop.wait(REOPEN_S)

    def tell(self, reply: Reply) -> None:
        sound = "double" if reply.code == "double_fire" else reply.sound
        self._write(self._line.tell(sound))

    def close(self) -> None:
        with self._writing:
            port, self._port = self._port, None
            if port is not None:
                port.close()

    def _plugged(self) -> bool:
        wanted = self.settings
        try:
            port = serial.Serial(
                wanted.path,
                wanted.baud,
                bytesize=wanted.data_bits,
                parity=wanted.parity,
                stopbits=wanted.stop_bits,
                rtscts=wanted.flow == "rtscts",
                xonxoff=wanted.flow == "xonxoff",
                timeout=0,
                write_timeout=1,
                exclusive=True,
            )
        except (OSError, termios.error, ValueError) as error:
            self.seat.health.gone(f"cannot open {wanted.path}: {error}")
            return False
        with self._writing:
            self._port = port
        self.seat.health.ready()
        self._send(self._line.hello)
        return True

    def _until_unplugged(self) -> Generator[Scan, bool | None, None]:
        fd = self._port.fileno() if self._port else -1
        while not self.seat.stop.is_set():
            try:
                chunk = self._read(fd)
            except OSError as error:
                self.close()
                self._line.drop()
                self.seat.health.gone(f"{self.settings.path} was unplugged: {error}")
                return
            now = time.monotonic()
            items = self._line.feed(chunk, now) if chunk else self._line.idle(now)
            self._notice(len(chunk), bool(items), now)
            for item in items:
                if isinstance(item, Code):
                    scan = self.seat.stamp((item.text,), item.symbology)
                    kept = yield scan
                    self._answer(scan, kept is not False)
                else:
                    self._send(item)

    def _notice(self, bytes_read: int, fruit: bool, now: float) -> None:
        """Bytes that make nothing are a scan lost: told, till the next is whole. What follows our own words is an answer."""
        if fruit:
            self._barren = 0
            self.seat.health.trouble("framing", None)
        elif bytes_read and now - self._sent_at > SETTLE_S:
            self._barren, self._heard_at = self._barren + bytes_read, now
        elif self._barren >= NOISE and now - self._heard_at > SETTLE_S:
            self.seat.health.trouble("framing", f"{self._barren} bytes made no code: see suffix, dialect, baud")
            self._barren = 0

    def _answer(self, scan: Scan, kept: bool) -> None:
        receipt = self._line.receipt() if kept else self._line.tell("refused")
        self._send(receipt)
        if kept and receipt:
            self._receipts.sent(scan.id)

    def _read(self, fd: int) -> bytes:
        ready, _, _ = select.select([fd], [], [], TICK_S)
        if not ready:
            return b""
        # Not by pyserial's read: asked byte by byte it loses, at an unplug, bytes that it has taken already.
        chunk = os.read(fd, 4096)
        if not chunk:
            raise OSError("end of file")
        return chunk

    def _send(self, data: bytes) -> None:
        """Sending may fail with the line; the reading side notices by itself, after handing on what it has read."""
        try:
            self._write(data)
        except OSError as error:
            self.seat.health.trouble("tell", f"cannot send to {self.settings.path}: {error}")

    def _write(self, data: bytes) -> None:
        with self._writing:
            if self._port is not None and data:
                self._sent_at = time.monotonic()
                self._port.write(data)
                self.seat.health.trouble("tell", None)


def open_source(settings: Settings, seat: Seat) -> SerialPort:
    return SerialPort(settings, seat)
