"""Goods issues: what left by each shipment, and whether it is invoiced; posted from the floor's Shipped, never refused."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, bindparam, select
from sqlmodel import Field, SQLModel

from floor.cases import open_case
from floor.facts.delivery import LineQuantity
from floor.facts.fact import Entry
from floor.facts.posting import Cut, Issued, IssuedLine
from floor.facts.shipment import Shipped
from floor.ledger import holds, sales_orders, supply
from floor.ledger.sales_orders import LINE
from floor.storage.database import Exact, Utc, table
from floor.storage.record import Tx, record


class GoodsIssue(SQLModel, table=True):
    """State. One shipment of the floor; `invoice` None: to invoice. `transit` is the carrier's newest word."""

    __tablename__ = "goods_issue"
    shipment: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    order: int = Field(index=True)
    note: int
    carrier: str = ""
    tracking: str = ""
    issued_at: datetime = Field(sa_column=Column(Utc, nullable=False))
    transit: str = "pending"
    transit_at: datetime = Field(sa_column=Column(Utc, nullable=False))
    delivered_at: datetime | None = Field(default=None, sa_column=Column(Utc))
    invoice: int | None = Field(default=None, sa_column=Column(Integer, index=True))


class GoodsIssueLine(SQLModel, table=True):
    """State. `quantity` left, `billable` of it fits the order's line."""

    __tablename__ = "goods_issue_line"
    shipment: int = Field(sa_column=Column(Integer, ForeignKey("goods_issue.shipment"), primary_key=True))
    line: int = Field(primary_key=True)
    order_line: int
    item: int
    quantity: int = Field(sa_type=Exact)
    billable: int = Field(sa_type=Exact)


ISSUE, ISSUE_LINE = table(GoodsIssue), table(GoodsIssueLine)
_one = select(ISSUE).where(ISSUE.c.shipment == bindparam("shipment"))
_of = select(ISSUE).where(ISSUE.c.order == bindparam("order")).order_by(ISSUE.c.shipment)
_to_invoice = _of.where(ISSUE.c.invoice.is_(None))
_lines = (
    select(ISSUE_LINE)
    .where(ISSUE_LINE.c.shipment.in_(bindparam("shipments", expanding=True)))
    .order_by(ISSUE_LINE.c.shipment, ISSUE_LINE.c.line)
)


def issue(db: Connection, shipment: int) -> Any | None:
    return db.execute(_one, {"shipment": shipment}).first()


def of_order(db: Connection, order: int) -> list[Any]:
    return list(db.execute(_of, {"order": order}))


def to_invoice_of(db: Connection, order: int) -> list[Any]:
    """The order's shipments that are not invoiced."""
    return list(db.execute(_to_invoice, {"order": order}))


def lines(db: Connection, shipments: list[int]) -> list[Any]:
    return list(db.execute(_lines, {"shipments": shipments}))


def post(tx: Tx, entry: Entry) -> None:
    """The floor's Shipped: consume the hold, free the rest, put what left on the list to invoice; what does not fit opens a case."""
    fact = entry.fact
    assert isinstance(fact, Shipped)
    if issue(tx.db, fact.shipment) is not None:
        open_case(tx, f"order:{fact.order}", "shipped_twice", shipment=fact.shipment, note=fact.note, order=fact.order)
        return
    order = sales_orders.order(tx.db, fact.order)
    warehouse = order.warehouse if order is not None else fact.warehouse
    lines = _issued_lines(tx.db, fact)
    on_hand, cuts = _stock_after(tx.db, fact, warehouse, lines)
    record(tx, _issued(fact, entry, warehouse, lines, cuts))
    _cases(tx, fact, lines, cuts, {item: there for item, there in on_hand.items() if there < 0})
    freed = [line.item for line in lines if line.released]
    if order is not None and fact.rest and fact.rest_reason == "part":
        supply.serve_backorders(tx, warehouse, freed)
    elif order is not None:
        supply.serve_counted(tx, warehouse, fact.note, freed)


def _issued(
    fact: Shipped, entry: Entry, warehouse: str, lines: tuple[IssuedLine, ...], cuts: tuple[Cut, ...]
) -> Issued:
    return Issued(
        order=fact.order,
        note=fact.note,
        upto=entry.id,
        shipment=fact.shipment,
        warehouse=warehouse,
        carrier=fact.carrier,
        tracking=fact.tracking,
        issued_at=entry.at,
        lines=lines,
        cuts=cuts,
    )


def _issued_lines(db: Connection, fact: Shipped) -> tuple[IssuedLine, ...]:
    """Every line of the note, shipped or not: what fits the order, and what becomes of the hold behind it."""
    held = {line.line: line for line in sales_orders.note_lines(db, fact.order) if line.note == fact.note}
    room = {line.line: _Room(line) for line in sales_orders.lines(db, fact.order)}
    left = {line.line: line for line in fact.lines}
    issued = [_issued_line(line, held.get(line.line), room.get(line.order_line)) for line in fact.lines]
    unshipped = [line for number, line in held.items() if number not in left and line.held]
    return (*issued, *(_unshipped_line(line) for line in unshipped))


class _Room:
    """How much of an order line may still ship: `open` of it is wanted, `cancelled` was once."""

    def __init__(self, line: Any) -> None:
        self.held, self.cancelled = line.held, line.cancelled
        self.left = line.quantity - line.shipped


def _issued_line(line: LineQuantity, on_note: Any | None, room: _Room | None) -> IssuedLine:
    hold = on_note.held if on_note is not None else 0
    consumed = min(hold, line.quantity)
    billable = uncancelled = 0
    if room is not None:
        room.held -= hold
        billable = min(line.quantity, room.left - room.held)
        room.left -= billable
        uncancelled = max(room.cancelled + room.held - room.left, 0)
        room.cancelled -= uncancelled
    return IssuedLine(
        line=line.line,
        order_line=line.order_line,
        item=line.item,
        quantity=line.quantity,
        billable=billable,
        uncancelled=uncancelled,
        consumed=consumed,
        released=hold - consumed,
    )


def _unshipped_line(line: Any) -> IssuedLine:
    at = {"line": line.line, "order_line": line.order_line, "item": line.item}
    return IssuedLine(**at, quantity=0, billable=0, uncancelled=0, consumed=0, released=line.held)


def _stock_after(
    db: Connection, fact: Shipped, warehouse: str, lines: tuple[IssuedLine, ...]
) -> tuple[dict[int, int], tuple[Cut, ...]]:
    """On hand by item after the issue, and the foreign holds that goods no longer stand behind."""
    gone = holds.sums((line.item, line.quantity) for line in lines)
    freed = holds.sums((line.item, line.consumed + line.released) for line in lines)
    known = holds.rows(db, warehouse, gone)
    on_hand = {i: (known[i].on_hand if i in known else 0) - q for i, q in gone.items()}
    held = {i: (known[i].held if i in known else 0) - freed.get(i, 0) for i in gone}
    return on_hand, holds.youngest(db, warehouse, supply.breach(on_hand, held), spared=fact.note)


def _cases(tx: Tx, fact: Shipped, lines: tuple[IssuedLine, ...], cuts: tuple[Cut, ...], below: dict[int, int]) -> None:
    """What a person must look at: more than ordered, after a cancel, goods that other orders held, or that nobody knew of."""
    about, at = f"order:{fact.order}", {"order": fact.order, "note": fact.note, "shipment": fact.shipment}
    excess = sum(line.quantity - line.billable for line in lines)
    cancelled = sum(line.uncancelled for line in lines)
    if excess:
        open_case(tx, about, "shipped_too_much", **at, quantity=excess)
    if cancelled:
        open_case(tx, about, "shipped_after_cancel", **at, quantity=cancelled)
    if cuts:
        orders = sorted({cut.order for cut in cuts})
        open_case(tx, about, "held_goods_lost", item=cuts[0].item, place=f"note:{fact.note}", orders=orders)
    if below:
        open_case(tx, about, "stock_below_zero", **at, items=sorted(below))


def to_invoice(db: Connection, *, page: int = 1, per_page: int = 50) -> list[Any]:
    """Shipments that wait to be invoiced, oldest first, each with order, customer and the billable units."""
    found = select(ISSUE).where(ISSUE.c.invoice.is_(None)).order_by(ISSUE.c.issued_at, ISSUE.c.shipment)
    return list(db.execute(found.limit(per_page).offset((max(page, 1) - 1) * per_page)))


def billed_lines(db: Connection, shipments: list[int]) -> list[Any]:
    """The billable lines of shipments of one order, each with its order line's price, discount, billed quantity and amount."""
    found = (
        select(
            ISSUE_LINE.c.shipment,
            ISSUE_LINE.c.order_line,
            ISSUE_LINE.c.item,
            ISSUE_LINE.c.billable,
            LINE.c.price_micro,
            LINE.c.discount_bp,
            LINE.c.invoiced,
            LINE.c.billed_minor,
        )
        .join(ISSUE, ISSUE.c.shipment == ISSUE_LINE.c.shipment)
        .join(LINE, (LINE.c.order == ISSUE.c.order) & (LINE.c.line == ISSUE_LINE.c.order_line))
        .where(ISSUE_LINE.c.shipment.in_(shipments), ISSUE_LINE.c.billable > 0)
        .order_by(ISSUE_LINE.c.shipment, ISSUE_LINE.c.line)
    )
    return list(db.execute(found))
