"""Goods that come, go and come free: on hand follows the floor, and the oldest back-orders are served first."""

from collections import defaultdict
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, cast, func, select

from floor.cases import open_case
from floor.facts.delivery import Shorted
from floor.facts.fact import Entry
from floor.facts.order import OrderReserved
from floor.facts.posting import SupplyLine, SupplyPosted
from floor.facts.stock import Counted, Received
from floor.items import ITEM
from floor.ledger import holds, releasing
from floor.ledger.holds import REPLENISHMENT, SUPPLY
from floor.ledger.sales_orders import LINE, OPEN_BACKORDER, ORDER, backorder
from floor.places import place
from floor.storage.journal import JOURNAL, SUBJECT, entry_of
from floor.storage.record import Tx, record

_waiting = (
    select(LINE.c.order, LINE.c.line, LINE.c.item, LINE.c.quantity, LINE.c.cancelled, LINE.c.shipped, LINE.c.held)
    .join(ORDER, ORDER.c.id == LINE.c.order)
    .where(
        OPEN_BACKORDER,
        LINE.c.item.in_(bindparam("items", expanding=True)),
        ORDER.c.warehouse == bindparam("warehouse"),
        ORDER.c.state == "approved",
        ORDER.c.asked == "",
    )
    .order_by(ORDER.c.approved_id, LINE.c.line)
)


def post(tx: Tx, entry: Entry) -> None:
    """The floor's Received or Counted: on hand follows; a loss below what is held opens a case; back-orders are served.

    A count serves them also where it found no more than was known: what a short pick gave free is there after all.
    """
    fact = entry.fact
    assert isinstance(fact, Received | Counted)
    where = place(tx.db, fact.place)
    warehouse = where.warehouse if where is not None else entry.warehouse
    if isinstance(fact, Received):
        moved = holds.sums((line.item, line.quantity) for line in fact.lines)
    else:
        moved = holds.sums([(fact.item, fact.counted - fact.expected)])
    known = holds.rows(tx.db, warehouse, moved)
    on_hand = {i: q + (known[i].on_hand if i in known else 0) for i, q in moved.items()}
    held = {i: known[i].held if i in known else 0 for i in moved}
    cuts = holds.youngest(tx.db, warehouse, breach(on_hand, held))
    lines = tuple(SupplyLine(item=item, quantity=quantity) for item, quantity in moved.items())
    record(tx, SupplyPosted(upto=entry.id, warehouse=warehouse, lines=lines, cuts=cuts))
    if cuts:
        orders = sorted({cut.order for cut in cuts})
        open_case(tx, f"item:{cuts[0].item}", "held_goods_lost", item=cuts[0].item, place=fact.place, orders=orders)
    served = [fact.item] if isinstance(fact, Counted) else list(moved)
    serve_backorders(tx, warehouse, served)


def serve_counted(tx: Tx, warehouse: str, note: int, items: list[int]) -> None:
    """Serve back-orders with what a note has given free of these items, where its bin was counted since the short pick."""
    if items:
        shorts = [entry for entry in _told(tx.db, f"note:{note}", "Shorted") if entry.fact.item in items]
        serve_backorders(tx, warehouse, sorted({short.fact.item for short in shorts if _counted(tx.db, short)}))


def _counted(db: Connection, short: Entry) -> bool:
    fact = short.fact
    assert isinstance(fact, Shorted)
    counts = [entry.fact for entry in _told(db, f"place:{fact.place}", "Counted", short.id)]
    return any((count.item, count.lot) == (fact.item, fact.lot) for count in counts)


def _told(db: Connection, document: str, kind: str, after: int = 0) -> list[Any]:
    """The journal's facts of a kind about a document after the id `after`."""
    told = select(JOURNAL).join(SUBJECT, SUBJECT.c.journal_id == JOURNAL.c.id)
    told = told.where(SUBJECT.c.document == document, SUBJECT.c.journal_id > after, JOURNAL.c.kind == kind)
    return [entry_of(row) for row in db.execute(told)]


def breach(on_hand: dict[int, int], held: dict[int, int]) -> dict[int, int]:
    """Pure: by how much more is held than is there, by item, where it is."""
    over = {item: held.get(item, 0) - max(there, 0) for item, there in on_hand.items()}
    return {item: quantity for item, quantity in over.items() if quantity > 0}


def serve_backorders(tx: Tx, warehouse: str, items: list[int]) -> list[int]:
    """Hold what is free for the oldest back-orders of these items, and release it as policy says; the orders served."""
    if not items:
        return []
    lines = list(tx.db.execute(_waiting, {"items": items, "warehouse": warehouse}))
    free = holds.available(tx.db, warehouse, items) if lines else {}
    by_order: dict[int, list[Any]] = defaultdict(list)
    for line in lines:
        by_order[line.order].append(line)
    served = []
    for order, waiting in by_order.items():
        held = holds.plan([(line.line, line.item, backorder(line)) for line in waiting], free)
        taken = tuple(line for line in held if line.quantity)
        for part in taken:
            free[part.item] -= part.quantity
        if taken:
            record(tx, OrderReserved(order=order, warehouse=warehouse, lines=taken))
            releasing.release_as_policy_says(tx, order)
            served.append(order)
    return served


def _sum(column: Any, name: str) -> Any:
    """An exact sum as an integer: PostgreSQL would answer a Decimal."""
    return cast(func.sum(column), BigInteger).label(name)


def availability(db: Connection, words: str = "", *, page: int = 1, per_page: int = 50) -> list[Any]:
    """Items found by code or name with on_hand, held, available and wanted (by back-orders), summed over warehouses."""
    total = (
        select(SUPPLY.c.item, _sum(SUPPLY.c.on_hand, "on_hand"), _sum(SUPPLY.c.held, "held"))
        .group_by(SUPPLY.c.item)
        .subquery()
    )
    asked = (
        select(REPLENISHMENT.c.item, _sum(REPLENISHMENT.c.wanted, "wanted")).group_by(REPLENISHMENT.c.item).subquery()
    )
    on_hand, held = func.coalesce(total.c.on_hand, 0), func.coalesce(total.c.held, 0)
    found = (
        select(
            ITEM,
            on_hand.label("on_hand"),
            held.label("held"),
            (on_hand - held).label("available"),
            func.coalesce(asked.c.wanted, 0).label("wanted"),
        )
        .outerjoin(total, total.c.item == ITEM.c.id)
        .outerjoin(asked, asked.c.item == ITEM.c.id)
        .where(ITEM.c.retired.is_(False))
    )
    for word in words.split()[:8]:
        found = found.where(
            ITEM.c.code.icontains(word, autoescape=True)
            | ITEM.c.name.icontains(word, autoescape=True)
            | ITEM.c.name_en.icontains(word, autoescape=True)
            | ITEM.c.spec.icontains(word, autoescape=True)
        )
    return list(db.execute(found.order_by(ITEM.c.code).limit(per_page).offset((max(page, 1) - 1) * per_page)))


def replenishments(db: Connection) -> list[Any]:
    """What supply is asked for: open requests with their items, oldest first."""
    found = select(REPLENISHMENT, ITEM.c.code, ITEM.c.name, ITEM.c.unit, ITEM.c.scale)
    found = found.join(ITEM, ITEM.c.id == REPLENISHMENT.c.item).where(REPLENISHMENT.c.wanted > 0)
    return list(db.execute(found.order_by(REPLENISHMENT.c.since, REPLENISHMENT.c.item)))
