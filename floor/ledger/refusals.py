"""An act on a document that was refused leaves one line in its history, and nothing else."""

from collections.abc import Callable

from floor.facts.order import ActRefused
from floor.refusal import Refusal
from floor.storage.record import Tx, record


def remember(about: str, act: str, person: int = 0) -> Callable[[Tx, Refusal], Refusal]:
    """For the writer's `refused=`: journal the refusal of `act` on the document `about`; the answer is the refusal itself."""

    def refused(tx: Tx, refusal: Refusal) -> Refusal:
        tx.person = person
        record(tx, ActRefused(about=about, act=act, code=refusal.code, fields=refusal.fields))
        return refusal

    return refused
