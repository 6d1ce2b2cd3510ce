"""The far ends: what a serial scanner, a wedge, a HID-POS scanner and somebody's keyboard put on their cables."""

import contextlib
import os
import select
import string
import tty
from collections.abc import Iterator

import evdev
from evdev import ecodes

from tests.machine.guest.gadgets import Gadget
from tests.machine.guest.report import until

CTRL, SHIFT = 0x01, 0x02
# HID Usage Tables, 10: the US layout's keys that codes are made of.
PLAIN = {
    **{letter: 4 + at for at, letter in enumerate(string.ascii_lowercase)},
    **{digit: 30 + at for at, digit in enumerate("1234567890")},
    "\r": 40, "-": 45, "=": 46, "]": 48, ".": 55, "/": 56,
}  # fmt: skip
SIZE, DATA = 64, 56


def serial(gadget: Gadget, data: bytes) -> None:
    """Put bytes on the line of a serial scanner."""
    with line(gadget) as fd:
        os.write(fd, data)


@contextlib.contextmanager
def line(gadget: Gadget) -> Iterator[int]:
    """The scanner's end of its line, raw."""
    fd = until(lambda: _opened(gadget), 20)
    try:
        tty.setraw(fd)
        yield fd
    finally:
        os.close(fd)


def _opened(gadget: Gadget) -> int:
    with contextlib.suppress(OSError):
        return os.open(gadget.node(), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    return 0


def listened(fd: int, wanted: bytes, seconds: float = 60.0) -> bytes:
    """What the host has sent to the scanner, until `wanted` is in it."""
    got = b""

    def more() -> bool:
        nonlocal got
        if select.select([fd], [], [], 0)[0]:
            got += os.read(fd, 4096)
        return wanted in got

    until(more, seconds)
    return got


def wedge(gadget: Gadget, code: str) -> None:
    """Type a code and Enter as boot keyboard reports; GS is Ctrl+]."""
    fd = os.open(gadget.node(), os.O_RDWR)
    try:
        for sign in code + "\r":
            held = CTRL if sign == "\x1d" else SHIFT if sign.isupper() else 0
            key = PLAIN["]" if sign == "\x1d" else sign.lower()]
            os.write(fd, bytes([held, 0, key, 0, 0, 0, 0, 0]))
            os.write(fd, bytes(8))
    finally:
        os.close(fd)


def hid_pos(gadget: Gadget, aim: str, data: bytes) -> None:
    """A code in as many reports of 64 bytes as it needs."""
    pieces = [data[at : at + DATA] for at in range(0, len(data), DATA)]
    fd = os.open(gadget.node(), os.O_RDWR)
    try:
        for piece in pieces:
            report = bytes([2, len(piece)]) + aim.encode() + piece.ljust(DATA + 2, b"\x00")
            os.write(fd, report + bytes([piece is not pieces[-1]]))
    finally:
        os.close(fd)


class DeskKeyboard:
    """Somebody's keyboard, made by uinput; it is no scanner, and must go on working as a keyboard."""

    def __init__(self) -> None:
        keys = [ecodes.ecodes[f"KEY_{letter}"] for letter in string.ascii_uppercase] + [ecodes.KEY_ENTER]
        self._made = evdev.UInput({ecodes.EV_KEY: keys}, name="Desk keyboard", vendor=0x046D, product=0xC31C)
        self.path = str(until(lambda: self._made.device and self._made.device.path, 20))

    def type(self, word: str) -> None:
        for letter in word.upper():
            for value in (1, 0):
                self._made.write(ecodes.EV_KEY, ecodes.ecodes[f"KEY_{letter}"], value)
                self._made.syn()

    def close(self) -> None:
        self._made.close()
