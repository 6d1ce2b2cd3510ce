"""`floor station add NAME`: a station with its token, shown once and as a QR code; `token`: one more device; `set`: change it."""

import argparse
import sys
from collections.abc import Callable

import segno
from sqlalchemy import select

from floor import founding, policy
from floor.stations import STATION
from floor.storage.master import edit
from floor.storage.record import Tx
from floor.words import StationKind
from web.cli import Stop
from web.commands.site import config_argument, settings, started, working
from web.compose import Site
from web.ids import new_token, token_hash

REFUSED = {
    "add": "a station {name!r} is there already; `floor station token` gives it one more device",
    "token": "no station {name!r}; `floor station add` makes one",
    "set": "no station {name!r}; `floor station add` makes one",
}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = "add: a new station; token: one more device for one; set: another kind, door or printer for one"
    parser.add_argument("verb", choices=["add", "token", "set"], help=verbs)
    parser.add_argument("name", help="what people call it, e.g. 'Bench 1'")
    parser.add_argument("--kind", choices=[kind.value for kind in StationKind], help="default of a new one: pick")
    parser.add_argument("--door", help="the dock place that a dock or gate station serves")
    parser.add_argument("--printer", help="a printer of floor.toml; '' for none")
    config_argument(parser)


def run(options: argparse.Namespace) -> int:
    asked = {name: getattr(options, name) for name in ("kind", "door", "printer")}
    given = {name: value for name, value in asked.items() if value is not None}
    with working(started(settings(options))) as site:
        _check_printer(site, options.printer or "")
        return _set(site, options.name, given) if options.verb == "set" else _shown(site, options, given)


def _set(site: Site, name: str, given: dict[str, str]) -> int:
    if not given:
        raise Stop("say what to set: --kind, --door, --printer")

    def act(tx: Tx) -> int | None:
        number = _number(tx, name)
        if number is not None:
            edit(tx, "station", STATION, number, given)
        return number

    number = site.writer.do(act)
    if number is None:
        raise Stop(REFUSED["set"].format(name=name))
    print(f"station {number} {name!r}: " + ", ".join(f"{what} {value or 'none'}" for what, value in given.items()))
    return 0


def _shown(site: Site, options: argparse.Namespace, given: dict[str, str]) -> int:
    """A new token, as text and as a QR code."""
    token = new_token()
    hashed = token_hash(token)
    act = _adding(options.name, given, hashed) if options.verb == "add" else _one_more(options.name, hashed)
    number = site.writer.do(act)
    if number is None:
        raise Stop(REFUSED[options.verb].format(name=options.name))
    address = f"{site.settings.origin}/enrol?token={token}"
    print(f"station {number} {options.name!r}; its token, shown only now:\n{token}\n\nopen on the device:\n{address}\n")
    if site.settings.web.origin == "" and site.settings.web.host in LOOPBACK:
        print("only this machine can open that address; for others set host and origin in [web] of floor.toml\n")
    segno.make(address, error="m").terminal(out=sys.stdout, compact=True)
    return 0


def _check_printer(site: Site, printer: str) -> None:
    if printer and printer not in site.settings.printers:
        known = ", ".join(sorted(site.settings.printers)) or "none"
        raise Stop(f"no printer {printer!r} in floor.toml; there are: {known}")


def _adding(name: str, given: dict[str, str], hashed: str) -> Callable[[Tx], int | None]:
    def act(tx: Tx) -> int | None:
        if _number(tx, name) is not None:
            return None
        about = {"kind": StationKind.PICK.value} | given
        return founding.add_station(tx, name, warehouse=policy.read(tx.db, "warehouse"), token_hash=hashed, **about)

    return act


def _one_more(name: str, hashed: str) -> Callable[[Tx], int | None]:
    def act(tx: Tx) -> int | None:
        number = _number(tx, name)
        if number is not None:
            founding.add_token(tx, number, f"{name} {hashed[:4]}", hashed)
        return number

    return act


def _number(tx: Tx, name: str) -> int | None:
    return tx.db.scalar(select(STATION.c.id).where(STATION.c.name == name, STATION.c.retired.is_(False)))
