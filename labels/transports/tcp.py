"""A printer on the network: raw bytes on port 9100, answers on the same connection."""

import contextlib
import socket
import time
from collections.abc import Callable

from labels.printer import Unsent, endless


class Tcp:
    """One connection at a time, kept between calls until `close`; printers serve one client at a time.

    A connection on which an answer was missed is dropped, so that a late answer never passes for the next one.
    """

    def __init__(
        self,
        host: str,
        port: int = 9100,
        *,
        answers: bool = True,
        connect_seconds: float = 3.0,
        write_seconds: float = 10.0,
        answer_seconds: float = 2.5,
    ) -> None:
        self.answers = answers
        self._address = (host, port)
        self._connect_seconds, self._write_seconds, self._answer_seconds = (
            connect_seconds,
            write_seconds,
            answer_seconds,
        )
        self._open: socket.socket | None = None

    def send(self, payload: bytes) -> None:
        try:
            line = self._line()
        except OSError as error:
            raise Unsent(*error.args) from error
        try:
            line.settimeout(self._write_seconds)
            line.sendall(payload)
        except OSError:
            self.close()
            raise

    def ask(self, question: bytes, whole: Callable[[bytes], bool]) -> bytes:
        line, reply = self._line(), b""
        try:
            line.settimeout(self._answer_seconds)
            until = time.monotonic() + self._answer_seconds
            line.sendall(question)
            while not whole(reply):
                _acknowledge(line)
                line.settimeout(max(0.001, until - time.monotonic()))
                piece = line.recv(4096)
                if not piece:
                    raise ConnectionResetError("the printer hung up")
                reply += piece
                if endless(reply, until):
                    self.close()
                    break
        except TimeoutError:
            self.close()
        except OSError:
            self.close()
            raise
        return reply

    def close(self) -> None:
        if self._open is not None:
            with contextlib.suppress(OSError):
                self._open.shutdown(socket.SHUT_WR)
            self._open.close()
            self._open = None

    def _line(self) -> socket.socket:
        if self._open is not None and _dead(self._open):
            self.close()
        if self._open is None:
            self._open = socket.create_connection(self._address, self._connect_seconds)
            self._open.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._open


def _acknowledge(line: socket.socket) -> None:
    """At once: a printer that answers in pieces (RFC 896) keeps the next one back until this one is acknowledged, and
    Linux takes 40 ms for that. It forgets the wish, so it is told before each piece."""
    if hasattr(socket, "TCP_QUICKACK"):  # Linux
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def _dead(line: socket.socket) -> bool:
    """Whether the printer has hung up meanwhile: bytes sent into such a connection vanish without an error."""
    line.settimeout(0)
    try:
        return line.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


connect = Tcp
