"""What a verdict says instead of its usual words: where it lacks one of their fields, or carries one that changes the case."""

from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import Any

from web.text import N_

# Said where the verdict does not carry a field: at the bench there is no bin
LACKING = {
    "unknown_code": (
        ("wanted", N_("{scanned} is not known here. Scan the barcode of what you work on.")),
        ("bin", N_("{scanned} is not known here. Wanted: {wanted}. Scan the item's barcode.")),
    ),
    "wrong_item": (
        ("wanted", N_("This is {scanned}. Nothing more is wanted here. Put it back.")),
        ("bin", N_("This is {scanned}. Wanted: {wanted}. Put it aside and take the right one.")),
    ),
    "wrong_bin": (
        ("bin", N_("Note {note} is fully picked: nothing is wanted from bin {scanned}. Bring it to packing.")),
    ),
    "nothing_short": (("wanted", N_("Nothing is open on note {note} that could be reported short.")),),
    "serial_already_picked": (
        ("note", N_("Serial {scanned} has left this warehouse already. Take another piece from {bin}.")),
    ),
    "nothing_loading": (("door", N_("No loading is open here. Start it, then scan {scanned} again.")),),
    "tracking_already_used": (
        ("shipment", N_("Tracking number {scanned} already belongs to another parcel. Scan another one.")),
    ),
    "over_pick": (("bin", N_("Too many {scanned}: at most {max} more. Put the rest aside.")),),
    "parcel_closed": (("parcel", N_("No parcel is open here. Open one first.")),),
    "not_picked_yet": (("scanned", N_("Nothing of note {note} waits to be packed. Pick first.")),),
    "extra_tag": (("note", N_("{scanned} does not belong to this shipment. Take it off the truck.")),),
    "parcel_empty": (("parcel", N_("This parcel is empty. Scan what goes in before closing it.")),),
}

# Said where a field is there (None), or has this value, and all else that it speaks of is there too
OTHERWISE: dict[str, tuple[tuple[str, Any, str], ...]] = {
    "double_fire": (("first", None, N_("Read twice at once, and still refused: {why}")),),
    "request_id_reused": (
        ("scanned", None, N_("The device sent {scanned} under a number that it had used before. Scan again.")),
    ),
    "over_pick": (("max", 0, N_("Too many {scanned}: no more of it is wanted. Put yours back into {bin}. {next}")),),
    "bad_quantity": (("max", 0, N_("{quantity} is not possible: nothing of it is left here.")),),
    "not_picked_yet": (("max", 0, N_("Nothing of {scanned} waits to be packed for note {note}. Pick it first.")),),
    "lot_required": (
        ("scanned", None, N_("{scanned} names no lot. Wanted: {wanted} from {bin}. Scan the lot code on the pack.")),
    ),
    "serial_required": (
        (
            "scanned",
            None,
            N_("{scanned} names no serial number. Wanted: {wanted} from {bin}. Scan each piece's serial code."),
        ),
    ),
    "unknown_code": (
        ("door", None, N_("{scanned} at door {door} is no tag of ours. Take what bears it off the truck.")),
    ),
    "reason_required": (
        ("act", "reprint", N_("Say why the label of {wanted} is printed again: {choices}.")),
        ("act", "void", N_("Say why parcel {parcel} ({wanted}) is given up: {choices}.")),
        ("act", "waive", N_("Say why no gate saw the missing parcels of note {wanted}: {choices}.")),
    ),
}


@cache
def _spoken_of(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def instead(code: str, known: Mapping[str, Any]) -> str | None:
    """The text that fits the fields known of verdict `code` better than its usual one; None: the usual one fits."""
    for name, value, text in OTHERWISE.get(code, ()):
        if name in known and value in (None, known[name]) and known.keys() | {"next"} >= _spoken_of(text):
            return text
    return next((other for absent, other in LACKING.get(code, ()) if absent not in known), None)
