"""Turns the key events of a keyboard-wedge scanner into the codes it typed; a state machine without any I/O."""

import unicodedata

from devices.layouts import DEAD_MARKS, KEYPAD, LAYOUTS

EV_SYN, EV_KEY = 0, 1
SYN_REPORT, SYN_DROPPED = 0, 3
SHIFTS, CTRLS, ALT, ALTGR, CAPS = {42, 54}, {29, 97}, 56, 100, 58
ENDS = {"enter": 28, "keypad_enter": 96, "tab": 15}
F8 = 66
LIMIT = 4096


class Keys:
    """Feed it (type, code, value) of each input event (Linux, `struct input_event`); it gives whole codes.

    `gs_key` is the key code that means GS (0x1D) besides Ctrl+] and Alt+029. `silence_s` ends a code where the scanner
    sends no end key; without it a rest is dropped after `partial_s`.
    """

    def __init__(
        self,
        layout: str = "us",
        *,
        gs_key: int | None = F8,
        ends: frozenset[int] = frozenset(ENDS.values()),
        silence_s: float | None = None,
        partial_s: float = 0.5,
    ) -> None:
        self._layout = LAYOUTS[layout]
        self._gs_key, self._ends, self._silence_s, self._partial_s = gs_key, ends, silence_s, partial_s
        self.dropped = 0
        self._down: set[int] = set()
        self._caps = False
        self._text: list[str] = []
        self._alt_digits = ""
        self._dead = ""
        self._spoilt = False
        self._overrun = False
        self._last = 0.0

    def feed(self, kind: int, code: int, value: int, now: float) -> list[str]:
        """The codes that this event, at monotonic second `now`, completes: none, one or (after silence) two."""
        done = self.idle(now)
        self._last = now
        if kind == EV_SYN:
            self._sync(code)
        elif kind == EV_KEY and not self._overrun:
            if value == 0:
                self._release(code)
            elif value == 1:
                done += self._press(code)
        return done

    def idle(self, now: float) -> list[str]:
        """What silence up to `now` completes; or drops."""
        if not self._text and not self._spoilt:
            return []
        pause = now - self._last
        if self._silence_s is not None and pause >= self._silence_s:
            return self._end()
        if self._silence_s is None and pause > self._partial_s:
            self.drop()
        return []

    def drop(self) -> None:
        """The device is gone or silent: what was half typed belongs to nothing that follows, and no key is down."""
        self.dropped += bool(self._text) or self._spoilt
        self._text.clear()
        self._down.clear()
        self._alt_digits = self._dead = ""
        self._spoilt = self._overrun = False

    def _sync(self, code: int) -> None:
        if code == SYN_DROPPED:
            # The kernel has thrown events away: this code is spoilt up to its end, and releases may be missing.
            self._text.clear()
            self._down.clear()
            self._alt_digits = self._dead = ""
            self._spoilt = self._overrun = True
        elif code == SYN_REPORT:
            self._overrun = False

    def _release(self, code: int) -> None:
        self._down.discard(code)
        if code == ALT and self._alt_digits:
            self._add(alt_code(self._alt_digits))
            self._alt_digits = ""

    def _press(self, code: int) -> list[str]:
        if code in SHIFTS or code in CTRLS or code in (ALT, ALTGR):
            self._down.add(code)
        elif code == CAPS:
            self._caps = not self._caps
        elif code in self._ends:
            return self._end()
        elif code == self._gs_key:
            self._add("\x1d")
        elif ALT in self._down:
            self._alt_digits += KEYPAD.get(code, "")
        elif self._down & CTRLS:
            self._control(code)
        else:
            self._character(code)
        return []

    def _control(self, code: int) -> None:
        # By its letter where the layout has one there; else by the US place of the key, as scanners type Ctrl+].
        for layout in (self._layout, LAYOUTS["us"]):
            letter = layout.plain.get(code, "").upper()
            if len(letter) == 1 and "@" <= letter <= "_":  # the upper case of a German sz is two letters
                self._add(chr(ord(letter) & 0x1F))
                return

    def _character(self, code: int) -> None:
        plain = self._layout.plain.get(code, "")
        shifted = bool(self._down & SHIFTS) != (self._caps and plain.isalpha())
        typed = self._layout.shift.get(code, "") if shifted else plain
        if ALTGR in self._down:
            typed = self._layout.altgr.get(code, "")
        if self._dead:
            typed = compose(self._dead, typed)
            self._dead = ""
        elif typed in self._layout.dead and ALTGR not in self._down:
            self._dead, typed = typed, ""
        self._add(typed)

    def _add(self, typed: str) -> None:
        self._text.append(typed)
        self._spoilt = self._spoilt or len(self._text) > LIMIT
        if self._spoilt:
            self._text.clear()

    def _end(self) -> list[str]:
        text, spoilt = "".join(self._text) + self._dead, self._spoilt
        self._text.clear()
        self._dead = self._alt_digits = ""
        self._spoilt = False
        self.dropped += spoilt
        return [text] if text and not spoilt else []


def compose(dead: str, typed: str) -> str:
    """What a dead key and the next character give: one letter, or the accent itself before a space, or both."""
    if typed == " ":
        return dead
    both = unicodedata.normalize("NFC", typed + DEAD_MARKS[dead])
    return both if len(both) == 1 else dead + typed


def alt_code(digits: str) -> str:
    """The character of Alt + keypad digits, as Windows takes it: code page 1252 after a zero, else code page 437."""
    number = int(digits)
    if number < 0x80 or number > 0xFF:
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else ""
    return bytes([number]).decode("cp1252" if digits.startswith("0") else "cp437", errors="replace")
