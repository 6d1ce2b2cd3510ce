"""What happens to a site as a whole."""

import msgspec

from floor.facts.fact import Fact, kind


class Advanced(msgspec.Struct, frozen=True, kw_only=True):
    """A series that goes on after `to`: numbers up to it may stand on labels and papers that the journal does not know of."""

    series: str
    to: int


@kind
class Restored(Fact, frozen=True, kw_only=True):
    """The site goes on from a backup made at the journal's row `head`; what came after that is lost. `epoch` counts these."""

    epoch: int
    head: int
    advanced: tuple[Advanced, ...]

    def subjects(self) -> tuple[str, ...]:
        return (f"epoch:{self.epoch}",)
