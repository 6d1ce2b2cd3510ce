"""USB devices made by configfs, each on a dummy controller of its own, so that each is plugged and unplugged by itself."""

import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path("/sys/kernel/config/usb_gadget")
CONTROLLERS = 5
ENGLISH = "strings/0x409"

# A boot keyboard (HID 1.11, appendix B.1): 8 bytes a report, modifiers first.
KEYBOARD = bytes.fromhex(
    "05 01 09 06 a1 01  05 07 19 e0 29 e7 15 00 25 01 75 01 95 08 81 02  95 01 75 08 81 03"
    "95 05 75 01 05 08 19 01 29 05 91 02  95 01 75 03 91 03  95 06 75 08 15 00 25 65 05 07 19 00 29 65 81 00 c0"
)
# A scanner by "HID Point of Sale Usage Tables" 1.02: report 2 holds a length, three symbology bytes, 56 bytes of data,
# two of the maker's and a bit that says that more follows; report 4 goes to the scanner.
POINT_OF_SALE = bytes.fromhex(
    "05 8c 09 02 a1 01  09 12 a1 02  85 02 15 00 26 ff 00 75 08"
    "95 01 05 01 09 3b 81 02  95 03 05 8c 09 fb 09 fc 09 fd 81 02  95 38 09 fe 82 02 01"
    "95 02 06 66 ff 09 04 09 05 81 02  15 00 25 01 75 01 95 01 05 8c 09 ff 81 02  95 07 81 03 c0"
    "09 14 a1 02  85 04 15 00 26 ff 00 75 08 95 3f 06 66 ff 09 06 91 02 c0  c0"
)


@dataclass(frozen=True)
class Kind:
    """A function of the kernel (`acm`, `hid`, `printer`) and its attributes, written before it is plugged."""

    function: str
    attributes: dict[str, bytes] = field(default_factory=dict)


SERIAL = Kind("acm")
WEDGE = Kind("hid", {"protocol": b"1", "subclass": b"1", "report_length": b"8", "report_desc": KEYBOARD})
HID_POS = Kind("hid", {"protocol": b"0", "subclass": b"0", "report_length": b"64", "report_desc": POINT_OF_SALE})
PRINTER = Kind("printer", {"pnp_string": b"MFG:Zebra;MDL:ZD421;CMD:ZPL;CLS:PRINTER;"})


class Gadget:
    """One USB device; `serial` empty: a maker who saved the number, so that two alike cannot be told apart by it."""

    def __init__(self, port: int, kind: Kind, vendor: int, product: int, maker: str, model: str, serial: str) -> None:
        self.port, self.folder = port, FOLDER / f"device{port}"
        self.function = self.folder / f"functions/{kind.function}.device{port}"
        settings = self.folder / "configs/c.1"
        for folder in (self.folder / ENGLISH, settings / ENGLISH, self.function):
            folder.mkdir(parents=True)
        self._write("idVendor", f"{vendor:#06x}")
        self._write("idProduct", f"{product:#06x}")
        for name, text in (("manufacturer", maker), ("product", model), ("serialnumber", serial)):
            if text:
                self._write(f"{ENGLISH}/{name}", text)
        for name, value in kind.attributes.items():
            (self.function / name).write_bytes(value)
        (settings / self.function.name).symlink_to(self.function)

    def plug(self) -> None:
        self._write("UDC", f"dummy_udc.{self.port}")

    def unplug(self) -> None:
        self._write("UDC", "\n")

    def node(self) -> Path:
        """The scanner's own end: what the device itself would write into its cable."""
        if self.function.name.startswith("acm."):
            return Path(f"/dev/ttyGS{(self.function / 'port_num').read_text().strip()}")
        number = (self.function / "dev").read_text().strip()
        said = Path(f"/sys/dev/char/{number}/uevent").read_text()
        return Path("/dev") / said.partition("DEVNAME=")[2].splitlines()[0]

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)


def host_node(subsystem: str, gadget: Gadget) -> str:
    """The node the host made for a gadget, such as `hidraw` -> /dev/hidraw1; "" while there is none."""
    for entry in sorted(Path(f"/sys/class/{subsystem}").glob("*")):
        with contextlib.suppress(OSError):  # it may be going at this very moment
            if f"/dummy_hcd.{gadget.port}/" in os.path.realpath(entry, strict=True):
                return "/dev/" + (entry / "uevent").read_text().partition("DEVNAME=")[2].splitlines()[0]
    return ""
