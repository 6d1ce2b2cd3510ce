"""The way to the server: posts scans and health over HTTP, and sorts every possible outcome into one of four."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from devices.connection import Answer, Connection
from devices.scan import Reply

MALFORMED = frozenset({400, 409, 410, 411, 413, 414, 415, 422})


@dataclass(frozen=True, slots=True)
class Answered:
    """The server has taken the scan and said this."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Malformed:
    """The server will never understand this scan."""

    why: str


@dataclass(frozen=True, slots=True)
class Shut:
    """The server does not know this token, or no longer."""

    why: str


@dataclass(frozen=True, slots=True)
class Later:
    """No answer, or no word on the scan itself: the same scan must be sent again."""

    why: str


class Door:
    """One keep-alive connection to the server; used by one thread."""

    def __init__(self, server: str, token: str, *, timeout_s: float = 10.0, ca: str | None = None) -> None:
        self.skew_s: float | None = None
        self._said: str | None = None
        self._server = Connection(server, token, timeout_s=timeout_s, ca=ca)

    def post(self, body: bytes, now: datetime) -> Answered | Malformed | Shut | Later:
        """Send one scan's body to `POST /scan`. `now` is this machine's UTC, to see how far the server's differs."""
        try:
            answer = self._server.post("/scan", body)
        except OSError as error:
            return Later(f"no answer from the server: {error}")
        self._note_skew(answer, now)
        return sort(answer.status, answer.content)

    def report(self, devices: list[dict[str, Any]]) -> bool | None:
        """Send `POST /health`. Says whether a shipment is being loaded at this station's door; None: nobody knows."""
        try:
            answer = self._server.post("/health", msgspec.json.encode({"devices": devices}))
            loading = msgspec.json.decode(answer.content).get("loading") if answer.status == 200 else None
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, AttributeError):
            return None
        return loading if isinstance(loading, bool) else None

    def close(self) -> None:
        self._server.close()

    def _note_skew(self, answer: Answer, now: datetime) -> None:
        """Once for each second that the server names: nothing new is learned from its repetition."""
        date = answer.headers["Date"]
        if date is None or date == self._said:
            return
        self._said = date
        try:
            said = parsedate_to_datetime(date)
        except ValueError:
            return
        self.skew_s = (now - said.replace(tzinfo=said.tzinfo or UTC)).total_seconds()


def sort(status: int, content: bytes) -> Answered | Malformed | Shut | Later:
    """What an HTTP answer means for the scan. A wrong address (404) or a busy server (429) is not the scan's fault."""
    if status == 200:
        try:
            return Answered(msgspec.json.decode(content, type=Reply))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return Later(f"the server's answer cannot be read: {error}")
    text = content[:200].decode("utf-8", errors="replace")
    if status in (401, 403):
        return Shut(f"the server refuses the token ({status})")
    if status in MALFORMED:
        return Malformed(f"{status} {text}")
    return Later(f"the server answers {status} {text}".rstrip())
