"""`floor station add NAME`: a station with its token, shown once and as a QR code; `token`: one more device; `set`: change it."""

import argparse
import sys

import msgspec
import segno
from sqlalchemy import select

from floor import equipping
from floor.equipping import StationForm
from floor.refusal import Refusal
from floor.stations import STATION
from floor.storage.record import Tx
from floor.words import StationKind
from web.cli import Stop
from web.commands.site import config_argument, settings, started, working
from web.compose import Site
from web.ids import new_token, token_hash
from web.texts.verdicts import verdict_text


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
    if options.verb == "set" and not given:
        raise Stop("say what to set: --kind, --door, --printer")
    with working(started(settings(options))) as site:
        token = new_token()
        try:
            number = site.writer.do(lambda tx: _act(tx, options, given, site, token_hash(token)))
        except Refusal as refusal:
            raise Stop(verdict_text("en", refusal.code, refusal.fields)) from None
    if options.verb == "set":
        print(f"station {number} {options.name!r}: " + ", ".join(f"{k} {v or 'none'}" for k, v in given.items()))
    else:
        _show(site, number, options.name, token)
    return 0


def _act(tx: Tx, options: argparse.Namespace, given: dict[str, str], site: Site, hashed: str) -> int:
    """What the verb asks for; the number of the station."""
    if options.verb == "add":
        said = {"name": options.name, "kind": StationKind.PICK.value} | given
        return equipping.add(tx, msgspec.convert(said, StationForm), site.settings.printers, hashed)
    row = tx.db.execute(select(STATION).where(STATION.c.name == options.name, STATION.c.retired.is_(False))).first()
    if row is None:
        raise Stop(f"no station {options.name!r}; `floor station add` makes one")
    if options.verb == "token":
        equipping.enrol(tx, row.id, hashed)
    else:
        said = {name: getattr(row, name) for name in StationForm.__struct_fields__}
        equipping.change(tx, row.id, msgspec.convert(said | given, StationForm), site.settings.printers)
    return int(row.id)


def _show(site: Site, number: int, name: str, token: str) -> None:
    """The new token, as text and as a QR code."""
    address = f"{site.settings.origin}/enrol?token={token}"
    print(f"station {number} {name!r}; its token, shown only now:\n{token}\n\nopen on the device:\n{address}\n")
    if site.settings.only_here:
        print("only this machine can open that address; for others set host and origin in [web] of floor.toml\n")
    segno.make(address, error="m").terminal(out=sys.stdout, compact=True)
