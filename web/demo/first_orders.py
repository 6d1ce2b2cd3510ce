"""The orders that lie there on the first day, so that there is something to approve, pick, pack and ship at once."""

import random

from sqlalchemy import select

from floor.items import ITEM
from floor.ledger import orders, review
from floor.ledger.customers import CUSTOMER
from floor.ledger.orders import LineForm, OrderForm
from floor.storage.record import Tx

DRAFTS, IN_REVIEW, ON_THE_FLOOR = 1, 2, 6
CARRIERS = ("SF", "YTO", "JD", "OWN")


def lay_out(tx: Tx, chance: random.Random, seller: int, reviewer: int) -> None:
    """Enter orders in the seller's name; most are submitted, most of those approved by the reviewer."""
    items = list(tx.db.scalars(select(ITEM.c.id).order_by(ITEM.c.id)))
    customers = list(tx.db.scalars(select(CUSTOMER.c.id).order_by(CUSTOMER.c.id)))
    for number in range(DRAFTS + IN_REVIEW + ON_THE_FLOOR):
        lines = [
            LineForm(item=item, quantity=chance.randint(1, 5)) for item in chance.sample(items, chance.randint(1, 4))
        ]
        tx.person = seller
        form = OrderForm(customer=chance.choice(customers), lines=tuple(lines), carrier=chance.choice(CARRIERS))
        order = orders.enter(tx, form)
        if number < DRAFTS:
            continue
        review.submit(tx, order)
        if number >= DRAFTS + IN_REVIEW:
            tx.person = reviewer
            review.approve(tx, order)
