"""The labels that pages print, what they are called, and why one cannot be drawn or printed."""

from labels.refused import LabelRefused
from web.text import N_, texts

KINDS = {
    "item": N_("Item label"),
    "place": N_("Place label"),
    "station": N_("Station label"),
    "note": N_("Note header"),
    "badge": N_("Badge"),
    "command": N_("Command code label"),
    "printer": N_("Printer label, and a test"),
    "parcel": N_("Parcel label"),
    "pallet": N_("Pallet label"),
    "scanner_test": N_("Scanner test code"),
    "carrier": N_("Carrier label"),
}
PAPER_NAMES = {
    "delivery-note": N_("Delivery note"),
    "packing-list": N_("Packing list"),
    "pick-list": N_("Pick list"),
    "order-confirmation": N_("Order confirmation"),
    "invoice": N_("Invoice"),
    "credit-note": N_("Credit note"),
}
REFUSED = {
    "no_preview": N_(
        "No picture: this machine lacks the renderer. Install it with “pip install warehouse-floor[preview]”."
    ),
    "not_drawable": N_("No picture: the renderer does not know something in it. It can be printed all the same."),
    "does_not_fit": N_("It does not fit onto the label in this printer."),
    "bad_content": N_("Something that it should say is missing or wrong."),
    "no_font": N_("No font of this machine has its letters. Install one, or name one in floor.toml."),
    "not_allowed": N_("It holds a printer command that does more than draw."),
}


def refused_text(lang: str, refused: LabelRefused) -> str:
    """Why, in words, with the builder's own word behind."""
    why = texts(lang).gettext(REFUSED[refused.code]) if refused.code in REFUSED else refused.code
    return f"{why} ({refused.text})"
