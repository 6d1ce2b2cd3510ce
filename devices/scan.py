"""What a reader hands on (a scan), and the two ports that every reader file must fit: a source and a dialect."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import msgspec


@dataclass(frozen=True, slots=True)
class Scan:
    """One act of reading: one code of a hand scanner, or all codes of one passage through a gate.

    `id` is a UUIDv7 made before the scan is sent, so that a repeat is recognised; `seq` counts up per source.
    `symbology` is the AIM identifier with its bracket (ISO/IEC 15424), which is then not part of the code; "epc" for
    tags, whose codes are the EPC as upper-case hex; None where the reader does not say.
    """

    id: str
    seq: int
    codes: tuple[str, ...]
    symbology: str | None
    at: datetime
    source: str

    def body(self) -> bytes:
        """The JSON body of `POST /scan`. The same scan gives the same bytes each time: a repeat has equal content."""
        return msgspec.json.encode(
            {
                "id": self.id,
                "seq": self.seq,
                "codes": self.codes,
                "symbology": self.symbology,
                "at": rfc3339(self.at),
                "session": None,
                "note": None,
                "line": None,
                "quantity": None,
            }
        )


def rfc3339(at: datetime) -> str:
    """`at` as RFC 3339 in UTC with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def uuid7(unix_ms: int, randomness: bytes) -> str:
    """A UUID of version 7 (RFC 9562, 5.7) as text, of a time in milliseconds and 10 random bytes."""
    if len(randomness) != 10:
        raise ValueError("a version 7 UUID takes 10 random bytes")
    number = (unix_ms & (1 << 48) - 1) << 80 | int.from_bytes(randomness, "big")
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Reply(msgspec.Struct, frozen=True):
    """What the server said about a scan. `sound` is "ok", "error" or "done"; members unknown here are passed over."""

    id: str
    accepted: bool
    code: str
    text: str = ""
    sound: str = "ok"
    items: list[Any] | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """One whole code from a line."""

    text: str
    symbology: str | None = None


class TagRead(msgspec.Struct, frozen=True):  # made for each read of a gate: a third of a dataclass's time
    """One raw read of one tag: EPC as upper-case hex, antenna port, dBm, how often, and when by the reader's clock."""

    epc: str
    antenna: int | None = None
    rssi_dbm: float | None = None
    count: int = 1
    seen_at: datetime | None = None
    tid: str | None = None
    reader: str | None = None


class Heard(msgspec.Struct, frozen=True):
    """One message of a gate: its tag reads (None where it is no tag event) and what else it says, by name.

    `codes` are bar codes that a handheld gate reads beside its tags, each with its time by the reader's clock.

    Names in `says`: online, radio_connected, radio_active, antennas_up, antennas_down, missed, lost, dropped, pin,
    state, triggered, severity, warning, ignored, barcodes, status, command, ok, benign, direction, error.
    """

    reads: tuple[TagRead, ...] | None = None
    says: Mapping[str, Any] = msgspec.field(default_factory=dict)
    codes: tuple[tuple[Code, datetime | None], ...] = ()


@dataclass(frozen=True, slots=True)
class RestCall:
    """A command that the gate takes by HTTP at its own address, not by MQTT: `path` begins with "/", `body` is JSON."""

    method: str
    path: str
    body: dict[str, Any]


class DialectError(ValueError):
    """A message or frame that cannot be read; `code` is stable: bad_json, not_an_object, bad_epc, checksum, ..."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(text or code)
        self.code = code


class Source(Protocol):
    """Port: a thing that yields scans. One file below devices/sources is one kind.

    The caller asks for the next scan only after the last one is on disk, so what follows a `yield` may acknowledge it.
    The `yield` gives False where the scan could not be kept (spool full): say so at the device, or offer it again.
    `scans` ends when its seat's stop event is set; whatever it raises means broken: it is opened anew later.
    """

    def scans(self) -> Generator[Scan, bool | None, None]: ...

    def tell(self, reply: Reply) -> None:
        """Sound or show the verdict at the device, if it can; called from another thread than `scans`."""

    def close(self) -> None: ...


class Dialect(Protocol):
    """Port: how one make of gate talks. One file below devices/dialects with `SPEAKS = "gate"`."""

    def reads(self, topic: str, payload: bytes) -> Heard:
        """Raises DialectError for what cannot be read, and nothing else."""

    def answer(self, sound: str, on: bool) -> "list[bytes] | list[RestCall]":
        """Commands that switch the gate's lamps and buzzers for a verdict on or off; empty where it has none."""


class LineDialect(Protocol):
    """Port: how one make of hand scanner talks on a serial line. In devices/dialects with `SPEAKS = "line"`.

    `feed` and `idle` give whole codes, and bytes which must go back to the scanner at once (a refusal of a damaged
    packet). `hello` is sent each time the line is opened: wake up, be enabled, take these settings. Times are
    monotonic seconds.
    """

    hello: bytes
    unanswered: str | None
    """A code kept before a crash to which no receipt went: the scanner repeats it, and the repeat is no second scan."""

    def feed(self, chunk: bytes, now: float) -> list[Code | bytes]: ...

    def idle(self, now: float) -> list[Code | bytes]: ...

    def receipt(self) -> bytes:
        """What tells the scanner that its last code is on disk; empty where it expects nothing."""

    def drop(self) -> None:
        """The line was cut: forget what was half received."""

    def tell(self, sound: str) -> bytes:
        """What sounds or shows "ok", "done", "error", "double" at the scanner, or "refused": the code was not kept.

        Empty where it cannot.
        """
