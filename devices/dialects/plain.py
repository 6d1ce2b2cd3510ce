"""Hand scanners that send a code and a line end, as nearly all do out of the box; with or without ACK and NAK."""

import msgspec

from devices.adapters import known_charset
from devices.frames import Frames, Framing, marker, read_code
from devices.scan import Code

SPEAKS = "line"
ACK, NAK = b"\x06", b"\x15"


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`prefix` and `suffix` are characters or names (CR, LF, CRLF, TAB, STX, ETX); no suffix: silence ends a code.

    `handshake` sends ACK once a code is on disk and NAK where it could not be kept (Honeywell, Datalogic, CipherLab);
    the same code within `repeat_ms` of its ACK is then the repeat of a scanner that did not hear it. `sounds` holds what to
    send for the verdicts ok, error, done, double, e.g. Honeywell's beep `{ok = "\\u0016\\u0007\\r"}`; `hello` what to
    send at each opening.
    """

    prefix: str | None = None
    suffix: str | None = "CR"
    idle_ms: int = 100
    partial_ms: int = 500
    limit: int = 4096
    charset: str = "utf-8"
    aim: bool = True
    handshake: bool = False
    repeat_ms: int = 0
    sounds: dict[str, str] = {}
    hello: str = ""


class Plain:
    """See LineDialect."""

    unanswered: str | None = None

    def __init__(self, options: Options) -> None:
        self.hello = options.hello.encode("latin-1")
        self._charset, self._aim = known_charset(options.charset), options.aim
        self._handshake, self._repeat_s = options.handshake, options.repeat_ms / 1000
        self._offered = ""
        self._answered: tuple[str, float] = ("", 0.0)
        self._now = 0.0
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
        return self._codes(self._frames.feed(chunk, now), now)

    def idle(self, now: float) -> list[Code | bytes]:
        return self._codes(self._frames.idle(now), now)

    def receipt(self) -> bytes:
        if not self._handshake:
            return b""
        self._answered = (self._offered, self._now)
        return ACK

    def drop(self) -> None:
        self._frames.drop()

    def tell(self, sound: str) -> bytes:
        if sound == "refused":
            return (NAK if self._handshake else b"") + self._sounds.get(sound, self._sounds.get("error", b""))
        return self._sounds.get(sound, b"")

    def _codes(self, frames: list[bytes], now: float) -> list[Code | bytes]:
        return [self._code(Code(*read_code(raw, self._charset, self._aim)), now) for raw in frames]

    def _code(self, code: Code, now: float) -> Code | bytes:
        repeated, self.unanswered = code.text == self.unanswered, None
        answered, at = self._answered
        if self._handshake and (repeated or (code.text == answered and now - at < self._repeat_s)):
            return ACK
        self._offered, self._now = code.text, now
        return code


def open_dialect(options: Options) -> Plain:
    return Plain(options)
