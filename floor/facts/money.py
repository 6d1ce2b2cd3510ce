"""What can happen to money: invoiced, credited, paid, allocated, reversed; each with its balanced voucher."""

from datetime import date

import msgspec

from floor.facts.fact import Fact, kind


class VoucherLine(msgspec.Struct, frozen=True, kw_only=True):
    """`amount_minor` is a debit above zero, a credit below."""

    account: str
    amount_minor: int


class Voucher(msgspec.Struct, frozen=True, kw_only=True):
    """Double entry: the lines sum to zero; one currency."""

    number: int
    dated: date
    currency: str
    customer: int
    lines: tuple[VoucherLine, ...]


class InvoicedLine(msgspec.Struct, frozen=True, kw_only=True):
    line: int
    order_line: int
    item: int
    quantity: int
    price_micro: int
    discount_bp: int
    net_minor: int


class InvoiceFact(Fact, frozen=True, kw_only=True):
    order: int
    invoice: int
    voucher: Voucher

    def subjects(self) -> tuple[str, ...]:
        return (f"invoice:{self.invoice}", f"order:{self.order}", f"customer:{self.voucher.customer}")


@kind
class InvoicePosted(InvoiceFact, frozen=True, kw_only=True):
    """`invoice` is its gapless number; `bill_to` an id of particulars; `rounding` names the rule that made the amounts."""

    bill_to: int
    dated: date
    due_date: date
    shipments: tuple[int, ...]
    lines: tuple[InvoicedLine, ...]
    net_minor: int
    freight_minor: int
    tax_bp: int
    tax_minor: int
    total_minor: int
    rounding: str


@kind
class InvoiceCredited(InvoiceFact, frozen=True, kw_only=True):
    """The whole invoice is taken back under a number of its own; its shipments wait to be invoiced again."""

    credit_note: int
    dated: date
    shipments: tuple[int, ...]
    lines: tuple[InvoicedLine, ...]
    freight_minor: int
    total_minor: int
    reason: str


class PaymentFact(Fact, frozen=True, kw_only=True):
    payment: int
    voucher: Voucher

    def subjects(self) -> tuple[str, ...]:
        return (f"payment:{self.payment}", f"customer:{self.voucher.customer}")


@kind
class PaymentRecorded(PaymentFact, frozen=True, kw_only=True):
    dated: date
    amount_minor: int
    method: str
    reference: str


@kind
class PaymentAllocated(PaymentFact, frozen=True, kw_only=True):
    """`allocation` counts from 1 over all payments."""

    allocation: int
    invoice: int
    order: int
    amount_minor: int

    def subjects(self) -> tuple[str, ...]:
        return (f"payment:{self.payment}", f"invoice:{self.invoice}", f"order:{self.order}")


class Unallocated(msgspec.Struct, frozen=True, kw_only=True):
    allocation: int
    invoice: int
    amount_minor: int


@kind
class PaymentReversed(PaymentFact, frozen=True, kw_only=True):
    """The money did not stay (a slip, a bounced cheque); its allocations are undone by counter-entries."""

    reason: str
    amount_minor: int
    undone: tuple[Unallocated, ...]
