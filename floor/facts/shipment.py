"""What can happen to a shipment: loading opened at a door, parcels loaded, tracking numbers, shipped, followed to the end."""

from datetime import datetime

import msgspec

from floor.facts.delivery import LineQuantity
from floor.facts.fact import Fact, kind


class ShipmentFact(Fact, frozen=True, kw_only=True):
    shipment: int
    note: int
    order: int

    def subjects(self) -> tuple[str, ...]:
        return (f"shipment:{self.shipment}", f"note:{self.note}", f"order:{self.order}")


@kind
class LoadingOpened(ShipmentFact, frozen=True, kw_only=True):
    """The note's parcels may pass `door` (a place)."""

    door: str
    station: int


@kind
class Loaded(ShipmentFact, frozen=True, kw_only=True):
    """These parcels went onto the truck; `by` is gate (seen by RFID), scan, or waiver with its `reason`."""

    parcels: tuple[int, ...]
    by: str
    reason: str


@kind
class TrackingSet(ShipmentFact, frozen=True, kw_only=True):
    """The carrier's number for one parcel."""

    parcel: int
    carrier: str
    tracking: str


@kind
class Shipped(ShipmentFact, frozen=True, kw_only=True):
    """Floor to ledger: ownership leaves. `lines` left; `rest` will not come on this note (short picks, part shipment)."""

    warehouse: str
    carrier: str
    tracking: tuple[str, ...]
    lines: tuple[LineQuantity, ...]
    rest: tuple[LineQuantity, ...]
    rest_reason: str


class TransitStep(msgspec.Struct, frozen=True, kw_only=True):
    state: str
    reason: str
    at: datetime


@kind
class Tracked(ShipmentFact, frozen=True, kw_only=True):
    """The carrier says where the parcel is; `step.at` is the carrier's own time."""

    tracking: str
    carrier: str
    step: TransitStep


@kind
class Delivered(ShipmentFact, frozen=True, kw_only=True):
    """Every parcel of the shipment has reached the consignee."""

    delivered_at: datetime
