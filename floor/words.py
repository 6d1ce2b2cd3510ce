"""One word per thing: the states, roles and kinds that code, screens and log share."""

from enum import StrEnum


class Role(StrEnum):
    PICKER = "picker"
    PACKER = "packer"
    SHIPPER = "shipper"
    SUPERVISOR = "supervisor"
    SALES = "sales"
    REVIEWER = "reviewer"
    FINANCE = "finance"
    MANAGER = "manager"
    ADMIN = "admin"


class StationKind(StrEnum):
    """What scans mean at a station: confirm picks, fill parcels, load and ship, or pass through a door."""

    PICK = "pick"
    PACK = "pack"
    DOCK = "dock"
    GATE = "gate"


class Tracking(StrEnum):
    """What must be known of each unit of an item."""

    NONE = "none"
    LOT = "lot"
    SERIAL = "serial"


class NoteState(StrEnum):
    RELEASED = "released"
    PICKING = "picking"
    PICKED = "picked"
    PACKED = "packed"
    SHIPPED = "shipped"
    WITHDRAWN = "withdrawn"


class ParcelState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    LOADED = "loaded"
    SHIPPED = "shipped"
    VOID = "void"


class JobState(StrEnum):
    """A print job; `sent` is not `printed`, and `unconfirmed` waits for a person."""

    QUEUED = "queued"
    SENT = "sent"
    PRINTED = "printed"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TransitState(StrEnum):
    """Where the carrier has the parcel; carriers' own states fold into these."""

    PENDING = "pending"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    READY_FOR_PICKUP = "ready_for_pickup"
    DELIVERED = "delivered"
    DELIVERY_FAILED = "delivery_failed"
    DELIVERY_DELAYED = "delivery_delayed"
    ON_HOLD = "on_hold"
    RETURN_TO_SENDER = "return_to_sender"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


OUTSIDE = "@"  # places that begin so are the world outside (supplier, customer, loss): they may go below zero
SUPPLIER, CUSTOMER, LOSS = "@supplier", "@customer", "@loss"


def note_place(note: int) -> str:
    """Where goods are between bin and truck: with their note."""
    return f"note:{note}"
