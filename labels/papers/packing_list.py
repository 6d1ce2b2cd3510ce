"""The packing list 装箱单: what lies in which parcel, so that a missing piece is found in the right one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from labels.papers.sheet import Band, Column, Heading, Pdf, Sheet
from labels.papers.trade import Party


@dataclass(frozen=True)
class PackedLine:
    """`lot`: lots and serials as they shall read."""

    item: str
    name: str
    quantity: str
    unit: str
    lot: str = ""


@dataclass(frozen=True)
class PackedParcel:
    """`sscc`: as it shall read; `weight_kg` likewise, without its unit, "" where nobody weighed."""

    sscc: str
    lines: tuple[PackedLine, ...]
    weight_kg: str = ""


@dataclass(frozen=True)
class PackingList:
    """`number`: the note's; `code`: what the scan of the paper says, "" for no bars. `language` "zh" or "en"."""

    number: str
    code: str
    date: str
    order: str
    shipper: Party
    ship_to: Party
    parcels: tuple[PackedParcel, ...]
    reference: str = ""
    weight_kg: str = ""
    language: str = "zh"


def pdf(paper: PackingList, font: Path | None = None) -> Pdf:
    """The paper; LabelRefused where a content is wrong or no font holds a letter."""
    sheet = Sheet(Heading("packing_list", paper.number, paper.code, paper.shipper.name, paper.language), font)
    sheet.captioned(("shipper", paper.shipper.texts(sheet)), ("ship_to", paper.ship_to.texts(sheet)))
    sheet.captioned(
        ("date", [paper.date]), ("order", [paper.order]), ("reference", [paper.reference]),
        ("parcels", [str(len(paper.parcels))]), ("weight", [paper.weight_kg]), columns=5,
    )  # fmt: skip
    if not paper.parcels:
        return sheet.without("nothing_packed")
    columns = (Column("item", 30), Column("name", 80), Column("lot", 38))
    sheet.table((*columns, Column("quantity", 18, "right"), Column("unit", 14)), _rows(sheet, paper.parcels))
    return sheet.finish()


def _rows(sheet: Sheet, parcels: Sequence[PackedParcel]) -> Iterator[Sequence[str] | Band]:
    for number, parcel in enumerate(parcels, 1):
        weight = f"{parcel.weight_kg} kg" if parcel.weight_kg else ""
        caption = sheet.word("parcel", n=number, of=len(parcels))
        yield Band(f"{caption}  SSCC {parcel.sscc}", weight)
        for line in parcel.lines:
            yield line.item, line.name, line.lot, line.quantity, line.unit
