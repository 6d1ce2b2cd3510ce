"""What the refusals of the office and the cases for a person say: orders, prices, invoices, payments, master data."""

from web.text import N_

ORDERS = {
    "order_unknown": N_("There is no order {order}."),
    "order_state": N_("Order {order} is {state}; that does not allow this. Possible now: {allowed}."),
    "order_changed": N_("Order {order} was changed meanwhile (revision {revision}). Look at it again, then decide."),
    "order_incomplete": N_("Order {order} is not complete: {problems}."),
    "order_ending": N_("Order {order} is waiting for the floor's answer to an earlier request ({asked})."),
    "order_shipped": N_("Something of order {order} has left already; it can only be closed short."),
    "own_order": N_("You entered order {order} yourself. Somebody else must approve it."),
    "nothing_to_release": N_("Nothing of order {order} can be released: no stock is held for it."),
    "too_many_lines": N_("{lines} lines are too many for one order; at most {max}."),
    "customer_unknown": N_("There is no customer {customer}."),
    "customer_retired": N_("Customer {customer} is retired. Choose another one or take it up again."),
    "address_unknown": N_("Address {address} does not belong to this customer."),
    "item_unknown": N_("There is no item {value}."),
}
MONEY = {
    "bad_price": N_("{value} is no possible price."),
    "bad_discount": N_("{value} is no possible discount; from {min} to {max}."),
    "bad_tax": N_("{value} is no possible tax rate; from {min} to {max}."),
    "bad_days": N_("{value} is no possible number of days; from {min} to {max}."),
    "bad_days_order": N_("The price would end on {valid_to}, before it begins on {valid_from}."),
    "bad_amount": N_("{amount} is no possible amount."),
    "unknown_currency": N_("{currency} is no currency code (ISO 4217)."),
    "invoice_unknown": N_("There is no invoice {invoice}."),
    "credit_note_unknown": N_("There is no credit note {credit_note}."),
    "invoice_paid": N_("Something was paid on invoice {invoice} already. Take the payment off it first."),
    "already_invoiced": N_("Shipment {shipment} is already on invoice {invoice}."),
    "already_credited": N_("Invoice {invoice} was already credited by {credit_note}."),
    "nothing_to_invoice": N_("Nothing of order {order} was shipped that is not invoiced yet."),
    "shipment_unknown": N_("There is no shipment {shipment}."),
    "payment_unknown": N_("There is no payment {payment}."),
    "payment_reversed": N_("Payment {payment} was taken back; nothing can be done with it."),
    "over_allocated": N_("{amount} is more than is open; at most {max}."),
    "other_currency": N_("Payment {payment} is in another currency than invoice {invoice} ({currency})."),
    "other_customer": N_("Payment {payment} comes from another customer than that of invoice {invoice}."),
}
MASTER = {
    "code_missing": N_("Give it a code."),
    "code_taken": N_("Code {code} is already used for another one."),
    "name_missing": N_("Give it a name."),
    "measure_frozen": N_("{wanted} has been moved; its {field} can no longer be changed. Enter a new item."),
    "expiry_required": N_("{wanted} needs its expiry date."),
    "lot_expiry": N_("Lot {lot} of {wanted} in {bin} expires on {expiry}; one lot has one date."),
    "serial_taken": N_("Serial {scanned} of {wanted} is already booked."),
    "bad_text": N_("{field} holds characters that cannot be printed."),
    "text_too_long": N_("{field} is too long; at most {max} characters."),
    "reason_missing": N_("Give a reason."),
    "case_not_open": N_("Case {case} is settled already."),
    "bad_number": N_("{value} is no number that fits here; at most {places} decimals."),
    "bad_day": N_("{value} is no day; write it as 2026-11-24."),
    "form_used": N_("This form was sent before. Look at what it did, then open a fresh one."),
    "not_found": N_("There is no such page. Go to the start and choose from the list."),
    "wrong_method": N_("This cannot be done at this address. Open the page again and repeat it."),
    "malformed": N_("This could not be read. Open the page again and repeat it."),
    "item_ambiguous": N_("{value} can be {choices}. Type the code."),
    "customer_ambiguous": N_("{customer} can be {choices}. Type the code."),
    "customer_missing": N_("Choose the customer first."),
    "already_started": N_("This site is set up already."),
    "too_large": N_("That is too large to be taken at once."),
    "wrong_origin": N_("This came from another page ({scanned}) and was not taken. Open the page again."),
    "station_required": N_("This device belongs to no station yet. Scan the station's code."),
}
COUNTING = {
    "count_unknown": N_("There is nothing to count under number {count}."),
    "count_settled": N_("Bin {bin} was counted already. Look at the list again."),
    "count_quantity": N_("{quantity} cannot be the number of {wanted} in a bin. Enter how many are there, 0 if none."),
    "count_moved": N_("{wanted} was taken from bin {bin} or put into it meanwhile. Count it once more."),
    "count_promised": N_(
        "Notes {notes} are still to take {wanted} from bin {bin}, more than you found. Report it short there, then count."
    ),
    "count_serials": N_("{wanted} has serial numbers: enter those of all {quantity} pieces that are there, each once."),
    "count_serial_unknown": N_(
        "Serial {scanned} of {wanted} is not booked in bin {bin}. Set it aside and ask for help."
    ),
}
CASES = {
    "order_unknown_to_ledger": N_("The floor reports {kind} for order {order}, which the ledger does not know."),
    "end_refused": N_("Order {order} could not be ended on the floor (note {note}): {why}."),
    "held_goods_lost": N_("Goods held for orders {orders} are not in {place} any more."),
    "shipped_twice": N_("Shipment {shipment} of note {note} was reported a second time."),
    "shipped_too_much": N_("{quantity} more were shipped on note {note} than order {order} asked for."),
    "shipped_after_cancel": N_("{quantity} were shipped on note {note} after order {order} was cancelled."),
    "stock_below_zero": N_("Shipping took the ledger's stock of {items} below zero."),
}
OFFICE: dict[str, str] = ORDERS | MONEY | MASTER | COUNTING | CASES
