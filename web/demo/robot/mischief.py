"""One scan in ten goes wrong on purpose; which way is dealt from a deck, so that every way comes up."""

import random

ONE_IN = 10
OF_PICKS = 6  # a picker's steps are three of five scans; the bench and the dock err less
KINDS = (
    "unknown_code", "bad_check_digit", "wrong_item", "one_too_many", "double_fire", "undo", "short", "wrong_bin",
    "serial_again", "wrong_lot",
)  # fmt: skip


class Mischief:
    """Deals kinds of trouble for a picker; a kind that does not fit what lies there waits for its next chance."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._deck: list[str] = []

    def now(self, fitting: set[str]) -> str | None:
        """A kind to do now, among those that fit; None most of the time."""
        if self._chance.randrange(OF_PICKS):
            return None
        if not set(self._deck) & fitting:
            self._deck += self._chance.sample(KINDS, len(KINDS))
        kind = next((kind for kind in self._deck if kind in fitting), None)
        if kind is not None:
            self._deck.remove(kind)
        return kind

    def sometimes(self, one_in: int = ONE_IN) -> bool:
        return not self._chance.randrange(one_in)
