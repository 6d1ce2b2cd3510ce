"""What happens to label printers and the jobs under way there; each carries all that its fold needs."""

from floor.facts.fact import Fact, kind


class JobFact(Fact, frozen=True, kw_only=True):
    job: int
    document: str
    printer: str

    def subjects(self) -> tuple[str, ...]:
        return (f"job:{self.job}", self.document)


@kind
class PrintSent(JobFact, frozen=True, kw_only=True):
    """From now on the label may exist: its first byte is about to leave for the printer."""


@kind
class PrintReturned(JobFact, frozen=True, kw_only=True):
    """The printer has proven that nothing came out and nothing will: the job waits for its turn again."""

    reason: str


@kind
class PrintMoved(JobFact, frozen=True, kw_only=True):
    """A job of which no byte has left is printed by `printer`; it was `was`."""

    was: str


class PrinterFact(Fact, frozen=True, kw_only=True):
    printer: str

    def subjects(self) -> tuple[str, ...]:
        return (f"printer:{self.printer}",)


@kind
class PrinterSaid(PrinterFact, frozen=True, kw_only=True):
    """What the printer says of itself has changed: "" is ready, else a stable word such as paper_out."""

    said: str


@kind
class PrinterHeld(PrinterFact, frozen=True, kw_only=True):
    """A person holds the printer's queue: what has not begun waits; `held` False lets it go."""

    held: bool


@kind
class PrinterRedirected(PrinterFact, frozen=True, kw_only=True):
    """By a person's word `to` prints in its place; "" is itself again."""

    to: str


@kind
class PrinterChosen(PrinterFact, frozen=True, kw_only=True):
    """Labels of this station come out there until its person leaves; "" is the station's own printer again."""

    station: int

    def subjects(self) -> tuple[str, ...]:
        return (f"station:{self.station}",)
