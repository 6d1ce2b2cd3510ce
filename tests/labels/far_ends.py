"""For each transport the far end of its wire: how to reach a printer through it, and what the printer then holds."""

import contextlib
import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import tty
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from labels.simulators.printer import VirtualPrinter
from tests.shared import missing


@dataclass
class FarEnd:
    """Settings for `connect`, settings that lead nowhere, what arrived, and the virtual printer if there is one."""

    settings: dict[str, object]
    nowhere: dict[str, object]
    arrived: Callable[[], list[bytes]]
    printer: VirtualPrinter | None


def eventually(done: Callable[[], object], seconds: float = 10.0) -> None:
    """Waits until `done()`; fails when it never is."""
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.005)


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]


@contextlib.contextmanager
def tcp(folder: Path) -> Iterator[FarEnd]:
    with VirtualPrinter() as printer:
        quick = {"host": "127.0.0.1", "answer_seconds": 10.0, "connect_seconds": 10.0}
        yield FarEnd(
            {**quick, "port": printer.port},
            {**quick, "port": unused_port()},
            lambda: [label.zpl for label in printer.labels],
            printer,
        )


@contextlib.contextmanager
def file(folder: Path) -> Iterator[FarEnd]:
    path = folder / "labels.zpl"
    yield FarEnd(
        {"path": str(path)},
        {"path": str(folder / "no such folder" / "labels.zpl")},
        lambda: [path.read_bytes()] if path.exists() else [],
        None,
    )


@contextlib.contextmanager
def usb(folder: Path) -> Iterator[FarEnd]:
    """A pseudo-terminal in the place of /dev/usb/lp0: a character device that carries bytes both ways."""
    with VirtualPrinter() as printer:
        master, slave = os.openpty()
        tty.setraw(slave)
        line = socket.create_connection(("127.0.0.1", printer.port))
        pumps = [
            threading.Thread(target=_pump, args=(lambda: os.read(master, 4096), line.sendall), daemon=True),
            threading.Thread(
                target=_pump, args=(lambda: line.recv(4096), lambda data: os.write(master, data)), daemon=True
            ),
        ]
        for pump in pumps:
            pump.start()
        try:
            yield FarEnd(
                {"path": os.ttyname(slave), "answer_seconds": 10.0},
                {"path": str(folder / "lp9")},
                lambda: [label.zpl for label in printer.labels],
                printer,
            )
        finally:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            os.close(slave)
            for pump in pumps:
                pump.join(5)
            line.close()
            os.close(master)


def _pump(read: Callable[[], bytes], write: Callable[[bytes], object]) -> None:
    with contextlib.suppress(OSError):
        while data := read():
            write(data)


@contextlib.contextmanager
def cups(folder: Path) -> Iterator[FarEnd]:
    """A raw queue of a real CUPS in front of the virtual printer."""
    for program in ("cupsd", "lpadmin", "lpr", "lpstat"):
        if shutil.which(program) is None and not Path("/usr/sbin", program).exists():
            missing(program)
    if os.geteuid() != 0:
        missing("the right to add a CUPS queue (root)")
    with scheduler(), VirtualPrinter() as printer:
        queue = f"floor{printer.port}"
        device = f"socket://127.0.0.1:{printer.port}"
        add = ["lpadmin", "-p", queue, "-E", "-v", device, "-m", "raw", "-o", "printer-error-policy=retry-job"]
        subprocess.run(add, check=True, capture_output=True)
        try:
            yield FarEnd(
                {"queue": queue}, {"queue": "nosuchqueue"}, lambda: [label.zpl for label in printer.labels], printer
            )
        finally:
            subprocess.run(["lpadmin", "-x", queue], check=True, capture_output=True)


@contextlib.contextmanager
def scheduler() -> Iterator[None]:
    """The running CUPS, or one started for the test."""
    with Path(tempfile.gettempdir(), "floor-tests-cups.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # there is one CUPS on a machine, but tests run in several processes
        if _runs():
            yield
        else:
            yield from _started()


def _started() -> Iterator[None]:
    process = subprocess.Popen(["/usr/sbin/cupsd", "-f"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually(_runs)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _runs() -> bool:
    told = subprocess.run(["lpstat", "-r"], capture_output=True, text=True, check=False)
    return "scheduler is running" in told.stdout


FAR_ENDS = {"tcp": tcp, "file": file, "usb": usb, "cups": cups}
MARKS = {"cups": [pytest.mark.cups]}
