"""What must be true of the ledger's tables at any moment: pure checks, each answering its differences in words."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, Connection, cast, func, select

from floor.facts.fact import Entry
from floor.facts.shipment import Shipped
from floor.facts.stock import Counted, Received
from floor.ledger import vouchers
from floor.ledger.goods_issues import ISSUE, ISSUE_LINE
from floor.ledger.holds import REPLENISHMENT, SUPPLY
from floor.ledger.payments import ALLOCATION, PAYMENT
from floor.ledger.receivables import CREDIT_NOTE, INVOICE, INVOICE_LINE, RECEIVABLE
from floor.ledger.sales_orders import LINE, NOTE, NOTE_LINE, ORDER
from floor.ledger.states import LIVE
from floor.ledger.vouchers import VOUCHER, VOUCHER_LINE
from floor.storage.journal import JOURNAL, entry_of
from floor.storage.outbox import OUTBOX

_OPEN = LINE.c.quantity - LINE.c.cancelled - LINE.c.shipped - LINE.c.held


def _sum(column: Any) -> Any:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _pairs(db: Connection, query: Any) -> dict[Any, int]:
    return {row[0] if len(row) == 2 else tuple(row[:-1]): int(row[-1]) for row in db.execute(query)}


def _unequal(what: str, one: dict[Any, int], other: dict[Any, int], names: tuple[str, str]) -> list[str]:
    keys = sorted(one.keys() | other.keys())
    return [
        f"{what} {key}: {names[0]} {one.get(key, 0)}, {names[1]} {other.get(key, 0)}"
        for key in keys
        if one.get(key, 0) != other.get(key, 0)
    ]


def holds_are_the_lines(db: Connection) -> list[str]:
    """I1: what an item's supply row says is held is the sum over the order lines."""
    supply = _pairs(db, select(SUPPLY.c.item, SUPPLY.c.warehouse, SUPPLY.c.held))
    lines = select(LINE.c.item, ORDER.c.warehouse, _sum(LINE.c.held)).join(ORDER, ORDER.c.id == LINE.c.order)
    by_line = _pairs(db, lines.where(LINE.c.held > 0).group_by(LINE.c.item, ORDER.c.warehouse))
    return _unequal("held of item", supply, by_line, ("supply says", "order lines say"))


def notes_hold_no_more(db: Connection) -> list[str]:
    """What notes hold is part of what their order lines hold; a note that is over holds nothing."""
    on_notes = select(NOTE.c.order, NOTE_LINE.c.order_line, _sum(NOTE_LINE.c.held))
    on_notes = on_notes.join(NOTE, NOTE.c.id == NOTE_LINE.c.note).group_by(NOTE.c.order, NOTE_LINE.c.order_line)
    held = _pairs(db, select(LINE.c.order, LINE.c.line, LINE.c.held))
    found = [
        f"order line {k}: notes hold {q} of {held.get(k, 0)}"
        for k, q in _pairs(db, on_notes).items()
        if q > held.get(k, 0)
    ]
    over = select(NOTE.c.id).join(NOTE_LINE, NOTE_LINE.c.note == NOTE.c.id)
    over = over.where(NOTE.c.state.in_(("shipped", "returned")), NOTE_LINE.c.held > 0)
    return found + [f"note {note} is over and still holds" for note in db.scalars(over)]


def lines_add_up(db: Connection) -> list[str]:
    """I11, I8: open = held + back-order, nothing below zero; an ended order has nothing open and an unapproved one no hold."""
    bad = select(LINE.c.order, LINE.c.line).where(
        (_OPEN < 0) | (LINE.c.held < 0) | (LINE.c.cancelled < 0) | (LINE.c.shipped < 0)
    )
    found = [f"order {order} line {line}: quantities do not add up" for order, line in db.execute(bad)]
    ended = select(LINE.c.order, LINE.c.line).join(ORDER, ORDER.c.id == LINE.c.order)
    still = ended.where(ORDER.c.state.in_(("closed", "cancelled")), (_OPEN > 0) | (LINE.c.held > 0))
    early = ended.where(ORDER.c.state.in_(("draft", "in_review")), (LINE.c.held > 0) | (LINE.c.shipped > 0))
    found += [f"order {order} line {line}: ended and still open" for order, line in db.execute(still)]
    return found + [f"order {order} line {line}: moved before approval" for order, line in db.execute(early)]


def requests_are_the_backorders(db: Connection) -> list[str]:
    """Replenishment asks for exactly what approved orders lack."""
    asked = _pairs(db, select(REPLENISHMENT.c.item, REPLENISHMENT.c.warehouse, REPLENISHMENT.c.wanted))
    lacking = select(LINE.c.item, ORDER.c.warehouse, _sum(_OPEN)).join(ORDER, ORDER.c.id == LINE.c.order)
    lacking = lacking.where(ORDER.c.state.in_(LIVE)).group_by(LINE.c.item, ORDER.c.warehouse)
    return _unequal("wanted of item", asked, _pairs(db, lacking), ("requests say", "back-orders say"))


def shipped_is_issued(db: Connection) -> list[str]:
    """I24: a line's shipped quantity is what goods issues say left for it, and its excess the rest."""
    issued = select(ISSUE.c.order, ISSUE_LINE.c.order_line, _sum(ISSUE_LINE.c.billable))
    issued = issued.join(ISSUE, ISSUE.c.shipment == ISSUE_LINE.c.shipment)
    known = issued.where(ISSUE.c.order.in_(select(ORDER.c.id)), ISSUE_LINE.c.billable > 0)
    by_issue = _pairs(db, known.group_by(ISSUE.c.order, ISSUE_LINE.c.order_line))
    by_line = _pairs(db, select(LINE.c.order, LINE.c.line, LINE.c.shipped).where(LINE.c.shipped > 0))
    return _unequal("shipped of order line", by_line, by_issue, ("the line says", "goods issues say"))


def every_unit_is_billed_once(db: Connection) -> list[str]:
    """I30, I32: invoiced - credited + to invoice = shipped, line by line."""
    credited = select(CREDIT_NOTE.c.invoice)
    standing = select(INVOICE.c.order, INVOICE_LINE.c.order_line, _sum(INVOICE_LINE.c.quantity))
    standing = standing.join(INVOICE, INVOICE.c.number == INVOICE_LINE.c.invoice)
    standing = standing.where(INVOICE.c.number.not_in(credited)).group_by(INVOICE.c.order, INVOICE_LINE.c.order_line)
    by_invoice = _pairs(db, standing)
    by_line = _pairs(db, select(LINE.c.order, LINE.c.line, LINE.c.invoiced))
    found = _unequal("invoiced of order line", by_line, by_invoice, ("the line says", "invoices say"))
    waiting = select(ISSUE.c.order, ISSUE_LINE.c.order_line, _sum(ISSUE_LINE.c.billable))
    waiting = waiting.join(ISSUE, ISSUE.c.shipment == ISSUE_LINE.c.shipment).where(ISSUE.c.invoice.is_(None))
    to_invoice = _pairs(db, waiting.group_by(ISSUE.c.order, ISSUE_LINE.c.order_line))
    shipped = _pairs(db, select(LINE.c.order, LINE.c.line, LINE.c.shipped))
    listed = {key: by_line[key] + to_invoice.get(key, 0) for key in by_line}
    return found + _unequal("order line", listed, shipped, ("invoiced and to invoice", "shipped"))


def numbers_are_gapless(db: Connection) -> list[str]:
    """I33: invoices, credit notes and vouchers are numbered 1, 2, 3, ..."""
    found = []
    for name, column in (
        ("invoice", INVOICE.c.number), ("credit note", CREDIT_NOTE.c.number), ("voucher", VOUCHER.c.number)
    ):  # fmt: skip
        count, last = db.execute(select(func.count(column), func.coalesce(func.max(column), 0))).one()
        if count != last:
            found.append(f"{name} numbers: {count} of {last}")
    return found


def vouchers_balance(db: Connection) -> list[str]:
    """I34: every voucher is zero; and so is each currency's trial balance."""
    unbalanced = select(VOUCHER_LINE.c.voucher, _sum(VOUCHER_LINE.c.amount_minor)).group_by(VOUCHER_LINE.c.voucher)
    unbalanced = unbalanced.having(func.sum(VOUCHER_LINE.c.amount_minor) != 0)
    found = [f"voucher {number}: off by {amount}" for number, amount in db.execute(unbalanced)]
    trial = vouchers.trial_balance(db)
    return found + [f"trial balance {c}: off by {sum(a.values())}" for c, a in trial.items() if sum(a.values())]


def documents_add_up(db: Connection) -> list[str]:
    """I34: an invoice's lines sum to its net, and its parts to its total."""
    lines = _pairs(db, select(INVOICE_LINE.c.invoice, _sum(INVOICE_LINE.c.net_minor)).group_by(INVOICE_LINE.c.invoice))
    nets = _pairs(db, select(INVOICE.c.number, INVOICE.c.net_minor))
    return _unequal("invoice", nets, lines, ("net", "its lines"))


def accounts_are_the_documents(db: Connection) -> list[str]:
    """What customers owe by the receivables is what the account says; so with payments and the advances."""
    open_minor = RECEIVABLE.c.total_minor - RECEIVABLE.c.paid_minor - RECEIVABLE.c.credited_minor
    owed = _pairs(db, select(RECEIVABLE.c.currency, _sum(open_minor)).group_by(RECEIVABLE.c.currency))
    rest = select(PAYMENT.c.currency, _sum(PAYMENT.c.amount_minor - PAYMENT.c.allocated_minor))
    rests = _pairs(db, rest.where(PAYMENT.c.reversed.is_(False)).group_by(PAYMENT.c.currency))
    trial = vouchers.trial_balance(db)
    receivable = {currency: accounts[vouchers.RECEIVABLE] for currency, accounts in trial.items()}
    advance = {currency: -accounts[vouchers.ADVANCE] for currency, accounts in trial.items()}
    found = _unequal("receivable", owed, receivable, ("documents say", "the account says"))
    return found + _unequal("advances", rests, advance, ("payments say", "the account says"))


def allocations_are_the_payments(db: Connection) -> list[str]:
    """I36: the allocations of a payment are what it has given, those to an invoice what is paid of it."""
    live = select(ALLOCATION.c.payment, _sum(ALLOCATION.c.amount_minor)).where(ALLOCATION.c.undone.is_(False))
    given = _pairs(db, live.group_by(ALLOCATION.c.payment))
    taken = select(ALLOCATION.c.invoice, _sum(ALLOCATION.c.amount_minor)).where(ALLOCATION.c.undone.is_(False))
    paid = _pairs(db, taken.group_by(ALLOCATION.c.invoice))
    found = _unequal(
        "payment", _pairs(db, select(PAYMENT.c.id, PAYMENT.c.allocated_minor)), given, ("says", "allocations")
    )
    says = _pairs(db, select(RECEIVABLE.c.invoice, RECEIVABLE.c.paid_minor))
    return found + _unequal("paid of invoice", says, paid, ("says", "allocations"))


CHECKS: tuple[Callable[[Connection], list[str]], ...] = (
    holds_are_the_lines,
    notes_hold_no_more,
    lines_add_up,
    requests_are_the_backorders,
    shipped_is_issued,
    every_unit_is_billed_once,
    numbers_are_gapless,
    vouchers_balance,
    documents_add_up,
    accounts_are_the_documents,
    allocations_are_the_payments,
)


def places_against_ledger(db: Connection, places: dict[int, int]) -> list[str]:
    """On hand by places (floor.stock.sums) equals the ledger's, give or take what is still on its way to the ledger."""
    ledger = _pairs(db, select(SUPPLY.c.item, _sum(SUPPLY.c.on_hand)).group_by(SUPPLY.c.item))
    waiting = select(JOURNAL).join(OUTBOX, OUTBOX.c.journal_id == JOURNAL.c.id).where(OUTBOX.c.target == "ledger")
    for row in db.execute(waiting.where(JOURNAL.c.kind.in_(("Received", "Counted", "Shipped")))):
        for item, quantity in _moved(entry_of(row)):
            ledger[item] = ledger.get(item, 0) + quantity
    return _unequal("on hand of item", places, ledger, ("places say", "the ledger with what is under way says"))


def _moved(entry: Entry) -> list[tuple[int, int]]:
    match entry.fact:
        case Received(lines=lines):
            return [(line.item, line.quantity) for line in lines]
        case Counted(item=item, counted=counted, expected=expected):
            return [(item, counted - expected)]
        case Shipped(lines=gone):
            return [(line.item, -line.quantity) for line in gone]
        case _:
            return []
