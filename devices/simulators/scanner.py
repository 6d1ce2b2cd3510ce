"""A virtual serial scanner at the far end of a pty, with the faults of real ones by name."""

import fcntl
import os
import select
import time
import tty
from pathlib import Path

from devices.packets import DECODE_DATA, RETRANSMIT, Packet

CODE_128 = 0x03
FAULTS = ("double_fire", "truncated", "no_suffix", "lost_gs", "unplug", "lost_ack")


class VirtualScanner:
    """`path` is a link that stays the same over unplug and plug, as /dev/serial/by-id does.

    `heard` collects what the host sends: ACK, beeps. `ends`: those of a pty that another process has plugged in there.
    """

    def __init__(self, path: Path, suffix: bytes = b"\r", ends: tuple[int, int] | None = None) -> None:
        self.path, self.suffix = path, suffix
        self._master, self._slave = ends or (-1, -1)
        if ends is None:
            self.plug()

    @property
    def ends(self) -> tuple[int, int]:
        """The pty's two file descriptors, for a process that goes on with it."""
        return self._master, self._slave

    def plug(self) -> None:
        """Plug it in: a new pty behind the same path."""
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.symlink_to(os.ttyname(self._slave))
        fresh.replace(self.path)

    def unplug(self) -> None:
        self.path.unlink(missing_ok=True)
        for fd in (self._master, self._slave):
            if fd >= 0:
                os.close(fd)
        self._master = self._slave = -1

    close = unplug

    def scan(self, code: str, fault: str | None = None) -> None:
        """Send `code` as read from paper. `fault` is one of FAULTS: what goes wrong with it."""
        if fault not in (None, *FAULTS):
            raise ValueError(f"no such fault: {fault}; there are {', '.join(FAULTS)}")
        data = (code.replace("\x1d", "") if fault == "lost_gs" else code).encode()
        if fault in ("truncated", "unplug"):
            self.send(data[: len(data) // 2] or data)
            if fault == "unplug":
                self.unplug()
            return
        self.send(data if fault == "no_suffix" else data + self.suffix)
        if fault == "lost_ack":
            self.heard(10.0)  # its receipt, which goes astray: the scanner sends again
        if fault in ("double_fire", "lost_ack"):
            self.send(data + self.suffix)

    def send(self, data: bytes) -> None:
        """Put raw bytes on the line."""
        while data:
            data = data[os.write(self._master, data) :]

    def heard(self, wait_s: float = 0.0) -> bytes:
        """What the host has sent since last asked; waits up to `wait_s` for the first byte."""
        ready, _, _ = select.select([self._master], [], [], wait_s)
        return os.read(self._master, 4096) if ready else b""

    def in_use(self, wait_s: float = 0.0) -> bool:
        """Whether a host holds the port open (exclusively), given `wait_s` seconds to do so.

        What is sent before is lost, as with a real scanner: a host clears the line when it opens it.
        """
        deadline = time.monotonic() + wait_s
        while not self._held():
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)
        time.sleep(0.05)
        return True

    def _held(self) -> bool:
        try:
            fcntl.flock(self._slave, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(self._slave, fcntl.LOCK_UN)
        return False


class VirtualSsiScanner(VirtualScanner):
    """The same in SSI mode: sends a code again, marked as a repeat, until it is acknowledged."""

    def scan(self, code: str, fault: str | None = None) -> None:
        """`fault` as of VirtualScanner; "truncated" is a packet damaged on its way, which the host must refuse."""
        data = bytes([CODE_128]) + (code.replace("\x1d", "") if fault == "lost_gs" else code).encode()
        whole, again = (Packet(DECODE_DATA, 0, status, data).frame() for status in (0, RETRANSMIT))
        if fault == "unplug":
            self.send(whole[: len(whole) // 2])
            self.unplug()
            return
        self.send(whole[:-1] + bytes([whole[-1] ^ 1]) if fault == "truncated" else whole)
        if fault in ("lost_ack", "truncated"):
            self.heard(10.0)
            self.send(again)
        if fault == "double_fire":
            self.send(whole)
