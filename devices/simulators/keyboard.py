"""A virtual keyboard-wedge scanner: types codes as 24-byte input_event records into a FIFO."""

import os
import struct
from pathlib import Path

from devices.keys import CAPS, EV_KEY, EV_SYN, SYN_DROPPED, SYN_REPORT
from devices.layouts import KEYPAD, KEYPAD_SIGNS, LAYOUTS

FAULTS = ("double_fire", "truncated", "no_suffix", "wrong_layout", "lost_gs", "caps_lock", "overrun", "unplug")
EVENT = struct.Struct("llHHi")
ENTER, LEFT_SHIFT, LEFT_CTRL, ALTGR, RIGHT_BRACE = 28, 42, 29, 100, 27


class VirtualKeyboard:
    """The FIFO `path` is made here, and may be opened by the reader before or after."""

    def __init__(self, path: Path, layout: str = "us") -> None:
        self.path, self.layout = path, layout
        self._fd = -1
        self.plug()

    def plug(self) -> None:
        """Plug it in: a FIFO at its path, a new one after `unplug`."""
        if not self.path.exists():
            os.mkfifo(self.path)
        self._fd = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)

    def unplug(self) -> None:
        self.path.unlink(missing_ok=True)
        self.close()

    def type(self, code: str, fault: str | None = None) -> None:
        """Type `code` and Enter. `fault` is one of FAULTS. ValueError where the layout lacks a character."""
        if fault not in (None, *FAULTS):
            raise ValueError(f"no such fault: {fault}; there are {', '.join(FAULTS)}")
        presses = strokes("de" if fault == "wrong_layout" else self.layout, code)
        if fault == "lost_gs":
            presses = strokes(self.layout, code.replace("\x1d", ""))
        if fault in ("truncated", "unplug"):
            presses = presses[: len(presses) // 2]
        if fault == "caps_lock":
            self.press(CAPS)
        for held, key in presses:
            self.press(key, held)
            if fault == "overrun":
                self.send(EV_SYN, SYN_DROPPED, 0)
                self.send(EV_SYN, SYN_REPORT, 0)
        if fault == "unplug":
            self.unplug()
        if fault not in ("truncated", "no_suffix", "unplug"):
            self.press(ENTER)
        if fault == "caps_lock":
            self.press(CAPS)
        if fault == "double_fire":
            self.type(code)

    def press(self, key: int, held: int | None = None) -> None:
        """Press and release one key, with another one held."""
        order = [(held, 1), (key, 1), (key, 0), (held, 0)] if held else [(key, 1), (key, 0)]
        for code, value in order:
            self.send(EV_KEY, code or 0, value)
            self.send(EV_SYN, SYN_REPORT, 0)

    def send(self, kind: int, code: int, value: int) -> None:
        """Put one record into the FIFO."""
        os.write(self._fd, EVENT.pack(0, 0, kind, code, value))

    def close(self) -> None:
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)


def strokes(layout: str, code: str) -> list[tuple[int | None, int]]:
    """(held key or None, key) for each character of `code`; GS is Ctrl+]."""
    there = LAYOUTS[layout]
    keypad = set(KEYPAD) | set(KEYPAD_SIGNS)
    ways: dict[str, tuple[int | None, int]] = {"\x1d": (LEFT_CTRL, RIGHT_BRACE)}
    for held, table in ((ALTGR, there.altgr), (LEFT_SHIFT, there.shift), (None, there.plain)):
        ways |= {character: (held, key) for key, character in table.items() if key not in keypad}
    missing = sorted(set(code) - set(ways))
    if missing:
        raise ValueError(f"the {layout} layout has no key for {missing}")
    return [ways[character] for character in code]
