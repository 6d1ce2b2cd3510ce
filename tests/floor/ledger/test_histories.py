"""Random histories of ledger and floor, in any order a day can bring them: after each step everything still adds up."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from floor.facts.delivery import Released, WithdrawAsked
from floor.facts.fact import Entry, Fact
from floor.facts.parcel import Packed
from floor.ledger import (
    checks,
    ending,
    goods_issues,
    holds,
    invoices,
    orders,
    payments,
    receivables,
    releasing,
    review,
    sales_orders,
    states,
    vouchers,
)
from floor.ledger.orders import LineForm, OrderForm
from floor.refusal import Refusal
from floor.storage.database import open_engine
from tests.databases import fresh_sqlite
from tests.floor.invariants import replayed_differences
from tests.floor.ledger.desk import FINANCE, MANAGER, REVIEWER, SALES, SALES2, STATE, office

LINES = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 6)), min_size=1, max_size=4)
PEOPLE = st.sampled_from((SALES, SALES2, REVIEWER, FINANCE, MANAGER))
IMMUTABLE = (receivables.INVOICE, receivables.CREDIT_NOTE, vouchers.VOUCHER)
IMMUTABLE += (receivables.INVOICE_LINE, vouchers.VOUCHER_LINE)


class Office(RuleBasedStateMachine):
    """Acts of everybody on any order at any time; refusals are part of the game, breaches are not."""

    placed = Bundle("placed")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="floor-history-"))
        self.desk = office(open_engine(fresh_sqlite(self.folder)))
        self.posted: dict[Any, list[Any]] = {table: [] for table in IMMUTABLE}
        self.on_hand = dict.fromkeys((1, 2, 3), 0)
        self.batches: list[list[tuple[str, Entry]]] = []
        self.finished: set[int] = set()

    def teardown(self) -> None:
        assert replayed_differences(self.desk.world, STATE) == []
        self.desk.world.close()
        self.desk.engine.dispose()
        shutil.rmtree(self.folder)

    def attempt(self, event: str, order: int, act: Any, *args: Any, by: int, **more: Any) -> bool:
        """Try an act; where it succeeds the table of states must have allowed it (I12), where it fails nothing changed."""
        before, facts = self.desk.order(order), len(self.desk.world.facts)
        try:
            self.desk.do(act, *args, by=by, **more)
        except Refusal:
            assert len(self.desk.world.facts) == facts
            assert self.desk.order(order) == before
            return False
        assert event in states.allowed(before.state)
        return True

    def floor_says(self, *facts: Fact) -> None:
        self.batches.append(self.desk.post(*facts))

    @initialize()
    def opening(self) -> None:
        self.receive(1, 9)
        self.receive(2, 4)

    @rule(item=st.integers(1, 3), quantity=st.integers(1, 8))
    def receive(self, item: int, quantity: int) -> None:
        self.floor_says(self.desk.receive(item, quantity))
        self.on_hand[item] += quantity

    @rule(item=st.integers(1, 3), difference=st.integers(-4, 3).filter(bool))
    def count(self, item: int, difference: int) -> None:
        self.floor_says(self.desk.count(item, 10, 10 + difference))
        self.on_hand[item] += difference

    @rule(target=placed, lines=LINES, by=st.sampled_from((SALES, SALES2, MANAGER)), freight=st.sampled_from((0, 999)))
    def enter(self, lines: list[tuple[int, int]], by: int, freight: int) -> int:
        return self.desk.enter(*lines, by=by, freight_minor=freight)

    @rule(order=placed, by=PEOPLE, lines=LINES)
    def change(self, order: int, by: int, lines: list[tuple[int, int]]) -> None:
        form = OrderForm(customer=1, lines=tuple(LineForm(item=i, quantity=q) for i, q in lines))
        self.attempt("change", order, orders.change, order, form, self.desk.order(order).revision, by=by)

    @rule(order=placed, by=PEOPLE)
    def submit(self, order: int, by: int) -> None:
        self.attempt("submit", order, review.submit, order, by=by)

    @rule(order=placed, by=PEOPLE)
    def approve(self, order: int, by: int) -> None:
        row = self.desk.order(order)
        if self.attempt("approve", order, review.approve, order, by=by):
            assert by not in (row.author, row.changed_by)  # I13
            assert by in (REVIEWER, MANAGER)

    @rule(target=placed, lines=LINES)
    def ready(self, lines: list[tuple[int, int]]) -> int:
        return self.desk.approved(*lines)

    @rule(order=placed, by=PEOPLE)
    def reject(self, order: int, by: int) -> None:
        self.attempt("reject", order, review.reject, order, "nein", by=by)

    @rule(order=placed, by=PEOPLE)
    def hold(self, order: int, by: int) -> None:
        self.attempt("hold", order, releasing.hold, order, "halt", by=by)

    @rule(order=placed)
    def resume(self, order: int) -> None:
        self.attempt("resume", order, releasing.resume, order, by=FINANCE)

    @rule(order=placed, by=PEOPLE)
    def cancel(self, order: int, by: int) -> None:
        self.attempt("cancel", order, ending.cancel, order, "weg", by=by)

    @rule(order=placed)
    def short_close(self, order: int) -> None:
        self.attempt("short_close", order, ending.short_close, order, "genug", by=MANAGER)

    def live(self, data: st.DataObject) -> Released | None:
        """A note that the floor may still say something about."""
        open_notes = [fact for fact in self.desk.facts(Released) if fact.note not in self.finished]
        return data.draw(st.sampled_from(open_notes)) if open_notes else None

    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        note = self.live(data)
        if note is not None:
            self.floor_says(self.desk.accepted(note.note))

    @rule(data=st.data(), kind=st.sampled_from((None, Packed)))
    def work(self, data: st.DataObject, kind: Any) -> None:
        note = self.live(data)
        if note is not None:
            said = self.desk.picked(note.note, 1, 1, kind) if kind else self.desk.picked(note.note)
            self.floor_says(said)

    @rule(data=st.data(), reason=st.sampled_from(("short", "part")))
    def ship(self, data: st.DataObject, reason: str) -> None:
        note = self.live(data)
        if note is None:
            return
        gone = [data.draw(st.integers(0, line.quantity)) for line in note.lines]
        if any(gone):
            self._ship(note, gone, reason)

    @rule(data=st.data())
    def ship_whole(self, data: st.DataObject) -> None:
        note = self.live(data)
        if note is not None:
            self._ship(note, [line.quantity for line in note.lines], "short")

    def _ship(self, note: Released, gone: list[int], reason: str) -> None:
        self.finished.add(note.note)
        self.floor_says(self.desk.shipped(note.note, *gone, reason=reason))
        for line, quantity in zip(note.lines, gone, strict=True):
            self.on_hand[line.item] -= quantity
        if any(fact.note == note.note for fact in self._withdraw_asked()):
            self.floor_says(self.desk.refused(note.note, "already_shipped"))

    def _withdraw_asked(self) -> list[Any]:
        return self.desk.facts(WithdrawAsked)

    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        """The floor answers a withdrawal, or found nothing at all of a note."""
        note = self.live(data)
        if note is not None:
            asked = any(fact.note == note.note for fact in self._withdraw_asked())
            self.finished.add(note.note)
            self.floor_says(self.desk.withdrawn(note.note, shorted=not asked))

    @rule(data=st.data())
    def say_again(self, data: st.DataObject) -> None:
        """The courier brings a batch a second time (I25)."""
        if self.batches:
            facts = len(self.desk.world.facts)
            self.desk.bring(data.draw(st.sampled_from(self.batches)))
            assert len(self.desk.world.facts) == facts

    @rule(data=st.data())
    def invoice_shipment(self, data: st.DataObject) -> None:
        issues = self.desk.rows(goods_issues.ISSUE)
        if issues:
            issue = data.draw(st.sampled_from(issues))
            code = self.desk.code(invoices.post, shipment=issue.shipment, by=FINANCE)
            assert (code == "already_invoiced") == (issue.invoice is not None)

    @rule(order=placed)
    def invoice_order(self, order: int) -> None:
        waiting = self.desk.read(goods_issues.to_invoice_of, order)
        assert self.desk.code(invoices.post, order=order, by=FINANCE) == ("" if waiting else "nothing_to_invoice")

    @rule(data=st.data())
    def credit(self, data: st.DataObject) -> None:
        posted = self.desk.rows(receivables.INVOICE)
        if posted:
            number = data.draw(st.sampled_from(posted)).number
            assert self.desk.code(invoices.credit, number, "falsch", by=FINANCE) in (
                "",
                "already_credited",
                "invoice_paid",
            )

    @rule(amount=st.integers(1, 9000))
    def take_money(self, amount: int) -> None:
        self.desk.do(payments.take, 1, "CNY", amount, by=FINANCE)

    @rule(data=st.data(), amount=st.one_of(st.none(), st.integers(-1, 9000)))
    def allocate(self, data: st.DataObject, amount: int | None) -> None:
        paid, posted = self.desk.rows(payments.PAYMENT), self.desk.rows(receivables.INVOICE)
        if paid and posted:
            payment, invoice = data.draw(st.sampled_from(paid)), data.draw(st.sampled_from(posted))
            open_minor = self.desk.read(receivables.must, invoice.number)[1].open_minor
            most = min(payment.amount_minor - payment.allocated_minor, open_minor)
            wanted = most if amount is None else amount
            code = self.desk.code(payments.allocate, payment.id, invoice.number, amount, by=FINANCE)
            expected = "payment_reversed" if payment.reversed else "" if 0 < wanted <= most else "over_allocated"
            assert code == expected  # I36

    @rule(data=st.data(), part=st.integers(1, 4))
    def pay(self, data: st.DataObject, part: int) -> None:
        """A payment that settles an invoice, or a quarter, a half, three quarters of it."""
        owed = [row for row in self.desk.read(receivables.receivables) if row.open_minor >= 4]
        if owed:
            row = data.draw(st.sampled_from(owed))
            amount = row.open_minor * part // 4
            payment = self.desk.do(payments.take, 1, "CNY", amount, by=FINANCE)
            self.desk.do(payments.allocate, payment, row.invoice, by=FINANCE)

    @rule(target=placed, lines=LINES)
    def sold(self, lines: list[tuple[int, int]]) -> int:
        """An order that goes straight through, as far as goods are there."""
        order = self.desk.approved(*lines)
        for note in [fact for fact in self.desk.facts(Released) if fact.order == order]:
            self._ship(note, [line.quantity for line in note.lines], "short")
            self.desk.do(invoices.post, order=order, by=FINANCE)
        return order

    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        paid = self.desk.rows(payments.PAYMENT)
        if paid:
            payment = data.draw(st.sampled_from(paid))
            code = self.desk.code(payments.reverse, payment.id, "platzt", by=FINANCE)
            assert code == ("payment_reversed" if payment.reversed else "")

    @invariant()
    def everything_adds_up(self) -> None:
        assert [line for check in checks.CHECKS for line in self.desk.read(check)] == []

    @invariant()
    def on_hand_is_what_came_less_what_left(self) -> None:
        known = {row.item: row.on_hand for row in self.desk.rows(holds.SUPPLY)}
        assert {item: known.get(item, 0) for item in self.on_hand} == self.on_hand  # I1

    @invariant()
    def posted_documents_never_change(self) -> None:
        for table, before in self.posted.items():
            now = self.desk.rows(table)
            assert now[: len(before)] == before  # I37
            self.posted[table] = now

    @invariant()
    def open_is_held_and_back_order(self) -> None:
        for line in self.desk.rows(sales_orders.LINE):
            open_ = line.quantity - line.cancelled - line.shipped
            assert open_ == line.held + sales_orders.backorder(line) and sales_orders.backorder(line) >= 0  # I11
            assert line.invoiced <= line.shipped  # I30


Office.TestCase.settings = settings(
    max_examples=12, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestOffice = Office.TestCase
