"""Which things a file has named already, and in which line: kept on disk, so that a file may be as long as it likes."""

import hashlib
import sqlite3


class Seen:
    """A throw-away table; SQLite spills it into a temporary file by itself."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("CREATE TABLE seen (key BLOB PRIMARY KEY, line INTEGER) WITHOUT ROWID")
        self._db.execute("BEGIN")

    def first(self, key: str, line: int) -> int:
        """The line that named `key` first: `line` itself where none did before."""
        row = (hashlib.blake2b(key.encode(), digest_size=16).digest(), line)
        if self._db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", row).rowcount:
            return line
        found: int = self._db.execute("SELECT line FROM seen WHERE key = ?", row[:1]).fetchone()[0]
        return found

    def close(self) -> None:
        self._db.close()
