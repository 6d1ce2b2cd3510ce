"""How orders stand, in words: states, derived statuses, review rules, accounts; a tone beside each for its chip."""

from web.text import N_

STATES = {
    "draft": (N_("Draft"), ""),
    "in_review": (N_("In review"), "warn"),
    "approved": (N_("Approved"), "info"),
    "on_hold": (N_("On hold"), "bad"),
    "closed": (N_("Closed"), "ok"),
    "cancelled": (N_("Cancelled"), ""),
}
ASKED = {
    "cancel": (N_("Cancel asked of the floor"), "warn"),
    "close": (N_("Short close asked of the floor"), "warn"),
}
FLOOR = {
    "none": (N_("Not on the floor"), ""),
    "sent": (N_("Sent to the floor"), "warn"),
    "accepted": (N_("On the floor"), "info"),
}
SHIPPING = {
    "none": (N_("Nothing shipped"), ""),
    "part": (N_("Partly shipped"), "warn"),
    "full": (N_("Shipped"), "ok"),
}
BILLING = {
    "none": (N_("Nothing invoiced"), ""),
    "part": (N_("Partly invoiced"), "warn"),
    "full": (N_("Invoiced"), "ok"),
}
PAYMENT = {
    "none": (N_("Nothing paid"), ""),
    "part": (N_("Partly paid"), "warn"),
    "full": (N_("Paid"), "ok"),
}
NOTE = {
    "sent": (N_("Sent to the floor"), "warn"),
    "accepted": (N_("On the floor"), "info"),
    "shipped": (N_("Shipped"), "ok"),
    "returned": (N_("Given back"), ""),
}
PARCEL = {
    "open": (N_("Open"), ""),
    "closed": (N_("Packed"), "info"),
    "loaded": (N_("Loaded"), "info"),
    "shipped": (N_("Shipped"), "ok"),
}
TRANSIT = {
    "pending": (N_("Waits for the carrier"), ""),
    "picked_up": (N_("Collected"), "info"),
    "in_transit": (N_("On its way"), "info"),
    "out_for_delivery": (N_("Out for delivery"), "info"),
    "ready_for_pickup": (N_("Ready for pick-up"), "info"),
    "delivered": (N_("Delivered"), "ok"),
    "delivery_failed": (N_("Delivery failed"), "bad"),
    "delivery_delayed": (N_("Delayed"), "warn"),
    "on_hold": (N_("Held by the carrier"), "warn"),
    "return_to_sender": (N_("On its way back"), "bad"),
    "cancelled": (N_("Cancelled by the carrier"), "bad"),
    "unknown": (N_("No word from the carrier"), "warn"),
}
RULES = {
    "complete": N_("Complete"),
    "stock": N_("Stock"),
    "price": N_("Price"),
    "duplicate": N_("Entered twice?"),
}
VERDICT = {
    "pass": (N_("passed"), "ok"),
    "flag": (N_("look at it"), "warn"),
    "person": (N_("a person decides"), "bad"),
}
ACCOUNTS = {
    "receivable": N_("Receivables"),
    "bank": N_("Bank"),
    "advance": N_("Customers' advances"),
    "tax": N_("Tax"),
    "revenue": N_("Revenue"),
    "freight": N_("Freight charged"),
}
METHODS = {
    "transfer": N_("Bank transfer"),
    "wechat": N_("WeChat Pay"),
    "alipay": N_("Alipay"),
    "cash": N_("Cash"),
    "draft": N_("Bill of exchange"),
}
ROUNDING = {"half_up_per_line_1": N_("half up, once a line")}
