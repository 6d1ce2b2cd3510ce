"""An office with a ledger, and a floor played by hand: facts go into the ledger's inbox as the courier would bring them."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select

from floor import replay
from floor.courier import Courier
from floor.facts.delivery import (
    Accepted,
    Held,
    LineQuantity,
    Picked,
    Released,
    Resumed,
    Shorted,
    StockLine,
    Undone,
    WithdrawAsked,
    Withdrawn,
    WithdrawRefused,
)
from floor.facts.fact import Entry, Fact
from floor.facts.parcel import Packed
from floor.facts.shipment import Delivered, Shipped, Tracked, TransitStep
from floor.facts.stock import Counted, Received
from floor.ledger import checks, customers, folds, goods_issues, inbox, orders, pricing, review, sales_orders
from floor.ledger.customers import CustomerForm
from floor.ledger.orders import LineForm, OrderForm
from floor.refusal import Refusal
from floor.routes import routes
from floor.storage import journal
from floor.storage.record import Tx
from floor.storage.writer import Writer
from tests.floor.invariants import replayed_differences
from tests.floor.world import Clock, World

SALES, REVIEWER, FINANCE, MANAGER, SALES2 = 21, 22, 23, 24, 25
STATE = (*replay.STATE, *folds.STATE)


@dataclass
class Desk:
    """Acts by person, the floor's facts by hand, and every refusal as its code."""

    engine: Engine
    world: World
    entry_ids: Any = field(default_factory=lambda: itertools.count(1))
    shipments: Any = field(default_factory=lambda: itertools.count(1))

    def do(self, act: Callable[..., Any], *args: Any, by: int = MANAGER, **more: Any) -> Any:
        """Run an act as a person."""

        def run(tx: Tx) -> Any:
            tx.person = by
            return act(tx, *args, **more)

        return self.world.do(run)

    def code(self, act: Callable[..., Any], *args: Any, by: int = MANAGER, **more: Any) -> str:
        """The code with which the act is refused, "" where it is not."""
        try:
            self.do(act, *args, by=by, **more)
        except Refusal as refusal:
            return refusal.code
        return ""

    def enter(self, *lines: tuple[int, int], by: int = SALES, customer: int = 1, **more: Any) -> int:
        """A draft of (item, quantity) lines at list prices."""
        form = OrderForm(customer=customer, lines=tuple(LineForm(item=i, quantity=q) for i, q in lines), **more)
        return int(self.do(orders.enter, form, by=by))

    def approved(self, *lines: tuple[int, int], **more: Any) -> int:
        order = self.enter(*lines, **more)
        self.do(review.submit, order, by=SALES)
        self.do(review.approve, order, by=REVIEWER)
        return order

    def rows(self, table: Any, **equal: Any) -> list[Any]:
        with self.engine.connect() as db:
            query = select(table).order_by(*table.primary_key.columns)
            for name, value in equal.items():
                query = query.where(table.c[name] == value)
            return list(db.execute(query))

    def read(self, function: Callable[..., Any], *args: Any, **more: Any) -> Any:
        with self.engine.connect() as db:
            return function(db, *args, **more)

    def order(self, order: int) -> Any:
        return self.read(sales_orders.must, order)

    def line(self, order: int, line: int = 1) -> Any:
        return self.read(sales_orders.lines, order)[line - 1]

    def facts(self, kind: type[Fact]) -> list[Any]:
        return [fact for fact in self.world.facts if isinstance(fact, kind)]

    def note(self, order: int) -> int:
        """The order's newest note."""
        return int(self.read(sales_orders.notes, order)[-1].id)

    def entry(self, fact: Fact) -> tuple[str, Entry]:
        number, now = next(self.entry_ids), self.world.clock.now
        entry = Entry(
            id=number,
            uid=f"floor-{number}",
            at=now,
            recorded_at=now,
            person=1,
            device="",
            cause="",
            warehouse="W1",
            fact=fact,
        )
        return f"floor-{number}:ledger", entry

    def post(self, *facts: Fact) -> list[tuple[str, Entry]]:
        """The floor says these; the courier's batch is returned, so that it can be brought again."""
        batch = [self.entry(fact) for fact in facts]
        self.bring(batch)
        return batch

    def bring(self, batch: list[tuple[str, Entry]]) -> None:
        self.world.do(lambda tx: inbox.post(tx, batch))

    def receive(self, item: int, quantity: int) -> Fact:
        return Received(document="r", place="A-01", lines=(StockLine(item=item, lot="", quantity=quantity),))

    def count(self, item: int, expected: int, counted: int) -> Fact:
        return Counted(place="A-01", item=item, lot="", expected=expected, counted=counted, count=None)

    def released(self, note: int) -> Released:
        """What the ledger said of the note, whichever process it said it in."""
        said = [entry.fact for entry in self.read(journal.history, f"note:{note}")]
        return next(fact for fact in said if isinstance(fact, Released))

    def accepted(self, note: int) -> Fact:
        said = self.released(note)
        return Accepted(**{name: getattr(said, name) for name in Released.__struct_fields__}, tasks=())

    def shipped(self, note: int, *quantities: int, shipment: int = 0, reason: str = "short") -> Shipped:
        """The note's lines leave with these quantities, in full where none are given."""
        said = self.released(note)
        gone = quantities or tuple(line.quantity for line in said.lines)
        lines = [(x, q) for x, q in zip(said.lines, gone, strict=True)]
        rest = [(x, x.quantity - q) for x, q in lines]
        return Shipped(
            shipment=shipment or next(self.shipments),
            note=note,
            order=said.order,
            warehouse="W1",
            carrier="SF",
            tracking=("SF1",),
            lines=tuple(_quantity(x, q) for x, q in lines if q),
            rest=tuple(_quantity(x, q) for x, q in rest if q > 0),
            rest_reason=reason,
        )

    def withdrawn(self, note: int, *, shorted: bool = False) -> Fact:
        said = self.released(note)
        lines = tuple(_quantity(line, line.quantity) for line in said.lines)
        return Withdrawn(note=note, order=said.order, lines=lines, put_back=(), shorted=shorted)

    def refused(self, note: int, code: str = "parcel_closed") -> Fact:
        return WithdrawRefused(note=note, order=self.released(note).order, code=code)

    def picked(self, note: int, line: int = 1, quantity: int = 1, kind: Any = Picked) -> Fact:
        said = self.released(note)
        wanted = said.lines[line - 1]
        at = {"note": note, "order": said.order, "line": line, "item": wanted.item, "lot": "", "quantity": quantity}
        if kind is Packed:
            return Packed(**at, parcel=1, serial="")
        at |= {"order_line": wanted.order_line, "task": 1, "place": "A-01", "state": "picking"}
        if kind is Shorted:
            return Shorted(**at, reason="missing", count=1)
        return Undone(**at, serial="", pick=1) if kind is Undone else Picked(**at, serial="")

    def transit(self, issue: Any, state: str, at: datetime) -> Fact:
        where = {"shipment": issue.shipment, "note": issue.note, "order": issue.order}
        if state == "delivered":
            return Delivered(**where, delivered_at=at)
        return Tracked(**where, tracking="SF1", carrier="SF", step=TransitStep(state=state, reason="", at=at))

    def check(self) -> None:
        """Everything that must hold after any history."""
        assert [line for check in checks.CHECKS for line in self.read(check)] == []
        assert self.read(journal.broken_at) is None
        assert replayed_differences(self.world, STATE) == []


def _quantity(line: Any, quantity: int) -> LineQuantity:
    return LineQuantity(line=line.line, order_line=line.order_line, item=line.item, quantity=quantity)


def office(engine: Engine, **more: Any) -> Desk:
    """Two salespeople, a reviewer, finance and a manager; a customer with an address; three priced items, none on hand."""
    clock, numbers = Clock(), itertools.count(1)
    house = replay.house(routes, folds.FOLDS, folds.MASTERS)
    writer = Writer(engine, house, clock, lambda: f"uid-{next(numbers)}").start()
    world = World(engine, clock, writer=writer)
    desk = Desk(engine, world)
    world.place("A-01")
    for id, name, roles in (
        (SALES, "林丹", "sales"),
        (REVIEWER, "周琳", "reviewer"),
        (FINANCE, "吴钱", "finance"),
        (MANAGER, "郑理", "manager"),
        (SALES2, "孙悦", "sales"),
    ):
        world.person(id, name, roles)
    for item in (1, 2, 3):
        world.item(item)
        desk.do(pricing.set_price, item, "CNY", item * 10_000_000)
    form = CustomerForm(code="C1", name="晨光商贸", address={"address": "张江路 88 号", "city": "上海"})
    desk.do(customers.edit, None, form)
    return desk


def courier(desk: Desk, to_floor: Callable[[Tx, Fact], None]) -> Courier:
    """Carries between floor and ledger in this thread: `courier(desk, accepting.take).settle()`."""

    def inside(tx: Tx, entries: list[tuple[str, Entry]]) -> None:
        for _, entry in entries:
            to_floor(tx, entry.fact)

    return Courier(desk.engine, desk.world.writer, {"floor": inside, "ledger": inbox.post}, {}, desk.world.clock)


LATER = timedelta(hours=1)
__all__ = ["LATER", "Desk", "Held", "Resumed", "WithdrawAsked", "courier", "goods_issues", "office"]
