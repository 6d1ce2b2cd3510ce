"""`floor doctor`: looks at everything that a site hangs on and says, a line each, how it is and what to do.

`floor doctor scanner` does the same for one hand scanner, by six test codes.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from devices import wiring
from devices.adapters import SettingsError as WrongReaders
from web import checkup, checkup_devices
from web.checkup import Finding
from web.cli import Stop
from web.commands.site import config_argument
from web.compose import clock
from web.scanner_diagnosis import Heard, diagnose
from web.scanner_ear import hear, hear_reader, opened
from web.scanner_guides import guides
from web.settings import PLACES, SettingsError, read
from web.text import LANGUAGES, texts
from web.texts.scanner import ASK, in_guide, told


def arguments(parser: argparse.ArgumentParser) -> None:
    config_argument(parser)
    parser.add_argument("what", nargs="?", choices=["scanner"], help="a hand scanner, by the six test codes")
    parser.add_argument("--device", metavar="PATH", help="scanner: its serial port; else what it types here is heard")
    parser.add_argument(
        "--reader", metavar="NAME", help="scanner: as this reader of readers.toml hears it, of any kind"
    )
    parser.add_argument("--stdin", action="store_true", help="scanner: what it typed comes on the standard input")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="scanner: of what is said")


def run(options: argparse.Namespace) -> int:
    if options.what == "scanner":
        return scanner(options)
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


def scanner(options: argparse.Namespace) -> int:
    """Hear the six codes and say what is wrong; exit code 1 where something must be mended."""
    language, heard = options.language, list[Heard]()
    print(texts(language).gettext(ASK), file=sys.stderr)
    try:
        for one in _by_reader(options) if options.reader else _by_line(None if options.stdin else options.device):
            print(f"  {len(heard) + 1}. {one.text!r}", file=sys.stderr)
            heard.append(one)
    except WrongReaders as error:
        raise Stop(str(error)) from None
    except OSError as error:
        raise Stop(f"cannot listen to {options.reader or options.device or 'the standard input'}: {error}") from None
    worst = 0
    for finding in diagnose(heard):
        what, mend = told(language, finding)
        print(f"{finding.mark:4} {finding.code}: {what} {mend}")
        for guide in guides(finding.code):
            printed = f" (floor label scanner_setup setup={guide.setup})" if guide.setup else ""
            print(f"     {in_guide(language, guide)}{printed}")
        worst |= finding.mark == "bad"
    return worst


def _by_line(path: str | None) -> Iterator[Heard]:
    with opened(path) as fd:
        yield from hear(fd)


def _by_reader(options: argparse.Namespace) -> Iterator[Heard]:
    """Where the agent runs, it holds the device: stop it first."""
    try:
        there = wiring.read(Path(read(options.config).readers)).readers
    except (SettingsError, WrongReaders) as error:
        raise Stop(str(error)) from None
    scanners = {stanza.name: stanza for stanza in there if stanza.kind != "gate"}
    if options.reader not in scanners:
        raise Stop(f"no scanner {options.reader!r} in readers.toml; there are {', '.join(scanners) or 'none'}")
    with TemporaryDirectory() as folder:
        yield from hear_reader(scanners[options.reader], Path(folder))
