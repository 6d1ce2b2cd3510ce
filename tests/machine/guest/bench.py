"""The table with all devices on it: each made once, unplugged, and plugged by the checks."""

from dataclasses import dataclass
from pathlib import Path

from tests.machine.guest.gadgets import CONTROLLERS, HID_POS, PRINTER, SERIAL, WEDGE, Gadget
from tests.machine.guest.report import until
from tests.machine.guest.site import run

MODULES = ("libcomposite", "usb_f_acm", "usb_f_hid", "usb_f_printer", "uinput", "usbmon")


@dataclass(frozen=True)
class Bench:
    """`seven` is a serial scanner of 7 bits and even parity, without a serial number of its own."""

    zebra: Gadget
    seven: Gadget
    wedge: Gadget
    pos: Gadget
    printer: Gadget

    @property
    def all(self) -> tuple[Gadget, ...]:
        return (self.zebra, self.seven, self.wedge, self.pos, self.printer)


def lay() -> Bench:
    """Load what pretends to be a USB controller, and lay the devices out."""
    run("modprobe", "dummy_hcd", f"num={CONTROLLERS}")
    run("modprobe", "-a", *MODULES)
    until(lambda: Path("/sys/kernel/config/usb_gadget").exists() or mounted(), 20)
    return Bench(
        zebra=Gadget(0, SERIAL, 0x05E0, 0x1701, "Symbol", "DS2208", "S1234567"),
        seven=Gadget(1, SERIAL, 0x05F9, 0x4204, "Datalogic", "QuickScan", ""),
        wedge=Gadget(2, WEDGE, 0x0C2E, 0x0B61, "Honeywell", "3320g", "19230A0C37"),
        pos=Gadget(3, HID_POS, 0x0C2E, 0x0B67, "Honeywell", "1900", "20031A7F"),
        printer=Gadget(4, PRINTER, 0x0A5F, 0x0166, "Zebra", "ZD421", "D5J1"),
    )


def mounted() -> bool:
    run("mount", "-t", "configfs", "configfs", "/sys/kernel/config")
    return True
