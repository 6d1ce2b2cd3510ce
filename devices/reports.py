"""Reports of HID-POS scanners (usage page 8C hex): a code comes in one or several reports of 64 bytes."""

from dataclasses import dataclass

from devices.frames import AIM
from devices.scan import DialectError

SIZE, CODE_REPORT, DATA_AT, DATA_SIZE = 64, 0x02, 5, 56
AIM_SIZE = 3
COMMAND_ANSWERS = ("]X0", "]Z6")
LIMIT = 4096


@dataclass(frozen=True, slots=True)
class Part:
    """One report: AIM identifier, if any, its share of the data, and whether more follows."""

    aim: str | None
    data: bytes
    more: bool


def parse(report: bytes, aim_sent: bool = True) -> Part | None:
    """One report as read, with its id in front; None for reports of another sort and answers to commands.

    Some units put everything behind the id one byte further: the "]" of the identifier tells. Others send no
    identifier, and data in its place (Newland: NLS-FM420 Integration Guide, page 47). DialectError: short_report,
    bad_length, no_aim where that is so and was not said.
    """
    if report[:1] != bytes([CODE_REPORT]):
        return None
    if len(report) < DATA_AT + 1:
        raise DialectError("short_report")
    shift = 1 if aim_sent and report[2] != ord("]") and report[3] == ord("]") else 0
    length = report[1 + shift] or report[1]
    start = DATA_AT + shift if aim_sent else DATA_AT - AIM_SIZE
    if length > DATA_SIZE:
        raise DialectError("bad_length")
    if len(report) < start + length:
        raise DialectError("short_report")
    aim = report[start - AIM_SIZE : start].decode("latin-1") if aim_sent else ""
    if aim in COMMAND_ANSWERS:
        return None
    known = AIM.fullmatch(aim) is not None
    if not known and aim.isascii() and aim.isprintable() and aim:
        raise DialectError("no_aim")  # three characters of the code itself: better refused than cut off
    more = len(report) >= SIZE and bool(report[-1] & 1)
    return Part(aim if known else None, report[start : start + length], more)


class Reports:
    """Joins reports to codes. A code whose next report does not come is dropped by `drop`. `aim` as of `parse`."""

    def __init__(self, aim: bool = True) -> None:
        self._aim = aim
        self._parts: list[Part] = []

    def feed(self, report: bytes) -> tuple[str | None, bytes] | None:
        """The code that this report completes, as (AIM identifier, data); DialectError as `parse`, or too_long."""
        try:
            part = parse(report, self._aim)
        except DialectError:
            self.drop()
            raise
        if part is None:
            return None
        self._parts.append(part)
        if sum(len(one.data) for one in self._parts) > LIMIT:
            self.drop()
            raise DialectError("too_long")
        if part.more:
            return None
        parts, self._parts = self._parts, []
        return parts[0].aim, b"".join(one.data for one in parts).rstrip(b"\r\n\x00")

    @property
    def pending(self) -> bool:
        return bool(self._parts)

    def drop(self) -> None:
        self._parts.clear()
