"""An office on each database, checked against its journal and the ledger's own checks when the test is over."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.floor.ledger.desk import Desk, office


@pytest.fixture
def desk(engine: Engine) -> Iterator[Desk]:
    desk = office(engine)
    yield desk
    desk.check()
    desk.world.close()
