"""Brings a file in: rows are read, then handed to the writer some at a time; a bad row is named, the good ones stay."""

import importlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from floor.refusal import Refusal
from floor.storage.record import Tx
from floor.storage.writer import Rank, Writer
from web.imports.columns import BadRow, of_header, read_row
from web.imports.seen import Seen
from web.imports.sheet import Sheet, open_sheet
from web.texts.verdicts import verdict_text

KINDS = ("items", "places", "customers", "stock", "prices")
IN_A_FILE = {  # what the floor says to somebody with a scanner helps nobody with a table
    "lot_required": "{wanted} is kept by lot: its lot belongs into the column lot",
    "serial_required": "{wanted} takes {quantity} serial numbers in this row, each once, in the column serials",
    "expiry_required": "{wanted} needs its expiry date: it belongs into the column expiry",
}
BATCH = 20  # rows an act: scans wait no longer than these take
Row = tuple[int, dict[str, Any]]
TellBad = Callable[[int, str], None]  # line, reason
TellSeen = Callable[[int, int | None], None]  # line, lines in all where known


@dataclass
class Outcome:
    """How many rows were read, how many of them were news, how many were bad."""

    rows: int = 0
    changed: int = 0
    bad: int = 0


@dataclass
class Bringer:
    """`tell_bad(line, reason)` gets each bad row, `seen(line, total)` the progress. `person` 0 is the house itself."""

    writer: Writer
    tell_bad: TellBad
    seen: TellSeen = lambda line, total: None
    person: int = 0

    def bring_in(self, kind: str, path: Path, document: str) -> Outcome:
        """Raises Unreadable where the file is none, or breaks on the way; what came before that stays."""
        module = importlib.import_module(f"web.imports.{kind}")
        sheet = open_sheet(path)
        outcome = Outcome()
        with closing(Seen()) as named:
            rows = self._rows(module, sheet, outcome, named)
            while batch := list(islice(rows, BATCH)):
                outcome.changed += self._take(module, batch, document, outcome)
                self.seen(batch[-1][0], sheet.total)
        return outcome

    def _rows(self, module: ModuleType, sheet: Sheet, outcome: Outcome, named: Seen) -> Iterator[Row]:
        found = of_header(sheet.header, module.COLUMNS)
        for line, cells in sheet.rows:
            outcome.rows += 1
            try:
                row = read_row(found, cells)
                first = named.first(module.key_of(row), line)
                if first != line:
                    raise BadRow(f"says again what line {first} said")
            except BadRow as bad:
                self._bad(outcome, line, str(bad))
            else:
                yield line, row

    def _take(self, module: ModuleType, batch: list[Row], document: str, outcome: Outcome) -> int:
        """One act for the batch; where a row in it is bad, each row is an act of its own, so that the good ones stay."""
        try:
            return self.writer.do(lambda tx: self._act(tx, module, batch, document), rank=Rank.BULK)
        except Refusal:
            return sum(self._take_one(module, row, document, outcome) for row in batch)

    def _take_one(self, module: ModuleType, row: Row, document: str, outcome: Outcome) -> int:
        try:
            return self.writer.do(lambda tx: self._act(tx, module, [row], document), rank=Rank.BULK)
        except Refusal as refusal:
            self._bad(outcome, row[0], in_words(refusal))
        return 0

    def _act(self, tx: Tx, module: ModuleType, rows: list[Row], document: str) -> int:
        tx.person, tx.device, tx.cause = self.person, "import", f"import:{document}"[:200]
        return sum(module.take(tx, row, document) for _, row in rows)

    def _bad(self, outcome: Outcome, line: int, reason: str) -> None:
        outcome.bad += 1
        self.tell_bad(line, reason)


def in_words(refusal: Refusal) -> str:
    if isinstance(refusal, BadRow):
        return str(refusal)
    if refusal.code in IN_A_FILE:
        return f"{IN_A_FILE[refusal.code].format(**refusal.fields)} ({refusal.code})"
    words = verdict_text("en", refusal.code, refusal.fields)
    if words != refusal.code:
        return f"{words} ({refusal.code})"
    return refusal.code.replace("_", " ") + "".join(f", {name} {value}" for name, value in refusal.fields.items())
