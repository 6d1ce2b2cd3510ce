"""Policy that a site edits while it runs: rows changed by facts, each with its default here."""

from typing import Any

from sqlalchemy import Column, Connection, Text, select
from sqlmodel import Field, SQLModel

from floor.storage.database import table
from floor.storage.master import edit
from floor.storage.record import Tx


class Policy(SQLModel, table=True):
    """State. Values are texts; `DEFAULTS` names every policy there is."""

    __tablename__ = "policy"
    name: str = Field(sa_column=Column(Text, primary_key=True))
    value: str


POLICY = table(Policy)
DEFAULTS = {
    "company": "",  # the company's name on labels and papers
    "company_address": "",  # the seller's on papers, in one line
    "company_tax_number": "",  # likewise, on papers about money
    "company_bank": "",  # bank and account to pay to, likewise
    "company_prefix": "0614141",  # GS1 company prefix, 4 to 12 digits, for SSCCs
    "time_zone": "Asia/Shanghai",  # IANA name; gives document dates
    "currency": "CNY",  # ISO 4217
    "warehouse": "W1",  # the warehouse that orders are delivered from
    "price_tolerance_percent": "0",  # a line's price further from the list than this needs a person
    "duplicate_days": "7",  # equal lines of one customer within so many days are flagged
    # words of an order's remark that go onto its parcels' labels, for whoever handles them
    "packing_marks": "易碎,小心轻放,轻放,向上,防潮,防水,冷藏,冷冻,勿压,FRAGILE,HANDLE WITH CARE,THIS SIDE UP,KEEP DRY,KEEP COLD",
    "scan_back": "no",  # yes: no parcel is loaded before its label was scanned back; a gate may ask for it alone
    "auto_pass": "no",  # yes: an order that passes every rule needs no person's approval
    "auto_release": "yes",  # no: somebody releases approved orders to the floor by hand
    "tax_bp": "0",  # tax rate in 1/100 of a percent, where the customer has none of its own
}


def read(db: Connection, name: str) -> str:
    """The policy's value, its default where nobody has set it."""
    value: str | None = db.scalar(select(POLICY.c.value).where(POLICY.c.name == name))
    return DEFAULTS[name] if value is None else value


def change(tx: Tx, name: str, value: Any) -> bool:
    assert name in DEFAULTS, name
    return edit(tx, "policy", POLICY, name, {"value": str(value)})
