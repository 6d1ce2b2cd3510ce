"""Hears what a scanner sends to a terminal, a serial port or a pipe, for `floor doctor scanner`."""

import os
import select
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager

from labels.scanner_test import TESTS
from web.scanner_diagnosis import Heard

ENDS, FINISHED = b"\r\n\t", b"\x04"  # Ctrl+D
SILENCE_S, PATIENCE_S, REPEAT_S = 0.3, 60.0, 1.0


@contextmanager
def opened(path: str | None) -> Iterator[int]:
    """A descriptor of `path`, or of the standard input; a terminal is made to hand on each key as it comes."""
    fd = os.open(path, os.O_RDONLY | os.O_NOCTTY) if path else os.dup(0)
    before = termios.tcgetattr(fd) if os.isatty(fd) else None
    try:
        if before is not None:
            (tty.setraw if path else tty.setcbreak)(fd, termios.TCSANOW)
        yield fd
    finally:
        if before is not None:
            termios.tcsetattr(fd, termios.TCSANOW, before)
        os.close(fd)


def hear(fd: int) -> Iterator[Heard]:
    """Each arrival as it comes, until there were six and a moment of silence, Ctrl+D, the end, or a minute of nothing."""
    held, count = b"", 0
    while True:
        wait = SILENCE_S if held else REPEAT_S if count >= len(TESTS) else PATIENCE_S
        ready, _, _ = select.select([fd], [], [], wait)
        chunk = os.read(fd, 4096) if ready else b""
        if not chunk:
            if held:
                yield Heard(held.decode("utf-8", errors="replace"), ended=False)
                held, count = b"", count + 1
                if not ready:
                    continue
            return
        for byte in chunk:
            if byte in ENDS:
                if held:
                    yield Heard(held.decode("utf-8", errors="replace"))
                    held, count = b"", count + 1
            elif byte in FINISHED:
                return
            else:
                held += bytes([byte])
