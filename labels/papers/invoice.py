"""The invoice 发票: what is to be paid, for which order and deliveries, until when. (The tax office's own 发票 is not
ours to print.)"""

from dataclasses import dataclass
from pathlib import Path

from labels.papers.sheet import Heading, Pdf, Sheet
from labels.papers.trade import Party, PricedLine, Sums, priced_lines, sums


@dataclass(frozen=True)
class Invoice:
    """`notes`: the delivery notes that it bills; `due`: when it must be paid. `currency`: ISO 4217. `language` "zh" or
    "en"."""

    number: str
    code: str
    date: str
    order: str
    seller: Party
    buyer: Party
    lines: tuple[PricedLine, ...]
    sums: Sums
    currency: str = "CNY"
    notes: str = ""
    reference: str = ""
    due: str = ""
    payment: str = ""
    remarks: str = ""
    link: str = ""
    language: str = "zh"


def pdf(paper: Invoice, font: Path | None = None) -> Pdf:
    """The paper; LabelRefused where a content is wrong or no font holds a letter."""
    heading = Heading("invoice", paper.number, paper.code, paper.seller.name, paper.language, paper.link)
    sheet = Sheet(heading, font)
    sheet.captioned(("seller", paper.seller.texts(sheet)), ("bill_to", paper.buyer.texts(sheet)))
    sheet.captioned(
        ("date", [paper.date]), ("due", [paper.due]), ("payment", [paper.payment]), ("order", [paper.order]),
        ("note", [paper.notes]), ("reference", [paper.reference]), columns=3,
    )  # fmt: skip

    def end() -> None:
        sums(sheet, paper.sums, paper.currency)
        sheet.captioned(("remarks", [paper.remarks]))

    priced_lines(sheet, paper.lines, paper.currency, end)
    return sheet.finish()
