"""Hears what a scanner sends to a terminal, a serial port, a pipe or a reader, for `floor doctor scanner`."""

import os
import queue
import select
import termios
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from devices.adapters import source_file
from devices.agent import utc_now
from devices.scan import Source
from devices.seat import Seat, Stamp
from devices.wiring import Stanza
from labels.scanner_test import TESTS
from web.scanner_diagnosis import Heard

ENDS, FINISHED = b"\r\n\t", b"\x04"  # Ctrl+D
SILENCE_S, PATIENCE_S, REPEAT_S = 0.3, 60.0, 1.0
OPENING_S = 3.0


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


def hear_reader(stanza: Stanza, folder: Path) -> Iterator[Heard]:
    """The same of a reader of readers.toml, by its own source and settings; `folder` is for its files.

    OSError where its device does not open: unplugged, or held by the agent that runs.
    """
    seat = Seat(stanza.name, folder, Stamp(stanza.name, utc_now, os.urandom))
    source: Source = source_file(stanza.kind).open_source(stanza.settings, seat)
    heard = queue.SimpleQueue[Heard]()
    thread = threading.Thread(target=_listen, args=(source, heard), daemon=True)
    thread.start()
    try:
        _await_ready(seat)
        with suppress(queue.Empty):
            for count in range(1000):
                yield heard.get(timeout=REPEAT_S if count >= len(TESTS) else PATIENCE_S)
    finally:
        seat.stop.set()
        thread.join(2.0)
        source.close()


def _listen(source: Source, heard: queue.SimpleQueue[Heard]) -> None:
    scans, kept = source.scans(), None
    with suppress(StopIteration):
        while True:
            scan = scans.send(kept)
            heard.put(Heard((scan.symbology or "") + scan.codes[0]))
            kept = True


def _await_ready(seat: Seat) -> None:
    for _ in range(int(OPENING_S / 0.1)):
        if seat.health.state == "ready":
            return
        seat.stop.wait(0.1)
    raise OSError(seat.health.error or "it does not open")
