"""A virtual ZPL printer at the far end of a TCP port, with misbehaviours by name: for the demo and for tests.

Run by itself it keeps every label as a file: `python -m labels.simulators.printer --port 9100 --folder labels`.
"""

import argparse
import contextlib
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from labels.simulators.control import Control
from labels.simulators.mechanism import Mechanism, Printed
from labels.simulators.stream import Command, Format, Getvar

QUERIES = frozenset({"HS", "HQES", "HI"})


class VirtualPrinter:
    """Serves one client at a time, as real ones do. Faults: see `labels.simulators.mechanism.FAULTS`."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        folder: Path | None = None,
        seconds_per_label: float = 0.0,
        clock: Callable[[], float] = time.time,
        idle_seconds: float = 30.0,
    ) -> None:
        self._mechanism = Mechanism(folder=folder, seconds_per_label=seconds_per_label, clock=clock)
        self._idle_seconds = idle_seconds
        self._door = socket.create_server((host, port))
        self.port: int = self._door.getsockname()[1]
        self._closing = False
        self._of_label = 0  # bytes received since the label that drop_after waits for began
        self._client: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, name=f"virtual printer {self.port}", daemon=True)
        self.fault, self.clear, self.reset = self._mechanism.fault, self._mechanism.clear, self._mechanism.reset

    @property
    def labels(self) -> list[Printed]:
        """The labels that came out so far."""
        return list(self._mechanism.labels)

    @property
    def commands(self) -> list[str]:
        """The ~ commands it was given, questions apart."""
        return list(self._mechanism.commands)

    @property
    def faults(self) -> list[str]:
        return sorted(self._mechanism.faults)

    def __enter__(self) -> "VirtualPrinter":
        self._mechanism.start()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        for end in (self._door, self._client):
            if end is not None:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join()
        self._mechanism.close()

    def _serve(self) -> None:
        while not self._closing:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            self._client = client
            client.settimeout(self._idle_seconds)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with client, contextlib.suppress(OSError):
                self._talk(client)
            self._mechanism.stream.hang_up()
            self._client = None

    def _talk(self, client: socket.socket) -> None:
        while data := client.recv(65536):
            kept = self._before_drop(data)
            for event in self._mechanism.stream.feed(data[:kept]):
                if isinstance(event, Format) and "reset" in self._mechanism.faults:
                    self.clear("reset")
                    self.reset()
                    return _slam(client)
                answer = self._mechanism.take(event)
                if isinstance(event, Getvar) or (isinstance(event, Command) and event.name in QUERIES):
                    self._answer(client, answer)
            if kept is not None:
                self.clear("drop_after")
                return _slam(client)
        return None

    def _before_drop(self, data: bytes) -> int | None:
        """How many of these bytes still arrive before the fault drop_after strikes; None while it does not."""
        limit = self._mechanism.faults.get("drop_after")
        if limit is None or not (self._of_label or b"^XA" in data):
            return None
        room, self._of_label = int(limit) - self._of_label, self._of_label + len(data)
        if len(data) < room:
            return None
        self._of_label = 0
        return room

    def _answer(self, client: socket.socket, answer: bytes) -> None:
        """Answers come in three pieces, as over a slow line, unless the printer is silent or babbles on."""
        faults = self._mechanism.faults
        while "babbling" in faults and not self._closing:
            client.sendall(b"\x02030,0,babble " * 200)
        if "silent" in faults or not answer:
            return
        time.sleep(faults.get("late", 0.0))
        third = len(answer) // 3 + 1
        for start in range(0, len(answer), third):
            client.sendall(answer[start : start + third])
            time.sleep(0.001)


def _slam(client: socket.socket) -> None:
    """Closes with a reset, so that the far end loses what it has not read."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def main(arguments: list[str]) -> None:
    """Runs until SIGTERM or SIGINT; the first line of standard output names the ports."""
    parser = argparse.ArgumentParser(prog="labels.simulators.printer", description="A virtual ZPL printer.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9100, help="0 for any free one")
    parser.add_argument("--control", type=int, default=0, help="port for faults; 0 for any free one")
    parser.add_argument("--folder", type=Path, required=True, help="where the labels go, a file each")
    parser.add_argument("--seconds-per-label", type=float, default=0.2)
    chosen = parser.parse_args(arguments)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    printer = VirtualPrinter(
        host=chosen.host, port=chosen.port, folder=chosen.folder, seconds_per_label=chosen.seconds_per_label
    )
    with printer, Control(printer, host=chosen.host, port=chosen.control) as control:
        print(f"printing on {printer.port}, control on {control.port}", flush=True)
        stop.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
