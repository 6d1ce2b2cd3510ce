"""The label printer of the day: the virtual one in its own process, dead for a while by its control port."""

import re
import socket
import subprocess
import sys
from pathlib import Path

SSCC = re.compile(rb"_3E_3B_3E800(\d{18})")


class Printer:
    """A printer at `port`; `labels` are the SSCCs on what came out, in order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        argv = [sys.executable, "-m", "labels.simulators.printer", "--port", "0", "--folder", str(folder)]
        self._process = subprocess.Popen([*argv, "--seconds-per-label", "0"], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        self.port, self._control = (int(number) for number in re.findall(r"\d+", said))

    def tell(self, words: str) -> str:
        with socket.create_connection(("127.0.0.1", self._control), 5) as line:
            line.sendall(words.encode() + b"\n")
            return line.makefile().readline().strip()

    def labels(self) -> list[str]:
        texts = (path.read_bytes() for path in sorted(self._folder.glob("*.zpl")))
        return [found.group(1).decode() for text in texts if (found := SSCC.search(text))]

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()
