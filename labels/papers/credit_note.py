"""The credit note 红字发票: takes an invoice back, and says which and why."""

from dataclasses import dataclass
from pathlib import Path

from labels.papers.sheet import Heading, Pdf, Sheet
from labels.papers.trade import Party, PricedLine, Sums, priced_lines, sums


@dataclass(frozen=True)
class CreditNote:
    """`corrects`: the invoice's number. Amounts as the ledger books them: negative where they reduce what is owed.
    `currency`: ISO 4217; `reference`: the customer's own number. `language` "zh" or "en"."""

    number: str
    code: str
    date: str
    order: str
    corrects: str
    reason: str
    seller: Party
    buyer: Party
    lines: tuple[PricedLine, ...]
    sums: Sums
    currency: str = "CNY"
    reference: str = ""
    link: str = ""
    language: str = "zh"


def pdf(paper: CreditNote, font: Path | None = None) -> Pdf:
    """The paper; LabelRefused where a content is wrong or no font holds a letter."""
    heading = Heading("credit_note", paper.number, paper.code, paper.seller.name, paper.language, paper.link)
    sheet = Sheet(heading, font)
    sheet.captioned(("seller", paper.seller.texts(sheet)), ("bill_to", paper.buyer.texts(sheet)))
    sheet.captioned(
        ("date", [paper.date]), ("order", [paper.order]), ("reference", [paper.reference]),
        ("corrects", [paper.corrects]), ("reason", [paper.reason]), columns=3,
    )  # fmt: skip
    priced_lines(sheet, paper.lines, paper.currency, lambda: sums(sheet, paper.sums, paper.currency))
    return sheet.finish()
