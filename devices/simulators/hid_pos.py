"""A virtual HID-POS scanner: reports at the far end of a socket that keeps their borders, as a hidraw node does."""

import select
import socket
from pathlib import Path

from devices.reports import CODE_REPORT, DATA_SIZE, SIZE

FAULTS = ("double_fire", "truncated", "lost_gs", "shifted", "unplug")


class VirtualHidPos:
    """`path` is the socket that stands for the hidraw node; `aim` False is a unit that sends no AIM identifier."""

    def __init__(self, path: Path, *, aim: bool = True) -> None:
        self.path, self.aim = path, aim
        self._line: socket.socket | None = None
        self.plug()

    def plug(self) -> None:
        """Plug it in: a new socket at its path."""
        self._node = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._node.bind(str(self.path))
        self._node.listen(1)

    def unplug(self) -> None:
        self.path.unlink(missing_ok=True)
        self._node.close()
        if self._line is not None:
            self._line.close()
        self._line = None

    close = unplug

    def in_use(self, wait_s: float = 0.0) -> bool:
        """Whether a host holds it open, given `wait_s` seconds to do so; what is sent before is lost."""
        if self._line is None and select.select([self._node], [], [], wait_s)[0]:
            self._line = self._node.accept()[0]
        return self._line is not None

    def scan(self, code: str, fault: str | None = None, aim: str = "]C0") -> None:
        """Send `code` in as many reports as it needs. `fault` is one of FAULTS: what goes wrong with it."""
        if fault not in (None, *FAULTS):
            raise ValueError(f"no such fault: {fault}; there are {', '.join(FAULTS)}")
        data = (code.replace("\x1d", "") if fault == "lost_gs" else code).encode()
        head = aim.encode("latin-1") if self.aim else b""
        shift = b"\x00" if fault == "shifted" else b""
        pieces = [data[at : at + DATA_SIZE] for at in range(0, len(data), DATA_SIZE)]
        more = fault in ("truncated", "unplug")  # the rest does not come
        for number, piece in enumerate(pieces, 1):
            start = bytes([CODE_REPORT]) + shift + bytes([len(piece)]) + head + piece
            self.send(start.ljust(SIZE - 1, b"\x00") + bytes([more or number < len(pieces)]))
        if fault == "unplug":
            self.unplug()
        if fault == "double_fire":
            self.scan(code, aim=aim)

    def send(self, report: bytes) -> None:
        """Put one raw report on the line."""
        if self.in_use() and self._line is not None:
            self._line.send(report)

    def heard(self, wait_s: float = 0.0) -> bytes:
        """The next report that the host has sent: a beep; waits up to `wait_s` for it."""
        if self._line is None or not select.select([self._line], [], [], wait_s)[0]:
            return b""
        return self._line.recv(SIZE)
