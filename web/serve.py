"""The service at work in this process: pages until a signal, or the courier alone."""

import signal
import socket
import sys
import time

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from web.app import make_app
from web.cli import Stop
from web.compose import Running, Site, WriterTaken, compose
from web.settings import Settings, SettingsError

MOST_HEAD = 65_536


def run(found: Settings, roles: tuple[str, ...]) -> int:
    """Run the roles until SIGTERM or SIGINT. Raises Stop where another process writes, or a setting cannot be used."""
    signal.signal(signal.SIGTERM, _end)
    try:
        with Running(compose(found), roles) as site:
            return serve(site) if "web" in roles else _wait()
    except (WriterTaken, SettingsError) as error:
        raise Stop(str(error)) from None


def _end(number: int, frame: object) -> None:
    """A request to end unwinds what was started, in the reverse order; without this the process would fall where it stands."""
    sys.exit(0)


def serve(site: Site, sock: socket.socket | None = None) -> int:
    """Serve the pages until a signal; open streams do not hold the end up."""
    server = server_of(site)
    server.run(sockets=[sock] if sock is not None else None)
    return 0


class Protocol(HttpToolsProtocol):
    """HTTP of which nothing is kept without end, and what is none is told with a code as everything else is."""

    kept = 0  # bytes that the parser holds: of a head, or of what follows a body, that does not come to its end

    def data_received(self, data: bytes) -> None:
        self.kept += len(data)
        super().data_received(data)
        if self.kept > MOST_HEAD:
            self._end(b"431 Request Header Fields Too Large", b'{"code":"too_large","detail":"a shorter head"}')

    def on_message_begin(self) -> None:
        self.kept = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self.kept = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self.kept = 0
        super().on_body(body)

    def send_400_response(self, msg: str) -> None:
        self._end(b"400 Bad Request", b'{"code":"malformed","detail":"this is no HTTP"}')

    def _end(self, status: bytes, body: bytes) -> None:
        head = b"HTTP/1.1 %b\r\ncontent-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
        self.transport.write(head % (status, len(body)) + body)
        self.transport.close()
        self.kept = 0


def server_of(site: Site, port: int | None = None) -> uvicorn.Server:
    """The server of a site's pages, at a port other than that of its settings where one is given (0: a free one)."""
    web = site.settings.web
    config = uvicorn.Config(
        make_app(site), host=web.host, port=web.port if port is None else port, http=Protocol, log_level="warning",
        access_log=False, timeout_graceful_shutdown=3, server_header=False,
    )  # fmt: skip
    return uvicorn.Server(config)


def _wait() -> int:
    while True:
        time.sleep(3600)
