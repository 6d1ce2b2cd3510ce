"""A file as the ledger: floor facts as JSON lines, each key once; the simplest outside that can stand in an ERP's place."""

import json
import os
from pathlib import Path

from floor.courier import Attempt, Finish
from floor.facts.fact import Entry, to_body


class LedgerFile:
    """Appends `{"key", "kind", "at", "fact"}` and syncs it; a key that stands there already is not written again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keys: set[str] = set()
        if path.exists():
            with path.open(encoding="utf-8") as lines:
                self._keys = {json.loads(line)["key"] for line in lines if line.endswith("\n")}

    def carry(self, key: str, entry: Entry, attempt: Attempt) -> Finish | None:
        if key in self._keys:
            return None
        line = {"key": key, "kind": type(entry.fact).__name__, "at": entry.at.isoformat()}
        text = json.dumps(line | {"fact": json.loads(to_body(entry.fact))}, ensure_ascii=False)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._keys.add(key)
        return None


def connect(path: str) -> LedgerFile:
    return LedgerFile(Path(path))
