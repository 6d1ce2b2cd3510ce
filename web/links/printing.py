"""Carries print jobs to the label printers: sends them one at a time and says only what the printer has proven."""

import logging
from typing import Any

from sqlalchemy import Engine, select

from floor import parcels, printer_queue, printers, printing
from floor.courier import Attempt, Finish, LinkError
from floor.facts.fact import Entry
from floor.facts.parcel import PrintAsked
from floor.facts.printer import PrintMoved
from floor.parcels import JOB
from floor.refusal import Refusal
from floor.storage.record import Tx
from floor.storage.writer import Writer
from floor.words import JobState
from labels.printer import Outcome, Patience, Transport, confirm, connect, errors, look, print_label
from labels.refused import LabelRefused
from web import label_of
from web.label_templates import site_templates
from web.settings import Printer, Settings

log = logging.getLogger(__name__)
SENT = "sent:"  # the mark of a job whose first byte may have left, with the printer's label count before it
PATIENT_TRIES = 8  # a job that a healthy printer does not prove is looked after this often before a person must decide
PATIENCE = Patience(seconds=2.0, step=0.05)
# A fault is on the screens within three seconds: of a printer that leaves one question open, the next one tells.
LOOKING = {"tcp": {"connect_seconds": 1.25, "answer_seconds": 1.25}, "usb": {"answer_seconds": 1.25}}
SPEECHLESS = ("silent", "unreadable_status", "wrong_language")  # the next look asks for the language, which takes time
OF_THE_JOB = ("busy", "not_printed", "not_proven", "cut_off")  # outcomes that say nothing of the printer itself


class Printing:
    """The link of all printers of this machine; a job is never sent twice without a person's word."""

    def __init__(self, settings: Settings, engine: Engine, writer: Writer) -> None:
        self._settings, self._engine, self._writer = settings, engine, writer
        self.templates = site_templates(settings)
        for notice in self.templates.notices:
            log.warning("templates: %s", notice)
        self._tries: dict[int, int] = {}
        self._explains: dict[str, bool] = {}  # by printer: whether it answers ~HQES

    def carry(self, key: str, entry: Entry, attempt: Attempt) -> Finish | None:
        fact = entry.fact
        assert isinstance(fact, PrintAsked | PrintMoved)
        job, held = self._read(fact.job)
        if job.state not in (JobState.QUEUED, JobState.SENT):
            return None  # a person has settled it
        if held and job.state == JobState.QUEUED:
            raise LinkError("held", permanent=True)
        printer = self._settings.printers.get(job.printer)
        if printer is None:
            raise LinkError(f'no printer "{job.printer}" in floor.toml', permanent=True)
        transport, wanted = self._connect(job.printer), label_of.wanted(job, parcels.payload(job), printer)
        if job.state == JobState.SENT or attempt.mark.startswith(SENT):
            counted = attempt.mark.removeprefix(SENT)
            outcome = confirm(
                transport,
                int(counted) if counted else None,
                labels=label_of.count(wanted),
                patience=PATIENCE,
                interrupted=True,
            )
        else:
            outcome = self._print(transport, printer, job.id, wanted, attempt)
        return self._finish(job, outcome, attempt)

    def _read(self, job: int) -> tuple[Any, bool]:
        """The job as it is now, and whether a person holds its printer."""
        with self._engine.connect() as db:
            row = db.execute(select(JOB).where(JOB.c.id == job)).one()
            printer = printers.printer(db, row.printer)
        return row, printer is not None and printer.held

    def _connect(self, name: str) -> Transport:
        printer = self._settings.printers[name]
        hurried: dict[str, Any] = LOOKING.get(printer.transport, {})
        try:
            return connect(printer.transport, **{**hurried, **printer.settings})
        except ValueError as error:
            raise LinkError(str(error), permanent=True) from error

    def _print(
        self, transport: Transport, printer: Printer, job: int, wanted: label_of.Wanted, attempt: Attempt
    ) -> Outcome:
        try:
            with self._engine.connect() as db:
                payload = label_of.zpl(db, wanted, label_of.media(self._settings, printer), self.templates)
        except LabelRefused as refused:
            return Outcome("failed", str(refused))

        def sending(before: int | None) -> None:
            mark = f"{SENT}{'' if before is None else before}"
            attempt.keep(mark, lambda tx: printing.sent(tx, job))

        try:
            return print_label(transport, payload, labels=label_of.count(wanted), patience=PATIENCE, sending=sending)
        except Refusal as refusal:  # between two looks a person held the printer or settled the job
            raise LinkError("held" if refusal.code == "printer_held" else refusal.code, permanent=True) from refusal

    def _finish(self, job: Any, outcome: Outcome, attempt: Attempt) -> Finish:
        """What to record of the outcome; one that may still change is tried again, and shows its reason meanwhile."""
        state, reason = JobState(outcome.state), outcome.reason

        def heard(tx: Tx) -> None:
            self._heard(tx, job.printer, outcome)

        if (
            outcome.may_retry
        ):  # the printer has proven that nothing came out: the next try prints, it does not only look
            attempt.keep("", lambda tx: printing.returned(tx, job.id, reason))
            raise LinkError(reason, then=heard)
        if state == JobState.UNCONFIRMED and self._may_be_proven(job.id, outcome):
            raise LinkError(reason, then=heard)
        self._tries.pop(job.id, None)

        def finish(tx: Tx) -> None:
            printing.ended(tx, job.id, state, reason)
            heard(tx)

        return finish

    def _may_be_proven(self, job: int, outcome: Outcome) -> bool:
        """A printer at fault ends its work by itself once that is mended; a healthy one gets so many looks."""
        if outcome.reason not in (*OF_THE_JOB, "no_way_back"):
            return True
        tries = self._tries[job] = self._tries.get(job, 0) + (outcome.reason != "busy")
        return outcome.before is not None and tries < PATIENT_TRIES

    def _heard(self, tx: Tx, printer: str, outcome: Outcome) -> None:
        """What the outcome tells of the printer; a label that could not be drawn tells nothing."""
        if outcome.state == "printed" or outcome.reason == "no_way_back":
            printer_queue.heard(tx, printer, "")
        elif outcome.reason not in OF_THE_JOB and (outcome.state != "failed" or outcome.may_retry):
            printer_queue.heard(tx, printer, outcome.reason)

    def look(self, name: str) -> bool:
        """Look at a printer that has nothing to do; True where it says something else than before."""
        with self._engine.connect() as db:
            known = printers.printer(db, name)
        said = self._state(name, language=known is None or known.said in SPEECHLESS)
        if known is not None and known.said == said:
            return False
        self._writer.do(lambda tx: printer_queue.heard(tx, name, said))
        return True

    def _state(self, name: str, *, language: bool) -> str:
        """What is wrong with a printer; "" for nothing, or where it has no way to say."""
        try:
            transport = self._connect(name)
        except LinkError:
            return "bad_settings"
        if not transport.answers:
            return ""
        try:
            seen = look(transport, language=language, counts=False)
            if seen.error:  # it may come back as another one
                self._explains.pop(name, None)
            wrong = seen.error or next(iter(seen.problems), "") or ("" if seen.language else "wrong_language")
            return wrong or self._closer(name, transport)
        finally:
            transport.close()

    def _closer(self, name: str, transport: Transport) -> str:
        """What ~HS did not tell. A printer that has no ~HQES is asked once; of one that has, silence is a fault."""
        explains = self._explains.get(name)
        if explains is False:
            return ""
        told = errors(transport)
        if told is None:
            return "silent" if explains else self._fell_silent(name, transport)
        if told != ("unreachable",):  # a dropped line says nothing of what the printer can
            self._explains[name] = True
        return next(iter(told), "")

    def _fell_silent(self, name: str, transport: Transport) -> str:
        """The first ~HQES brought nothing: a printer that answers ~HS still has none, and is not asked again."""
        error = look(transport, counts=False).error
        if not error:
            self._explains[name] = False
        return error
