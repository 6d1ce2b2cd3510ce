"""HTTP by hand: one kept connection that says plainly whether an answer came, and asks again until one does."""

import http.client
import json
import threading
import time
from typing import Any

PAUSE_S = 0.1
BROKEN = (OSError, http.client.HTTPException)


class Wire:
    """A connection to the server of the day. Not shared between threads."""

    def __init__(self, port: int, headers: dict[str, str], stop: threading.Event) -> None:
        self.headers, self._stop = {"content-type": "application/json", "accept-language": "en", **headers}, stop
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=15)

    def send(self, path: str, body: bytes) -> None:
        self._http.request("POST", path, body, self.headers)

    def receive(self) -> tuple[int, dict[str, Any], http.client.HTTPMessage]:
        status, body, headers = self.receive_bytes()
        return status, json.loads(body or b"{}"), headers

    def receive_bytes(self) -> tuple[int, bytes, http.client.HTTPMessage]:
        answer = self._http.getresponse()
        return answer.status, answer.read(), answer.msg

    def hang_up(self) -> None:
        """Drop the line; the next send opens a new one."""
        self._http.close()

    def wait(self) -> None:
        """Before the next try; the day's end ends the trying."""
        if self._stop.is_set():
            raise TimeoutError("the day was called off")
        time.sleep(PAUSE_S)

    def insist(self, path: str, body: bytes) -> tuple[int, dict[str, Any], http.client.HTTPMessage]:
        """Send until there is an answer that is not `try again`."""
        while True:
            try:
                self.send(path, body)
                answer = self.receive()
                if answer[0] != 503:
                    return answer
            except BROKEN:
                self.hang_up()
            self.wait()
