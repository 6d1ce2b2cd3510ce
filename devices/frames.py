"""Cuts the byte stream of a serial line into whole codes: by suffix, by prefix and suffix, or by silence."""

import re
from dataclasses import dataclass

AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")

NAMED = {
    "CR": b"\r",
    "LF": b"\n",
    "CRLF": b"\r\n",
    "TAB": b"\t",
    "STX": b"\x02",
    "ETX": b"\x03",
    "EOT": b"\x04",
    "NUL": b"\x00",
    "NONE": b"",
    "SILENCE": b"",
}


def marker(text: str | None) -> bytes:
    """The bytes of a framing setting: a name of NAMED, or the characters themselves; None and "" are no bytes."""
    if not text:
        return b""
    return NAMED.get(text.upper().replace(" ", "").replace("+", ""), text.encode("latin-1"))


def read_code(raw: bytes, charset: str, aim: bool) -> tuple[str, str | None]:
    """The text of a frame and its AIM identifier (ISO/IEC 15424), taken off the front where `aim` says it is sent.

    Bytes that the charset does not know stay visible as \\xNN, so that the server can refuse the code by name.
    """
    text = raw.decode(charset, errors="backslashreplace")
    found = AIM.match(text) if aim and len(text) > 3 else None  # alone it is a code that lost its data: seen, not empty
    return (text[3:], found.group()) if found else (text, None)


@dataclass(frozen=True, slots=True)
class Framing:
    """How codes are set apart. With no suffix a pause of `idle_s` ends a code; with one, `partial_s` drops a rest."""

    prefix: bytes = b""
    suffix: bytes = b"\r"
    idle_s: float = 0.1
    partial_s: float = 0.5
    limit: int = 4096


class Frames:
    """A stream in, whole frames out. What belongs to no whole frame is dropped and counted, never handed on."""

    def __init__(self, framing: Framing) -> None:
        self.framing = framing
        self.dropped = 0
        self._held = bytearray()
        self._too_long = False
        self._last = 0.0

    def feed(self, chunk: bytes, now: float) -> list[bytes]:
        """The frames that `chunk`, come at monotonic second `now`, completes, without prefix and suffix."""
        done = self.idle(now)
        self._held += chunk
        self._last = now
        suffix = self.framing.suffix
        while suffix and (end := self._held.find(suffix)) >= 0:
            raw = bytes(self._held[:end])
            del self._held[: end + len(suffix)]
            done += self._whole(raw)
        self._bound()
        return done

    def idle(self, now: float) -> list[bytes]:
        """What silence up to `now` completes (no suffix), after dropping what it leaves unfinished (suffix)."""
        if not self._held and not self._too_long:
            return []
        pause = now - self._last
        if self.framing.suffix:
            if pause > self.framing.partial_s:
                self.drop()
            return []
        if pause < self.framing.idle_s:
            return []
        raw = bytes(self._held)
        self._held.clear()
        return self._whole(raw)

    def drop(self) -> None:
        """The line was cut: what came so far belongs to nothing that follows."""
        self.dropped += bool(self._held) or self._too_long
        self._held.clear()
        self._too_long = False

    def _whole(self, raw: bytes) -> list[bytes]:
        if self._too_long or len(raw) > self.framing.limit:
            self._too_long = False
            self.dropped += 1
            return []
        if set(self.framing.suffix) <= {0x0D, 0x0A}:
            # A scanner set to CR LF behind a host set to CR (or LF) leaves the other half in front of the next code.
            raw = raw.strip(b"\r\n")
        if self.framing.prefix:
            noise, found, raw = raw.partition(self.framing.prefix)
            self.dropped += bool(noise) or (not found and bool(raw))
            raw = raw if found else b""
        return [raw] if raw else []

    def _bound(self) -> None:
        if len(self._held) > self.framing.limit + len(self.framing.suffix):
            self._too_long = True
        if self._too_long:
            # Only the last bytes may still be the first half of a suffix.
            keep = max(len(self.framing.suffix) - 1, 0)
            del self._held[: len(self._held) - keep]
