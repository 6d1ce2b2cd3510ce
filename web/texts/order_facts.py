"""What has happened to an order, a sentence a fact: for whoever asks how it came to stand as it does."""

from typing import Any

from floor.facts.fact import Fact
from web.text import N_

ORDER = {
    "OrderEntered": N_("Order entered with {count} lines"),
    "OrderChanged": N_("Order changed, now {count} lines"),
    "OrderSubmitted": N_("Submitted for review"),
    "OrderApproved": N_("Approved"),
    "OrderRejected": N_("Sent back: {reason}"),
    "OrderReserved": N_("Goods came in and are held for it"),
    "OrderHeld": N_("Put on hold: {reason}"),
    "OrderResumed": N_("Taken off hold"),
    "EndAsked": N_("The floor was asked to give it back: {reason}"),
    "OrderEnded": N_("The order ended, {state}: {reason}"),
    "EndRefused": N_("The floor could not give note {note} back"),
    "ActRefused": N_("Tried in vain: {act}. {why}"),
}
FLOOR = {
    "Released": N_("Delivery note {note} sent to the floor"),
    "Accepted": N_("The floor has note {note}"),
    "Opened": N_("Note {note} taken up"),
    "Picked": N_("Picked {quantity} × {item} from {place}"),
    "Undone": N_("Pick taken back: {quantity} × {item}"),
    "Shorted": N_("{quantity} × {item} missing in {place}: {reason}"),
    "WithdrawAsked": N_("Note {note} asked back"),
    "Withdrawn": N_("The floor gave note {note} back"),
    "WithdrawRefused": N_("Too late to give note {note} back"),
    "NoteReturned": N_("Goods of note {note} are free again"),
    "Held": N_("The floor was told to hold note {note}"),
    "Resumed": N_("The floor was told to go on with note {note}"),
    "ParcelOpened": N_("Parcel {number} opened"),
    "Packed": N_("Packed {quantity} × {item}"),
    "Unpacked": N_("Taken out of the parcel: {quantity} × {item}"),
    "ParcelClosed": N_("Parcel closed, SSCC {sscc}"),
    "LoadingOpened": N_("Loading started at {door}"),
    "Loaded": N_("{parcels} parcels loaded"),
    "TrackingSet": N_("Tracking number {tracking} ({carrier})"),
    "Shipped": N_("Shipped with {carrier}"),
    "Issued": N_("Goods issue posted for shipment {shipment}"),
    "Tracked": N_("The carrier says: {step}"),
    "TransitPosted": N_("On the road: {state}"),
    "Delivered": N_("Delivered"),
}
MONEY = {
    "InvoicePosted": N_("Invoice {invoice} posted"),
    "InvoiceCredited": N_("Invoice {invoice} credited: {reason}"),
    "PaymentAllocated": N_("Payment {payment} settled invoice {invoice}"),
}
SUPPLY = {"SupplyPosted": N_("Goods held for it were lost")}
CASES = {"CaseOpened": N_("Put onto the list to settle"), "CaseSettled": N_("Settled")}
SENTENCES = ORDER | FLOOR | MONEY | SUPPLY | CASES
AUTO = N_("Approved by the rules; no person was needed")
DONE = N_("Closed: all shipped, invoiced and paid")
QUIET = frozenset({"NoteTaken", "ProgressPosted", "BinConfirmed", "TransitPosted", "NoteReturned"})  # said by another


def sentence(fact: Fact) -> str:
    """The English sentence of a fact, its {fields} still open; its kind where it has none."""
    kind = type(fact).__name__
    said: dict[str, Any] = {name: getattr(fact, name) for name in fact.__struct_fields__}
    if kind == "OrderApproved" and said["auto"]:
        return AUTO
    if kind == "OrderEnded" and said["reason"] == "done":
        return DONE
    return SENTENCES.get(kind, kind)
