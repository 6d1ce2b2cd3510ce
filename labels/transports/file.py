"""A printer that is a file: for trying things out, and for programs that collect labels from a folder."""

import os
from collections.abc import Callable
from pathlib import Path

from labels.printer import Unsent


class File:
    """Appends each label to `path` and syncs it. There is nobody to answer."""

    answers = False

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def send(self, payload: bytes) -> None:
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            raise Unsent(*error.args) from error
        with os.fdopen(descriptor, "wb") as file:
            file.write(payload)
            file.flush()
            os.fsync(file.fileno())

    def ask(self, question: bytes, whole: Callable[[bytes], bool]) -> bytes:
        return b""

    def close(self) -> None:
        """Nothing is held between calls."""


connect = File
