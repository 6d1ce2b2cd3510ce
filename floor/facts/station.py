"""What happens around a station: who signs in and out, and what was scanned in vain."""

from typing import Any

from floor.facts.fact import Fact, kind


@kind
class SignedIn(Fact, frozen=True, kw_only=True):
    """A person began a session; `station` None is the office. `stays`: whoever stood there already goes on with what is open."""

    person: int
    station: int | None
    session: str
    stays: bool = False

    def subjects(self) -> tuple[str, ...]:
        return (f"person:{self.person}",)


@kind
class SignedOut(Fact, frozen=True, kw_only=True):
    """`why` is the person's own word, the same or another person's badge, idleness, or an administrator."""

    person: int
    station: int | None
    session: str
    why: str

    def subjects(self) -> tuple[str, ...]:
        return (f"person:{self.person}",)


@kind
class SignInFailed(Fact, frozen=True, kw_only=True):
    """A wrong PIN or password; `until_s` seconds of lock follow."""

    person: int
    station: int | None
    locked_s: int

    def subjects(self) -> tuple[str, ...]:
        return (f"person:{self.person}",)


@kind
class SignInChanged(Fact, frozen=True, kw_only=True):
    """`what` of badge, pin, login, password is another one from now on, or none; what it is stands in no fact."""

    person: int
    what: tuple[str, ...]

    def subjects(self) -> tuple[str, ...]:
        return (f"person:{self.person}",)


@kind
class DeviceAdded(Fact, frozen=True, kw_only=True):
    """One more device may open the station; its token stands in no fact."""

    station: int
    device: str

    def subjects(self) -> tuple[str, ...]:
        return (f"station:{self.station}",)


@kind
class DevicesWithdrawn(Fact, frozen=True, kw_only=True):
    """What these devices send is no longer the station's."""

    station: int
    devices: tuple[str, ...]

    def subjects(self) -> tuple[str, ...]:
        return (f"station:{self.station}",)


@kind
class Refused(Fact, frozen=True, kw_only=True):
    """A scan that was not taken, with its code; nothing but this line was written. `case` waits for a person."""

    station: int
    codes: tuple[str, ...]
    code: str
    fields: dict[str, Any]
    note: int | None
    case: int | None

    def subjects(self) -> tuple[str, ...]:
        return (f"station:{self.station}",) if self.note is None else (f"station:{self.station}", f"note:{self.note}")


@kind
class ReaderChanged(Fact, frozen=True, kw_only=True):
    """A scanner or gate of a station says otherwise of itself than before; `troubles` are its stable codes."""

    station: int
    reader: str
    state: str
    troubles: tuple[str, ...]

    def subjects(self) -> tuple[str, ...]:
        return (f"station:{self.station}", f"reader:{self.reader}")


@kind
class CaseOpened(Fact, frozen=True, kw_only=True):
    """Something that the house cannot settle by itself; a person does."""

    case: int
    about: str
    code: str
    fields: dict[str, Any]

    def subjects(self) -> tuple[str, ...]:
        return (f"case:{self.case}", self.about)


@kind
class CaseSettled(Fact, frozen=True, kw_only=True):
    case: int
    about: str
    how: str

    def subjects(self) -> tuple[str, ...]:
        return (f"case:{self.case}", self.about)
