"""Which scan last got its receipt, so that after a crash a scanner's repeat of an unanswered code is known."""

import os
from contextlib import suppress
from pathlib import Path


class Receipts:
    """One id in one file. Written without sync: a killed process leaves it, and after a power cut scanners start anew."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / f"{name}.receipt"
        self.last = ""
        with suppress(OSError, UnicodeDecodeError):
            self.last = self._path.read_text(encoding="ascii")

    def sent(self, scan_id: str) -> None:
        """A full disk costs no scan: at worst a repeat is taken for a second one."""
        self.last = scan_id
        with suppress(OSError):
            fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.pwrite(fd, scan_id.encode("ascii"), 0)
            finally:
                os.close(fd)
