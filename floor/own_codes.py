"""What the house's own codes mean at a station: notes, bins, badges, commands, stations and printers."""

import re
from collections.abc import Callable
from typing import NoReturn

from floor import choosing_printer, correcting, loading, opening, packing, printing, shipping, voiding
from floor.refusal import Refusal
from floor.reply import Reply
from floor.stations import Scene
from floor.storage.record import Tx
from floor.words import StationKind

NUMBER = re.compile(r"[0-9]{1,9}")
Meaning = Callable[[Tx, Scene, str], Reply]


def _note(tx: Tx, scene: Scene, rest: str) -> Reply:
    text, _, how = rest.partition(":")
    number = _number(text)
    if scene.station.kind == StationKind.PACK:
        return packing.open_note(tx, scene, number)
    if scene.station.kind == StationKind.DOCK:
        return loading.open_loading(tx, scene, number)
    return opening.open_note(tx, scene, number, how)


def _number(text: str) -> int:
    if not NUMBER.fullmatch(text):
        raise Refusal("unknown_code", scanned=text[:80], wanted="", bin="")
    return int(text)


def _bin(tx: Tx, scene: Scene, rest: str) -> Reply:
    return opening.confirm_bin(tx, scene, rest)


def _badge(tx: Tx, scene: Scene, rest: str) -> NoReturn:
    raise Refusal("badge_needs_pin")


def _command(tx: Tx, scene: Scene, rest: str) -> Reply:
    word, _, rest = rest.partition(":")
    command = COMMANDS.get((scene.station.kind, word))
    if command is None:
        raise Refusal("unknown_command", scanned=word[:40], station=scene.station.name)
    return command(tx, scene, rest)


def _reprint(tx: Tx, scene: Scene, rest: str) -> Reply:
    parcel, _, reason = rest.partition(":")
    return printing.reprint(tx, scene, _number(parcel), reason)


def _void(tx: Tx, scene: Scene, rest: str) -> Reply:
    parcel, _, reason = rest.partition(":")
    return voiding.void(tx, scene, _number(parcel), reason)


MEANINGS: dict[str, Meaning] = {
    "CMD": _command,
    "NOTE": _note,
    "BIN": _bin,
    "BADGE": _badge,
    "STATION": choosing_printer.by_station,
    "PRINTER": choosing_printer.by_printer,
}
PICK, PACK, DOCK = StationKind.PICK, StationKind.PACK, StationKind.DOCK
COMMANDS: dict[tuple[str, str], Meaning] = {
    (PICK, "UNDO"): lambda tx, scene, rest: correcting.undo(tx, scene, _number(rest) if rest else None),
    (PICK, "SHORT"): lambda tx, scene, rest: correcting.short(tx, scene, rest),
    (PACK, "PARCEL"): lambda tx, scene, rest: packing.open_parcel(tx, scene),
    (PACK, "PACKALL"): lambda tx, scene, rest: packing.pack_all(tx, scene),
    (PACK, "OUT"): lambda tx, scene, rest: packing.take_out(tx, scene, _number(rest)),
    (PACK, "CLOSE"): lambda tx, scene, rest: packing.close_parcel(tx, scene),
    (PACK, "REPRINT"): _reprint,
    (PACK, "VOID"): _void,
    (DOCK, "REPRINT"): _reprint,
    (DOCK, "WAIVE"): lambda tx, scene, rest: loading.waive(tx, scene, rest),
    (DOCK, "SHIP"): lambda tx, scene, rest: shipping.ship(tx, scene, part=rest == "PART"),
}
