"""The box: broker, printer, company and the whole service on one folder, up in this order and down in the reverse."""

import random
import socket
import threading
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import uvicorn

from devices.simulators.broker import Broker
from devices.simulators.keyboard import VirtualKeyboard
from devices.simulators.scanner import VirtualScanner
from labels.simulators.printer import VirtualPrinter
from web.compose import Running, Site, compose
from web.demo import company as founding
from web.demo import wiring
from web.demo.company import Company
from web.demo.first_orders import lay_out
from web.serve import server_of
from web.settings import Settings, read

ROLES = ("web", "courier", "readers")
SECONDS_PER_LABEL = 0.1
KEPT = "demo.json"  # badges, PINs and tokens, so that a kept folder can be opened again


class Box:
    """A company at work as a context: `url`, `company`, `site`, `printer`, `broker` and the readers' far ends are there inside of it.

    `orders`: a new company has some orders from the first day on.
    """

    company: Company
    settings: Settings
    site: Site
    scanner: VirtualScanner
    keyboard: VirtualKeyboard

    def __init__(self, folder: Path, port: int, chance: random.Random, *, orders: bool) -> None:
        self.folder, self.labels = folder, folder / "labels"
        self.fresh = not (folder / KEPT).exists()
        self._port, self._chance, self._orders, self._stack = port, chance, orders, ExitStack()
        self.broker = Broker(folder / "broker")
        self.labels.mkdir(exist_ok=True)
        self.printer = VirtualPrinter(folder=self.labels, seconds_per_label=SECONDS_PER_LABEL)

    def __enter__(self) -> "Box":
        with ExitStack() as stack:
            stack.enter_context(self.printer)
            self.broker.start()
            stack.callback(self.broker.stop)
            door = stack.enter_context(socket.create_server(("127.0.0.1", self._port)))
            self.url = f"http://127.0.0.1:{door.getsockname()[1]}"
            self.company = self._founded()
            self.settings = self._wired(self.company)
            # Before the readers open them: a device that is not there yet would be told as one that was pulled out.
            self.scanner = stack.enter_context(closing(VirtualScanner(self.folder / "scanner")))
            self.keyboard = stack.enter_context(closing(VirtualKeyboard(self.folder / "keyboard")))
            self.site = stack.enter_context(Running(compose(self.settings), ROLES))
            if self.fresh and self._orders:
                self._lay_out_orders()
            self._serve(stack, door)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def broker_address(self) -> dict[str, str | int]:
        return {name: getattr(self.broker, name) for name in ("host", "port", "user", "password")}

    def _founded(self) -> Company:
        """The company in the folder, founded where there is none."""
        kept = self.folder / KEPT
        if kept.exists():
            return msgspec.json.decode(kept.read_bytes(), type=Company)
        with Running(compose(Settings(data=str(self.folder))), ()) as site:
            today = datetime.now(UTC).date()
            company = founding.build(site.writer, self.folder, self._chance, today)
            site.courier.settle()  # the ledger knows of the opening stock before the first order asks for it
        kept.touch(mode=0o600)
        kept.write_bytes(msgspec.json.encode(company))
        return company

    def _lay_out_orders(self) -> None:
        number = {person.name: n for n, person in enumerate(self.company.people, 1)}
        seller, reviewer = (number[self.company.with_role(role)[0].name] for role in ("sales", "reviewer"))
        self.site.writer.do(lambda tx: lay_out(tx, self._chance, seller, reviewer))

    def _wired(self, company: Company) -> Settings:
        return read(wiring.write(self.folder, self.url, self.printer.port, self.broker_address(), company))

    def _serve(self, stack: ExitStack, door: socket.socket) -> None:
        server = server_of(self.site)
        thread = threading.Thread(target=server.run, args=([door],), name="web", daemon=True)
        thread.start()

        def finish() -> None:
            server.should_exit = True
            thread.join()

        stack.callback(finish)
        _wait_for(server, thread)


def _wait_for(server: uvicorn.Server, thread: threading.Thread) -> None:
    while not server.started:
        thread.join(0.01)
        if not thread.is_alive():
            raise OSError("the pages cannot be served")
