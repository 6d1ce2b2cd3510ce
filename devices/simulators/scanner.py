"""A virtual serial scanner at the far end of a pty, with the faults of real ones by name."""

import fcntl
import os
import select
import time
import tty
from pathlib import Path

FAULTS = ("double_fire", "truncated", "no_suffix", "unplug")


class VirtualScanner:
    """`path` is a link that stays the same over unplug and plug, as /dev/serial/by-id does.

    `heard` collects what the host sends: ACK, beeps.
    """

    def __init__(self, path: Path, suffix: bytes = b"\r") -> None:
        self.path, self.suffix = path, suffix
        self._master = self._slave = -1
        self.plug()

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
        data = code.encode()
        if fault in ("truncated", "unplug"):
            self.send(data[: len(data) // 2] or data)
            if fault == "unplug":
                self.unplug()
            return
        self.send(data if fault == "no_suffix" else data + self.suffix)
        if fault == "double_fire":
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
