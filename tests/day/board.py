"""What the screens show: which notes wait for whom. Read from the database, so that it stands while the service is down."""

import sqlite3
import threading
from collections import deque
from pathlib import Path
from typing import Any


class Board:
    """Hands each note to one station of a kind; a picker who wants help puts its note up once more."""

    def __init__(self, database: Path) -> None:
        self._db = sqlite3.connect(database, check_same_thread=False, timeout=10)
        self._lock = threading.Lock()
        self._claimed: set[tuple[str, int]] = set()
        self.help_wanted: deque[int] = deque()

    def rows(self, query: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def claim(self, kind: str, *states: str) -> int | None:
        """The oldest note in one of these states that no station of this kind has taken."""
        marks = ",".join("?" * len(states))
        for (note,) in self.rows(f"SELECT id FROM note WHERE state IN ({marks}) ORDER BY id", *states):
            with self._lock:
                if (kind, note) not in self._claimed:
                    self._claimed.add((kind, note))
                    return int(note)
        return None

    def give_back(self, kind: str, note: int) -> None:
        """It is not done and the station goes on to something else: somebody will come again."""
        with self._lock:
            self._claimed.discard((kind, note))

    def state(self, note: int) -> str:
        return str(self.rows("SELECT state FROM note WHERE id = ?", note)[0][0])

    def open_notes(self) -> int:
        query = "SELECT count(*) FROM note WHERE state NOT IN ('shipped', 'withdrawn')"
        return int(self.rows(query)[0][0])

    def under_way(self) -> int:
        """What the courier still has to carry between floor and ledger."""
        return int(self.rows("SELECT count(*) FROM outbox WHERE target IN ('floor', 'ledger')")[0][0])

    def parcels(self, note: int) -> list[tuple[int, str]]:
        return [(int(id), str(sscc)) for id, sscc in self.rows("SELECT id, sscc FROM parcel WHERE note = ?", note)]

    def first_plain_line(self, note: int) -> tuple[int, int] | None:
        """Item and picked quantity of a line that is tracked by nothing."""
        query = (
            "SELECT item, picked FROM note_line JOIN item ON item.id = item WHERE note = ? AND tracking = 'none'"
            " AND picked > packed ORDER BY line LIMIT 1"
        )
        found = self.rows(query, note)
        return (int(found[0][0]), int(found[0][1])) if found else None

    def to_invoice(self) -> list[int]:
        return [int(order) for (order,) in self.rows('SELECT DISTINCT "order" FROM goods_issue WHERE invoice IS NULL')]
