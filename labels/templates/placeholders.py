"""Which names a site's template may use for each label, which it must use, and what stands in their places."""

from dataclasses import dataclass, fields
from typing import Any

from labels import badge, command, item, note, pallet, parcel, place, station
from labels.captions import caption
from labels.elements import Elements, readable
from labels.media import Media


@dataclass(frozen=True)
class Coded:
    """Application identifiers, for a bar code field of their own."""

    elements: Elements


Value = str | tuple[str, ...] | Coded  # a text, lines of text, or what only bars can say

LABELS: dict[str, type[Any]] = {
    "parcel": parcel.ParcelLabel,
    "pallet": pallet.PalletLabel,
    "item": item.ItemLabel,
    "place": place.PlaceLabel,
    "badge": badge.BadgeLabel,
    "station": station.StationLabel,
    "note": note.NoteLabel,
    "command": command.CommandLabel,
}
DRAWN = {kind: module.zpl for kind, module in (
    ("parcel", parcel), ("pallet", pallet), ("item", item), ("place", place), ("badge", badge), ("station", station),
    ("note", note), ("command", command),
)}  # fmt: skip
# Their usual stock, in millimetres.
SIZES = {
    "parcel": (100, 150), "pallet": (148, 210), "item": (60, 40), "place": (100, 40), "badge": (60, 40),
    "station": (60, 40), "note": (100, 70), "command": (60, 40),
}  # fmt: skip
ELEMENTS = frozenset(("elements", "content"))
LINES = frozenset(("ship_to", "marks"))
MOST_LINES = 12
# One of these must stand in a bar code field, or the label names nothing.
CODES = {
    "parcel": ("sscc_gs1", "sscc"), "pallet": ("sscc_gs1", "sscc"), "item": ("gtin", "elements", "item"),
    "place": ("code",), "badge": ("code",), "station": ("code",), "note": ("note",), "command": ("code",),
}  # fmt: skip
# One of each group must stand somewhere: where it goes, what it is, and that it is a copy.
NEEDED = {
    "parcel": (("ship_to", "ship_to_1"), ("copy",)), "pallet": (("ship_to", "ship_to_1"),), "item": (("name",),),
    "place": (("name",),), "badge": (("name",),), "station": (("name",),), "note": (("note",),), "command": (("text",),),
}  # fmt: skip


def kind_of(label: object) -> str:
    """The kind whose dataclass this is."""
    return next(kind for kind, made in LABELS.items() if type(label) is made)


def names(kind: str) -> frozenset[str]:
    """Every name that a template of this kind may use."""
    own = {field.name for field in fields(LABELS[kind])}
    lines = {f"{name}_{place}" for name in own & LINES for place in range(1, MOST_LINES + 1)}
    return frozenset(own | lines | {name for field in own for name in ADDED.get(field, ())})


# What a field gives beside itself: the SSCC as bars and as text with its identifier, the weight in kg, ...
ADDED = {
    "sscc": ("sscc_gs1", "sscc_text"),
    "weight_g": ("weight",),
    "elements": ("elements_text",),
    "content": ("content_text",),
}


def values(label: Any, media: Media) -> dict[str, Value]:
    """What stands in the place of each name; texts are as they are in the dataclass."""
    found: dict[str, Value] = {}
    for field in fields(label):
        value = getattr(label, field.name)
        if field.name in ELEMENTS:
            found[field.name] = Coded(value)
            found[f"{field.name}_text"] = readable(value)
        elif field.name in LINES:
            found[field.name] = tuple(value)
            found |= {f"{field.name}_{place}": text for place, text in enumerate(value, 1)}
        else:
            found[field.name] = "" if value is None else str(value)
    if "sscc" in found:
        elements = (("00", label.sscc),)
        found |= {"sscc_gs1": Coded(elements), "sscc_text": readable(elements)}
    if "copy" in found:
        words = [caption(media, "copy"), label.reason] if label.copy else []
        found["copy"] = ": ".join(word for word in words if word)
    if "weight_g" in found:
        found["weight"] = "" if label.weight_g is None else f"{label.weight_g / 1000:.3f} kg"
    return found
