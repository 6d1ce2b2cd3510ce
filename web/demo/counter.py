"""What stands on the counter of an open demo: the address, the badges, and a line to make its readers read."""

import sys
import threading
from contextlib import ExitStack, closing

from rich.console import Console
from rich.table import Table

from devices.simulators.gate import VirtualGate
from devices.simulators.keyboard import VirtualKeyboard
from devices.simulators.scanner import VirtualScanner
from floor.check_digit import BadCode
from floor.tag_writing import encode_sscc
from web.demo.box import Box
from web.demo.company import COMPANY_PREFIX

HELP = """Type, and the readers read:
  pick CODE     the serial scanner of 拣货台 1     e.g. pick NOTE:1
  bench CODE    the keyboard scanner of 打包台 1   e.g. bench CMD:PACKALL
  gate SSCC ..  parcels pass the dock door D1
Ctrl-C ends it."""
READY_S = 10.0


def stand_open(box: Box, console: Console) -> None:
    """Show everything one needs, then read lines until the end of input; Ctrl-C ends it at any moment."""
    try:
        with ExitStack() as stack:
            scanner = stack.enter_context(closing(VirtualScanner(box.folder / "scanner")))
            keyboard = stack.enter_context(closing(VirtualKeyboard(box.folder / "keyboard")))
            named = box.company.station("gate").reader
            gate = stack.enter_context(closing(VirtualGate(named, **box.broker_address())))  # type: ignore[arg-type]
            _welcome(box, console)
            for line in sys.stdin:
                answer = _obey(line.split(), scanner, keyboard, gate)
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


def _obey(words: list[str], scanner: VirtualScanner, keyboard: VirtualKeyboard, gate: VirtualGate) -> str:
    try:
        match words:
            case []:
                return ""
            case ["pick", code]:
                if not scanner.in_use(READY_S):
                    return "not sent: no reader has opened the scanner yet; try again"
                scanner.scan(code)
            case ["bench", code]:
                keyboard.type(code)
            case ["gate", *parcels] if parcels:
                gate.passage([encode_sscc(sscc, len(COMPANY_PREFIX)) for sscc in parcels])
            case _:
                return HELP
    except (ValueError, BadCode) as error:
        return f"not sent: {error}"
    return "sent"


def _people(box: Box) -> Table:
    table = Table(title="Who may sign in")
    for column in ("name", "roles", "badge", "PIN", "login", "password"):
        table.add_column(column)
    for person in box.company.people:
        table.add_row(person.name, person.roles, person.badge, person.pin, person.login, person.password)
    return table
