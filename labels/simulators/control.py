"""A second port of the virtual printer, on which another process brings faults about and asks what came out."""

import contextlib
import json
import socketserver
import threading
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labels.simulators.printer import VirtualPrinter


class Control:
    """A line in, a line out: `fault NAME [VALUE]`, `clear NAME`, `reset` -> `ok`; `state` -> one JSON object;
    anything else -> `error ...`."""

    def __init__(self, printer: "VirtualPrinter", *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._printer = printer
        answer = self._answer

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for line in self.rfile:
                    with contextlib.suppress(OSError):
                        self.wfile.write(answer(line.decode("utf-8", "replace").split()).encode() + b"\n")

        self._server = socketserver.ThreadingTCPServer((host, port), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="control", daemon=True)

    def __enter__(self) -> "Control":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, words: list[str]) -> str:
        try:
            match words:
                case ["fault", name]:
                    self._printer.fault(name)
                case ["fault", name, value]:
                    self._printer.fault(name, float(value))
                case ["clear", name]:
                    self._printer.clear(name)
                case ["reset"]:
                    self._printer.reset()
                case ["state"]:
                    state = {"labels": len(self._printer.labels), "faults": self._printer.faults}
                    return json.dumps({**state, "commands": self._printer.commands})
                case _:
                    return "error fault NAME [VALUE] | clear NAME | reset | state"
        except ValueError as error:
            return f"error {error}"
        return "ok"
