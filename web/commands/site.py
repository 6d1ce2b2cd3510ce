"""What the commands that work on a site share: its settings, and one clear line where these are wrong."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from floor import founding
from floor.storage import schema, snapshot
from floor.storage.database import open_engine
from web.cli import Stop
from web.compose import Running, Site, WriterTaken, compose
from web.settings import Settings, SettingsError, read


def config_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="FLOOR.TOML", help="settings; default ./floor.toml")


def settings(options: argparse.Namespace) -> Settings:
    try:
        return read(options.config)
    except SettingsError as error:
        raise Stop(str(error)) from None


def started(found: Settings) -> Settings:
    """The settings, where they name a site that was started; else Stop, and nothing is made on the way."""
    engine = open_engine(found.database_url)
    try:
        revision = None if snapshot.empty(engine) else schema.current(engine)
        if revision is not None and revision > schema.newest():
            raise Stop(f"{_shown(found)} is of a newer release (shape {revision}); update this program first", 1)
        with engine.connect() if revision is not None else nullcontext() as db:
            if db is None or not founding.started(db):
                raise Stop(f"no site has been started in {_shown(found)}; `floor init` does, or `floor restore`")
        return found
    finally:
        engine.dispose()


def _shown(found: Settings) -> str:
    return found.database_url.rpartition("@")[2]


@contextmanager
def working(found: Settings) -> Iterator[Site]:
    """The site with its writer at work and the courier at hand, in this process."""
    try:
        with Running(compose(found), ()) as site:
            yield site
    except (WriterTaken, SettingsError) as error:
        raise Stop(f"{error}; stop the service first, or use its pages") from None
