"""A file of JSON lines whose every append is on the disk when it returns; the rest of a torn write is tolerated."""

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec


class SyncedLog:
    """Append-only lines. A line that cannot be read is moved to `<name>.torn`, never skipped in silence."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.torn = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._size = os.fstat(self._fd).st_size
        sync_folder(path.parent)

    def read(self) -> list[tuple[bytes, dict[str, object]]]:
        """All lines, raw and read. A last line without its end was never reported as written: it is cut off."""
        data = self.path.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        entries, bad = [], []
        for line in whole.splitlines():
            try:
                entries.append((line, msgspec.json.decode(line, type=dict[str, object])))
            except (msgspec.DecodeError, UnicodeDecodeError):
                bad.append(line)
        if len(whole) < len(data):
            self._cut(len(whole))
        if bad:
            self.torn = len(bad)
            with self.path.with_name(self.path.name + ".torn").open("ab") as aside:
                aside.write(b"\n".join([*bad, b""]))
        return entries

    def append(self, lines: Iterable[bytes], *, sync: bool = True) -> None:
        """Add whole lines, all or none. OSError (disk full, ...) leaves the file as it was before."""
        data = b"".join(line + b"\n" for line in lines)
        try:
            written = 0
            while written < len(data):
                written += os.write(self._fd, data[written:])
            if sync:
                os.fdatasync(self._fd)
        except OSError:
            self._cut(self._size)
            raise
        self._size += len(data)

    def clear(self) -> None:
        """Forget all lines. Not synced: should a power cut bring them back, their ids tell that they were done."""
        self._cut(0)

    def replace(self, lines: Iterable[bytes]) -> None:
        """Write the file anew with these lines only; a crash leaves either the old or the new file, whole."""
        fresh = self.path.with_name(self.path.name + ".new")
        data = b"".join(line + b"\n" for line in lines)
        with fresh.open("wb") as out:
            out.write(data)
            out.flush()
            os.fdatasync(out.fileno())
        fresh.replace(self.path)
        sync_folder(self.path.parent)
        os.close(self._fd)
        self._fd = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        self._size = len(data)

    @property
    def size(self) -> int:
        return self._size

    def close(self) -> None:
        """Further writes raise OSError."""
        fd, self._fd = self._fd, -1
        os.close(fd)

    def _cut(self, size: int) -> None:
        os.ftruncate(self._fd, size)
        self._size = size


def sync_folder(folder: Path) -> None:
    """Make names created or renamed in `folder` durable."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
