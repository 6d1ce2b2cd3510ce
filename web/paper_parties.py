"""Who stands on a paper: the site's own company, the customer, and whom the goods go to."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from floor import policy
from floor.ledger.customers import customer
from floor.storage import particulars
from labels.papers.trade import Party

WHERE = ("province", "city", "address", "postcode", "country")  # parts of an address as they are written


def party(told: dict[str, Any], name: str = "") -> Party:
    """Who it is; an address alone bears the name of whose it is."""
    person = " ".join(str(told[part]) for part in ("contact", "phone") if told.get(part))
    street = " ".join(str(told[part]) for part in WHERE if told.get(part))
    lines = tuple(line for line in (person, street) if line)
    return Party(
        str(told.get("name") or name or "—"), lines, str(told.get("tax_number", "")), str(told.get("bank", ""))
    )


def maker(db: Connection) -> Party:
    """The site's company, as the papers about money name it."""
    name, address, tax_number, bank = (
        policy.read(db, f"company{part}") for part in ("", "_address", "_tax_number", "_bank")
    )
    return Party(name or "—", (address,) if address else (), tax_number, bank)


def shipper(db: Connection) -> Party:
    """The same on papers that go with the goods: nobody pays by them."""
    return replace(maker(db), tax_number="", bank="")


def buyer(db: Connection, id: int, who: int) -> Party:
    """The customer `id` by the particulars `who`; without a street there, at the customer's usual address."""
    told, row = particulars.read(db, who), customer(db, id)
    if not told.get("address") and row is not None and row.ship_to:
        usual = particulars.read(db, row.ship_to)
        told = {**told, **{part: usual[part] for part in WHERE if usual.get(part)}}
    return party(told)
