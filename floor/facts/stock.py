"""What can happen to stock outside the notes: goods received, counted, and bins that someone must count."""

from floor.facts.delivery import StockLine
from floor.facts.fact import Fact, kind


@kind
class Received(Fact, frozen=True, kw_only=True):
    """Goods came from outside to `place`; also the opening stock."""

    document: str
    place: str
    lines: tuple[StockLine, ...]

    def subjects(self) -> tuple[str, ...]:
        return (f"place:{self.place}", *(f"item:{line.item}" for line in self.lines))


@kind
class Counted(Fact, frozen=True, kw_only=True):
    """A person looked: `place` holds `counted` of the item and lot, where the tables said `expected`.

    It was asked by the task `count` and settles every task of that lot in that bin. Of a serial-tracked item `gone` are
    the units that are missing, `found` those once lost that lie there.
    """

    place: str
    item: int
    lot: str
    expected: int
    counted: int
    count: int | None
    gone: tuple[str, ...] = ()
    found: tuple[str, ...] = ()

    def subjects(self) -> tuple[str, ...]:
        return (f"place:{self.place}", f"item:{self.item}")
