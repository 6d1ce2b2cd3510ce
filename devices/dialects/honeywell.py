"""Honeywell hand scanners on a line: packets that name the code's kind, menu commands, beeps and the trigger.

Commands and packets as Honeywell's user guides have them ("Serial Programming Commands", data format DECHDR), and as
public drivers for the same scanners read them.
"""

import logging
from typing import Literal

import msgspec

from devices.adapters import known_charset
from devices.frames import AIM, Frames, Framing, marker, read_code
from devices.scan import Code

SPEAKS = "line"
log = logging.getLogger("floor.readers")
TRIGGER_ON, TRIGGER_OFF, BEEP, MENU = b"\x16T\r", b"\x16U\r", b"\x16\x07\r", b"\x16M\r"
# A packet: SYN FE, length of the rest (4 bytes, low byte first), CR; then MSGGET, 4 digits, maker's letter, AIM, GS.
START, HEAD, KIND, INNER = b"\x16\xfe", 7, b"MSGGET", 14
LIMIT = 4096
REFUSED = {b"\x05": "does not know", b"\x15": "refuses the value of"}


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`packets`: the scanner is told at each opening to send packets (DECHDR1); else plain codes that end by `suffix`.

    `menu` holds further menu commands for each opening, e.g. `["BEPLVL3", "PAPHHF"]`; they go to RAM, so the scanner's
    own settings stay. `trigger` "held" keeps it reading without a hand. `beeps`: how often it beeps for a verdict.
    """

    packets: bool = True
    menu: tuple[str, ...] = ()
    trigger: Literal["hand", "held"] = "hand"
    beeps: dict[str, int] = msgspec.field(default_factory=lambda: {"done": 1, "error": 3, "double": 2, "refused": 3})
    suffix: str = "CR"
    charset: str = "utf-8"
    aim: bool = True
    partial_ms: int = 500


class Honeywell:
    """See LineDialect. It expects no receipt; what it sent while nobody listened is gone, and never repeated."""

    unanswered: str | None = None

    def __init__(self, options: Options) -> None:
        self._options, self._charset = options, known_charset(options.charset)
        self._partial_s = options.partial_ms / 1000
        self._frames = Frames(Framing(suffix=marker(options.suffix), partial_s=self._partial_s))
        self._held = bytearray()
        self._last = 0.0
        self._again = TRIGGER_ON if options.trigger == "held" else b""
        wanted = [*(["DECHDR1"] if options.packets else []), *options.menu]
        self.hello = (menu(wanted) if wanted else b"") + self._again

    def feed(self, chunk: bytes, now: float) -> list[Code | bytes]:
        if not self._options.packets:
            return [Code(*read_code(raw, self._charset, self._options.aim)) for raw in self._frames.feed(chunk, now)]
        self.idle(now)
        self._last = now
        self._held += chunk
        out: list[Code | bytes] = []
        while (packet := self._packet()) is not None:
            out += self._read(packet)
        return out

    def idle(self, now: float) -> list[Code | bytes]:
        self._frames.idle(now)
        if now - self._last > self._partial_s:
            self._held.clear()
        return []

    def receipt(self) -> bytes:
        return self._again

    def drop(self) -> None:
        self._frames.drop()
        self._held.clear()

    def tell(self, sound: str) -> bytes:
        return BEEP * self._options.beeps.get(sound, 0)

    def _packet(self) -> bytes | None:
        """The inside of the first whole packet; what stands before it are answers to menu commands."""
        while (start := self._held.find(START)) >= 0:
            self._answers(bytes(self._held[:start]))
            del self._held[:start]
            if len(self._held) < HEAD:
                return None
            length = int.from_bytes(self._held[2:6], "little")
            if length > LIMIT + INNER or self._held[6] != 0x0D:
                del self._held[: len(START)]
                continue
            if len(self._held) < HEAD + length:
                return None
            packet = bytes(self._held[HEAD : HEAD + length])
            del self._held[: HEAD + length]
            return packet
        keep = len(START) - 1
        if len(self._held) > keep:
            self._answers(bytes(self._held[:-keep]))
            del self._held[:-keep]
        return None

    def _read(self, packet: bytes) -> list[Code | bytes]:
        length = packet[6:10]
        if not packet.startswith(KIND) or len(packet) < INNER or packet[13] != 0x1D or not length.isdigit():
            self._answers(packet)
            return []
        data = packet[INNER : INNER + int(length)].rstrip(b"\r\n")
        text, aim = read_code(data, self._charset, self._options.aim)
        said = "]" + packet[11:13].decode("latin-1")
        return [Code(text, aim or (said if AIM.fullmatch(said) else None))] if text else []

    def _answers(self, text: bytes) -> None:
        for mark, what in REFUSED.items():
            if mark in text:
                log.warning(
                    "the scanner %s a menu command: %s", what, text[:80].decode("latin-1").encode("unicode_escape")
                )


def menu(commands: list[str]) -> bytes:
    """One line of menu commands, kept in RAM only ("!" at its end)."""
    return MENU + ";".join(commands).encode("ascii", errors="replace") + b"!"


def open_dialect(options: Options) -> Honeywell:
    return Honeywell(options)
