"""What each verdict of the scan door says: what was scanned, what was wanted, where, and what to do next.

Stored are code and fields alone; the words are made here, in the language of whoever reads them.
"""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from web.text import N_, texts
from web.texts.codes import CODES, PRINTING
from web.texts.instead import instead
from web.texts.office import OFFICE
from web.texts.setting_up import REFUSED as SETTING_UP

ABSENT = "—"

# Right: the act was done.
GOOD = {
    "picked": N_("{quantity} × {scanned} picked. {next}"),
    "opened": N_("Note {note} opened. {next}"),
    "line_done": N_("{scanned}: line complete. {next}"),
    "note_picked": N_("Note {note} is fully picked. Bring it to packing."),
    "bin_ok": N_("Bin {bin} is right. Now scan {wanted}."),
    "lot_ok": N_("Lot {lot} is right. Now scan {wanted}."),
    "short": N_("{wanted}: {quantity} missing in {bin}, noted as short. {next}"),
    "undone": N_("Taken back: {quantity} × {scanned}. Put it into {bin}."),
    "handed_over": N_("Note {note} is now yours. It was {name}'s."),
    "joined": N_("You now work on note {note} together with {name}."),
    "put_down": N_("Note {note} was put down. Anybody may take it up again."),
    "parcel_opened": N_("Parcel {parcel} opened for note {note}. Scan what goes in."),
    "packed": N_("{quantity} × {scanned} in parcel {parcel}. {next}"),
    "unpacked": N_("{quantity} × {scanned} taken out of parcel {parcel}."),
    "parcel_closed_ok": N_("Parcel {parcel} closed. Its label comes from {printer}; stick it on and scan it."),
    "parcel_voided": N_("Parcel {parcel} was given up. Its label is dead; throw it away."),
    "label_printed": N_("Label of parcel {parcel} printed by {printer}. Stick it on and scan it."),
    "label_verified": N_("Label of parcel {parcel} is right. It may be loaded."),
    "label_queued": N_("Label of parcel {parcel} waits for {printer}."),
    "loading_started": N_("Loading of shipment {shipment} at {door} started: {count} parcels."),
    "loaded": N_("Parcel {parcel} loaded, {count} of {max}. {next}"),
    "passage_ok": N_("All {count} parcels passed {door}. The shipment may leave."),
    "waived": N_("{count} missing parcels signed for by {name}: {reason}."),
    "shipped": N_("Shipment {shipment} has left: {count} parcels with {carrier}."),
    "tracking_ok": N_("Tracking number {scanned} belongs to parcel {parcel}."),
    "signed_in": N_("Hello {name}. {next}"),
    "signed_out": N_("{name} signed out."),
    "station_ok": N_("You stand at {station}. Labels come from {printer}."),
    "packed_all": N_("All {quantity} picked pieces are in parcel {parcel}. Close it."),
    "nothing_left": N_("{wanted} is short; nothing is left to pick on note {note}."),
    "nothing_new": N_("Seen at {door}, nothing new: {missing} still missing."),
    "inside": N_("{scanned} is part of this loading."),
    "counted": N_("{quantity} × {wanted} counted in {bin}."),
    "moved": N_("{quantity} × {scanned} moved from {bin} to {wanted}."),
    "received": N_("{quantity} × {scanned} received. Put it into {bin}."),
}

# Refused: nothing changed, and the person is told why and what now.
CODES_READ = {
    "unknown_code": N_("{scanned} is not known here. Wanted: {wanted} from {bin}. Scan the item's barcode."),
    "ambiguous_code": N_("{scanned} can mean {choices}. Scan a second code of the one in your hand."),
    "bad_check_digit": N_("{scanned} was misread or misprinted: its check digit is wrong. Scan it again."),
    "code_too_long": N_("This code is too long ({count} characters). Scan one barcode at a time."),
    "bad_charset": N_("{scanned} holds characters that no barcode of ours has. Scan it again."),
    "malformed": N_("This could not be understood: {detail}"),
    "double_fire": N_("{scanned} was read twice at once. It was counted once; go on."),
    "stale_scan": N_("{scanned} was scanned at {since}; the work has gone on since. A supervisor settles it."),
    "try_again": N_("The server could not take it just now. It is kept and sent again."),
    "request_id_reused": N_(
        "Something else was sent under this number before, and it stays. Send this under a new one."
    ),
    "scan_ignored_no_task": N_("{scanned} was read, but no work is open here. Open a note first."),
    "unknown_command": N_("{scanned} is not a command of this station."),
}
PICKING = {
    "wrong_item": N_("This is {scanned}. Wanted: {wanted} from {bin}. Put it back and take the right one."),
    "wrong_bin": N_("This is bin {scanned}. Go to {bin} for {wanted}."),
    "scan_bin_first": N_("Scan bin {bin} first, then {wanted}."),
    "over_pick": N_("Too many {scanned}: at most {max} more. Put the rest back into {bin}."),
    "line_taken": N_("{name} just took the last {wanted}. Put yours back into {bin}. {next}"),
    "bad_quantity": N_("{quantity} is no possible quantity of {wanted}. Enter a whole number from 1 to {max}."),
    "not_enough_stock": N_("Only {max} of {wanted} are booked in {bin}. Report it short, or ask for a count."),
    "lot_required": N_("{wanted} needs its lot. Scan the lot code on the pack."),
    "lot_not_on_note": N_("Lot {scanned} is not meant for this note. Take lot {wanted} from {bin}."),
    "lot_other_product": N_("Lot {scanned} belongs to {item}. Wanted: {wanted} from {bin}."),
    "serial_required": N_("{wanted} needs its serial number. Scan the serial code of each piece."),
    "serial_already_picked": N_("Serial {scanned} is already on note {note}. Take another piece from {bin}."),
    "serial_not_here": N_("Serial {scanned} is not booked in {bin}. Set it aside and take another piece."),
    "expired": N_("{scanned} expired on {since}. Set it aside and take a fresh one from {bin}."),
    "note_unknown": N_("No note {scanned} here. Scan the code at the top of the delivery note."),
    "note_not_pickable": N_("Note {note} cannot be picked: it is {reason}. Choose another one."),
    "note_withdrawn": N_("Note {note} was withdrawn by the office. Put back what you took, bin by bin."),
    "other_warehouse": N_("Note {note} belongs to warehouse {wanted}. Choose another one."),
    "held_by": N_("{name} has been on note {note} since {since}. Scan “take over” if {name} agrees."),
    "reason_required": N_("Say why {wanted} is short: scan or press a reason."),
    "nothing_short": N_("{wanted} is complete; there is nothing to report short. {next}"),
    "nothing_to_undo": N_("There is nothing of yours to undo on this note."),
    "already_undone": N_("This was already undone. {next}"),
    "already_packed": N_("{scanned} is already in a parcel. Take it out of the parcel first."),
}
PACKING = {
    "parcel_other_order": N_(
        "Parcel {scanned} belongs to order {order} (note {note}). Wanted: a parcel of note {wanted}."
    ),
    "parcel_closed": N_("Parcel {parcel} is closed. Open a new one."),
    "parcel_not_closed": N_("Parcel {parcel} is not closed yet. Close it at packing first."),
    "parcel_unknown": N_("{scanned} is no parcel of ours. Scan the SSCC on the label."),
    "parcel_empty": N_("Parcel {parcel} is empty. Scan what goes in before closing it."),
    "parcel_full": N_("{scanned} no longer fits into parcel {parcel} ({max} at most). Close it and open a new one."),
    "no_parcel_open": N_("Open a parcel first, then scan {scanned}."),
    "not_picked_yet": N_("{scanned} was not picked for note {note} yet: at most {max} to pack. Pick it first."),
    "no_printer_for_station": N_("{station} has no printer. Scan a printer's code; the label waits."),
    "print_unconfirmed": N_("{printer} does not say whether parcel {parcel}'s label was printed. Look, then retry."),
    "label_unverified": N_("Scan the label of parcel {parcel} first; then it may be loaded."),
    "label_void": N_("Label {scanned} is dead: its parcel was given up. Throw the label away."),
    "label_wrong": N_("This label belongs to parcel {scanned}. Wanted: the label of parcel {wanted}."),
}
SHIPPING = {
    "open_parcels": N_("Not everything is closed yet: {choices}. Close these parcels first."),
    "nothing_to_ship": N_("Nothing of note {note} is packed. Pack at least one parcel first."),
    "nothing_loading": N_("No loading is open at {door}. Start it, then scan {scanned} again."),
    "extra_tag": N_("{scanned} does not belong to this shipment (it is of {note}). Take it off the truck."),
    "missing_tags": N_("Missing at {door}: {choices}. Bring them through, or sign a reason."),
    "wrong_door": N_("{scanned} leaves through door {wanted}, not {door}. Bring it there."),
    "gate_silent": N_("The gate at {door} has been silent since {since}. Scan the parcels by hand."),
    "not_packed_yet": N_("{scanned} of note {note} is picked but not packed yet. Pack it first."),
    "note_on_hold": N_("Note {note} is on hold by the office. It may not leave."),
    "no_door_for_station": N_("{station} has no door. Set one up, or load at a dock."),
    "already_loaded": N_("Parcel {parcel} is already on the truck, since {since}."),
    "already_shipped": N_("Shipment {shipment} left already, at {since}. Nothing can be changed."),
    "tracking_bad_format": N_("{scanned} is no tracking number of {carrier}. Scan the long code on its label."),
    "tracking_already_used": N_("Tracking number {scanned} already belongs to shipment {shipment}. Scan another one."),
    "tracking_missing": N_("No tracking number yet for parcels {choices}. Scan them from the carrier's labels."),
    "tracking_unknown": N_("No parcel has tracking number {scanned}."),
    "transit_state_unknown": N_("{scanned} is no state of a parcel on its way. There are {choices}."),
    "transit_older": N_("{scanned} is already {state} since {since}; what was true before that changes nothing."),
    "every_parcel_has_tracking": N_("Each parcel of note {note} has its tracking number already."),
    "carrier_unknown": N_("No carrier {scanned} is set up. Choose one of these: {carriers}."),
    "carrier_required": N_("Choose the carrier of shipment {shipment} first."),
}
PEOPLE = {
    "not_allowed": N_("Your role does not allow this. Call somebody who is: {wanted}."),
    "not_signed_in": N_("Nobody is signed in at {station}. Scan your badge first."),
    "session_ended": N_("Your session ended at {since}. Scan your badge, then scan {scanned} again."),
    "clock_wrong": N_(
        "This device's clock is {minutes} minutes behind; {scanned} was not taken. Set the clock, then scan again."
    ),
    "session_elsewhere": N_(
        "Your session belongs to another station. Sign in at {station}, then scan {scanned} again."
    ),
    "person_retired": N_("Your account is closed; {scanned} was not taken. Somebody else signs in at {station}."),
    "badge_unknown": N_("This badge is not known or was withdrawn. Ask a supervisor."),
    "badge_needs_pin": N_("A badge alone is not enough. Sign in with badge and PIN."),
    "pin_wrong": N_("Badge and PIN do not fit. Try again."),
    "locked_out": N_("Too many wrong attempts. Try again after {since}."),
    "station_unknown": N_("{scanned} is no station here."),
    "wrong_station": N_("This is done at {wanted}, not at {station}."),
    "place_unknown": N_("There is no place {scanned} here."),
    "offline_unknown_note": N_("Note {note} is not on this device, and there is no connection."),
    "unknown_fact": N_("This program is older than its data ({kind}). Call for help."),
}

FLOOR = GOOD | CODES_READ | PICKING | PACKING | PRINTING | SHIPPING | PEOPLE
VERDICTS: dict[str, str] = CODES | FLOOR | OFFICE | SETTING_UP

# Words that fields carry as codes: states, reasons, roles, what is lacking.
WORDS = {
    "released": N_("released"),
    "picking": N_("being picked"),
    "picked": N_("picked"),
    "packed": N_("packed"),
    "shipped": N_("shipped"),
    "withdrawn": N_("withdrawn"),
    "unknown": N_("not known here"),
    "open": N_("open"),
    "loaded": N_("loaded"),
    "void": N_("void"),
    "verified": N_("verified"),
    "none": N_("not tracked"),
    "lot": N_("by lot"),
    "serial": N_("by serial number"),
    "queued": N_("waiting for the printer"),
    "sent": N_("with the printer"),
    "printed": N_("printed"),
    "unconfirmed": N_("not proven"),
    "failed": N_("failed"),
    "pending": N_("waits for the carrier"),
    "picked_up": N_("collected"),
    "in_transit": N_("on its way"),
    "out_for_delivery": N_("out for delivery"),
    "delivered": N_("delivered"),
    "delivery_failed": N_("delivery failed"),
    "ready_for_pickup": N_("ready for pickup"),
    "delivery_delayed": N_("delayed"),
    "return_to_sender": N_("on its way back"),
    "other_warehouse": N_("of another warehouse"),
    "draft": N_("a draft"),
    "in_review": N_("in review"),
    "approved": N_("approved"),
    "on_hold": N_("on hold"),
    "closed": N_("closed"),
    "cancelled": N_("cancelled"),
    "change": N_("change"),
    "submit": N_("submit"),
    "approve": N_("approve"),
    "reject": N_("reject"),
    "release": N_("release"),
    "hold": N_("hold"),
    "resume": N_("resume"),
    "cancel": N_("cancel"),
    "close": N_("close"),
    "short_close": N_("close short"),
    "damaged": N_("damaged"),
    "wrong_contents": N_("wrong contents"),
    "repacked": N_("packed anew"),
    "missing": N_("not in the bin"),
    "wrong_bin": N_("other goods in the bin"),
    "expired": N_("expired"),
    "blocked": N_("bin blocked"),
    "lost": N_("lost"),
    "unreadable": N_("unreadable"),
    "gate_silent": N_("gate silent"),
    "tag_broken": N_("tag broken"),
    "too_big": N_("too big for the gate"),
    "no_lines": N_("no lines"),
    "customer_retired": N_("customer retired"),
    "no_address": N_("no address"),
    "unpriced": N_("no price on line"),
    "item_retired": N_("retired item on line"),
    "picker": N_("picker"),
    "packer": N_("packer"),
    "shipper": N_("shipper"),
    "supervisor": N_("supervisor"),
    "sales": N_("sales"),
    "reviewer": N_("reviewer"),
    "finance": N_("finance"),
    "manager": N_("manager"),
    "admin": N_("administrator"),
}
WORD_FIELDS = frozenset({"reason", "state", "asked", "why"})
TIME_FIELDS = frozenset({"since", "at"})

NEXT = N_("Next: {quantity} {unit} {item} from {bin}.")


class _Fields(dict[str, str]):
    """A field that the verdict does not carry shows as a dash: an answer never fails for want of a word."""

    def __missing__(self, key: str) -> str:
        return ABSENT


def word(lang: str, code: str) -> str:
    """A state, reason or role in words; `unpriced:3` keeps its number; what is no known word stays as it is."""
    name, _, number = code.partition(":")
    if name not in WORDS:
        return code
    return f"{texts(lang).gettext(WORDS[name])} {number}".rstrip()


def _clock(value: str, zone: tzinfo | None) -> str:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return value if at.tzinfo is None else at.astimezone(zone).strftime("%m-%d %H:%M")


def _shown(lang: str, name: str, value: Any, zone: tzinfo | None) -> str:
    if isinstance(value, Mapping):
        stop = _Fields({key: str(part) for key, part in value.items() if part is not None})
        return texts(lang).gettext(NEXT).format_map(stop)
    if isinstance(value, list | tuple):
        return ("、" if lang == "zh" else ", ").join(word(lang, str(part)) for part in value)
    if name in TIME_FIELDS:
        return _clock(str(value), zone)
    return word(lang, str(value)) if name in WORD_FIELDS else str(value)


def verdict_text(lang: str, code: str, fields: Mapping[str, Any], zone: tzinfo | None = None) -> str:
    """The words of verdict `code` in `lang`; a code without words shows as itself. Never raises.

    `fields` are those of the reply: texts and numbers; lists are joined; `next` may be the reply's next stop
    `{bin, item, quantity, unit}`; states, reasons and roles may be codes of `WORDS`; `since` and `at` may be times
    (RFC 3339), shown in `zone`, or in that of the machine.
    """
    if code not in VERDICTS:
        return code
    known = {name: value for name, value in fields.items() if value is not None and value != ""}
    if code == "double_fire" and known.get("first") not in (None, code):
        known["why"] = verdict_text(lang, str(known["first"]), fields, zone)
    text = instead(code, known) or VERDICTS[code]
    shown = _Fields({name: _shown(lang, name, value, zone) for name, value in known.items()})
    return texts(lang).gettext(text).format_map(shown).removesuffix(ABSENT).rstrip()
