"""The lamps and buzzers of a gate: on for a verdict, off after a while; in a thread of their own, so that a reader
that does not answer delays no scan.
"""

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from devices.connection import trusting
from devices.scan import Dialect, RestCall
from devices.seat import Health

WAITING = 8
PATIENCE_S = 2.0
CLOSE = ""


class Lamps:
    """`show(sound)` from any thread. `publish` carries commands by MQTT; RestCalls go to the gate's own address."""

    def __init__(self, settings: Any, dialect: Dialect, publish: Callable[[bytes], None], health: Health) -> None:
        self._settings, self._dialect, self._publish, self._health = settings, dialect, publish, health
        self._wanted: queue.Queue[str] = queue.Queue(WAITING)
        self._thread: threading.Thread | None = None

    def show(self, sound: str) -> None:
        """Say `sound` at the gate; where more verdicts wait than anybody could see, the newest is left out."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="lamps", daemon=True)
            self._thread.start()
        if not self._wanted.full():
            self._wanted.put_nowait(sound)

    def close(self) -> None:
        """Lights out at once."""
        thread, self._thread = self._thread, None
        if thread is not None:
            with suppress(queue.Full):
                self._wanted.put(CLOSE, timeout=PATIENCE_S)
            thread.join(2 * PATIENCE_S)

    def _run(self) -> None:
        try:
            with self._client() as client:
                self._until_closed(client)
        except OSError as error:
            self._health.trouble("lamps", f"the settings of the gate's lamps cannot be used: {error}")

    def _until_closed(self, client: httpx.Client) -> None:
        lit, off_at = "", 0.0
        while True:
            try:
                sound = self._wanted.get(timeout=max(off_at - time.monotonic(), 0.0) if lit else None)
            except queue.Empty:
                sound = None
            if lit and sound != lit:
                self._switch(client, lit, False)
                lit = ""
            if sound == CLOSE:
                return
            if sound is not None:
                self._switch(client, sound, True)
                lit, off_at = sound, time.monotonic() + self._settings.lamp_s

    def _client(self) -> httpx.Client:
        wanted = self._settings
        auth = None
        if wanted.rest_user is not None:
            password = Path(wanted.rest_password_file).read_text(encoding="utf-8") if wanted.rest_password_file else ""
            auth = (wanted.rest_user, password.strip())
        address = wanted.rest or "http://nowhere.invalid"
        verify = trusting(wanted.rest_ca) if address.startswith("https:") else False
        return httpx.Client(base_url=address, auth=auth, timeout=PATIENCE_S, verify=verify, trust_env=False)

    def _switch(self, client: httpx.Client, sound: str, on: bool) -> None:
        for command in self._dialect.answer(sound, on):
            if isinstance(command, bytes):
                self._publish(command)
            elif self._settings.rest:
                self._call(client, command)

    def _call(self, client: httpx.Client, call: RestCall) -> None:
        try:
            answer = client.request(call.method, call.path, json=call.body)
            wrong = None if answer.is_success else f"it answers {answer.status_code}"
        except httpx.HTTPError as error:
            wrong = str(error) or type(error).__name__
        self._health.trouble("lamps", wrong and f"the gate's lamps cannot be switched: {wrong}")
