"""The pick list 拣货单: the way through the warehouse on paper, for the day when the handhelds are down."""

from dataclasses import dataclass
from pathlib import Path

from labels.papers.sheet import Column, Heading, Pdf, Sheet


@dataclass(frozen=True)
class Stop:
    """A bin and what to take there, in the order in which they are walked."""

    place: str
    item: str
    name: str
    quantity: str
    unit: str
    lot: str = ""


@dataclass(frozen=True)
class PickList:
    """`number`: the note's; `code`: what the scan of the paper says, which opens the note; `maker`: the company.
    `language` "zh" or "en"."""

    number: str
    code: str
    date: str
    order: str
    maker: str
    customer: str
    stops: tuple[Stop, ...]
    carrier: str = ""
    ship_by: str = ""
    remarks: str = ""
    language: str = "zh"


def pdf(paper: PickList, font: Path | None = None) -> Pdf:
    """The paper; LabelRefused where a content is wrong or no font holds a letter."""
    sheet = Sheet(Heading("pick_list", paper.number, paper.code, paper.maker, paper.language), font)
    sheet.captioned(
        ("customer", [paper.customer]), ("order", [paper.order]), ("date", [paper.date]),
        ("carrier", [paper.carrier]), ("ship_by", [paper.ship_by]),
    )  # fmt: skip
    if not paper.stops:
        return sheet.without("nothing_to_pick")
    columns = (
        Column("position", 12, "right"), Column("place", 26), Column("item", 26), Column("name", 55), Column("lot", 26),
        Column("quantity", 16, "right"), Column("unit", 13), Column("picked", 14),
    )  # fmt: skip
    rows = (
        (str(position), stop.place, stop.item, stop.name, stop.lot, stop.quantity, stop.unit, "____")
        for position, stop in enumerate(paper.stops, 1)
    )

    def end() -> None:
        sheet.captioned(("remarks", [paper.remarks]))
        sheet.signatures("picker")

    sheet.table(columns, rows, end)
    return sheet.finish()
