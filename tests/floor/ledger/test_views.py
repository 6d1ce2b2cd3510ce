"""What pages read: lists with filters and search, one order whole, what waits for a decision, items with prices."""

from datetime import date

from floor.ledger import catalog, customers, invoices, order_views, pricing, review
from floor.ledger.customers import CustomerForm
from floor.ledger.order_views import OrderFilter
from tests.floor.ledger.desk import FINANCE, MANAGER, REVIEWER, SALES, SALES2, Desk
from tests.floor.world import GTIN


def numbers(desk: Desk, **sought: object) -> list[int]:
    wanted = OrderFilter(**sought)  # type: ignore[arg-type]
    found = [row.id for row in desk.read(order_views.orders, wanted)]
    assert len(found) == desk.read(order_views.count, wanted)
    return found


def test_orders_are_found_by_state_person_day_and_words(desk: Desk) -> None:
    other = desk.do(customers.edit, None, CustomerForm(code="NW", name="Northwind", address={"city": "London"}))
    first = desk.enter((1, 1), reference="PO-77", order_date=date(2026, 1, 5))
    second = desk.enter((2, 1), by=SALES2, customer=other)
    third = desk.approved((3, 1))
    assert numbers(desk) == [third, second, first]
    assert numbers(desk, states=("approved", "on_hold")) == [third]
    assert numbers(desk, customer=other) == [second]
    assert numbers(desk, author=SALES2) == [second]
    assert numbers(desk, until=date(2026, 1, 5)) == [first]
    assert numbers(desk, since=date(2026, 1, 6)) == [third, second]
    assert numbers(desk, backorder=True) == [third]
    assert numbers(desk, words="po-77") == [first]
    assert numbers(desk, words="north") == [second]
    assert numbers(desk, words="货品2") == [second]
    assert numbers(desk, words=f"晨光 {third}") == [third]
    assert numbers(desk, words="%") == []
    assert numbers(desk, words="9" * 40) == []


def test_the_list_is_read_a_page_at_a_time(desk: Desk) -> None:
    made = [desk.enter((1, 1)) for _ in range(5)]
    pages = [[x.id for x in desk.read(order_views.orders, OrderFilter(), page=n, per_page=2)] for n in (1, 2, 3, 4)]
    assert pages == [made[:2:-1], made[2:0:-1], made[:1], []]


def test_a_reviewer_sees_what_he_may_decide_the_doubtful_first(desk: Desk) -> None:
    plain, doubtful, own = desk.enter((1, 1)), desk.enter((1, 2), reference="R"), desk.enter((2, 1), by=MANAGER)
    desk.enter((3, 3), reference="R")
    for order in (plain, doubtful, own):
        desk.do(review.submit, order, by=SALES)
    assert [row.id for row in desk.read(order_views.to_review, REVIEWER)] == [doubtful, plain, own]
    assert [row.id for row in desk.read(order_views.to_review, MANAGER)] == [doubtful, plain]


def test_one_order_whole(desk: Desk) -> None:
    desk.post(desk.receive(1, 3))
    order = desk.approved((1, 5))
    desk.post(desk.accepted(desk.note(order)), desk.picked(desk.note(order), 1, 2), desk.shipped(desk.note(order)))
    desk.do(invoices.post, order=order, by=FINANCE)
    view = desk.read(order_views.order_view, order)
    assert (view.head.customer_code, view.lines[0].code, view.lines[0].shipped) == ("C1", "I1", 3)
    assert [(x.quantity, x.picked, x.shipped) for x in view.note_lines] == [(3, 2, 3)]
    assert [x.open_minor for x in view.invoices] == [3000]
    assert (view.status.shipping, view.status.billing, view.status.backorder) == ("part", "part", True)
    assert {x.rule for x in view.checks} == {"complete", "duplicate", "price", "stock"}


def test_an_item_is_found_by_code_name_or_bar_code_with_its_price(desk: Desk) -> None:
    desk.post(desk.receive(2, 3))
    today = date(2026, 11, 24)
    for words in ("I2", "货品2", GTIN[2], f"(01){GTIN[2]}", GTIN[2][1:]):
        (offer,) = desk.read(catalog.search, words, "CNY", today)
        assert (offer.code, offer.price_micro, offer.available, offer.unit) == ("I2", 20_000_000, 3, "件")
    assert desk.read(catalog.search, "I2", "USD", today)[0].price_micro is None
    assert desk.read(catalog.search, "nothing", "CNY", today) == []
    assert len(desk.read(pricing.of_item, 2)) == 1
