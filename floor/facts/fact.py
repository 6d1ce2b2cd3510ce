"""What every fact is: something that has happened, frozen, with a version, written as canonical JSON and read back in any version."""

from datetime import datetime
from typing import Any, ClassVar

import msgspec

from floor.refusal import Refusal


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Past tense. Carries every number, id, price, bin and rule version that its fold needs, so that replay is exact."""

    version: ClassVar[int] = 1

    def subjects(self) -> tuple[str, ...]:
        """The documents that this fact touches, e.g. ("note:17", "order:4"): their histories and live pages."""
        raise AssertionError(f"{type(self).__name__} names no subjects")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A fact with its circumstances: one row of the journal.

    `at` is when it happened (device time for a scan), `recorded_at` when it was written; `cause` is the request's id;
    `person` 0 is the house itself (timers, courier).
    """

    id: int
    uid: str
    at: datetime
    recorded_at: datetime
    person: int
    device: str
    cause: str
    warehouse: str
    fact: Fact


KINDS: dict[str, type[Fact]] = {}


def kind(cls: type[Fact]) -> type[Fact]:
    """Class decorator: the fact can be written to and read from the journal by its class name."""
    if cls.__name__ in KINDS:
        raise AssertionError(f"two facts named {cls.__name__}")
    KINDS[cls.__name__] = cls
    return cls


_encode = msgspec.json.Encoder(order="deterministic").encode
_decoders: dict[str, msgspec.json.Decoder[Any]] = {}


def to_body(fact: Fact) -> str:
    """Canonical JSON text: members sorted, no white space, times in RFC 3339."""
    return _encode(fact).decode()


def from_body(name: str, version: int, body: str) -> Fact:
    """Read a fact of any version back; a kind that this release does not know is an error that names it."""
    decoder = _decoders.get(name)
    if decoder is None:
        cls = KINDS.get(name)
        if cls is None or version > cls.version:
            raise Refusal("unknown_fact", kind=name, version=version)
        decoder = _decoders[name] = msgspec.json.Decoder(cls)
    fact: Fact = decoder.decode(body)
    return fact
