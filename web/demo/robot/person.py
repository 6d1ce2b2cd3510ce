"""Somebody at a screen: signs in over HTTP as people do, then asks and acts with that session."""

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

PATIENCE_S, LOOK_S = 60.0, 0.03


class Trouble(Exception):
    """The robot cannot go on; the text says what it wanted and what it got."""


class Person:
    """`who` holds badge and pin, or login and password; `token` is the station's where the person stands at one."""

    def __init__(self, url: str, who: dict[str, str], token: str = "") -> None:
        headers = {"Origin": url} | ({"Authorization": f"Bearer {token}"} if token else {})
        self.http = httpx.Client(base_url=url, headers=headers, timeout=30.0)
        self._seq = 0
        form = {name: who[name] for name in (("badge", "pin") if token else ("login", "password"))}
        self.session = str(self._answer(self.http.post("/sign-in", data=form))["session"])

    def get(self, path: str) -> Any:
        return self._answer(self.http.get(path))

    def post(self, path: str, **content: Any) -> Any:
        return self._answer(self.http.post(path, json={"id": str(uuid.uuid4()), **content}))

    def scan(self, code: str, **seen: Any) -> dict[str, Any]:
        """Send what the screen's own keys or camera read; the verdict."""
        self._seq += 1
        at = datetime.now(UTC).isoformat()
        body = {"id": str(uuid.uuid4()), "seq": self._seq, "codes": [code], "at": at, "session": self.session, **seen}
        found: dict[str, Any] = self._answer(self.http.post("/scan", json=body))
        return found

    def until(self, what: str, look: Callable[[], Any]) -> Any:
        """Look again until `look` answers something."""
        end = time.monotonic() + PATIENCE_S
        while not (found := look()):
            if time.monotonic() > end:
                raise Trouble(f"waited {PATIENCE_S:.0f} s in vain: {what}")
            time.sleep(LOOK_S)
        return found

    def _answer(self, response: httpx.Response) -> Any:
        if response.status_code != 200:
            raise Trouble(f"{response.request.method} {response.request.url.path}: {response.text[:300]}")
        return response.json()
