"""Reads papers back as a PDF reader and a scanner do, and says from their contents alone what must be found."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pypdfium2
import zxingcpp

from labels.papers.capitals import figure, in_words
from labels.papers.sheet import Pdf
from labels.papers.trade import Party
from labels.papers.words import word

CAPTIONS = {  # heads of the table, on each page; words that stand once
    "delivery_note": (("position", "item", "name", "lot", "quantity", "unit"),
                      ("shipper", "ship_to", "date", "order", "reference", "carrier", "tracking", "parcels", "weight",
                       "remarks", "tax_number", "bank", "shipped", "received", "date", "date")),
    "pick_list": (("position", "place", "item", "name", "lot", "quantity", "unit", "picked"),
                  ("customer", "order", "date", "carrier", "ship_by", "remarks", "picker", "date")),
    "order_confirmation": (("position", "item", "name", "quantity", "unit", "price", "amount", "day"),
                           ("seller", "buyer", "ship_to", "date", "reference", "payment", "delivery", "remarks", "net",
                            "freight", "gross", "tax_number", "bank", "seal_seller", "seal_buyer", "date", "date")),
    "invoice": (("position", "item", "name", "quantity", "unit", "price", "amount"),
                ("seller", "bill_to", "date", "due", "payment", "order", "note", "reference", "net", "freight", "gross",
                 "tax_number", "bank")),
    "credit_note": (("position", "item", "name", "quantity", "unit", "price", "amount"),
                    ("seller", "bill_to", "date", "order", "reference", "corrects", "reason", "net", "freight", "gross",
                     "tax_number", "bank")),
}  # fmt: skip
UNSEEN = {"code", "link", "language", "lines", "stops", "sums", "currency", "number", "amount_minor"}


def pages(made: Pdf) -> list[str]:
    """The text of each page as a PDF reader gives it, without blanks and line ends."""
    with pypdfium2.PdfDocument(made.data) as document:
        found = []
        for page in document:
            text = page.get_textpage()
            signs = (pypdfium2.raw.FPDFText_GetUnicode(text.raw, place) for place in range(text.count_chars()))
            found.append("".join(map(chr, signs)))
    return [re.sub(r"[\s\x00]", "", text.replace("\x02", "-")) for text in found]


def codes(made: Pdf, page: int = 0) -> list[tuple[str, str]]:
    """What a scanner reads at 216 dpi; not of a picture shrunk further, in which the bars run into one another."""
    with pypdfium2.PdfDocument(made.data) as document:
        seen = zxingcpp.read_barcodes(document[page].render(scale=3).to_pil(), try_downscale=False)
    return sorted((code.symbology_identifier, code.text) for code in seen)


def texts(content: object) -> Iterator[str]:
    """Every text in a paper's dataclass that shall be read on it."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, tuple):
        for part in content:
            yield from texts(part)
    elif is_dataclass(content):
        for field in fields(content):
            if field.name not in UNSEEN or isinstance(content, Party):
                yield from texts(getattr(content, field.name))


def head_of(kind: str, language: str) -> str:
    """The words over the table as they follow one another on a page."""
    return "".join("".join(word(language, key) for key in CAPTIONS[kind][0]).split())


def _stretches(kind: str, rows: Any) -> list[str]:
    """Each row from its place to its unit, as those follow one another on a page."""
    heads = CAPTIONS[kind][0]
    keys = heads[1 : heads.index("unit") + 1]
    told = ("".join([str(place), *(getattr(row, key) for key in keys)]) for place, row in enumerate(rows, 1))
    return ["".join(text.split()) for text in told]


def meant(kind: str, content: Any, found: list[str]) -> Counter[str]:
    """Every sign that the paper shall show on so many pages, derived from its content alone."""
    language, once = content.language, CAPTIONS[kind][1]
    maker = getattr(content, "maker", "") or (getattr(content, "shipper", None) or content.seller).name
    told = [*texts(content), *(word(language, key) for key in once)]
    rows = content.stops if kind == "pick_list" else content.lines
    head, stretches = head_of(kind, language), _stretches(kind, rows)
    for page, text in enumerate(found, 1):
        told += [word(language, kind), content.number, maker, word(language, "page", page=page, pages=len(found))]
        # over every row, once; and over none where the first row of a page is too tall for what is left of it
        told += [head] if head in text or any(row in text for row in stretches) else []
    told += [str(place) for place in range(1, len(rows) + 1)] + [part for row in rows for part in texts(row)]
    told += ["____"] * len(rows) if kind == "pick_list" else []
    told += ["::"]  # after tax number and bank
    if sums := getattr(content, "sums", None):
        amounts = [sums.net_minor, sums.freight_minor, sums.gross_minor, *(amount for _, amount in sums.taxes)]
        told += [figure(amount, "CNY") for amount in (*amounts, *(line.amount_minor for line in rows))]
        told += [word(language, "tax", rate=rate) for rate, _ in sums.taxes] + ["CNY"]
        if language == "zh":
            told += [word(language, "in_words"), "：", in_words(sums.gross_minor, "CNY")]
    told += ["/"] * sum(key in ("shipped", "received", "picker", "seal_seller", "seal_buyer") for key in once)
    if kind == "pick_list":
        told.remove("::")
        told.remove(maker)  # `maker` is no field that is shown apart from the foot
    return Counter("".join("".join(told).split()))
