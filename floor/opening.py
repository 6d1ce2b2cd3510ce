"""Taking a note up: at a pick station to pick it, at a bench to pack it; one holder, helpers by their own word."""

from typing import Any

from floor import deliveries
from floor.deliveries import left, works_on
from floor.facts.delivery import BinConfirmed, Opened
from floor.people import need
from floor.progress import answer, name_of
from floor.refusal import Refusal
from floor.reply import Reply
from floor.stations import Scene
from floor.storage.record import Tx, record
from floor.words import NoteState

PICKABLE = (NoteState.RELEASED, NoteState.PICKING, NoteState.PICKED)


def open_note(tx: Tx, scene: Scene, number: int, how: str = "") -> Reply:
    """Take a note up to pick it. Somebody else's is `held_by`, until the person says JOIN (beside) or TAKE (instead)."""
    need(scene.roles, "pick")
    note = pickable(tx, number, scene)
    if how == "TAKE" and note.holder not in (None, scene.person):
        need(scene.roles, "take_over")
        _record(tx, scene, note, joined=False, taken_from=note.holder)
        return answer(tx, note.id, "handed_over", note=note.id, name=name_of(tx, note.holder))
    if not works_on(note, scene.person) and how != "JOIN":
        raise held_by(tx, note)
    _record(tx, scene, note, joined=note.holder not in (None, scene.person))
    joined = note.holder not in (None, scene.person)
    return answer(tx, note.id, "joined" if joined else "opened", note=note.id, name=name_of(tx, note.holder or 0))


def at_work(tx: Tx, scene: Scene) -> Any:
    """The open note as one of those who work on it finds it; `held_by` for anybody else, also after a hand-over."""
    note = pickable(tx, scene.note, scene)
    if not works_on(note, scene.person):
        raise held_by(tx, note)
    return note


def held_by(tx: Tx, note: Any) -> Refusal:
    return Refusal("held_by", note=note.id, name=name_of(tx, note.holder), since=note.held_since.isoformat())


def _record(tx: Tx, scene: Scene, note: Any, *, joined: bool, taken_from: int | None = None) -> None:
    fact = Opened(note=note.id, order=note.order, station=scene.station.id, joined=joined, taken_from=taken_from)
    record(tx, fact)


def pickable(tx: Tx, number: int | None, scene: Scene) -> Any:
    """The note row, or the refusal that says why it cannot be worked on."""
    if number is None:
        raise Refusal("scan_ignored_no_task", scanned="")
    note = deliveries.note(tx.db, number)
    if note is None or note.warehouse != scene.station.warehouse:
        raise Refusal("note_not_pickable", note=number, reason="unknown" if note is None else "other_warehouse")
    if note.state == NoteState.WITHDRAWN:
        raise Refusal("note_withdrawn", note=number)
    if note.state not in PICKABLE:
        raise Refusal("note_not_pickable", note=number, reason=note.state)
    return note


def confirm_bin(tx: Tx, scene: Scene, place: str) -> Reply:
    """The picker stands at a bin: right only where the note wants something from it."""
    need(scene.roles, "pick")
    note = at_work(tx, scene)
    wanted = [task for task in deliveries.tasks(tx.db, note.id) if left(task) > 0]
    if not any(task.place == place for task in wanted):
        raise Refusal("wrong_bin", scanned=place, note=note.id, **_first(wanted))
    fact = BinConfirmed(note=note.id, order=note.order, station=scene.station.id, place=place)
    record(tx, fact)
    return answer(tx, note.id, "bin_ok", bin=place, wanted=next(t.name for t in wanted if t.place == place))


def _first(wanted: list[Any]) -> dict[str, str]:
    return {"bin": wanted[0].place, "wanted": wanted[0].name} if wanted else {"bin": "", "wanted": ""}
