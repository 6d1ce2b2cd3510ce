"""`floor station add NAME`: a station with its token, shown once, as text and as a QR code; `token NAME` gives one more device."""

import argparse
import sys
from collections.abc import Callable

import segno
from sqlalchemy import select

from floor import founding, policy
from floor.stations import STATION
from floor.storage.record import Tx
from floor.words import StationKind
from web.cli import Stop
from web.commands.site import config_argument, working
from web.compose import Site
from web.ids import new_token, token_hash

REFUSED = {
    "add": "a station {name!r} is there already; `floor station token` gives it one more device",
    "token": "no station {name!r}; `floor station add` makes one",
}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("verb", choices=["add", "token"], help="add: a new station; token: one more device for one")
    parser.add_argument("name", help="what people call it, e.g. 'Bench 1'")
    parser.add_argument("--kind", choices=[kind.value for kind in StationKind], default="pick")
    parser.add_argument("--door", default="", help="the dock place that a dock or gate station serves")
    parser.add_argument("--printer", default="", help="a printer of floor.toml")
    config_argument(parser)


def run(options: argparse.Namespace) -> int:
    token = new_token()
    act = _adding if options.verb == "add" else _one_more
    with working(options) as site:
        _check_printer(site, options.printer)
        number = site.writer.do(act(options, token_hash(token)))
        if number is None:
            raise Stop(REFUSED[options.verb].format(name=options.name))
        address, host = f"{site.settings.origin}/enrol?token={token}", site.settings.web.host
        own = site.settings.web.origin == "" and host in LOOPBACK
    print(f"station {number} {options.name!r}; its token, shown only now:\n{token}\n\nopen on the device:\n{address}\n")
    if own:
        print("only this machine can open that address; for others set host and origin in [web] of floor.toml\n")
    segno.make(address, error="m").terminal(out=sys.stdout, compact=True)
    return 0


def _check_printer(site: Site, printer: str) -> None:
    if printer and printer not in site.settings.printers:
        known = ", ".join(sorted(site.settings.printers)) or "none"
        raise Stop(f"no printer {printer!r} in floor.toml; there are: {known}")


def _adding(options: argparse.Namespace, hashed: str) -> Callable[[Tx], int | None]:
    def act(tx: Tx) -> int | None:
        if _number(tx, options.name) is not None:
            return None
        warehouse = policy.read(tx.db, "warehouse")
        return founding.add_station(
            tx, options.name, options.kind, warehouse, hashed, door=options.door, printer=options.printer
        )

    return act


def _one_more(options: argparse.Namespace, hashed: str) -> Callable[[Tx], int | None]:
    def act(tx: Tx) -> int | None:
        number = _number(tx, options.name)
        if number is not None:
            founding.add_token(tx, number, f"{options.name} {hashed[:4]}", hashed)
        return number

    return act


def _number(tx: Tx, name: str) -> int | None:
    return tx.db.scalar(select(STATION.c.id).where(STATION.c.name == name, STATION.c.retired.is_(False)))
