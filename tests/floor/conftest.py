"""A small warehouse on each database, checked against its journal when the test is over; also with a file as its ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.floor import file_ledger
from tests.floor.invariants import check
from tests.floor.world import FILE_LEDGER, World, small_warehouse

if FILE_LEDGER:
    file_ledger.forbid()


@pytest.fixture
def world(engine: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    world = small_warehouse(engine)
    yield world
    check(world)
    if FILE_LEDGER:
        file_ledger.check(world, file_ledger.ledger_path(tmp_path, request.node.name))
    world.close()
