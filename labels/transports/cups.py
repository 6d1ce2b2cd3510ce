"""A printer behind a CUPS queue, through the package `zebra`: spooled, never known to be printed."""

import subprocess
from collections.abc import Callable

from zebra import Zebra

from labels.printer import Unsent


class CheckedZebra(Zebra):
    """`zebra` ignores whether lpr failed; a label that CUPS refused must not count as sent."""

    def _output_unix(self, commands: bytes) -> None:
        spool = ["lpr", f"-P{self.queue}", "-oraw"]
        done = subprocess.run(spool, input=commands, capture_output=True, timeout=30, check=False)
        if done.returncode:
            raise Unsent(done.returncode, done.stderr.decode("utf-8", "replace").strip())


class Cups:
    """A raw queue. Bytes go in as they are: as text, `zebra` would recode them to cp437."""

    answers = False

    def __init__(self, queue: str) -> None:
        self._printer = CheckedZebra(queue)  # type: ignore[no-untyped-call]

    def send(self, payload: bytes) -> None:
        try:
            self._printer.output(payload)  # type: ignore[no-untyped-call]
        except FileNotFoundError as error:
            raise Unsent(error.errno, "lpr is not installed (package cups-bsd)") from error
        except subprocess.TimeoutExpired as error:
            raise TimeoutError("CUPS does not take the label") from error

    def ask(self, question: bytes, whole: Callable[[bytes], bool]) -> bytes:
        return b""

    def close(self) -> None:
        """Nothing is held between calls."""


connect = Cups
