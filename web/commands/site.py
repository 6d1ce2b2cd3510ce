"""What the commands that work on a site share: its settings, and one clear line where these are wrong."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


@contextmanager
def working(options: argparse.Namespace) -> Iterator[Site]:
    """The site with its writer at work and the courier at hand, in this process."""
    try:
        with Running(compose(settings(options)), ()) as site:
            yield site
    except (WriterTaken, SettingsError) as error:
        raise Stop(f"{error}; stop the service first, or use its pages") from None
