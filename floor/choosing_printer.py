"""Where a person's labels come out: at the station's own printer, or at the one whose code, or whose station's, was scanned."""

import re

from floor import printers, stations
from floor.facts.printer import PrinterChosen
from floor.people import need
from floor.refusal import Refusal
from floor.reply import Reply
from floor.stations import Scene
from floor.storage.record import Tx, record

NUMBER = re.compile(r"[0-9]{1,9}")


def by_station(tx: Tx, scene: Scene, code: str) -> Reply:
    """The code of a station: labels go to its printer; one's own code brings them home."""
    station = stations.station(tx.db, int(code)) if NUMBER.fullmatch(code) else None
    if station is None or station.retired or station.warehouse != scene.station.warehouse:
        raise Refusal("station_unknown", scanned=code[:40])
    if not station.printer:
        raise Refusal("no_printer_for_station", station=station.name)
    _choose(tx, scene, station.printer)
    return Reply(code="station_ok", fields={"station": station.name, "printer": station.printer})


def by_printer(tx: Tx, scene: Scene, name: str) -> Reply:
    """The code of a printer itself."""
    if name not in printers.known(tx.db):
        raise Refusal("printer_unknown", scanned=name[:40])
    _choose(tx, scene, name)
    return Reply(code="printer_ok", fields={"printer": name})


def _choose(tx: Tx, scene: Scene, printer: str) -> None:
    need(scene.roles, "print")
    own = stations.station(tx.db, scene.station.id)
    chosen = "" if own is not None and own.printer == printer else printer
    if scene.station.printer != printer:
        record(tx, PrinterChosen(station=scene.station.id, printer=chosen))
