"""Print jobs through the courier on a printer that misbehaves: each label comes out once, in the end."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from floor import parcels
from floor.courier import LEASE
from floor.storage import outbox
from floor.storage.outbox import OUTBOX
from labels.printer import Patience
from labels.simulators.printer import VirtualPrinter
from tests.databases import fresh_sqlite
from tests.floor.world import GTIN, World, small_warehouse
from web.compose import Running, Site, compose
from web.links import printing
from web.settings import Printer, Settings

WAIT_S = 3600.0


@pytest.fixture
def printer() -> Iterator[VirtualPrinter]:
    with VirtualPrinter() as made:
        yield made


@pytest.fixture
def bench(tmp_path: Path, printer: VirtualPrinter, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Site, World]]:
    """A closed parcel whose label waits for the virtual printer."""
    monkeypatch.setattr(printing, "PATIENCE", Patience(seconds=1.0, step=0.02))
    fresh_sqlite(tmp_path)
    here = {"host": "127.0.0.1", "port": printer.port, "answer_seconds": 1.0}
    settings = Settings(data=str(tmp_path), printers={"bench1": Printer(settings=here)})
    with Running(compose(settings), ()) as site:
        world = small_warehouse(site.engine, site.writer)
        world.release(17, (1, 1))
        for station, code in ((1, "NOTE:17"), (1, GTIN[1]), (3, "NOTE:17"), (3, "CMD:PACKALL"), (3, "CMD:CLOSE")):
            world.scan(station, code)
        yield site, world


def carry(site: Site, world: World) -> tuple[str, str]:
    """Carry what is due an hour from now, then another hour later; the job's state and what its parcel waits for."""
    site.courier.clock = world.clock
    world.clock.pass_by(WAIT_S)
    site.courier.settle()
    with site.engine.connect() as db:
        state = db.scalar(select(parcels.JOB.c.state))
        return str(state), str(db.scalar(select(OUTBOX.c.error).where(OUTBOX.c.target == "printer:bench1")) or "")


def test_a_label_comes_out_and_is_called_printed(bench: tuple[Site, World], printer: VirtualPrinter) -> None:
    assert carry(*bench) == ("printed", "")
    assert len(printer.labels) == 1


@pytest.mark.parametrize("fault", ["reset", "drop_after"])
def test_a_label_that_was_lost_on_the_way_is_sent_again(
    bench: tuple[Site, World], printer: VirtualPrinter, fault: str
) -> None:
    """The printer proves that nothing came out: the job must not stand as sent for ever."""
    printer.fault(fault)
    state, error = carry(*bench)
    assert (state, bool(error), len(printer.labels)) == ("queued", True, 0)
    assert carry(*bench) == ("printed", "")
    assert len(printer.labels) == 1


def test_a_crash_between_the_mark_and_the_first_byte(bench: tuple[Site, World], printer: VirtualPrinter) -> None:
    site, world = bench
    site.writer.do(lambda tx: tx.db.execute(OUTBOX.update().values(mark=f"{printing.SENT}1000")))
    assert carry(site, world)[0] == "queued"
    assert carry(site, world) == ("printed", "")
    assert len(printer.labels) == 1


def test_a_crash_after_the_label_came_out(bench: tuple[Site, World], printer: VirtualPrinter) -> None:
    site, world = bench
    site.writer.do(lambda tx: tx.db.execute(OUTBOX.update().values(mark=f"{printing.SENT}999")))
    assert carry(site, world) == ("printed", "")
    assert len(printer.labels) == 0, "it was printed before the crash"


def test_a_lease_of_a_dead_process_delays_nothing(bench: tuple[Site, World], printer: VirtualPrinter) -> None:
    site, world = bench
    site.courier.clock = world.clock
    with site.engine.connect() as db:
        (row,) = outbox.due(db, "printer:bench1", world.clock.now, most=64)
    site.writer.do(lambda tx: outbox.lease(tx.db, row, world.clock.now + LEASE))
    site.courier.settle()
    assert printer.labels == []
    site.courier.start()
    for _ in range(500):
        if printer.labels:
            break
        time.sleep(0.01)
    site.courier.stop()
    assert len(printer.labels) == 1


def test_a_label_in_doubt_waits_for_a_person(bench: tuple[Site, World], printer: VirtualPrinter) -> None:
    """After a restore nobody knows the count before: it is neither printed again nor called printed."""
    site, world = bench
    site.writer.do(lambda tx: tx.db.execute(OUTBOX.update().values(mark=printing.SENT)))
    assert carry(site, world) == ("unconfirmed", "")
    assert len(printer.labels) == 0


@pytest.mark.parametrize("fault", ["silent", "paper_out", "head_open"])
def test_a_dead_printer_holds_only_its_own_labels(
    bench: tuple[Site, World], printer: VirtualPrinter, fault: str
) -> None:
    printer.fault(fault)
    state, error = carry(*bench)
    assert (state, error) == ("queued", fault)
    printer.clear(fault)
    assert carry(*bench) == ("printed", "")
    assert len(printer.labels) == 1
