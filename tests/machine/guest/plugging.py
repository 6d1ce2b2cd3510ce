"""Checks of devices that appear: their names, who may open them, what they scan, and what stays with the console."""

import os
import termios
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import evdev

from tests.machine.guest import scanners, site
from tests.machine.guest.bench import Bench
from tests.machine.guest.gadgets import host_node
from tests.machine.guest.report import Checks, appears, until

ZEBRA = "/dev/serial/by-id/usb-Symbol_DS2208_S1234567-if00"
SEVEN = "/dev/serial/by-path/platform-dummy_hcd.1-usb-0:1:1.0"
KEYS = "/dev/input/by-id/usb-Honeywell_3320g_19230A0C37-event-kbd"
LINKS = (ZEBRA, SEVEN, KEYS, "/dev/floor/pack1", "/dev/floor/pack2", "/dev/floor/wedge1")
MONITOR = Path("/sys/kernel/debug/usb/usbmon/0u")
LINE_CODING = " s 21 20 "
POWER = ["power-switch"]
SEVEN_EVEN = "80250000000207"  # USB PSTN 1.2, 6.3.11: 9600 baud, 1 stop bit, even parity, 7 data bits


def names(bench: Bench) -> Checks:
    """Plug all devices in, and leave them so."""
    with monitored() as events:
        for gadget in bench.all:
            gadget.plug()
        for link in LINKS:
            there = appears(link)
            yield f"{link} is there", there, os.path.realpath(link) if there else "missing"
        pos = until(lambda: host_node("hidraw", bench.pos), 30)
        for node, group in ((os.path.realpath(KEYS), "input"), (pos, "input"), ("/dev/usb/lp0", "lp")):
            appears(node)
            yield f"{node.rstrip('0123456789')} belongs to its group", *_belongs(node, group)
        for node in (*(os.path.realpath(link) for link in LINKS[:3]), pos):
            held = until(partial(site.holds, site.READERS, node), 60)
            yield f"the readers have opened {node.rstrip('0123456789')}", held, node
        sent = until(lambda: SEVEN_EVEN in _line_codings(events), 20)
        told = " ".join(_line_codings(events)) or "none"
        yield "7 bits and even parity went over the cable", sent, f"{told}, in {len(events)} events"
    flags = _flags(os.path.realpath(SEVEN))
    even = flags & termios.CSIZE == termios.CS7 and flags & termios.PARENB and not flags & termios.PARODD
    yield "and stand in the kernel's settings of the port", bool(even), f"cflag {flags:o}"


@contextmanager
def monitored() -> Iterator[list[str]]:
    """What goes over all USB cables while this lasts, a line an event (Documentation/usb/usbmon.rst of Linux)."""
    events: list[str] = []
    done = threading.Event()
    fd = os.open(MONITOR, os.O_RDONLY | os.O_NONBLOCK)

    def listen() -> None:
        while not done.is_set():
            try:  # one event a call, out of a short queue
                said = os.read(fd, 65536).decode("ascii", "replace")
            except BlockingIOError:
                done.wait(0.01)
                continue
            events.extend(said.splitlines())

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield events
    finally:
        done.set()
        thread.join()
        os.close(fd)


def _line_codings(events: list[str]) -> list[str]:
    """What hosts have set serial scanners to, as hex."""
    return [event.partition(" = ")[2].replace(" ", "") for event in events if LINE_CODING in event]


def _belongs(node: str, group: str) -> tuple[bool, str]:
    found = Path(node).stat()
    mode = f"{found.st_mode & 0o777:o}"
    owner = next(line.split(":")[0] for line in _groups() if int(line.split(":")[2]) == found.st_gid)
    return owner == group and mode == "660", f"{node} {mode} {owner}"


def _groups() -> list[str]:
    return Path("/etc/group").read_text().splitlines()


def _flags(node: str) -> int:
    fd = os.open(node, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        return int(termios.tcgetattr(fd)[2])
    finally:
        os.close(fd)


def scans(bench: Bench, hall: site.Hall) -> Checks:
    with scanners.line(bench.zebra) as line:
        os.write(line, b"SERIAL-1\rSERIAL-2\r")
        yield "two serial scans in one write", hall.knows("SERIAL-1") and hall.knows("SERIAL-2"), "SERIAL-1 SERIAL-2"
        heard = scanners.listened(line, b"\x07WRONG")
        yield "the scanner hears the verdict", b"\x07WRONG" in heard, repr(heard)
    scanners.serial(bench.seven, b"SEVEN-1\r")
    yield "a scan with 7 bits and even parity", hall.knows("SEVEN-1"), "SEVEN-1"
    scanners.hid_pos(bench.pos, "]d2", b"01095210000000131711" + b"A" * 50 + b"\x1d21XYZ")
    long = "01095210000000131711" + "A" * 50 + "\u241d21XYZ"
    yield "a HID-POS code over two reports, GS kept", hall.knows(long), f"{len(long)} characters"
    yield from _grabbed(bench, hall)
    judged = hall.judged()
    yield "each was judged once", len(judged) == len(set(judged)) == 5, f"{len(judged)} scans"


def _grabbed(bench: Bench, hall: site.Hall) -> Checks:
    desk = scanners.DeskKeyboard()
    console = os.open("/dev/tty1", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    tty.setraw(console)
    other, beside = evdev.InputDevice(KEYS), evdev.InputDevice(desk.path)
    try:
        scanners.wedge(bench.wedge, "WEDGE-1\x1d17")
        yield "a wedge scan, Shift and GS as Ctrl+]", hall.knows("WEDGE-1\u241d17"), "WEDGE-1 GS 17"
        yield "nobody else gets the wedge's keys", other.read_one() is None, "second reader of the node: nothing"
        yield "nor does the console", _typed(console) == b"", "tty1: nothing"
        desk.type("desk")
        got = until(lambda: beside.read_one() is not None, 20)
        typed = b""

        def more() -> bytes:
            nonlocal typed
            typed += _typed(console)
            return typed if len(typed) >= 4 else b""

        until(more, 20)
        yield "a keyboard beside it still types at the console", got and typed == b"desk", f"tty1: {typed.decode()}"
        ignored = [_ignored(path) for path in (os.path.realpath(KEYS), desk.path)]
        yield "a desktop is told to leave the wedge alone", ignored == [True, False], "wedge ignored, keyboard not"
        wedge, keyboard = (sorted(_tags(path)) for path in (os.path.realpath(KEYS), desk.path))
        yield "a code of a power key switches nothing off", (wedge, keyboard) == ([], POWER), f"{wedge}, {keyboard}"
        yield "the readers do not open the keyboard", not site.holds(site.READERS, desk.path), desk.path
    finally:
        for device in (other, beside, desk):
            device.close()
        os.close(console)


def _typed(console: int) -> bytes:
    time.sleep(0.3)  # what would come by mistake must have its time to come
    try:
        return os.read(console, 100)
    except BlockingIOError:
        return b""


def _tags(node: str) -> set[str]:
    """Those that make logind listen to a device."""
    said = site.run("udevadm", "info", "--query=property", "--property=CURRENT_TAGS", "--value", f"--name={node}")
    return set(said.split(":")) & {"power-switch", "seat"}


def _ignored(node: str) -> bool:
    return "LIBINPUT_IGNORE_DEVICE=1" in site.run("udevadm", "info", "--query=property", f"--name={node}")
