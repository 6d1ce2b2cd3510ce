"""Stock that came in under a document; a row of the same document comes in once, however often the file is read."""

from typing import Any

from floor import cataloguing, receiving
from floor.facts.delivery import StockLine
from floor.refusal import Refusal
from floor.storage import requests
from floor.storage.record import Tx
from web.imports.columns import BadRow, Column, day, decimal, key, text

MOST_SERIALS = 2000
QUANTITY_PLACES = 6


def _serials(cell: str) -> tuple[str, ...]:
    numbers = tuple(key(number) for number in cell.split())
    if len(numbers) > MOST_SERIALS:
        raise BadRow(f"{len(numbers)} serial numbers; {MOST_SERIALS} a row at most")
    return numbers


def _cell(cell: str) -> str:
    if len(cell) > 40_000:
        raise BadRow(f"{len(cell)} characters")
    return cell


COLUMNS = (
    Column("item", "编码", "T-1001", key, required=True),
    Column("place", "库位", "A-01-01", key, required=True),
    Column("quantity", "数量", "240", decimal(QUANTITY_PLACES), required=True),
    Column("lot", "批号", "", key),
    Column("expiry", "有效期", "", day, empty=None),
    Column("serials", "序列号", "", lambda cell: _serials(_cell(cell)), empty=()),
    Column("document", "单据", "", text),
)


def key_of(row: dict[str, Any]) -> str:
    return f"{row['item']}\n{row['place']}\n{row.get('lot', '')}\n{' '.join(row.get('serials', ()))}"


def take(tx: Tx, row: dict[str, Any], document: str) -> bool:
    """Receive one row; False where this document brought it before. `document` stands in where the row names none."""
    document = row.get("document") or document
    item = cataloguing.item_of(tx, row["item"])
    line = StockLine(
        item=item.id,
        lot=row.get("lot", ""),
        quantity=_units(row["quantity"], item.scale),
        expiry=row.get("expiry"),
        serials=row.get("serials", ()),
    )
    id = f"stock:{requests.digest([document, key_of(row)])}"
    content = requests.digest([line.quantity, line.expiry and line.expiry.isoformat()])
    try:
        if requests.answered(tx, id, content) is not None:
            return False
    except Refusal:
        raise BadRow(
            f"document {document!r} brought {row['item']} to {row['place']} with another quantity before"
        ) from None
    receiving.receive(tx, document, row["place"], [line])
    requests.keep(tx, id, content, b"received")
    return True


def _units(quantity: int, scale: int) -> int:
    step: int = 10 ** (QUANTITY_PLACES - scale)
    units, rest = divmod(quantity, step)
    if rest:
        raise BadRow(f"quantity: the item is counted with {scale} decimals")
    return units
