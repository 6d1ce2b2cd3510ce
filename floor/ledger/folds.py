"""What the ledger adds to the house: its folds, its master tables, its state tables."""

from sqlalchemy import Table

from floor.facts import delivery, money, order, posting
from floor.ledger import (
    customers,
    goods_issues,
    holds,
    marks,
    money_folds,
    order_folds,
    payments,
    posting_folds,
    pricing,
    receivables,
    sales_orders,
    vouchers,
)
from floor.storage.master import Masters
from floor.storage.record import Folds

MASTERS: Masters = {"customer": (customers.CUSTOMER, int), "price": (pricing.PRICE, str)}
STATE: tuple[Table, ...] = (
    customers.CUSTOMER,
    pricing.PRICE,
    sales_orders.ORDER,
    sales_orders.LINE,
    sales_orders.CHECK,
    sales_orders.NOTE,
    sales_orders.NOTE_LINE,
    holds.SUPPLY,
    holds.REPLENISHMENT,
    marks.MARK,
    goods_issues.ISSUE,
    goods_issues.ISSUE_LINE,
    receivables.INVOICE,
    receivables.INVOICE_LINE,
    receivables.CREDIT_NOTE,
    receivables.RECEIVABLE,
    payments.PAYMENT,
    payments.ALLOCATION,
    vouchers.VOUCHER,
    vouchers.VOUCHER_LINE,
)
FOLDS: Folds = {
    order.OrderEntered: (order_folds.fold_entered,),
    order.OrderChanged: (order_folds.fold_changed,),
    order.OrderSubmitted: (order_folds.fold_submitted,),
    order.OrderApproved: (order_folds.fold_approved,),
    order.OrderRejected: (order_folds.fold_rejected,),
    order.OrderReserved: (order_folds.fold_reserved,),
    order.OrderHeld: (order_folds.fold_held,),
    order.OrderResumed: (order_folds.fold_resumed,),
    order.EndAsked: (order_folds.fold_end_asked,),
    order.OrderEnded: (order_folds.fold_ended,),
    order.ActRefused: (),
    delivery.Released: (order_folds.fold_released,),
    posting.NoteTaken: (posting_folds.fold_taken,),
    posting.ProgressPosted: (posting_folds.fold_progress,),
    posting.Issued: (posting_folds.fold_issued,),
    posting.NoteReturned: (posting_folds.fold_returned,),
    posting.EndRefused: (posting_folds.fold_end_refused,),
    posting.TransitPosted: (posting_folds.fold_transit,),
    posting.SupplyPosted: (posting_folds.fold_supply,),
    money.InvoicePosted: (money_folds.fold_posted,),
    money.InvoiceCredited: (money_folds.fold_credited,),
    money.PaymentRecorded: (money_folds.fold_recorded,),
    money.PaymentAllocated: (money_folds.fold_allocated,),
    money.PaymentReversed: (money_folds.fold_reversed,),
}
