"""Scans on their way to the server: each is on disk before it is sent, and leaves when the server has answered."""

import os
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

import msgspec

from devices.scan import Scan
from devices.syncedlog import SyncedLog

REWRITE_AT = 1 << 20


class SpoolFull(OSError):
    """The spool holds as many scans as it may: the new one was not taken."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A scan on disk: the bytes to post, always the same for the same scan."""

    id: str
    seq: int
    at: datetime
    body: bytes

    @property
    def codes(self) -> tuple[str, ...]:
        return msgspec.json.decode(self.body, type=_Codes).codes


class _Codes(msgspec.Struct):
    codes: tuple[str, ...]


class Spool:
    """The waiting scans of one source, oldest first, in one file; one thread keeps, another takes and settles.

    The file holds scan bodies, and `{"done": id}` lines, which need no sync: a done scan that comes back after a power
    cut is sent again under its id and gets the stored reply.
    """

    def __init__(self, folder: Path, name: str, limit: int = 20_000) -> None:
        self.limit = limit
        self.parked_path = folder / f"{name}.parked.jsonl"
        self.last_seq = 0
        self.last: Kept | None = None
        self._log = SyncedLog(folder / f"{name}.jsonl")
        self._waiting: OrderedDict[str, Kept] = OrderedDict()
        self._live = 0
        self._change = threading.Condition()
        self._load()

    @property
    def torn(self) -> int:
        """Lines found unreadable at the start; they are kept in the file `<name>.torn`."""
        return self._log.torn

    @property
    def parked(self) -> int:
        """How many scans the server would not understand; they lie in `parked_path` for a person to look at."""
        return self.parked_path.read_bytes().count(b"\n") if self.parked_path.exists() else 0

    def __len__(self) -> int:
        return len(self._waiting)

    def keep(self, scan: Scan) -> None:
        """Put `scan` on disk. A scan already waiting is not kept twice. Raises SpoolFull, or OSError of the disk."""
        with self._change:
            if scan.id in self._waiting:
                return
            if len(self._waiting) >= self.limit:
                raise SpoolFull(f"spool full: {self.limit} scans wait for the server")
            body = scan.body()
            self._log.append([body])
            self._add(Kept(scan.id, scan.seq, scan.at, body))
            self._change.notify_all()

    def first(self, wait_s: float) -> Kept | None:
        """The oldest scan, left where it is; None when there is none within `wait_s`."""
        with self._change:
            self._change.wait_for(lambda: bool(self._waiting), wait_s)
            return next(iter(self._waiting.values()), None)

    def done(self, kept: Kept) -> None:
        """The server has answered `kept`, the oldest."""
        with self._change:
            self._settle(kept)

    def park(self, kept: Kept, why: str) -> None:
        """Set `kept`, the oldest, aside where a person finds it with the reason, so that the next can go."""
        with self._change:
            entry = {"why": why, "scan": msgspec.Raw(kept.body)}
            with self.parked_path.open("ab") as aside:
                aside.write(msgspec.json.encode(entry) + b"\n")
                aside.flush()
                os.fdatasync(aside.fileno())
            self._settle(kept)

    def settled(self, wait_s: float) -> bool:
        """Whether nothing waits any more, given `wait_s` seconds."""
        with self._change:
            return self._change.wait_for(lambda: not self._waiting, wait_s)

    def close(self) -> None:
        self._log.close()

    def _load(self) -> None:
        for line, entry in self._log.read():
            if "done" in entry:
                self._remove(str(entry["done"]))
            elif "last" in entry:
                self.last = self._kept(msgspec.json.encode(entry["last"]), cast(dict[str, object], entry["last"]))
            elif "id" in entry:
                self._add(self._kept(line, entry))
            else:
                self.last_seq = max(self.last_seq, cast(int, entry["seq"]))

    @staticmethod
    def _kept(line: bytes, entry: dict[str, object]) -> Kept:
        return Kept(str(entry["id"]), cast(int, entry["seq"]), datetime.fromisoformat(str(entry["at"])), line)

    def _add(self, kept: Kept) -> None:
        self.last = self._waiting[kept.id] = kept
        self._live += len(kept.body)
        self.last_seq = max(self.last_seq, kept.seq)

    def _remove(self, scan_id: str) -> None:
        gone = self._waiting.pop(scan_id, None)
        self._live -= len(gone.body) if gone else 0

    def _settle(self, kept: Kept) -> None:
        if next(iter(self._waiting), None) != kept.id:
            raise ValueError("only the oldest scan can be settled")
        # On a full disk the mark is not written: the scan is then sent again after a restart, and known by its id.
        with suppress(OSError):
            self._log.append([msgspec.json.encode({"done": kept.id})], sync=False)
        self._remove(kept.id)
        if self._log.size > REWRITE_AT and self._live < self._log.size // 4:
            head = [msgspec.json.encode({"seq": self.last_seq})]
            if self.last is not None:
                head.append(msgspec.json.encode({"last": msgspec.Raw(self.last.body)}))
            with suppress(OSError):
                self._log.replace([*head, *(waiting.body for waiting in self._waiting.values())])
        self._change.notify_all()
