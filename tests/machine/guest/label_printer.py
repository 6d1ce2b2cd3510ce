"""The inside of the USB printer: the project's virtual printer behind the kernel's printer gadget."""

import os
import select
import threading
import time
from types import TracebackType

from labels.simulators.mechanism import Mechanism
from labels.simulators.stream import Command, Getvar

NODE = "/dev/g_printer0"
QUESTIONS = ("HS", "HQES", "HI")


class LabelPrinter:
    """Prints what comes over the cable and answers questions, as long as it is used as a context."""

    def __init__(self) -> None:
        self._inside = Mechanism(folder=None, seconds_per_label=0.0, clock=time.time)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="label printer", daemon=True)
        self.fault, self.clear = self._inside.fault, self._inside.clear

    @property
    def labels(self) -> list[bytes]:
        return [label.zpl for label in list(self._inside.labels)]

    def __enter__(self) -> "LabelPrinter":
        self._inside.start()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._inside.close()

    def _work(self) -> None:
        """Opened anew after each break: unplugged, the gadget answers with an error."""
        while not self._stop.wait(0.2):
            try:
                cable = os.open(NODE, os.O_RDWR | os.O_NONBLOCK)
            except OSError:
                continue
            try:
                while not self._stop.is_set():
                    self._talk(cable)
            except OSError:
                self._inside.stream.hang_up()
            finally:
                os.close(cable)

    def _talk(self, cable: int) -> None:
        if not select.select([cable], [], [], 0.2)[0]:
            return
        try:
            data = os.read(cable, 8192)
        except BlockingIOError:
            return
        for event in self._inside.stream.feed(data):
            answer = self._inside.take(event)
            if isinstance(event, Getvar) or (isinstance(event, Command) and event.name in QUESTIONS):
                os.write(cable, answer)
