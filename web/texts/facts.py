"""What each fact of the journal says in a document's history: a sentence a kind, and what the documents are called."""

from web.text import N_, texts
from web.texts.order_facts import SENTENCES as OFFICE
from web.texts.rules import RULES

FLOOR = {
    "Released": N_("Released to the floor, lines: {count}, {carrier}"),
    "Accepted": N_("On the floor, lines: {count}, stops: {stops}"),
    "Opened": N_("Taken up at {station}"),
    "BinConfirmed": N_("Stood at bin {place}"),
    "Picked": N_("{quantity} × {item} picked from {place}{marks}"),
    "Undone": N_("{quantity} × {item} put back into {place}{marks}"),
    "Shorted": N_("{quantity} × {item} short in {place}: {reason}"),
    "WithdrawAsked": N_("The office asked for it back: {reason}"),
    "Withdrawn": N_("Given back to the office"),
    "WithdrawRefused": N_("Not given back: {why}"),
    "Held": N_("Put on hold by the office: {reason}"),
    "Resumed": N_("Let go by the office"),
    "ParcelOpened": N_("Parcel {number} opened at {station}"),
    "Packed": N_("{quantity} × {item} into the parcel{marks}"),
    "Unpacked": N_("{quantity} × {item} out of the parcel{marks}"),
    "ParcelClosed": N_("Parcel closed, SSCC {sscc}, {weight} kg"),
    "LoadingOpened": N_("Loading begun at door {door}"),
    "Loaded": N_("Parcels on the truck: {count}, {by}"),
    "TrackingSet": N_("Tracking number {tracking} of {carrier}"),
    "Shipped": N_("Left with {carrier}: {tracking}"),
    "Tracked": N_("{carrier} says of {tracking}: {transit}"),
    "Delivered": N_("All of it has reached the customer"),
}
REST = {
    "Edited": N_("Changed: {changes}"),
    "Received": N_("Received into {place}: {goods}"),
    "Counted": N_("Counted {item} in {place}: {counted} instead of {expected}"),
    "PrintAsked": N_("Label asked of {printer}"),
    "PrintEnded": N_("Label at {printer}: {state}"),
    "PrintSent": N_("Label sent to {printer}"),
    "PrintReturned": N_("Nothing came out of {printer}: {outcome}; it waits again"),
    "PrintMoved": N_("Label goes to {printer} instead of {was}"),
    "PrinterSaid": N_("Ready to print"),
    "PrinterHeld": N_("Let go: prints again"),
    "PrinterRedirected": N_("{to} prints in its place"),
    "PrinterChosen": N_("Labels come from {printer}"),
    "ParcelVoided": N_("Parcel given up, label {sscc} is dead: {reason}"),
    "LabelVerified": N_("Label scanned back and right"),
    "SignedIn": N_("Signed in at {station}"),
    "SignedOut": N_("Signed out of {station}: {left}"),
    "SignInFailed": N_("A wrong PIN or password"),
    "SignInChanged": N_("Changed or withdrawn: {secrets}"),
    "DeviceAdded": N_("Device {device} was given the station's address"),
    "DevicesWithdrawn": N_("Devices withdrawn: {withdrawn}"),
    "Refused": N_("Refused {codes}: {verdict}"),
    "ReaderChanged": N_("Reader {reader}: {condition}"),
    "CaseOpened": N_("Put onto the list to settle: {verdict}"),
    "CaseSettled": N_("Settled: {how}"),
    "Restored": N_("Restored from a backup"),
    "PaymentRecorded": N_("Payment recorded, {method}"),
    "PaymentReversed": N_("Payment taken back: {reason}"),
    "ProgressPosted": N_("The order shows the floor's progress"),
    "NoteTaken": N_("The order shows that the floor has it"),
}
VARIANTS = {
    "Opened joined": N_("Joined at {station}"),
    "Opened taken": N_("Taken over from {taken_from} at {station}"),
    "PrintAsked copy": N_("A copy asked of {printer}: {reason}"),
    "PrinterSaid fault": N_("It says: {said}"),
    "PrinterHeld held": N_("Held: nothing begins to print"),
    "PrinterRedirected back": N_("Prints for itself again"),
    "PrinterChosen own": N_("Labels come from the station's own printer again"),
    "PrintEnded reason": N_("Label at {printer}: {state} ({outcome})"),
    "Withdrawn shorted": N_("Given back to the office: nothing of it was there"),
}
SENTENCES: dict[str, str] = OFFICE | FLOOR | REST | VARIANTS
LOADED_BY = {"gate": N_("seen by the gate"), "scan": N_("scanned"), "waiver": N_("signed for: {reason}")}
LEFT = {
    "own_word": N_("own word"),
    "another_badge": N_("another badge was scanned"),
    "same_badge": N_("signed in again"),
    "idle": N_("nothing was done for long"),
    "administrator": N_("an administrator ended it"),
}
DOCUMENTS = {
    "note": N_("Delivery note {key}"),
    "order": N_("Order {key}"),
    "parcel": N_("Parcel no. {key}"),
    "shipment": N_("Shipment {key}"),
    "job": N_("Print job {key}"),
    "printer": N_("Printer {key}"),
    "command": N_("Command code {key}"),
    "scanner_test": N_("Scanner test code {key}"),
    "carrier_label": N_("Carrier label no. {key}"),
    "item": N_("Item {key}"),
    "item_code": N_("Barcode {key}"),
    "place": N_("Place {key}"),
    "reader": N_("Reader {key}"),
    "station": N_("Station {key}"),
    "person": N_("Person {key}"),
    "customer": N_("Customer {key}"),
    "price": N_("Price {key}"),
    "policy": N_("Rule: {key}"),
    "case": N_("Case {key}"),
    "invoice": N_("Invoice {key}"),
    "payment": N_("Payment {key}"),
}


def document_name(lang: str, document: str) -> str:
    """`note:17` as people say it; a kind without words shows as itself."""
    kind, _, key = document.partition(":")
    if kind == "policy" and key in RULES:
        key = texts(lang).gettext(RULES[key].title)
    return texts(lang).gettext(DOCUMENTS[kind]).format(key=key) if kind in DOCUMENTS else document
