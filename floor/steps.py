"""What a person at a station must do next on a note, read at once: for the picker, the packer and the shipper."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from floor import deliveries, items, packing, parcels, people, print_jobs, shipments
from floor.deliveries import left
from floor.facts.delivery import Withdrawn
from floor.facts.shipment import Loaded
from floor.facts.station import Refused
from floor.items import ITEM_CODE
from floor.parcels import JOB
from floor.shipments import TRANSIT
from floor.stations import STANDING, STATION
from floor.stock import STOCK
from floor.storage import journal
from floor.words import JobState, NoteState, ParcelState, StationKind

UNDER_WAY = (JobState.QUEUED, JobState.SENT)


# What a station of each kind has still to do with a note.
LIVE: dict[str, tuple[NoteState, ...]] = {
    StationKind.PICK: (NoteState.RELEASED, NoteState.PICKING),
    StationKind.PACK: (NoteState.PICKING, NoteState.PICKED),
    StationKind.DOCK: (NoteState.PICKED, NoteState.PACKED),
}


def at_hand(db: Connection, station: Any, person: int) -> int | None:
    """The note that the person has open at the station and that is still to be worked on there; None where there is none."""
    standing = select(STANDING.c.note).where(STANDING.c.station == station.id, STANDING.c.person == person)
    open_here = db.scalar(standing)
    note = deliveries.note(db, open_here) if open_here is not None else None
    if note is None or note.state not in LIVE.get(station.kind, ()):
        return None
    return int(note.id) if station.kind != StationKind.PICK or deliveries.works_on(note, person) else None


@dataclass(frozen=True)
class PickJob:
    """`task` is the stop to go to, None where nothing is left; `ask_bin`: its bin must be scanned first.

    `here`: this station has the note open; `mine`: the person may pick it; `done` of `total` are pieces, or stops
    where pieces cannot be added up.
    """

    note: Any
    holder: str
    helpers: tuple[str, ...]
    here: bool
    mine: bool
    tasks: list[Any]
    task: Any
    ask_bin: bool
    expiry: Any
    packs: list[Any]
    done: int
    total: int
    put_back: list[dict[str, Any]]


def pick_job(db: Connection, number: int, person: int, station: int | None) -> PickJob | None:
    """The note as its picker sees it; None where there is none of that number."""
    note = deliveries.note(db, number)
    if note is None:
        return None
    here = _mine(db, station, number)
    at = here.place if here is not None else None
    tasks = deliveries.tasks(db, number)
    task = _stop(tasks, at)
    helpers = [int(id) for id in note.helpers.split()]
    known = people.names(db, [note.holder, *helpers])
    done, total = progress(tasks)
    return PickJob(
        note=note,
        holder=known.get(note.holder, ""),
        helpers=tuple(known.get(id, "") for id in helpers if id != person),
        here=here is not None,
        mine=deliveries.works_on(note, person),
        tasks=tasks,
        task=task,
        ask_bin=task is not None and task.bin_first and at != task.place,
        expiry=_expiry(db, task) if task is not None else None,
        packs=_packs(db, task.item) if task is not None else [],
        done=done,
        total=total,
        put_back=_put_back(db, number) if note.state == NoteState.WITHDRAWN else [],
    )


def _mine(db: Connection, station: int | None, note: int) -> Any | None:
    """What stands open at the station, where it is this note."""
    return db.execute(select(STANDING).where(STANDING.c.station == station, STANDING.c.note == note)).first()


def _stop(tasks: list[Any], place: str | None) -> Any | None:
    """The stop at the bin where the picker stands, else the first in walking order."""
    wanted = [task for task in tasks if left(task) > 0]
    return next((task for task in wanted if task.place == place), wanted[0] if wanted else None)


def progress(tasks: list[Any]) -> tuple[int, int]:
    """Pieces settled and wanted; stops, where one of the items is not counted in pieces."""
    if any(task.scale for task in tasks):
        return sum(left(task) == 0 for task in tasks), len(tasks)
    return sum(task.picked + task.shorted for task in tasks), sum(task.quantity for task in tasks)


def _expiry(db: Connection, task: Any) -> Any:
    at = select(STOCK.c.expiry).where(STOCK.c.item == task.item, STOCK.c.place == task.place, STOCK.c.lot == task.lot)
    return db.scalar(at)


def _packs(db: Connection, item: int) -> list[Any]:
    packs = select(ITEM_CODE).where(ITEM_CODE.c.item == item, ITEM_CODE.c.quantity > 1, ITEM_CODE.c.retired.is_(False))
    return list(db.execute(packs.order_by(ITEM_CODE.c.quantity)))


def _put_back(db: Connection, number: int) -> list[dict[str, Any]]:
    """What must go back into which bin after the note was withdrawn."""
    facts = (entry.fact for entry in journal.history(db, f"note:{number}"))
    gone = next((fact for fact in facts if isinstance(fact, Withdrawn)), None)
    rows = gone.put_back if gone is not None else ()
    return [{"row": row, "item": items.item(db, row.item)} for row in rows]


@dataclass(frozen=True)
class Box:
    """A parcel with what lies in it and the newest print job of its label; `waits` is why that one has not begun yet."""

    row: Any
    contents: list[Any]
    job: Any
    waits: str


@dataclass(frozen=True)
class PackJob:
    """`box` is the parcel open at this station; `rest` lists what is picked and in no parcel: line row, lot, serial, quantity.

    `printer_says` is what keeps the station's printer from printing, "" for nothing.
    """

    note: Any
    here: bool
    lines: list[Any]
    boxes: list[Box]
    box: Box | None
    rest: list[tuple[Any, str, str, int]]
    to_stick: Box | None
    printer_says: str

    @property
    def packed(self) -> int:
        return sum(int(line.packed) for line in self.lines)

    @property
    def wanted(self) -> int:
        return sum(int(line.ordered - line.shorted) for line in self.lines)


def pack_job(db: Connection, number: int, station: Any | None) -> PackJob | None:
    """The note as its packer sees it; None where there is none of that number."""
    note = deliveries.note(db, number)
    if note is None:
        return None
    here = _mine(db, station.id if station is not None else None, number)
    mine = here.parcel if here is not None else None
    lines = deliveries.lines(db, number)
    by_line = {line.line: line for line in lines}
    rest = [(by_line[line], lot, serial, n) for (line, lot, serial), n in packing.unpacked(db, number).items()]
    boxes = _boxes(db, number)
    shut = [box for box in boxes if box.row.state == ParcelState.CLOSED and box.row.label != "verified"]
    return PackJob(
        note=note,
        here=here is not None,
        lines=lines,
        boxes=boxes,
        box=next((b for b in boxes if b.row.id == mine and b.row.state == ParcelState.OPEN), None),
        rest=sorted(rest, key=lambda part: part[0].line),
        to_stick=shut[0] if shut else None,
        printer_says=print_jobs.errors(db).get(station.printer, "") if station is not None else "",
    )


def _boxes(db: Connection, note: int) -> list[Box]:
    mine = parcels.of_note(db, note)
    documents = [f"parcel:{row.id}" for row in mine]
    jobs = {
        job.document: job for job in db.execute(select(JOB).where(JOB.c.document.in_(documents)).order_by(JOB.c.id))
    }
    said = print_jobs.errors(db) if any(job.state in UNDER_WAY for job in jobs.values()) else {}
    found = [(row, jobs.get(f"parcel:{row.id}")) for row in mine]
    return [Box(row, parcels.contents(db, row.id), job, _waits(job, said)) for row, job in found]


def _waits(job: Any, said: dict[str, str]) -> str:
    return said.get(job.printer, "") if job is not None and job.state in UNDER_WAY else ""


@dataclass(frozen=True)
class ShipJob:
    """`seen` of `boxes` are on the truck; `strays` are what the door's gate saw that does not belong here."""

    note: Any
    shipment: Any
    boxes: list[Box]
    seen: int
    how: dict[int, str]
    strays: list[dict[str, Any]]
    transit: dict[str, Any]
    open_lines: int
    gates: list[int]

    @property
    def untracked(self) -> Box | None:
        return next((box for box in self.boxes if not box.row.tracking), None)


def ship_job(db: Connection, number: int) -> ShipJob | None:
    """The note as the shipping desk sees it; None where there is none of that number."""
    note = deliveries.note(db, number)
    if note is None:
        return None
    shipment = shipments.of_note(db, number)
    boxes = _boxes(db, number)
    gates = _gates(db, shipment.door) if shipment is not None else []
    carried = select(TRANSIT).where(TRANSIT.c.shipment == (shipment.id if shipment is not None else 0))
    return ShipJob(
        note=note,
        shipment=shipment,
        boxes=boxes,
        seen=sum(box.row.state in (ParcelState.LOADED, ParcelState.SHIPPED) for box in boxes),
        how=_how_loaded(db, shipment.id) if shipment is not None else {},
        strays=_strays(db, gates, shipment) if shipment is not None and shipment.state == "loading" else [],
        transit={row.tracking: row for row in db.execute(carried)},
        open_lines=sum(line.picked + line.shorted < line.ordered for line in deliveries.lines(db, number)),
        gates=gates,
    )


def _gates(db: Connection, door: str) -> list[int]:
    at_door = select(STATION.c.id).where(STATION.c.door == door, STATION.c.kind == StationKind.GATE)
    return list(db.scalars(at_door.where(STATION.c.retired.is_(False))))


def _how_loaded(db: Connection, shipment: int) -> dict[int, str]:
    """How each parcel was seen: gate, scan, or waiver."""
    how: dict[int, str] = {}
    for entry in reversed(journal.history(db, f"shipment:{shipment}", most=200)):
        if isinstance(entry.fact, Loaded):
            how |= dict.fromkeys(entry.fact.parcels, entry.fact.by)
    return how


STRAY = ("extra_tag", "wrong_door", "parcel_not_closed", "label_unverified", "unknown_code")


def _strays(db: Connection, gates: list[int], shipment: Any) -> list[dict[str, Any]]:
    """The newest passages of the door's gates that were refused since the loading began, one for each code."""
    found: dict[str, dict[str, Any]] = {}
    for gate in gates:
        for entry in journal.history(db, f"station:{gate}", most=30):
            fact = entry.fact
            if isinstance(fact, Refused) and fact.code in STRAY and entry.at >= shipment.opened_at:
                scanned = str(fact.fields.get("scanned", ""))
                found.setdefault(scanned, {"code": fact.code, "fields": fact.fields, "at": entry.at})
    return sorted(found.values(), key=lambda stray: stray["at"], reverse=True)
