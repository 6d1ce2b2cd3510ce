"""Carries print jobs to the label printers: renders the label, sends it, and says only what the printer has proven."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from floor import policy, printing
from floor.courier import Attempt, Finish, LinkError
from floor.facts.fact import Entry
from floor.facts.parcel import PrintAsked
from floor.storage import particulars
from floor.storage.record import Tx
from floor.words import JobState
from labels.media import Media
from labels.parcel import ParcelLabel
from labels.printer import Outcome, Patience, Transport, confirm, connect, print_label
from labels.refused import LabelRefused
from web.label_templates import site_templates
from web.settings import Printer, Settings

SENT = "sent:"  # the mark of a job whose first byte may have left, with the printer's label count before it
PATIENT_TRIES = 8  # a job that was sent is looked after this often before a person must decide
PATIENCE = Patience(seconds=4.0, step=0.1)


class Printing:
    """The link of all printers of this machine; a job is never sent twice without a person's word."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings, self._engine = settings, engine
        self._templates = site_templates(settings)
        self._tries: dict[str, int] = {}

    def carry(self, key: str, entry: Entry, attempt: Attempt) -> Finish | None:
        job = entry.fact
        assert isinstance(job, PrintAsked)
        printer = self._settings.printers.get(job.printer)
        if printer is None:
            raise LinkError(f'no printer "{job.printer}" in floor.toml', permanent=True)
        transport = connect(printer.transport, **printer.settings)
        if attempt.mark.startswith(SENT):
            before = attempt.mark.removeprefix(SENT)
            outcome = confirm(transport, int(before) if before else None, patience=PATIENCE, interrupted=True)
        else:
            outcome = self._print(transport, printer, job, attempt)
        if outcome.may_retry:
            attempt.keep("")  # the printer has proven that nothing came out: the next try prints, it does not only look
        return self._finish(key, job, outcome)

    def _print(self, transport: Transport, printer: Printer, job: PrintAsked, attempt: Attempt) -> Outcome:
        try:
            payload = self.render(job, self.media(printer))
        except LabelRefused as refused:
            return Outcome("failed", str(refused))
        return print_label(
            transport,
            payload,
            patience=PATIENCE,
            sending=lambda before: attempt.keep(f"{SENT}{'' if before is None else before}"),
        )

    def _finish(self, key: str, job: PrintAsked, outcome: Outcome) -> Finish:
        """What to record of the outcome; one that may still change is tried again, and shows its reason meanwhile."""
        tries = self._tries[key] = self._tries.get(key, 0) + 1
        if outcome.state == "failed" and outcome.may_retry:
            raise LinkError(outcome.reason)
        if outcome.state == "unconfirmed" and outcome.before is not None and tries < PATIENT_TRIES:
            raise LinkError(outcome.reason)
        self._tries.pop(key)
        state, reason = JobState(outcome.state), outcome.reason

        def finish(tx: Tx) -> None:
            printing.ended(tx, job.job, state, reason)

        return finish

    def media(self, printer: Printer) -> Media:
        font = Path(self._settings.font) if self._settings.font else None
        return Media(printer.width_mm, printer.height_mm, printer.dpi, font, printer.language)

    def render(self, job: PrintAsked, media: Media) -> bytes:
        """The label of a job as ZPL; names and addresses are read from their particulars now."""
        told: dict[str, Any] = job.payload
        with self._engine.connect() as db:
            address = particulars.read(db, int(told["ship_to"])) if told.get("ship_to", "0") != "0" else {}
            company = policy.read(db, "company")
        lines = [str(address[name]) for name in ("name", "contact", "phone", "address", "city") if address.get(name)]
        label = ParcelLabel(
            sscc=told["sscc"],
            ship_to=tuple(lines) or ("-",),
            service=" - ".join(word for word in (told["carrier"], company) if word) or "-",
            note=told["note"],
            order=told["order"],
            weight_g=int(told["weight_g"]) or None,
            n=int(told["number"]),
            of=max(int(told["of"]), int(told["number"])),
            copy=job.copy,
            reason=job.reason,
        )
        return self._templates.zpl(label, media)
