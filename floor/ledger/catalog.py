"""Finding an item while an order is typed: by code, name or scanned code, with price, unit, and what is free to promise."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection

from floor.barcode import BadCode, read
from floor.items import meant_by
from floor.ledger import pricing, supply


class Offer(msgspec.Struct, kw_only=True):
    """`price_micro` None: nobody has priced it in this currency; `available` in the item's smallest unit."""

    item: int
    code: str
    name: str
    spec: str
    unit: str
    scale: int
    price_micro: int | None
    available: int


def search(db: Connection, words: str, currency: str, on: date, *, page: int = 1, per_page: int = 20) -> list[Offer]:
    """Items whose code, name or spec holds every word; a scanned or typed bar code finds its item first."""
    rows = _scanned(db, words) or supply.availability(db, words, page=page, per_page=per_page)
    prices = pricing.list_prices(db, [row.id for row in rows], currency, on) if rows else {}
    return [
        Offer(
            item=row.id,
            code=row.code,
            name=row.name,
            spec=row.spec,
            unit=row.unit,
            scale=row.scale,
            price_micro=prices.get(row.id),
            available=max(row.available, 0),
        )
        for row in rows
    ]


def _scanned(db: Connection, words: str) -> list[Any]:
    """The items that a bar code means; none where the words are no code."""
    try:
        meant = meant_by(db, read(words.strip(), "typed"))
    except BadCode:
        return []
    codes = dict.fromkeys(row.code for row in meant)
    return [row for code in codes for row in supply.availability(db, code) if row.code == code]
