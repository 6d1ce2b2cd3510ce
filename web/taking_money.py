"""A payment as typed: amount, day, method and reference read once for the pages that take money in."""

import msgspec
from starlette.datastructures import FormData

from floor.ledger import payments
from floor.ledger.currencies import places
from floor.refusal import Refusal
from floor.storage.record import Tx
from web import figures, typed
from web.forms import text_of

_MINOR = ("amount", "max", "paid_minor")  # members of money's refusals that are minor units


class TypedPayment(msgspec.Struct, frozen=True):
    """The fields of the form, word for word."""

    amount: str = ""
    dated: str = ""
    method: str = ""
    reference: str = ""
    customer: str = ""


def typed_payment(form: FormData) -> TypedPayment:
    return TypedPayment(**{name: text_of(form, name) for name in TypedPayment.__struct_fields__})


def amount_of(said: str, currency: str) -> int:
    """A typed amount in minor units, above zero; refuses bad_number and bad_amount."""
    amount = typed.number(said, places(currency))
    if not amount:
        raise Refusal("bad_amount", amount=said[:40])
    return amount


def taken(tx: Tx, said: TypedPayment, customer: int, currency: str) -> int:
    """Record the payment; its number."""
    more = {"method": said.method, "reference": said.reference, "on": typed.day(said.dated)}
    return payments.take(tx, customer, currency, amount_of(said.amount, currency), **more)  # type: ignore[arg-type]


def in_money(refusal: Refusal, currency: str) -> Refusal:
    """The refusal with its minor units written as amounts, for people."""
    shown = dict(refusal.fields)
    for name in _MINOR:
        value = str(shown.get(name, ""))
        if refusal.code in ("over_allocated", "invoice_paid") and value.isascii() and value.isdigit():
            shown[name] = f"{figures.money(int(value), currency)} {currency}"
    return Refusal(refusal.code, **shown)
