"""What the floor says to the ledger: nothing is refused, nothing counts twice, what does not fit waits as a case."""

import pytest

from floor import cases, policy
from floor.facts.delivery import Held, Picked, Released, Resumed, Shorted, Undone, WithdrawAsked
from floor.facts.parcel import Packed
from floor.facts.posting import ProgressPosted
from floor.ledger import checks, ending, goods_issues, holds, order_status, releasing, sales_orders, supply
from tests.floor.ledger.desk import FINANCE, LATER, REVIEWER, SALES, Desk


def stock(desk: Desk, item: int = 1) -> tuple[int, int]:
    (row,) = desk.rows(holds.SUPPLY, item=item)
    return row.on_hand, row.held


def status(desk: Desk, order: int) -> order_status.OrderStatus:
    found: order_status.OrderStatus = desk.read(order_status.status_of, order)
    return found


def codes(desk: Desk) -> list[str]:
    return [row.code for row in desk.rows(cases.CASE)]


def test_a_note_is_sent_accepted_and_shipped(desk: Desk) -> None:
    desk.post(desk.receive(1, 10))
    order = desk.approved((1, 4))
    note = desk.note(order)
    assert status(desk, order).floor == "sent"
    desk.post(desk.accepted(note))
    assert status(desk, order).floor == "accepted"
    assert stock(desk) == (10, 4)
    desk.post(desk.shipped(note))
    assert stock(desk) == (6, 0)
    found = status(desk, order)
    assert (found.floor, found.shipping, found.billing, found.to_invoice) == ("none", "full", "none", 4)
    assert codes(desk) == []


def test_progress_of_a_batch_is_one_fact_an_order_and_leaves_the_hold(desk: Desk) -> None:
    desk.post(desk.receive(1, 10), desk.receive(2, 10))
    one, two = desk.approved((1, 4), (2, 4)), desk.approved((1, 1))
    first, second = desk.note(one), desk.note(two)
    desk.post(desk.accepted(first), desk.accepted(second))
    desk.post(
        desk.picked(first, 1, 2),
        desk.picked(second, 1, 1),
        desk.picked(first, 1, 1, Undone),
        desk.picked(first, 2, 3),
        desk.picked(first, 2, 1, Shorted),
        desk.picked(first, 1, 1, Packed),
    )
    assert [fact.order for fact in desk.facts(ProgressPosted)] == [one, two]
    lines = desk.rows(sales_orders.NOTE_LINE)
    assert [(x.note, x.picked, x.packed, x.shorted) for x in lines] == [
        (first, 1, 1, 0), (first, 3, 0, 1), (second, 1, 0, 0)
    ]  # fmt: skip
    assert stock(desk) == (10, 5)


def test_what_is_brought_again_changes_nothing(desk: Desk) -> None:
    batches = [desk.post(desk.receive(1, 10))]
    order = desk.approved((1, 4))
    note = desk.note(order)
    batches.append(desk.post(desk.accepted(note), desk.picked(note), desk.picked(note)))
    batches.append(desk.post(desk.shipped(note, 3)))
    before = [desk.rows(table) for table in (holds.SUPPLY, sales_orders.LINE, sales_orders.NOTE_LINE, cases.CASE)]
    facts = len(desk.world.facts)
    for batch in (*batches, [*batches[1], *batches[1]]):
        desk.bring(batch)
    assert len(desk.world.facts) == facts
    after = [desk.rows(table) for table in (holds.SUPPLY, sales_orders.LINE, sales_orders.NOTE_LINE, cases.CASE)]
    assert after == before


def test_a_short_pick_gives_its_hold_back_and_waits_for_supply(desk: Desk) -> None:
    desk.post(desk.receive(1, 4))
    order = desk.approved((1, 4))
    desk.post(desk.accepted(desk.note(order)), desk.shipped(desk.note(order), 3))
    line = desk.line(order)
    assert (line.shipped, line.held, sales_orders.backorder(line)) == (3, 0, 1)
    assert stock(desk) == (1, 0)  # the floor will count it
    assert [row.wanted for row in desk.rows(holds.REPLENISHMENT)] == [1]
    assert status(desk, order).shipping == "part"
    desk.post(desk.count(1, 1, 0))
    assert stock(desk) == (0, 0)
    desk.post(desk.receive(1, 5))
    assert stock(desk) == (5, 1)
    desk.post(desk.shipped(desk.note(order)))
    assert status(desk, order).shipping == "full"


def test_a_part_shipment_goes_on_with_a_further_note(desk: Desk) -> None:
    desk.post(desk.receive(1, 10))
    order = desk.approved((1, 10))
    first = desk.note(order)
    desk.post(desk.accepted(first), desk.shipped(first, 4, reason="part"))
    second = desk.note(order)
    assert second != first and [x.quantity for x in desk.released(second).lines] == [6]
    desk.post(desk.accepted(second), desk.shipped(second))
    assert status(desk, order).shipping == "full"


def test_the_oldest_back_orders_are_served_first(desk: Desk) -> None:
    first, second, third = desk.approved((1, 3)), desk.approved((1, 2)), desk.approved((1, 1))
    desk.do(releasing.hold, second, "查款", by=FINANCE)
    desk.post(desk.receive(1, 4))
    assert [desk.line(order).held for order in (first, second, third)] == [3, 0, 1]
    assert desk.code(releasing.resume, second, by=SALES) == "not_allowed"
    desk.do(releasing.resume, second, by=FINANCE)
    assert desk.line(second).held == 0
    desk.post(desk.receive(1, 9))
    assert [desk.line(order).held for order in (first, second, third)] == [3, 2, 1]
    assert [note.order for note in desk.facts(Released)] == [first, third, second]


def test_a_loss_turns_the_youngest_holds_into_back_orders_and_opens_a_case(desk: Desk) -> None:
    desk.post(desk.receive(1, 10))
    old, young = desk.approved((1, 6)), desk.approved((1, 4))
    desk.post(desk.accepted(desk.note(young)), desk.count(1, 10, 5))
    assert [desk.line(order).held for order in (old, young)] == [5, 0]
    assert stock(desk) == (5, 5)
    assert codes(desk) == ["held_goods_lost"]
    desk.post(desk.shipped(desk.note(young)))  # the floor found them all the same
    assert [desk.line(order).held for order in (old, young)] == [1, 0]
    assert stock(desk) == (1, 1)
    assert codes(desk) == ["held_goods_lost", "held_goods_lost"]


def test_goods_that_nobody_knew_of_leave_a_debt_and_a_case(desk: Desk) -> None:
    desk.post(desk.receive(1, 3))
    order = desk.approved((1, 3))
    desk.post(desk.accepted(desk.note(order)), desk.count(1, 3, 0), desk.shipped(desk.note(order)))
    assert stock(desk) == (-3, 0)
    assert codes(desk) == ["held_goods_lost", "stock_below_zero"]
    desk.post(desk.receive(1, 5))
    assert stock(desk) == (2, 0)


def test_cancel_is_asked_of_the_floor_and_done_on_its_answer(desk: Desk) -> None:
    desk.post(desk.receive(1, 5))
    order = desk.approved((1, 4))
    waiting = desk.approved((1, 3))
    note = desk.note(order)
    desk.post(desk.accepted(note))
    assert desk.do(ending.cancel, order, "客户取消", by=SALES) is False
    assert (status(desk, order).asked, status(desk, order).state) == ("cancel", "approved")
    assert [fact.note for fact in desk.facts(WithdrawAsked)] == [note]
    assert desk.code(ending.cancel, order, "x", by=SALES) == "order_ending"
    assert desk.code(releasing.release, order, by=SALES) == "order_ending"
    desk.post(desk.withdrawn(note))
    assert (desk.order(order).state, desk.order(order).asked, desk.line(order).cancelled) == ("cancelled", "", 4)
    assert (desk.line(waiting).held, stock(desk)) == (3, (5, 3))  # what came free served the next


def test_a_cancel_that_comes_too_late_is_told(desk: Desk) -> None:
    desk.post(desk.receive(1, 4))
    order = desk.approved((1, 4))
    note = desk.note(order)
    desk.do(ending.cancel, order, "客户取消", by=SALES)
    desk.post(desk.accepted(note), desk.shipped(note), desk.refused(note, "already_shipped"))
    assert (desk.order(order).state, desk.order(order).asked, desk.line(order).shipped) == ("approved", "", 4)
    assert codes(desk) == ["end_refused"]
    assert desk.code(ending.cancel, order, "x", by=SALES) == "order_shipped"


def test_short_close_waits_for_the_notes_and_takes_the_rest_back(desk: Desk) -> None:
    desk.post(desk.receive(1, 4))
    order = desk.approved((1, 10))
    note = desk.note(order)
    assert desk.do(ending.short_close, order, "够了", by=SALES) is False
    desk.post(desk.accepted(note), desk.refused(note))
    assert desk.order(order).asked == "close"
    desk.post(desk.shipped(note))
    line = desk.line(order)
    assert (desk.order(order).state, line.shipped, line.cancelled) == ("closed", 4, 6)
    assert [row.wanted for row in desk.rows(holds.REPLENISHMENT)] == [0]


def test_shipped_after_a_cancel_stands_and_opens_a_case(desk: Desk) -> None:
    desk.post(desk.receive(1, 4))
    order = desk.approved((1, 4))
    note = desk.note(order)
    desk.do(ending.cancel, order, "客户取消", by=SALES)
    desk.post(desk.withdrawn(note))
    desk.post(desk.shipped(note, 3))
    line = desk.line(order)
    assert (desk.order(order).state, line.shipped, line.cancelled, stock(desk)) == ("cancelled", 3, 1, (1, 0))
    assert codes(desk) == ["shipped_after_cancel"]


def test_more_than_ordered_is_not_billable(desk: Desk) -> None:
    desk.post(desk.receive(1, 9))
    order = desk.approved((1, 4))
    desk.post(desk.shipped(desk.note(order), 6))
    line = desk.line(order)
    assert (line.shipped, line.excess, stock(desk)) == (4, 2, (3, 0))
    assert codes(desk) == ["shipped_too_much"]


def test_a_shipment_counts_once_whatever_its_key(desk: Desk) -> None:
    desk.post(desk.receive(1, 9))
    order = desk.approved((1, 4))
    shipped = desk.shipped(desk.note(order), 2)
    desk.post(shipped)
    desk.post(shipped)
    assert (desk.line(order).shipped, stock(desk)[0]) == (2, 7)
    assert codes(desk) == ["shipped_twice"]


def test_an_order_that_the_ledger_does_not_know_is_posted_and_named_once(desk: Desk) -> None:
    desk.post(desk.receive(1, 9))
    order = desk.approved((1, 4))
    note = desk.note(order)
    strange = [Picked(**{**_fields(desk.picked(note)), "order": 99, "note": 77}), desk.accepted(note)]
    desk.post(*strange)
    gone = desk.shipped(note)
    desk.post(type(gone)(**{**_fields(gone), "order": 99, "note": 77}))
    assert (codes(desk)[0], codes(desk).count("order_unknown_to_ledger")) == ("order_unknown_to_ledger", 1)
    assert stock(desk) == (5, 4)


def _fields(fact: object) -> dict[str, object]:
    return {name: getattr(fact, name) for name in fact.__struct_fields__}  # type: ignore[attr-defined]


def test_hold_and_resume_reach_the_notes_and_one_that_was_on_its_way(desk: Desk) -> None:
    desk.post(desk.receive(1, 9))
    order = desk.approved((1, 4))
    note = desk.note(order)
    assert desk.code(releasing.hold, order, "", by=REVIEWER) == "reason_missing"
    desk.do(releasing.hold, order, "欠款", by=REVIEWER)
    desk.post(desk.accepted(note))
    assert [(fact.note, fact.reason) for fact in desk.facts(Held)] == [(note, "欠款"), (note, "欠款")]
    assert desk.code(releasing.release, order, by=SALES) == "order_state"
    desk.do(releasing.resume, order, by=REVIEWER)
    assert [fact.note for fact in desk.facts(Resumed)] == [note]
    desk.do(releasing.hold, order, "欠款", by=REVIEWER)
    desk.post(desk.shipped(note))  # it crossed the word on its way: it stands
    assert (desk.order(order).state, desk.line(order).shipped, codes(desk)) == ("on_hold", 4, [])


def test_release_by_hand_where_policy_says_so(desk: Desk) -> None:
    desk.world.do(lambda tx: policy.change(tx, "auto_release", "no"))
    desk.post(desk.receive(1, 4))
    order = desk.approved((1, 9))
    assert desk.facts(Released) == []
    note = desk.do(releasing.release, order, by=SALES)
    assert [x.quantity for x in desk.released(note).lines] == [4]
    assert desk.code(releasing.release, order, by=SALES) == "nothing_to_release"
    desk.post(desk.receive(1, 2))
    assert desk.line(order).held == 6
    assert desk.do(releasing.release, order, by=SALES) == note + 1


def test_the_carriers_word_is_kept_by_its_own_time(desk: Desk) -> None:
    desk.post(desk.receive(1, 4))
    order = desk.approved((1, 4))
    desk.post(desk.shipped(desk.note(order)))
    (issue,) = desk.rows(goods_issues.ISSUE)
    now = desk.world.clock.now
    desk.post(desk.transit(issue, "in_transit", now + 2 * LATER), desk.transit(issue, "picked_up", now + LATER))
    assert desk.rows(goods_issues.ISSUE)[0].transit == "in_transit"
    desk.post(desk.transit(issue, "delivered", now + 3 * LATER))
    (issue,) = desk.rows(goods_issues.ISSUE)
    assert (issue.transit, issue.delivered_at, status(desk, order).delivered) == ("delivered", now + 3 * LATER, True)


def test_cancelling_before_anything_is_on_the_floor_is_done_at_once(desk: Desk) -> None:
    draft, review_, open_ = desk.enter((1, 1)), desk.enter((1, 2)), desk.approved((1, 3))
    from floor.ledger import review

    desk.do(review.submit, review_, by=SALES)
    for order in (draft, review_, open_):
        assert desk.do(ending.cancel, order, "改主意", by=SALES) is True
        assert desk.order(order).state == "cancelled"
        assert desk.code(ending.cancel, order, "x", by=SALES) == "order_state"


@pytest.mark.parametrize("words", ["I1", "货品1", "i1"])
def test_stock_is_found_by_words(desk: Desk, words: str) -> None:
    desk.post(desk.receive(1, 7))
    desk.approved((1, 3))
    (row,) = desk.read(supply.availability, words)
    assert (row.on_hand, row.held, row.available, row.wanted) == (7, 3, 4, 0)
    assert type(row.on_hand) is int


def test_places_and_ledger_agree_while_facts_are_under_way(desk: Desk) -> None:
    desk.world.stock("A-01", 1, 7)
    assert desk.read(checks.places_against_ledger, {1: 7}) == []
    assert desk.read(checks.places_against_ledger, {1: 6}) != []
