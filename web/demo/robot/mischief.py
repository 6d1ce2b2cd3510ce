"""One scan in ten goes wrong on purpose; which way is dealt from a deck, so that every way comes up."""

import random

ONE_IN = 10


class Mischief:
    """Deals kinds of trouble to one person; a kind that does not fit what lies there waits for its next chance."""

    def __init__(self, chance: random.Random, *kinds: str) -> None:
        self._chance, self._kinds = chance, kinds
        self._deck: list[str] = []
        self._done = 0

    def now(self, fitting: set[str], scans: int) -> str | None:
        """A kind to do now, among those that fit; None while as many of the person's `scans` were wrong as shall be."""
        if self._done * ONE_IN >= scans or self._chance.randrange(2):
            return None
        if not set(self._deck) & fitting:
            self._deck += self._chance.sample(self._kinds, len(self._kinds))
        kind = next((kind for kind in self._deck if kind in fitting), None)
        if kind is not None:
            self._deck.remove(kind)
            self._done += 1
        return kind
