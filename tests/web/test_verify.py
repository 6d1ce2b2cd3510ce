"""Verify goes on where it stood, looks at everything when told to, and is not fooled by a state of another journal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text, update

from floor.stock import STOCK
from floor.storage.database import writing
from tests.floor.world import World, small_warehouse
from web.cli import main
from web.commands.verify import KEPT, verify
from web.compose import Running, compose
from web.settings import Settings


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Settings:
    return Settings(data=str(tmp_path / "site"), database=database_url)


@pytest.fixture
def world(site: Settings) -> Iterator[World]:
    with Running(compose(site), ()) as running:
        yield small_warehouse(running.engine, running.writer)


def rewrite_history(engine: Engine, row: int) -> None:
    """What only somebody with the database's password can do: change a fact that was recorded long ago."""
    with writing(engine).begin() as db:
        if engine.dialect.name == "sqlite":
            db.execute(text("DROP TRIGGER journal_no_update"))
        else:
            db.execute(text("ALTER TABLE journal DISABLE TRIGGER journal_no_change"))
        db.execute(text("UPDATE journal SET device = 'another' WHERE id = :row"), {"row": row})


def test_it_goes_on_where_it_stood_and_full_looks_at_all(site: Settings, world: World) -> None:
    assert verify(site, world.engine, full=False) == []
    world.stock("A-01", 1, 7)
    assert verify(site, world.engine, full=False) == []
    rewrite_history(world.engine, 2)
    assert verify(site, world.engine, full=False) == [], "what was found good before is not read again"
    assert verify(site, world.engine) == ["journal: the chain breaks at row 2"]


def test_a_table_that_says_something_else_is_found_either_way(site: Settings, world: World) -> None:
    assert verify(site, world.engine, full=False) == []
    with writing(world.engine).begin() as db:
        db.execute(update(STOCK).where(STOCK.c.item == 1).values(on_hand=STOCK.c.on_hand + 1))
    for full in (False, True):
        said = verify(site, world.engine, full=full)
        assert any(line.startswith("stock ") for line in said), said
    assert (site.folder / KEPT).exists()


def test_the_state_of_another_journal_is_not_taken_up(site: Settings, world: World) -> None:
    assert verify(site, world.engine, full=False) == []
    kept = (site.folder / KEPT).read_bytes()
    world.stock("A-01", 1, 7)
    assert verify(site, world.engine, full=False) == []
    later = (site.folder / KEPT).read_bytes()
    assert later != kept
    rewrite_history(world.engine, 2)
    with writing(world.engine).begin() as db:  # the kept row is not this journal's: begin at the first fact
        db.execute(text("UPDATE journal SET hash = 'x' WHERE id = (SELECT max(id) FROM journal)"))
    assert "journal: the chain breaks at row 2" in verify(site, world.engine, full=False)


def test_a_database_of_an_older_release_is_said_to_be_one(
    site: Settings, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(world.engine).begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    config = tmp_path / "floor.toml"
    config.write_text(f'data = "{site.data}"\ndatabase = "{site.database}"\n')
    assert main(["verify", "--config", str(config)]) == 1
    told = capsys.readouterr().err
    assert "of an older release" in told and told.count("\n") == 1
