"""Hand scanners that send a code and a line end, as nearly all do out of the box; with or without ACK and NAK."""

import msgspec

from devices.adapters import known_charset
from devices.frames import Frames, Framing, marker, read_code
from devices.scan import Code

SPEAKS = "line"
ACK = b"\x06"


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`prefix` and `suffix` are characters or names (CR, LF, CRLF, TAB, STX, ETX); no suffix: silence ends a code.

    `handshake` sends ACK once a code is on disk (Honeywell "ACK/NAK", Datalogic, CipherLab). `sounds` holds what to
    send for the verdicts ok, error, done, double, e.g. Honeywell's beep `{ok = "\\u0016\\u0007\\r"}`.
    """

    prefix: str | None = None
    suffix: str | None = "CR"
    idle_ms: int = 100
    partial_ms: int = 500
    limit: int = 4096
    charset: str = "utf-8"
    aim: bool = True
    handshake: bool = False
    sounds: dict[str, str] = {}


class Plain:
    """See LineDialect."""

    def __init__(self, options: Options) -> None:
        self._charset, self._aim = known_charset(options.charset), options.aim
        self._receipt = ACK if options.handshake else b""
        self._sounds = {name: text.encode("latin-1") for name, text in options.sounds.items()}
        self._frames = Frames(
            Framing(
                prefix=marker(options.prefix),
                suffix=marker(options.suffix),
                idle_s=options.idle_ms / 1000,
                partial_s=options.partial_ms / 1000,
                limit=options.limit,
            )
        )

    def feed(self, chunk: bytes, now: float) -> list[Code | bytes]:
        return self._codes(self._frames.feed(chunk, now))

    def idle(self, now: float) -> list[Code | bytes]:
        return self._codes(self._frames.idle(now))

    def receipt(self) -> bytes:
        return self._receipt

    def drop(self) -> None:
        self._frames.drop()

    def tell(self, sound: str) -> bytes:
        return self._sounds.get(sound, b"")

    def _codes(self, frames: list[bytes]) -> list[Code | bytes]:
        return [Code(*read_code(raw, self._charset, self._aim)) for raw in frames]


def open_dialect(options: Options) -> Plain:
    return Plain(options)
