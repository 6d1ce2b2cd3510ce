"""`floor station add NAME`: a station with its token, shown once, as text and as a QR code in the terminal."""

import argparse
import sys

import segno

from floor import founding, policy
from floor.storage.record import Tx
from floor.words import StationKind
from web.commands.site import config_argument, working
from web.ids import new_token, token_hash


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("verb", choices=["add"])
    parser.add_argument("name", help="what people call it, e.g. 'Bench 1'")
    parser.add_argument("--kind", choices=[kind.value for kind in StationKind], default="pick")
    parser.add_argument("--door", default="", help="the dock place that a dock or gate station serves")
    parser.add_argument("--printer", default="", help="a printer of floor.toml")
    config_argument(parser)


def run(options: argparse.Namespace) -> int:
    token = new_token()

    def act(tx: Tx) -> int:
        warehouse = policy.read(tx.db, "warehouse")
        return founding.add_station(
            tx, options.name, options.kind, warehouse, token_hash(token), door=options.door, printer=options.printer
        )

    with working(options) as site:
        number = site.writer.do(act)
        address = f"{site.settings.origin}/enrol?token={token}"
    print(f"station {number} {options.name!r}; its token, shown only now:\n{token}\n\nopen on the device:\n{address}\n")
    segno.make(address, error="m").terminal(out=sys.stdout, compact=True)
    return 0
