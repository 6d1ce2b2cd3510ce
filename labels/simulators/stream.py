"""Cuts what a printer receives into labels and commands, byte by byte as a real one does; no input or output here."""

import re
from dataclasses import dataclass

GETVAR = re.compile(rb'! U1 getvar "([^"]*)"\r?\n')
QUANTITY = re.compile(rb"\^PQ(\d+)")
STARTS = (b"^XA", b"~", b"! U1", b"{}{")


@dataclass(frozen=True)
class Format:
    """One label format from ^XA to ^XZ, to be printed `copies` times."""

    zpl: bytes
    copies: int


@dataclass(frozen=True)
class Command:
    """A ~ command, such as "HS", run at once wherever it stands, even in the middle of a label's text."""

    name: str


@dataclass(frozen=True)
class Getvar:
    """A question for settings; `json` says in which form the answer is wanted."""

    names: tuple[str, ...]
    json: bool


Event = Format | Command | Getvar


class Stream:
    """Feed it bytes, get events; an unfinished label or question waits for its rest."""

    def __init__(self) -> None:
        self._buffer = b""
        self._format: bytes | None = None

    @property
    def partial(self) -> bool:
        """Whether a ^XA came without its ^XZ so far."""
        return self._format is not None

    def feed(self, data: bytes) -> list[Event]:
        """The events that these bytes complete."""
        self._buffer += data
        events: list[Event] = []
        while (event := self._next()) is not None:
            events.append(event)
        return events

    def hang_up(self) -> None:
        """The connection ended: half a question is forgotten, half a label is not."""
        if self._format is None:
            self._buffer = b""

    def cancel(self) -> None:
        """Forgets the unfinished label."""
        self._format = None

    def _next(self) -> Event | None:
        return self._outside() if self._format is None else self._inside()

    def _outside(self) -> Event | None:
        found = [place for start in STARTS if (place := self._buffer.find(start)) >= 0]
        if not found:
            self._buffer = self._buffer[-4:]  # may be the beginning of a start
            return None
        self._buffer = self._buffer[min(found) :]
        if self._buffer.startswith(b"^XA"):
            self._buffer, self._format = self._buffer[3:], b"^XA"
            return self._inside()
        if self._buffer.startswith(b"~"):
            return self._command(0)
        return self._question()

    def _inside(self) -> Event | None:
        assert self._format is not None
        end, tilde = self._buffer.find(b"^XZ"), self._buffer.find(b"~")
        if tilde >= 0 and (end < 0 or tilde < end):
            return self._command(tilde)
        if end < 0:
            kept = max(0, len(self._buffer) - 2)
            self._format, self._buffer = self._format + self._buffer[:kept], self._buffer[kept:]
            return None
        zpl, self._format, self._buffer = self._format + self._buffer[: end + 3], None, self._buffer[end + 3 :]
        copies = QUANTITY.search(zpl)
        return Format(zpl, int(copies[1]) if copies else 1)

    def _command(self, place: int) -> Event | None:
        length = 5 if self._buffer[place : place + 3] == b"~HQ" else 3
        if len(self._buffer) < place + length:
            return None
        name = self._buffer[place + 1 : place + length].decode("latin-1")
        self._buffer = self._buffer[:place] + self._buffer[place + length :]
        return Command(name)

    def _question(self) -> Event | None:
        if self._buffer.startswith(b"{}"):
            end = self._buffer.find(b"}", 3) + 1
            names = tuple(re.findall(r'"([^"]+)"', self._buffer[:end].decode("latin-1")))
            event = Getvar(names, json=True)
        else:
            end = self._buffer.find(b"\n") + 1
            asked = GETVAR.match(self._buffer[:end])
            event = Getvar((asked[1].decode("latin-1"),) if asked else (), json=False)
        if not end:
            return None
        self._buffer = self._buffer[end:]
        return event
