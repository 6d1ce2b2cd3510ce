"""Why a note is late, and what is wrong with a parcel on the road, in the reader's language."""

from floor.lateness import Why
from web.text import N_, texts
from web.texts.verdicts import word

REASONS = {
    "on_hold": N_("on hold by the office"),
    "short": N_("{count} pieces were not there"),
    "not_taken_up": N_("nobody has taken it up"),
    "held": N_("{name} has it, nothing picked yet"),
    "being_picked": N_("{name} is picking: {count} of {max}"),
    "not_packed": N_("picked, not packed yet"),
    "not_printed": N_("the label has not come out of {printer}: {reason}"),
    "not_loaded": N_("{count} of {max} parcels are not on the truck"),
    "untracked": N_("tracking numbers are missing"),
    "not_shipped": N_("loaded; nobody has pressed Ship"),
    "pending": N_("the carrier has said nothing of it yet"),
    "delivery_failed": N_("delivery failed: {reason}"),
    "delivery_delayed": N_("delayed: {reason}"),
    "on_hold_carrier": N_("held by the carrier: {reason}"),
    "return_to_sender": N_("on its way back: {reason}"),
    "cancelled": N_("cancelled by the carrier: {reason}"),
}


def late_text(lang: str, why: Why, carrier: bool = False) -> str:
    """The reason in words; `carrier`: it is the carrier's state."""
    code = "on_hold_carrier" if carrier and why.code == "on_hold" else why.code
    fields = {name: word(lang, str(value)) for name, value in why.fields.items()}
    return texts(lang).gettext(REASONS[code]).format(**fields).strip().rstrip(" :：")
