"""A small warehouse on each database, checked against its journal when the test is over."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.floor.invariants import check
from tests.floor.world import World, small_warehouse


@pytest.fixture
def world(engine: Engine) -> Iterator[World]:
    world = small_warehouse(engine)
    yield world
    check(world)
    world.close()
