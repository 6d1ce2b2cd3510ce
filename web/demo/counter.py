"""What stands on the counter of an open demo: the address, the badges, and a line to make its readers read."""

import sys
import threading
import time
from contextlib import ExitStack, closing

from rich.console import Console
from rich.table import Table

from devices.simulators import gate, keyboard, scanner
from floor.check_digit import BadCode
from floor.tag_writing import encode_sscc
from labels.simulators import mechanism
from web.demo.box import Box
from web.demo.company import COMPANY_PREFIX

HELP = f"""Type, and the readers read:
  pick CODE      the serial scanner of 拣货台 1     e.g. pick NOTE:1
  bench CODE     the keyboard scanner of 打包台 1   e.g. bench CMD:PACKALL
  gate SSCC ..   parcels pass the dock door D1
  printer FAULT  the label printer breaks, e.g. printer paper_out; "printer well" mends it
  broker restart the broker between gate and reader goes away for a moment
What a device does wrong stands before the code, e.g. pick double_fire NOTE:1
  pick:     {" ".join(scanner.FAULTS)}
  bench:    {" ".join(keyboard.FAULTS)}
  gate:     {" ".join(gate.FAULTS)}
  printer:  {" ".join(sorted(mechanism.FAULTS))}
Ctrl-C ends it."""
READY_S = 10.0
REPLUG_S = 2.0  # what was pulled out is plugged in again after so long


class Counter:
    """The demo's devices at hand: a line typed is a device at work, well or wrong."""

    def __init__(self, box: Box, stack: ExitStack) -> None:
        named = box.company.station("gate").reader
        self.printer, self.broker = box.printer, box.broker
        self.scanner, self.keyboard = box.scanner, box.keyboard
        self.gate = stack.enter_context(closing(gate.VirtualGate(named, **box.broker_address())))  # type: ignore[arg-type]

    def obey(self, words: list[str]) -> str:
        """Do what the line says; what to answer, "" for nothing."""
        try:
            match words:
                case []:
                    return ""
                case ["pick", *fault, code] if len(fault) < 2:
                    if not self.scanner.in_use(READY_S):
                        return "not sent: no reader has opened the scanner yet; try again"
                    self.scanner.scan(code, *fault)
                    self._plugged_again(self.scanner, fault)
                case ["bench", *fault, code] if len(fault) < 2:
                    self.keyboard.type(code, *fault)
                    self._plugged_again(self.keyboard, fault)
                case ["gate", fault, *parcels] if parcels and not fault.isdecimal():
                    self.gate.fault(fault, _tags(parcels))
                case ["gate", *parcels] if parcels:
                    self.gate.passage(_tags(parcels))
                case ["broker", "restart"]:
                    self.broker.stop()
                    self.broker.start()
                    return "restarted"
                case ["printer", "well"]:
                    for fault in self.printer.faults:
                        self.printer.clear(fault)
                    return "mended"
                case ["printer", fault]:
                    self.printer.fault(fault)
                    return f"broken: {fault}"
                case _:
                    return HELP
        except (ValueError, OSError, BadCode) as error:
            return f"not sent: {error}"
        return f"plugged in again: {' '.join(words)}" if "unplug" in words[1:-1] else "sent"

    def _plugged_again(self, device: scanner.VirtualScanner | keyboard.VirtualKeyboard, fault: list[str]) -> None:
        if fault == ["unplug"]:
            time.sleep(REPLUG_S)
            device.plug()


def _tags(parcels: list[str]) -> list[str]:
    return [encode_sscc(sscc, len(COMPANY_PREFIX)) for sscc in parcels]


def stand_open(box: Box, console: Console) -> None:
    """Show everything one needs, then read lines until the end of input; Ctrl-C ends it at any moment."""
    try:
        with ExitStack() as stack:
            counter = Counter(box, stack)
            _welcome(box, console)
            for line in sys.stdin:
                answer = counter.obey(line.split())
                if answer:
                    console.print(answer, markup=False)
            threading.Event().wait()
    except KeyboardInterrupt:
        console.print("ending")


def _welcome(box: Box, console: Console) -> None:
    console.print(_people(box))
    console.print("\nOpen a station's address once and this browser is that station; badge and PIN count only there:")
    for station in box.company.stations:
        about = f"{station.name}, {station.kind}" + (f", reader {station.reader}" if station.reader else "")
        console.print(f"  {about}\n    {box.url}/enrol?token={station.token}", markup=False, soft_wrap=True)
    console.print("Login and password sign in to the office pages anywhere.\n")
    console.print(f"Pages:  {box.url}", markup=False, soft_wrap=True)
    console.print(f"Data:   {box.folder}", markup=False, soft_wrap=True)
    console.print(f"Again:  floor demo --data {box.folder} --keep\n\n{HELP}", markup=False, soft_wrap=True)


def _people(box: Box) -> Table:
    table = Table(title="Who may sign in")
    for column in ("name", "roles", "badge", "PIN", "login", "password"):
        table.add_column(column)
    for person in box.company.people:
        table.add_row(person.name, person.roles, person.badge, person.pin, person.login, person.password)
    return table
