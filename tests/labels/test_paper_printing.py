"""Papers through a real CUPS queue to an IPP printer: what arrives is the paper that was made."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from labels.papers.spool import spool, waiting
from labels.printer import Unsent
from tests.labels.far_ends import eventually, scheduler, unused_port
from tests.labels.paper_samples import paper
from tests.shared import missing

pytestmark = pytest.mark.cups


@contextlib.contextmanager
def running(call: list[str], **more: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        call, env=os.environ | more, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A queue, and the folder in which its printer keeps what it prints."""
    for program in ("cupsd", "lpadmin", "lp", "ippeveprinter", "dbus-daemon"):
        if shutil.which(program) is None and not Path("/usr/sbin", program).exists():
            missing(program)
    if os.geteuid() != 0:
        missing("the right to add a CUPS queue (root)")
    port, kept = unused_port(), tmp_path / "printed"
    kept.mkdir()
    tmp_path.chmod(0o755)
    queue = f"paper{port}"
    # The printer wants a bus to announce itself on, although it is told not to.
    bus_call = ["dbus-daemon", "--session", "--print-address=1", "--nofork", f"--address=unix:dir={tmp_path}"]
    with scheduler(), running(bus_call) as bus:
        address = bus.stdout.readline().strip()
        call = ["ippeveprinter", "-r", "off", "-p", str(port), "-k", "-d", str(kept), "-f", "application/pdf"]
        with running([*call, "-c", "/bin/true", queue], DBUS_SYSTEM_BUS_ADDRESS=address):
            eventually(lambda: listens(port), 60)
            device = f"ipp://localhost:{port}/ipp/print"
            subprocess.run(
                ["lpadmin", "-p", queue, "-E", "-v", device, "-m", "everywhere"], check=True, capture_output=True
            )
            try:
                yield queue, kept
            finally:
                subprocess.run(["lpadmin", "-x", queue], check=True, capture_output=True)


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    return re.sub(r"\s", "", "".join(texts))


def test_what_the_printer_gets_is_the_paper(office: tuple[str, Path]) -> None:
    queue, kept = office
    made = paper("invoice", 60).data
    request = spool(made, queue, title="发票 INV-1\n")
    assert request.startswith(f"{queue}-")
    eventually(lambda: any(file.stat().st_size for file in kept.glob("*.pdf")) and not waiting(request), 60)
    (printed,) = [file for file in kept.glob("*.pdf") if file.stat().st_size]
    assert text_of(printed.read_bytes()) == text_of(made)


def test_what_cups_refuses_is_unsent(office: tuple[str, Path]) -> None:
    for queue in ("nosuchqueue", "-o", "a b", ""):
        with pytest.raises(Unsent):
            spool(b"%PDF-1.4", queue, title="x")


def test_without_cups_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unsent, match="cups-client"):
        spool(b"%PDF-1.4", "office", title="x")
