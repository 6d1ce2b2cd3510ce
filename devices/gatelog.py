"""What a gate has read but not yet handed on, on disk: a passage survives a crash in any moment of its making."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import msgspec

from devices.passage import NOWHERE
from devices.scan import Scan, rfc3339
from devices.syncedlog import SyncedLog


class GateLog:
    """Lines of two sorts: reads that count, in groups, and the scan that a passage became.

    The scan is written here with its id and number before it is offered, so that after a crash the very same scan is
    offered again: spool and server know it by its id.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._log = SyncedLog(folder / f"{name}.gate")
        self.scan: Scan | None = None
        self.counts: dict[str, int] = {}
        self.sides: dict[str, str] = {}
        self.at: datetime | None = None
        for _, entry in self._log.read():
            self._load(entry, name)

    @property
    def torn(self) -> int:
        """Lines found unreadable at the start; they are kept beside the file."""
        return self._log.torn

    def reads(self, counts: dict[str, int], at: datetime, sides: Mapping[str, str] = NOWHERE) -> None:
        """Sync a group of reads, and at which side of the gate each was; raises OSError."""
        self._log.append([group(counts, at, sides)])

    def close_passage(self, scan: Scan) -> None:
        """Sync the scan that the reads so far became."""
        self._log.append([scan.body()])

    def handed_on(self, rest: dict[str, int], at: datetime | None, sides: Mapping[str, str] = NOWHERE) -> None:
        """The scan is kept elsewhere; only `rest`, the reads beyond it, still matters."""
        if rest and at:
            self._log.replace([group(rest, at, sides)])
        else:
            self._log.clear()

    def close(self) -> None:
        self._log.close()

    def _load(self, entry: dict[str, Any], name: str) -> None:
        if "id" in entry:
            at = datetime.fromisoformat(entry["at"]).astimezone(UTC)
            self.scan = Scan(entry["id"], entry["seq"], tuple(entry["codes"]), entry["symbology"], at, name)
        else:
            self.at = datetime.fromisoformat(entry["at"]).astimezone(UTC)
            for epc, count in cast(dict[str, int], entry["reads"]).items():
                self.counts[epc] = self.counts.get(epc, 0) + count
            for epc, side in cast(dict[str, str], entry.get("sides", {})).items():
                self.sides[epc] = self.sides.get(epc, side)[0] + side[1]


def group(counts: dict[str, int], at: datetime, sides: Mapping[str, str]) -> bytes:
    return msgspec.json.encode({"at": rfc3339(at), "reads": counts} | ({"sides": sides} if sides else {}))
