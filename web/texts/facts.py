"""What each fact of the journal is called in a document's history."""

from web.text import N_, texts

FACTS = {
    "Edited": N_("Master data changed"),
    "Released": N_("Released to the floor"),
    "Accepted": N_("Taken on by the floor"),
    "Opened": N_("Taken up"),
    "BinConfirmed": N_("Bin confirmed"),
    "Picked": N_("Picked"),
    "Undone": N_("Pick taken back"),
    "Shorted": N_("Short pick"),
    "WithdrawAsked": N_("Withdrawal asked for"),
    "Withdrawn": N_("Withdrawn"),
    "WithdrawRefused": N_("Too late to withdraw"),
    "Held": N_("Held"),
    "Resumed": N_("Resumed"),
    "Received": N_("Goods received"),
    "Counted": N_("Counted"),
    "ParcelOpened": N_("Parcel opened"),
    "Packed": N_("Packed"),
    "Unpacked": N_("Taken out of the parcel"),
    "ParcelClosed": N_("Parcel closed"),
    "PrintAsked": N_("Label asked for"),
    "PrintEnded": N_("Print job ended"),
    "LabelVerified": N_("Label scanned back"),
    "LoadingOpened": N_("Loading started"),
    "Loaded": N_("Loaded"),
    "TrackingSet": N_("Tracking number recorded"),
    "Shipped": N_("Shipped"),
    "Tracked": N_("Word from the carrier"),
    "Delivered": N_("Delivered"),
    "SignedIn": N_("Signed in"),
    "SignedOut": N_("Signed out"),
    "SignInFailed": N_("Sign-in failed"),
    "Refused": N_("Scan refused"),
    "CaseOpened": N_("Put onto the list to settle"),
    "CaseSettled": N_("Settled"),
    "OrderEntered": N_("Order entered"),
    "OrderChanged": N_("Order changed"),
    "OrderSubmitted": N_("Submitted for review"),
    "OrderApproved": N_("Approved"),
    "OrderRejected": N_("Sent back"),
    "OrderClosed": N_("Order closed"),
    "OrderCancelled": N_("Order cancelled"),
    "ProgressPosted": N_("Progress on the floor"),
    "GoodsIssued": N_("Goods issued"),
    "InvoicePosted": N_("Invoice posted"),
    "InvoiceCredited": N_("Invoice credited"),
    "PaymentRecorded": N_("Payment recorded"),
    "PaymentAllocated": N_("Payment settled an invoice"),
    "PaymentReversed": N_("Payment reversed"),
}


def fact_name(lang: str, kind: str) -> str:
    """The fact's name in `lang`; one without words shows as itself."""
    return texts(lang).gettext(FACTS[kind]) if kind in FACTS else kind
