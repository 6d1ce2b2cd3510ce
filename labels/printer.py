"""The port that printers fit, and the life of a print job: never printed twice, never called printed unproven."""

import contextlib
import importlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from labels import status

CANCEL_ALL = b"~JA"
NO_REPLY = "no_reply"  # in the reading of an answer that never came
MOST_REPLY = 65_536  # bytes of one answer
QUIET = 5  # looks in a row at an idle printer before it counts as done without a label count


class Unsent(OSError):
    """Not one byte of the label has reached the printer, for certain."""


def endless(reply: bytes, until: float) -> bool:
    """For transports: whether a printer babbles on, past `until` (a `time.monotonic`) or past all measure."""
    return len(reply) > MOST_REPLY or time.monotonic() > until


class Transport(Protocol):
    """The way to one printer; a file labels/transports/X.py is found by its name and offers `connect(**settings)`.

    `answers`: whether the printer can talk back at all on this way.
    """

    answers: bool

    def send(self, payload: bytes) -> None:
        """Hands over all bytes. Raises Unsent where none can have arrived, another OSError where some may have."""

    def ask(self, question: bytes, whole: Callable[[bytes], bool]) -> bytes:
        """Sends a question and reads until `whole` or the transport's time limit; b"" is silence. Raises OSError."""

    def close(self) -> None:
        """Lets the printer go; the next send or ask takes it again."""


@dataclass(frozen=True)
class Patience:
    """How long to wait for a printer, how often to look, and whose clock.

    `blip`: a printer that is not heard for so long is gone; less is a connection that is opened anew.
    """

    seconds: float = 8.0
    step: float = 0.1
    blip: float = 0.5
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Outcome:
    """How a job stands: `printed`, `unconfirmed` or `failed`, and why.

    `may_retry` is True only where nothing can have been printed and nothing can come out later. `before` is the
    printer's label count before the job, None where it has none; `confirm` needs it to look again.
    """

    state: str
    reason: str = ""
    may_retry: bool = False
    before: int | None = None


@dataclass(frozen=True)
class Look:
    """One look at a printer. `error` says why nothing is known: silence, nonsense or no connection."""

    error: str = ""
    problems: tuple[str, ...] = ()
    busy: bool = False
    count: int | None = None
    language: bool = True

    @property
    def idle(self) -> bool:
        return not (self.error or self.problems or self.busy)


@dataclass
class Watch:
    """What was seen while a job was under way; `shaken` once the printer was silent, gone or cut off.

    `lost_at` is when the first of the latest looks in a row began that found nobody, None while somebody answers.
    """

    before: int | None
    labels: int
    shaken: bool
    last: Look = field(default_factory=Look)
    quiet: int = 0
    lost_at: float | None = None

    def see(self, transport: Transport, clock: Callable[[], float]) -> None:
        begun = clock()
        self.last = look(transport, counts=self.before is not None)
        self.quiet = self.quiet + 1 if self.last.idle else 0
        self.shaken = self.shaken or bool(self.last.error)
        self.lost_at = (begun if self.lost_at is None else self.lost_at) if self.last.error else None

    @property
    def counted(self) -> bool:
        """Whether the label count proves the job, one way or the other."""
        return self.before is not None and self.last.count is not None

    @property
    def printed(self) -> bool:
        if self.before is not None and self.last.count is not None:
            return self.last.count - self.before >= self.labels
        return self.quiet >= QUIET and not self.shaken

    @property
    def untouched(self) -> bool:
        """Whether not even the first label of the job came out."""
        return self.before is not None and self.last.count == self.before


def kinds() -> list[str]:
    """The transports there are: the files in labels/transports."""
    folder = Path(__file__).parent / "transports"
    return sorted(file.stem for file in folder.glob("*.py") if file.stem != "__init__")


def connect(kind: str, **settings: Any) -> Transport:
    """The transport named in the settings. Raises ValueError for a kind or setting that does not exist."""
    if kind not in kinds():
        raise ValueError(f"transport {kind!r} is none of {', '.join(kinds())}")
    module = importlib.import_module(f"labels.transports.{kind}")
    try:
        made: Transport = module.connect(**settings)
    except TypeError as error:
        raise ValueError(f"transport {kind!r}: {error}") from error
    return made


def look(transport: Transport, *, language: bool = False, counts: bool | None = None) -> Look:
    """State and label count of the printer now; where it leaves one question open, no other is asked but its language.

    `language`: ask whether it prints ZPL. `counts`: it is known to count labels, so that silence about them is a fault;
    None where it may have no count, False not to ask.
    """
    try:
        host = status.host_status(transport.ask(status.HS, status.whole(status.HS)))
        # inside an unfinished label a question would be taken for its text
        partial = bool(host.get("partial_format"))
        spoken = _value(transport, status.LANGUAGES) if language and not partial else {}
        zpl = spoken.get("zpl", True)
        if "error" in host:
            silent = host["error"] == NO_REPLY
            return Look("wrong_language" if not zpl else "silent" if silent else "unreadable_status", language=zpl)
        mute = partial or counts is False or spoken.get("error") == NO_REPLY
        counted = {} if mute else _value(transport, status.COUNT)
    except OSError:
        return Look(error="unreachable")
    if counts and counted.get("error") == NO_REPLY:
        return Look("silent")
    busy, count = host["formats_in_buffer"] > partial or host["labels_remaining"] > 0, counted.get("value")
    return Look("", tuple(host["problems"]), busy, int(count) if count and count.isdecimal() else None, zpl)


def errors(transport: Transport) -> tuple[str, ...] | None:
    """What is wrong by ~HQES, which names more than ~HS does (a stuck cutter); None where the printer has no such answer."""
    try:
        said = status.host_query(transport.ask(status.HQES, status.whole(status.HQES)))
    except OSError:
        return ("unreachable",)
    return None if "error" in said else tuple(said["errors"])


def _value(transport: Transport, name: str) -> dict[str, Any]:
    question = status.getvar(name)
    return status.setting(transport.ask(question, status.whole(question)), name)


def print_label(
    transport: Transport,
    payload: bytes,
    *,
    labels: int = 1,
    patience: Patience | None = None,
    sending: Callable[[int | None], None] = lambda before: None,
) -> Outcome:
    """One job from queued to its outcome.

    `sending(before)` is called just before the first byte leaves, so that the caller can write down that from now on
    the label may exist; after a crash it then calls `confirm` with that count instead of printing again.
    """
    waiting = patience or Patience()
    try:
        found = ready(transport, waiting)
        if found.state == "failed":
            return found
        sending(found.before)
        try:
            transport.send(payload)
        except Unsent:
            return Outcome("failed", "unreachable", may_retry=True, before=found.before)
        except OSError:
            return confirm(transport, found.before, labels=labels, patience=waiting, interrupted=True)
        return confirm(transport, found.before, labels=labels, patience=waiting)
    finally:
        transport.close()


def ready(transport: Transport, patience: Patience) -> Outcome:
    """Waits until the printer is idle: state `queued` with its label count, or `failed` with nothing sent."""
    if not transport.answers:
        return Outcome("queued")
    until = patience.clock() + patience.seconds
    while True:
        seen = look(transport, language=True)
        partial = seen.problems == ("partial_format",)
        waits = seen.busy or partial
        if seen.idle and seen.language:
            return Outcome("queued", before=seen.count)
        if seen.error or not waits or patience.clock() > until:
            break
        patience.sleep(patience.step)
    if partial:  # somebody's label was cut off and nobody sends the rest: it would swallow ours
        with contextlib.suppress(OSError):
            transport.send(CANCEL_ALL)
    reason = seen.error or next(iter(seen.problems), "busy" if seen.busy else "wrong_language")
    return Outcome("failed", reason, may_retry=True, before=seen.count)


def confirm(
    transport: Transport,
    before: int | None,
    *,
    labels: int = 1,
    patience: Patience | None = None,
    interrupted: bool = False,
) -> Outcome:
    """What became of a job that was sent: looks until that is proven, a fault shows, nobody answers, or patience ends.

    `interrupted`: the bytes may have been cut off, or nobody watched since. To be called again on an `unconfirmed`
    outcome, since a printer that was out of paper prints the rest by itself.
    """
    if not transport.answers:
        return Outcome("unconfirmed", "cut_off" if interrupted else "no_way_back", before=before)
    waiting = patience or Patience()
    watch = Watch(before, labels, shaken=interrupted)
    until = waiting.clock() + waiting.seconds
    try:
        while True:
            watch.see(transport, waiting.clock)
            faults = [problem for problem in watch.last.problems if problem != "partial_format"]
            if watch.printed:
                return Outcome("printed", before=before)
            if faults:
                return Outcome("unconfirmed", faults[0], before=before)
            if watch.lost_at is not None and waiting.clock() - watch.lost_at > waiting.blip:
                return Outcome("unconfirmed", watch.last.error, before=before)
            if waiting.clock() > until:
                return _give_up(transport, watch, waiting.clock)
            waiting.sleep(waiting.step)
    finally:
        transport.close()


def _give_up(transport: Transport, watch: Watch, clock: Callable[[], float]) -> Outcome:
    """Patience has ended. An unfinished label, or one that an idle printer did not count, is cancelled; if the count
    then shows that nothing came out, nothing ever will, and a retry is safe."""
    partial = watch.last.problems == ("partial_format",) and not watch.last.busy
    if not (partial or (watch.last.idle and watch.untouched)):
        reason = watch.last.error or ("busy" if watch.last.busy else "not_proven")
        return Outcome("unconfirmed", reason, before=watch.before)
    try:
        transport.send(CANCEL_ALL)
    except OSError:
        return Outcome("unconfirmed", "unreachable", before=watch.before)
    watch.see(transport, clock)
    if watch.printed:
        return Outcome("printed", before=watch.before)
    if watch.untouched and watch.last.idle:
        return Outcome("failed", "not_printed", may_retry=True, before=watch.before)
    return Outcome("unconfirmed", watch.last.error or "not_proven", before=watch.before)
