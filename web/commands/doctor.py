"""`floor doctor`: looks at everything that a site hangs on and says, a line each, how it is and what to do."""

import argparse
from collections.abc import Iterator

from web import checkup, checkup_devices
from web.checkup import Finding
from web.commands.site import config_argument
from web.compose import clock
from web.settings import PLACES, SettingsError, read


def arguments(parser: argparse.ArgumentParser) -> None:
    config_argument(parser)


def run(options: argparse.Namespace) -> int:
    worst = 0
    for finding in findings(options):
        print(finding, flush=True)
        worst |= finding.mark == "bad"
    return worst


def findings(options: argparse.Namespace) -> Iterator[Finding]:
    """Everything that can be looked at; without readable settings only what needs none."""
    yield from checkup.packages()
    yield from checkup.clock()
    try:
        found = read(options.config)
    except SettingsError as error:
        yield Finding("bad", "settings", str(error), "mend the file; nothing else could be looked at")
        return
    path = options.config or next((place for place in PLACES if place.exists()), None)
    yield Finding("ok", "settings", str(path) if path else "no floor.toml: the defaults")
    yield from checkup.database(found, clock())
    yield from checkup.disk(found)
    yield from checkup.port(found)
    yield from checkup.ledger(found)
    yield from checkup_devices.printers(found)
    yield from checkup_devices.readers(found)
