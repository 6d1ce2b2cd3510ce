"""Big documents: ordering 100 lines, dispatching notes of 161 and 400 lines; the act's own time, courier included."""

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from floor import deliveries, packing, parcels, picking, shipping
from floor.barcode import Key
from floor.facts.delivery import Opened
from floor.facts.shipment import Loaded, LoadingOpened, TrackingSet
from floor.ledger import sales_orders
from floor.stations import Scene, station
from floor.storage.record import Tx, record
from tests.bench.warehouse import GTINS, master, order
from tests.databases import fresh_sqlite
from web.compose import Site, compose
from web.settings import Settings

_orders = itertools.count()


def measure(rounds: int) -> list[str]:
    """Lines of a table: median milliseconds of each document."""
    with tempfile.TemporaryDirectory(prefix="floor-bench-") as folder:
        fresh_sqlite(Path(folder))
        site = compose(Settings(data=folder))
        site.writer.start()
        site.writer.do(lambda tx: master(tx, 400))
        site.courier.settle()
        cases = [
            ("create + approve an order of 100 lines", lambda: _entered(site, 100)),
            ("dispatch of a note of 161 lines", lambda: _dispatched(site, 161)),
            ("dispatch of a note of 400 lines", lambda: _dispatched(site, 400)),
        ]
        lines = ["| document | median ms |", "|---|---|"]
        lines += [f"| {name} | {_median(rounds, case):.0f} |" for name, case in cases]
        site.writer.stop()
        site.engine.dispose()
    return [*lines, ""]


def _median(rounds: int, case: Callable[[], float]) -> float:
    return statistics.median(case() for _ in range(rounds))


def _timed(site: Site, act: Callable[[Tx], object]) -> float:
    start = time.perf_counter()
    site.writer.do(act)
    return (time.perf_counter() - start) * 1000


def _lines(many: int) -> list[tuple[int, int]]:
    """No order is like another, or it would wait for somebody to look at it."""
    return [(1, 2 + next(_orders)), *((n, 2) for n in range(2, many + 1))]


def _entered(site: Site, lines: int) -> float:
    return _timed(site, lambda tx: order(tx, _lines(lines)))


def _dispatched(site: Site, lines: int) -> float:
    """An order picked, packed and loaded without a clock; then goods issue at the dock and its posting in the ledger."""
    number = site.writer.do(lambda tx: order(tx, _lines(lines)))
    site.courier.settle()
    with site.engine.connect() as db:
        note = sales_orders.notes(db, number)[0].id
    scene = site.writer.do(lambda tx: _worked(tx, note))
    site.courier.settle()
    start = time.perf_counter()
    site.writer.do(lambda tx: shipping.ship(tx, scene))
    site.courier.settle()
    return (time.perf_counter() - start) * 1000


def _worked(tx: Tx, note: int) -> Scene:
    scene = _scene(tx, note)
    record(tx, Opened(note=note, order=note, station=1, joined=False, taken_from=None))
    for task in deliveries.tasks(tx.db, note):
        code = GTINS[task.item - 1]
        picking.confirm(
            tx, replace(scene, quantity=task.quantity), Key(raw=code, text=code, plain=code, gtin="0" + code[:13])
        )
    packing.pack_all(tx, scene)
    parcel = parcels.of_note(tx.db, note)[-1].id
    packing.close_parcel(tx, _scene(tx, note, parcel))
    about = {"shipment": note, "note": note, "order": note}
    record(tx, LoadingOpened(**about, door="D1", station=1))
    record(tx, Loaded(**about, parcels=(parcel,), by="scan", reason=""))
    record(tx, TrackingSet(**about, parcel=parcel, carrier="OWN", tracking=f"T-{note:08d}"))
    return scene


def _scene(tx: Tx, note: int, parcel: int | None = None) -> Scene:
    here = station(tx.db, 1) or _bench(tx)
    return Scene(
        station=here, device="bench", person=0, roles="supervisor", note=note, line=None, quantity=2, place=None,
        parcel=parcel, shipment=None, at=datetime.now(UTC),
    )  # fmt: skip


def _bench(tx: Tx) -> object:
    from floor.founding import add_station

    add_station(tx, "Bench", "pack", "W1", "hash", printer="none", door="D1")
    return station(tx.db, 1)
