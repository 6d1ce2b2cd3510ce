"""The delivery note 发货单: goes with the goods, and comes back signed by who received them."""

from dataclasses import dataclass
from pathlib import Path

from labels.papers.sheet import Column, Heading, Pdf, Sheet
from labels.papers.trade import Party


@dataclass(frozen=True)
class DeliveredLine:
    """`lot`: lots and serials as they shall read."""

    item: str
    name: str
    quantity: str
    unit: str
    lot: str = ""


@dataclass(frozen=True)
class DeliveryNote:
    """`number`: the note's; `code`: what the scan of the paper says, "" for no bars. Dates as they shall read.

    `reference`: the customer's own number; `weight_kg` as it shall read, without its unit, "" where nobody weighed;
    `language` "zh" or "en".
    """

    number: str
    code: str
    date: str
    order: str
    shipper: Party
    ship_to: Party
    lines: tuple[DeliveredLine, ...]
    reference: str = ""
    carrier: str = ""
    tracking: str = ""
    parcels: str = ""
    weight_kg: str = ""
    remarks: str = ""
    link: str = ""
    language: str = "zh"


def pdf(paper: DeliveryNote, font: Path | None = None) -> Pdf:
    """The paper; LabelRefused where a content is wrong or no font holds a letter."""
    heading = Heading("delivery_note", paper.number, paper.code, paper.shipper.name, paper.language, paper.link)
    sheet = Sheet(heading, font)
    sheet.captioned(("shipper", paper.shipper.texts(sheet)), ("ship_to", paper.ship_to.texts(sheet)))
    sheet.captioned(
        ("date", [paper.date]), ("order", [paper.order]), ("reference", [paper.reference]),
        ("carrier", [paper.carrier]), ("tracking", [paper.tracking]), ("parcels", [paper.parcels]),
        ("weight", [paper.weight_kg]), columns=4,
    )  # fmt: skip
    if not paper.lines:
        return sheet.without("nothing_packed")
    columns = (Column("position", 12, "right"), Column("item", 28), Column("name", 74), Column("lot", 36))
    rows = (
        (str(position), line.item, line.name, line.lot, line.quantity, line.unit)
        for position, line in enumerate(paper.lines, 1)
    )

    def end() -> None:
        sheet.captioned(("remarks", [paper.remarks]))
        sheet.signatures("shipped", "received")

    sheet.table((*columns, Column("quantity", 18, "right"), Column("unit", 15)), rows, end)
    return sheet.finish()
