"""The order confirmation 销售订单确认书: what was agreed, signed or sealed by both sides."""

from dataclasses import dataclass
from pathlib import Path

from labels.papers.sheet import Heading, Pdf, Sheet
from labels.papers.trade import Party, PricedLine, Sums, priced_lines, sums


@dataclass(frozen=True)
class OrderConfirmation:
    """`number`: the order's, with its revision where it has one; `reference`: the customer's own. `payment`,
    `delivery`: the terms as they shall read. `currency`: ISO 4217. `language` "zh" or "en"."""

    number: str
    code: str
    date: str
    seller: Party
    buyer: Party
    lines: tuple[PricedLine, ...]
    sums: Sums
    currency: str = "CNY"
    ship_to: Party | None = None
    reference: str = ""
    payment: str = ""
    delivery: str = ""
    remarks: str = ""
    link: str = ""
    language: str = "zh"


def pdf(paper: OrderConfirmation, font: Path | None = None) -> Pdf:
    """The paper; LabelRefused where a content is wrong or no font holds a letter."""
    heading = Heading("order_confirmation", paper.number, paper.code, paper.seller.name, paper.language, paper.link)
    sheet = Sheet(heading, font)
    parties = [("seller", paper.seller.texts(sheet)), ("buyer", paper.buyer.texts(sheet))]
    if paper.ship_to:
        parties.append(("ship_to", paper.ship_to.texts(sheet)))
    sheet.captioned(*parties)
    sheet.captioned(
        ("date", [paper.date]), ("reference", [paper.reference]), ("payment", [paper.payment]),
        ("delivery", [paper.delivery]),
    )  # fmt: skip

    def end() -> None:
        sums(sheet, paper.sums, paper.currency)
        sheet.captioned(("remarks", [paper.remarks]))
        sheet.signatures("seal_seller", "seal_buyer")

    priced_lines(sheet, paper.lines, paper.currency, end)
    return sheet.finish()
