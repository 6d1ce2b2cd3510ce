"""Checks of a label that goes from the page over USB, also where the printer is unplugged meanwhile."""

from tests.machine.guest.bench import Bench
from tests.machine.guest.label_printer import LabelPrinter
from tests.machine.guest.report import Checks, until
from tests.machine.guest.site import WEB, Hall, holds


def labels(bench: Bench, hall: Hall) -> Checks:
    with LabelPrinter() as printer:
        hall.test_label()
        came = until(lambda: len(printer.labels) == 1, 90)
        yield "a label comes out of the USB printer", came, f"{sum(map(len, printer.labels))} bytes"
        whole = came and printer.labels[0].startswith(b"^XA") and printer.labels[0].endswith(b"^XZ")
        yield "whole, from ^XA to ^XZ", bool(whole), repr(printer.labels[0][:24]) if came else "none"
        free = until(lambda: not holds(WEB, "/dev/usb/lp0"), 60)
        yield "and the printer is let go again", free, "/dev/usb/lp0 is closed"
        bench.printer.unplug()
        hall.test_label()
        yield "unplugged: the label waits", len(printer.labels) == 1, f"{len(printer.labels)} labels"
        bench.printer.plug()
        until(lambda: len(printer.labels) >= 2, 150)
        yield "plugged in again: it comes out, once", len(printer.labels) == 2, f"{len(printer.labels)} labels"
