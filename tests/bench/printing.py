"""From a closed parcel to the printer's first byte; and four printers of which one is at fault: the others must not wait."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from floor import founding, label_contents, printer_queue
from floor.storage.record import Tx
from labels.simulators.printer import VirtualPrinter
from tests.databases import fresh_sqlite
from tests.faults.printing import Wire
from tests.floor.world import GTIN, World, small_warehouse
from web.compose import Running, Site, compose
from web.settings import Printer, Settings

LABELS = 500
PARCELS = 20  # a round
PATIENCE_S = 300


def measure(rounds: int) -> list[str]:
    waits, apart = [ms for _ in range(rounds) for ms in _closing()], [_four() for _ in range(rounds)]
    p50, p95 = statistics.quantiles(waits, n=100)[49], statistics.quantiles(waits, n=100)[94]
    well, faulty = (statistics.median(pair[n] for pair in apart) for n in (0, 1))
    return [
        "| printing | |",
        "|---|---|",
        f"| closing a parcel to the first byte at the printer, p50 | {p50:.0f} ms |",
        f"| the same, p95 | {p95:.0f} ms |",
        f"| {LABELS} labels to four printers, all well: three are done after | {well:.2f} s |",
        f"| the same with the fourth out of paper: the other three | {faulty:.2f} s ({faulty / well:.2f} times) |",
        "",
    ]


@contextmanager
def _site(printers: dict[str, int]) -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="floor-bench-") as name:
        fresh_sqlite(Path(name))
        wired = {
            printer: Printer(settings={"host": "127.0.0.1", "port": port}, language="en")
            for printer, port in printers.items()
        }
        with Running(compose(Settings(data=name, printers=wired)), ("courier",)) as site:
            yield site


def _closing() -> list[float]:
    """Milliseconds for each of a note's parcels, one after the other."""
    with VirtualPrinter() as printer:
        wire = Wire(printer.port)
        with _site({"bench1": wire.port}) as site:
            world = small_warehouse(site.engine, site.writer)
            _picked(world)
            found = []
            for number in range(PARCELS):
                assert world.scan(3, GTIN[1]).accepted
                begun = time.perf_counter()
                assert world.scan(3, "CMD:CLOSE").accepted
                _until(lambda many=number: wire.labels > many)  # type: ignore[misc]
                found.append((wire.first_byte_at - begun) * 1000)
                _until(lambda many=number: len(printer.labels) > many)  # type: ignore[misc]
        wire.close()
    return found


def _picked(world: World) -> None:
    world.release(17, (1, PARCELS))
    assert world.scan(1, "NOTE:17").accepted
    assert world.scan(1, GTIN[1], quantity=PARCELS).accepted
    assert world.scan(3, "NOTE:17").accepted


def _four() -> tuple[float, float]:
    """Seconds until three of four printers have their labels: with all of them well, and with the fourth at fault."""
    return _run(faulty=False), _run(faulty=True)


def _run(*, faulty: bool) -> float:
    with ExitStack() as stack:
        printers = {f"p{number}": stack.enter_context(VirtualPrinter()) for number in range(4)}
        if faulty:
            printers["p3"].fault("paper_out")
        site = stack.enter_context(_site({name: printer.port for name, printer in printers.items()}))
        begun = time.perf_counter()
        site.writer.do(lambda tx: _ask(tx, list(printers)))
        each = LABELS // len(printers)
        _until(lambda: all(len(printers[name].labels) >= each for name in ("p0", "p1", "p2")))
        return time.perf_counter() - begun


def _ask(tx: Tx, printers: list[str]) -> None:
    for name in printers:
        printer_queue.heard(tx, name, "")
    for number in range(LABELS):
        founding.add_place(tx, f"K-{number:04}", "W1")
        label_contents.order(tx, printers[number % len(printers)], "place", f"K-{number:04}")


def _until(happened: object) -> None:
    assert callable(happened)
    end = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.0005)
