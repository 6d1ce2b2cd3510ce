"""Zebra (Symbol, Motorola) hand scanners in SSI mode: packets that the host must acknowledge, beeps and lights."""

import msgspec

from devices.adapters import known_charset
from devices.frames import read_code
from devices.packets import (
    AIM_IDS,
    BEEP,
    CMD_ACK,
    CMD_NAK,
    CONTINUATION,
    DECODE_DATA,
    LED_OFF,
    LED_ON,
    RETRANSMIT,
    SCAN_DISABLE,
    SCAN_ENABLE,
    SEGMENT,
    SEGMENT_ACK,
    Packet,
    host,
    parse,
)
from devices.scan import Code, DialectError

SPEAKS = "line"
ACK, NAK_RESEND = host(CMD_ACK), host(CMD_NAK, 0x01)
ENABLE, DISABLE = host(SCAN_ENABLE), host(SCAN_DISABLE)
HOLD_S = 3.0
GREEN, RED = 0x01, 0x02
LIMIT = 4096
# Opcode 73: behind its number the first segment holds a DECODE_DATA header with the type at 5, the length at 7.
SEGMENT_TYPE, SEGMENT_LENGTH, SEGMENT_HEAD = 5, 7, 9


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`beeps` are SSI beep codes (hex 00 to 1A) by verdict; `wake` sends 00 before a command, for battery units.

    `one_by_one` holds the scanner still from a code to its verdict, at most HOLD_S: nobody scans ahead of a "wrong".
    """

    charset: str = "utf-8"
    aim: bool = True
    partial_ms: int = 500
    beeps: dict[str, int] = msgspec.field(
        default_factory=lambda: {"ok": 1, "done": 14, "error": 18, "double": 3, "refused": 18}
    )
    wake: bool = False
    one_by_one: bool = False


class Ssi:
    """See LineDialect. A packet repeated because our ACK was lost is acknowledged again and is no second scan.

    A repeat that we asked for, or whose first form came damaged, is the scan itself: the same code may stand before it.
    """

    unanswered: str | None = None

    def __init__(self, options: Options) -> None:
        self._options, self._charset = options, known_charset(options.charset)
        self._held = bytearray()
        self._parts: list[bytes] = []
        self._segments: list[bytes] = []
        self._offered: Packet | None = None
        self._kept: Packet | None = None
        self._long: Code | None = None  # of segments, as it was offered
        self._damaged = False
        self._last = 0.0
        self._still_since: float | None = None
        self._wake = b"\x00" if options.wake else b""
        self.hello = self._wake + ENABLE

    def feed(self, chunk: bytes, now: float) -> list[Code | bytes]:
        out = self.idle(now)
        self._last = now
        self._held += chunk
        while True:
            while self._held and self._held[0] < 4:
                del self._held[0]  # A wake-up byte, or noise: no packet is that short.
            if not self._held or len(self._held) < self._held[0] + 2:
                return out
            frame = bytes(self._held[: self._held[0] + 2])
            del self._held[: len(frame)]
            try:
                out += self._packet(parse(frame))
            except DialectError:
                # What follows a damaged length cannot be told apart from its inside; the scanner sends all again.
                self._held.clear()
                self._damaged = True
                out.append(NAK_RESEND)

    def idle(self, now: float) -> list[Code | bytes]:
        if now - self._last > self._options.partial_ms / 1000:
            self._damaged |= bool(self._held)
            self.drop()  # nor does the rest of a longer code come any more: what follows is another one
        if self._still_since is not None and now - self._still_since > HOLD_S:
            self._still_since = None
            return [self._wake + ENABLE]
        return []

    def receipt(self) -> bytes:
        self._kept = self._offered
        if not self._options.one_by_one:
            return ACK
        self._still_since = self._last
        return ACK + DISABLE

    def drop(self) -> None:
        self._held.clear()
        self._parts.clear()
        self._segments.clear()

    def tell(self, sound: str) -> bytes:
        free = ENABLE if self._still_since is not None else b""
        self._still_since = None
        if sound not in self._options.beeps:
            return free
        good = sound in ("ok", "done")
        light = host(LED_OFF, 0xFF) if good else b""
        return self._wake + free + light + host(BEEP, self._options.beeps[sound]) + host(LED_ON, GREEN if good else RED)

    def _packet(self, packet: Packet) -> list[Code | bytes]:
        if packet.op == SEGMENT:
            return self._segment(packet)
        if packet.op != DECODE_DATA or not packet.data:
            return []
        plain = Packet(packet.op, packet.source, packet.status & ~RETRANSMIT, packet.data)
        if self._is_repeat(packet, plain):
            return [ACK]
        self._parts.append(packet.data if not self._parts else packet.data[1:])
        if sum(map(len, self._parts)) > LIMIT:
            self._parts.clear()
            return [NAK_RESEND]
        if packet.status & CONTINUATION:
            self._kept = plain
            return [ACK]
        whole = b"".join(self._parts)
        self._parts.clear()
        self._offered = plain
        code = self._code(whole[0], whole[1:])
        return [code] if code.text else [ACK]

    def _is_repeat(self, packet: Packet, plain: Packet) -> bool:
        damaged, self._damaged = self._damaged, False
        unanswered, self.unanswered = self.unanswered, None
        if not packet.status & RETRANSMIT or damaged:
            return False
        return plain == self._kept or self._code(packet.data[0], packet.data[1:]).text == unanswered

    def _segment(self, packet: Packet) -> list[Code | bytes]:
        """A long code comes as segments; the first, numbered 0, says type and length of the whole."""
        plain = Packet(packet.op, packet.source, packet.status & ~RETRANSMIT, packet.data)
        again, number, data = packet.status & RETRANSMIT, packet.data[0] if packet.data else 0, packet.data[1:]
        if again and not self._segments and plain == self._offered:
            return [ACK] if plain == self._kept or self._long is None else [self._long]
        if number < len(self._segments) and (again or number):
            return [host(SEGMENT_ACK)]
        if number == 0:
            self._segments.clear()
        if number != len(self._segments):
            return []  # one before it is missing, or its code was given up
        self._segments.append(data)
        whole = b"".join(self._segments)
        length = int.from_bytes(whole[SEGMENT_LENGTH:SEGMENT_HEAD], "big")
        if length > LIMIT or len(whole) > LIMIT + SEGMENT_HEAD:
            self._segments.clear()
            return [NAK_RESEND]
        if len(whole) < SEGMENT_HEAD + length:
            return [host(SEGMENT_ACK)]
        self._segments.clear()
        self._offered = plain
        code = self._code(whole[SEGMENT_TYPE], whole[SEGMENT_HEAD : SEGMENT_HEAD + length])
        self._long = code if code.text else None
        return [code] if code.text else [ACK]

    def _code(self, kind: int, data: bytes) -> Code:
        text, aim = read_code(data, self._charset, self._options.aim)
        return Code(text.rstrip("\r\n"), aim or AIM_IDS.get(kind))


def open_dialect(options: Options) -> Ssi:
    return Ssi(options)
