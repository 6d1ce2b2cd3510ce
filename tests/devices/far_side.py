"""A small real HTTP server as the far side of the agent: keeps each scan once, and can fail in every way."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "t0ken"


class FarSide:
    """`scans` are the bodies in the order of their effect; `mode` says what goes wrong from now on.

    Modes: ok, busy (503), lose (takes the scan, then cuts the line unanswered), shut (401), nowhere (404), odd (200
    with no JSON). A scan of the code BAD is answered 422. A repeat with other content is counted in `reused`.
    """

    def __init__(self) -> None:
        self.scans: list[dict[str, Any]] = []
        self.health: list[list[dict[str, Any]]] = []
        self.posts = 0
        self.reused = 0
        self.mode = "ok"
        self.sound = "ok"
        self.code = "picked"
        self.loading: bool | None = None
        self._contents: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def codes(self) -> list[str]:
        return [code for scan in self.scans for code in scan["codes"]]

    def start(self) -> None:
        """Listen, on the same port as before."""
        far, handler = self, type("Handler", (Handler,), {"far": self})
        ThreadingHTTPServer.allow_reuse_address = True
        self._server = ThreadingHTTPServer(("127.0.0.1", far.port), handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def kill(self) -> None:
        """Stop listening; requests under way are cut."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def take(self, body: bytes) -> tuple[int, bytes]:
        """What a post of `body` is answered, keeping it once."""
        scan = json.loads(body)
        with self._lock:
            self.posts += 1
            if self.mode in ("busy", "shut", "nowhere"):
                return {"busy": 503, "shut": 401, "nowhere": 404}[self.mode], b"{}"
            if scan["codes"] == ["BAD"]:
                return 422, b'{"code":"bad_scan"}'
            content = {name: value for name, value in scan.items() if name != "seq"}  # as the server compares them
            if scan["id"] not in self._contents:
                self._contents[scan["id"]] = content
                self.scans.append(scan)
            self.reused += self._contents[scan["id"]] != content
        if self.mode == "odd":
            return 200, b"<html>"
        reply = {"id": scan["id"], "accepted": True, "code": self.code, "text": "", "sound": self.sound, "new": 1}
        return 200, json.dumps(reply).encode()

    def wait(self, count: int, seconds: float = 20.0) -> list[str]:
        """The codes, once there are `count` of them; fewer after `seconds`."""
        return until(lambda: self.codes, lambda codes: len(codes) >= count, seconds)


class Handler(BaseHTTPRequestHandler):
    far: FarSide
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.answer(401, b"{}")
        elif self.path == "/health":
            self.far.health.append(json.loads(body)["devices"])
            self.answer(200, json.dumps({"loading": self.far.loading}).encode())
        else:
            status, answer = self.far.take(body)
            if self.far.mode == "lose":
                self.close_connection = True
                return
            self.answer(status, answer)

    def answer(self, status: int, body: bytes) -> None:
        if self.far._server is None:
            self.close_connection = True
            return
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """A test's output is its own."""


def until(read: Any, good: Any, seconds: float = 20.0) -> Any:
    """`read()` once `good` holds of it; after `seconds`, whatever it is, so that the test says what was wrong."""
    deadline = time.monotonic() + seconds
    while not good(found := read()) and time.monotonic() < deadline:
        time.sleep(0.005)
    return found
