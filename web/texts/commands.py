"""What the printed command codes do, in words: on their labels and where they are chosen."""

from web.text import N_

COMMANDS = {
    "UNDO": N_("Take back the last pick"),
    "SHORT": N_("Not there: short pick"),
    "PARCEL": N_("New parcel"),
    "PACKALL": N_("All into it"),
    "CLOSE": N_("Close parcel"),
    "WAIVE": N_("Sign for missing parcels"),
    "SHIP": N_("Ship"),
    "SHIP:PART": N_("Ship what is here"),
}
