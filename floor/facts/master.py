"""Master data changes by one fact: which thing, and what about it is now otherwise."""

from typing import Any

from floor.facts.fact import Fact, kind


@kind
class Edited(Fact, frozen=True, kw_only=True):
    """`entity` is item, place, station, person, customer, price, ...; `key` its id; `changes` the columns' new values.

    Names, addresses and secrets never stand here: `changes` carries ids of particulars.
    """

    entity: str
    key: str
    changes: dict[str, Any]

    def subjects(self) -> tuple[str, ...]:
        return (f"{self.entity}:{self.key}",)
