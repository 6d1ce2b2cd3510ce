"""The one rule by which prices become amounts: exact integers, rounded half up once a line; its name stands on documents."""

from floor.ledger.currencies import places
from floor.refusal import Refusal

RULE = "half_up_per_line_1"  # net once a line, tax once a document, both half up
MOST_MINOR = 10**15  # amounts above are slips, and sums of them stay exact in 64 bits
MICRO, BASIS = 10**6, 10**4


def half_up(number: int, divisor: int) -> int:
    """number / divisor, a half rounded up; both exact, number >= 0."""
    return (2 * number + divisor) // (2 * divisor)


def net_minor(currency: str, price_micro: int, quantity: int, scale: int, discount_bp: int) -> int:
    """price x quantity x (1 - discount) in minor units; `quantity` counts 10^-scale of the item's unit."""
    exact = price_micro * quantity * (BASIS - discount_bp) * 10 ** places(currency)
    return checked(half_up(exact, MICRO * 10**scale * BASIS))


def tax_minor(taxable_minor: int, tax_bp: int) -> int:
    return half_up(taxable_minor * tax_bp, BASIS)


def checked(amount_minor: int) -> int:
    if not 0 <= amount_minor <= MOST_MINOR:
        raise Refusal("bad_amount", amount=str(amount_minor)[:40], max=MOST_MINOR)
    return amount_minor
