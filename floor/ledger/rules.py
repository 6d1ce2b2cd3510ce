"""The site's rules as people change them while it runs: each value checked, and two that become fixed by use."""

from collections.abc import Callable, Mapping
from zoneinfo import available_timezones

from sqlalchemy import Connection, select

from floor import policy
from floor.check_digit import BadCode, sscc
from floor.ledger.currencies import places
from floor.ledger.sales_orders import ORDER
from floor.packing_marks import SEPARATOR
from floor.people import need_person
from floor.places import PLACE
from floor.refusal import Refusal
from floor.storage import series
from floor.storage.record import Tx
from floor.texts import text, whole


def change(tx: Tx, said: Mapping[str, str]) -> list[str]:
    """Set these rules, given as texts; the answer names those that are now otherwise.

    A refusal carries the rule's name as `rule`: name_missing, company_prefix_length, time_zone_unknown, unknown_currency,
    warehouse_unknown, bad_tax, bad_percent, bad_days, malformed, text_too_long, bad_text, prefix_in_use, currency_in_use.
    """
    need_person(tx, "edit_master")
    return [name for name, value in said.items() if _changed(tx, name, value)]


def _changed(tx: Tx, name: str, value: str) -> bool:
    try:
        made = CHECKS[name](tx.db, value)
        if made == policy.read(tx.db, name):
            return False
        fixed = why_fixed(tx.db, name)
        if fixed:
            raise Refusal(fixed, value=policy.read(tx.db, name))
    except Refusal as refusal:
        raise Refusal(refusal.code, **refusal.fields, rule=name) from None
    return policy.change(tx, name, made)


def why_fixed(db: Connection, name: str) -> str:
    """The code of what keeps a rule as it is: printed SSCCs begin with the prefix, orders are in the currency; "" for nothing."""
    if name == "company_prefix" and series.next_number(db, "sscc") > 1:
        return "prefix_in_use"
    if name == "currency" and db.scalar(select(ORDER.c.id).limit(1)) is not None:
        return "currency_in_use"
    return ""


def _company(db: Connection, value: str) -> str:
    if not text("company", value, 100):
        raise Refusal("name_missing")
    return text("company", value, 100)


def _line(name: str, most: int) -> Callable[[Connection, str], str]:
    """One line of text, which may be empty."""
    return lambda db, value: text(name, " ".join(value.split()), most)


def _prefix(db: Connection, value: str) -> str:
    try:
        sscc(value, 1)
    except BadCode:
        raise Refusal("company_prefix_length") from None
    return value


def _zone(db: Connection, value: str) -> str:
    if value not in available_timezones():
        raise Refusal("time_zone_unknown", value=value[:40])
    return value


def _currency(db: Connection, value: str) -> str:
    places(value)
    return value


def _warehouse(db: Connection, value: str) -> str:
    """One that has places, once there are any: orders are delivered from there."""
    there = set(db.scalars(select(PLACE.c.warehouse).distinct()))
    if not value or (there and value not in there):
        raise Refusal("warehouse_unknown", value=value[:40], choices=sorted(there))
    return text("warehouse", value, 40)


def _marks(db: Connection, value: str) -> str:
    words = [text("packing_marks", word, 40) for word in SEPARATOR.split(text("packing_marks", value, 1000))]
    return ",".join(dict.fromkeys(word for word in words if word))


def _yes_no(db: Connection, value: str) -> str:
    if value not in ("yes", "no"):
        raise Refusal("malformed", detail="yes or no")
    return value


def _whole(code: str, most: int) -> Callable[[Connection, str], str]:
    def check(db: Connection, value: str) -> str:
        digits = value.isascii() and value.isdigit() and len(value) < 10
        return str(whole(code, int(value), 0, most)) if digits else _no(code, value, most)

    return check


def _no(code: str, value: str, most: int) -> str:
    raise Refusal(code, value=value[:20], min=0, max=most)


CHECKS: dict[str, Callable[[Connection, str], str]] = {
    "company": _company,
    "company_address": _line("company_address", 200),
    "company_tax_number": _line("company_tax_number", 40),
    "company_bank": _line("company_bank", 200),
    "company_prefix": _prefix,
    "time_zone": _zone,
    "currency": _currency,
    "warehouse": _warehouse,
    "price_tolerance_percent": _whole("bad_percent", 100),
    "duplicate_days": _whole("bad_days", 3650),
    "packing_marks": _marks,
    "scan_back": _yes_no,
    "auto_pass": _yes_no,
    "auto_release": _yes_no,
    "tax_bp": _whole("bad_tax", 10_000),
}
