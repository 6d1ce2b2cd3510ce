"""One HTTP/1.1 connection that is kept: a request is one write of prepared bytes, for a scan should cost a scanner's PC little."""

import select
import socket
import ssl
from email.message import Message
from http.client import HTTPException, HTTPResponse
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

PORTS = {"http": 80, "https": 443}


def address(server: str) -> SplitResult:
    """The parts of a server's address; ValueError for what is none."""
    parts = urlsplit(server)
    if parts.scheme not in PORTS or not parts.hostname or parts.port == 0:
        raise ValueError(f"no address of a server: {server}")
    return parts


def trusting(ca: str | None) -> ssl.SSLContext:
    """What vouches for a server: the authorities in the file `ca` alone, else those that this machine trusts."""
    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise OSError(f"ca {ca}: {error}") from None


class Answer(NamedTuple):
    """What the server said: status, headers, body."""

    status: int
    headers: Message
    content: bytes


class Connection:
    """To `server` ("http://host:port" or "https://...", a path before all paths may follow); used by one thread.

    `timeout_s` is the longest silence; the connection itself must stand within 3 s. ValueError for an address that is
    none, OSError for a `ca` file that cannot be read.
    """

    def __init__(self, server: str, token: str, *, timeout_s: float, ca: str | None = None) -> None:
        parts = address(server)
        self._address = (parts.hostname, parts.port or PORTS[parts.scheme])
        self._timeout_s = timeout_s
        self._tls = trusting(ca) if parts.scheme == "https" else None
        host = parts.netloc.rpartition("@")[2]
        self._path = parts.path.rstrip("/")
        self._head = f"Host: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        self._socket: socket.socket | None = None

    def post(self, path: str, body: bytes) -> Answer:
        """One request, one answer. OSError where there is none, or none that is HTTP."""
        head = f"POST {self._path}{path} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n"
        try:
            line = self._standing()
            line.sendall(head.encode("latin-1") + body)
            return self._answer(line)
        except (OSError, HTTPException) as error:
            self.close()
            raise ConnectionError(str(error) or type(error).__name__) from error

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _answer(self, line: socket.socket) -> Answer:
        with HTTPResponse(line, method="POST") as response:
            response.begin()
            answer = Answer(response.status, response.headers, response.read())
        if response.will_close:
            self.close()
        return answer

    def _standing(self) -> socket.socket:
        """The kept connection, unless the server has closed it meanwhile: then there is its end to be read."""
        if self._socket is not None and select.select([self._socket], [], [], 0)[0]:
            self.close()
        if self._socket is None:
            self._socket = self._made()
        return self._socket

    def _made(self) -> socket.socket:
        plain = socket.create_connection(self._address, timeout=min(self._timeout_s, 3.0))
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            made = self._tls.wrap_socket(plain, server_hostname=self._address[0]) if self._tls else plain
            made.settimeout(self._timeout_s)
        except OSError:
            plain.close()
            raise
        return made
