"""A printer on a USB cable: Linux's /dev/usb/lp*, which also carries its answers (group `lp`)."""

import errno
import fcntl
import os
import select
import time
from collections.abc import Callable

from labels.printer import Unsent, endless


class Usb:
    """Holds the device from the first call until `close`, locked, since two writers would mix their labels."""

    def __init__(
        self,
        path: str = "/dev/usb/lp0",
        *,
        answers: bool = True,
        write_seconds: float = 10.0,
        answer_seconds: float = 2.5,
    ) -> None:
        self.answers = answers
        self._path, self._write_seconds, self._answer_seconds = path, write_seconds, answer_seconds
        self._open: int | None = None

    def send(self, payload: bytes) -> None:
        try:
            device = self._device()
        except OSError as error:
            raise Unsent(*error.args) from error
        self._write(device, payload, time.monotonic() + self._write_seconds)

    def ask(self, question: bytes, whole: Callable[[bytes], bool]) -> bytes:
        device, reply = self._device(), b""
        until = time.monotonic() + self._answer_seconds
        while self._read(device, 0) and not endless(b"", until):  # what an earlier question was answered too late
            pass
        self._write(device, question, until)
        while not whole(reply) and not endless(reply, until):
            piece = self._read(device, until - time.monotonic())
            if not piece:
                break
            reply += piece
        return reply

    def close(self) -> None:
        if self._open is not None:
            os.close(self._open)
            self._open = None

    def _device(self) -> int:
        if self._open is None:
            device = os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
            try:
                fcntl.flock(device, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(device)
                raise
            self._open = device
        return self._open

    def _write(self, device: int, payload: bytes, until: float) -> None:
        left = memoryview(payload)
        while left:
            if not select.select([], [device], [], max(0.0, until - time.monotonic()))[1]:
                self.close()
                raise TimeoutError(errno.ETIMEDOUT, "the printer takes no more bytes")
            left = left[os.write(device, left) :]

    def _read(self, device: int, seconds: float) -> bytes:
        """Bytes as they come, b"" when none came in time."""
        if not select.select([device], [], [], max(0.0, seconds))[0]:
            return b""
        try:
            return os.read(device, 4096)
        except BlockingIOError:
            return b""


connect = Usb
