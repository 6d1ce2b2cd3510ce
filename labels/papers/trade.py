"""What the papers about money share: who trades with whom, the lines with their prices, and the end with its sums."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from labels.papers.capitals import figure, in_words
from labels.papers.sheet import BODY, Column, Sheet


@dataclass(frozen=True)
class Party:
    """A company or person: `lines` are contact, telephone and address, a line each."""

    name: str
    lines: tuple[str, ...] = ()
    tax_number: str = ""
    bank: str = ""

    def texts(self, sheet: Sheet) -> tuple[str, ...]:
        """All of it, a line each, what needs a caption with its caption."""
        marked = (("tax_number", self.tax_number), ("bank", self.bank))
        return (self.name, *self.lines, *(f"{sheet.word(key)}: {text}" for key, text in marked if text))


@dataclass(frozen=True)
class PricedLine:
    """`quantity` and `price` as they shall read; `amount_minor` in minor units of the paper's currency; `day`: when it
    is due, "" where that is nobody's question."""

    item: str
    name: str
    quantity: str
    unit: str
    price: str
    amount_minor: int
    day: str = ""


@dataclass(frozen=True)
class Sums:
    """All in minor units. `taxes`: (rate as it shall read, amount). Nothing is added up here: paper says what the
    ledger says."""

    net_minor: int
    gross_minor: int
    taxes: tuple[tuple[str, int], ...] = ()
    freight_minor: int = 0


def priced_lines(sheet: Sheet, lines: Sequence[PricedLine], currency: str, follow: Callable[[], None]) -> None:
    """The table of lines and what follows it; the column of days only where a line has one."""
    days = any(line.day for line in lines)
    columns = [Column("position", 12, "right"), Column("item", 24), Column("name", 56 if days else 74)]
    columns += [Column("quantity", 17, "right"), Column("unit", 13), Column("price", 22, "right")]
    columns += [Column("amount", 27, "right"), *([Column("day", 26)] if days else [])]
    rows = []
    for position, line in enumerate(lines, 1):
        amount = figure(line.amount_minor, currency)
        told = [str(position), line.item, line.name, line.quantity, line.unit, line.price, amount]
        rows.append([*told, line.day] if days else told)
    sheet.table(columns, rows, follow)


def sums(sheet: Sheet, told: Sums, currency: str) -> None:
    """Net, freight, taxes and the total, in figures and, in Chinese papers, in capitals; kept in one piece."""
    sheet.together(lambda: _sums(sheet, told, currency))


def _sums(sheet: Sheet, told: Sums, currency: str) -> None:
    rows = [(sheet.word("net"), told.net_minor)]
    if told.freight_minor:
        rows.append((sheet.word("freight"), told.freight_minor))
    rows += [(sheet.word("tax", rate=rate), amount) for rate, amount in told.taxes]
    for caption, amount in rows:
        sheet.line(caption, figure(amount, currency))
    sheet.line(sheet.word("gross"), f"{currency} {figure(told.gross_minor, currency)}", size=BODY + 2.5)
    sheet.gap()
    words = in_words(told.gross_minor, currency) if sheet.language == "zh" else ""
    if words:
        sheet.line(f"{sheet.word('in_words')}：{words}", size=BODY + 1)
        sheet.gap()
