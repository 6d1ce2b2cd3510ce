"""How the readers of a station are, as they say themselves: changes are kept, so that a silent gate is known afterwards."""

from floor.facts.station import ReaderChanged
from floor.storage import journal
from floor.storage.record import Tx, record

STATES = frozenset({"ready", "gone", "failed"})


def tell(tx: Tx, station: int, reader: str, state: str, troubles: tuple[str, ...]) -> bool:
    """Write down what a reader says if that is another thing than it said last; whether it was."""
    told = (entry.fact for entry in journal.history(tx.db, f"reader:{reader}"))
    mine = (fact for fact in told if isinstance(fact, ReaderChanged) and fact.station == station)
    before = next(mine, None)  # a reader of another station may bear the same name
    if before is not None and (before.state, before.troubles) == (state, troubles):
        return False
    record(tx, ReaderChanged(station=station, reader=reader, state=state, troubles=troubles))
    return True
