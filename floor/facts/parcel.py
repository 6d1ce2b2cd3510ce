"""What can happen to a parcel: opened, filled, emptied, closed with its SSCC, and its label's life."""

from floor.facts.fact import Fact, kind


class ParcelFact(Fact, frozen=True, kw_only=True):
    parcel: int
    note: int
    order: int

    def subjects(self) -> tuple[str, ...]:
        return (f"parcel:{self.parcel}", f"note:{self.note}", f"order:{self.order}")


@kind
class ParcelOpened(ParcelFact, frozen=True, kw_only=True):
    """`number` counts the parcels of the note from 1."""

    station: int
    number: int


class ContentFact(ParcelFact, frozen=True, kw_only=True):
    line: int
    item: int
    lot: str
    serial: str
    quantity: int


@kind
class Packed(ContentFact, frozen=True, kw_only=True):
    """Picked goods went into the parcel."""


@kind
class Unpacked(ContentFact, frozen=True, kw_only=True):
    """Taken out again; the counter-fact of Packed."""


@kind
class ParcelClosed(ParcelFact, frozen=True, kw_only=True):
    """The parcel got its SSCC, once and for ever; `serial_number` is the number used in the site's SSCC series."""

    station: int
    sscc: str
    serial_number: int
    weight_g: int
    state: str


@kind
class ParcelVoided(ParcelFact, frozen=True, kw_only=True):
    """A closed parcel was given up: its SSCC is dead for ever, what lay in it is unpacked; `state` is the note's now."""

    station: int
    sscc: str
    reason: str
    state: str


@kind
class PrintAsked(Fact, frozen=True, kw_only=True):
    """A print job: `label` names the kind, `document` what it belongs to; a reprint says `copy` and why."""

    job: int
    label: str
    document: str
    station: int
    printer: str
    payload: dict[str, str]
    copy: bool
    reason: str

    def subjects(self) -> tuple[str, ...]:
        return (f"job:{self.job}", self.document)


@kind
class PrintEnded(Fact, frozen=True, kw_only=True):
    """What became of a print job: printed, unconfirmed (a person decides), failed(reason) or cancelled."""

    job: int
    document: str
    printer: str
    state: str
    reason: str

    def subjects(self) -> tuple[str, ...]:
        return (f"job:{self.job}", self.document)


@kind
class LabelVerified(Fact, frozen=True, kw_only=True):
    """The printed label was scanned back: it is on the parcel and readable."""

    parcel: int
    note: int

    def subjects(self) -> tuple[str, ...]:
        return (f"parcel:{self.parcel}", f"note:{self.note}")
