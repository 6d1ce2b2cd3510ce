"""Review of a submitted order: completeness refuses, the other rules speak; results are kept with version and inputs."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select

from floor import policy
from floor.facts.order import CheckResult, OrderApproved, OrderRejected, OrderSubmitted
from floor.ledger import duplicates, holds, releasing, sales_orders
from floor.ledger.customers import customer
from floor.ledger.sales_orders import CHECK
from floor.ledger.states import after
from floor.people import HOUSE, need_person
from floor.refusal import Refusal
from floor.storage.record import Tx, record
from floor.texts import reason

Inputs = dict[str, Any]


def _complete(inputs: Inputs) -> str:
    return "person" if problems(inputs) else "pass"


def _stock(inputs: Inputs) -> str:
    return "flag" if any(row["wanted"] > row["available"] for row in inputs["items"]) else "pass"


def _price(inputs: Inputs) -> str:
    return "person" if any(not row["reason"] for row in outside(inputs)) else "pass"


def _duplicate(inputs: Inputs) -> str:
    return "person" if inputs["same_reference"] or inputs["equal_lines"] else "pass"


RULES: dict[tuple[str, int], Callable[[Inputs], str]] = {
    ("complete", 1): _complete,
    ("stock", 1): _stock,
    ("price", 1): _price,
    ("duplicate", 1): _duplicate,
}


def judge(rule: str, version: int, inputs: Inputs) -> str:
    """Pure: the verdict (pass, flag, person) of a version of a rule on inputs; a stored result can be repeated by it."""
    return RULES[rule, version](inputs)


def problems(inputs: Inputs) -> list[str]:
    """Pure: what an order still lacks, by stable words."""
    found = [word for word in ("no_lines", "customer_retired", "no_address") if inputs[word]]
    return found + [f"{word}:{line}" for word in ("unpriced", "item_retired") for line in inputs[word]]


def outside(inputs: Inputs) -> list[Inputs]:
    """Pure: the lines whose price lies further from the list than the tolerance (percent, on either side)."""
    percent = inputs["tolerance_percent"]
    return [
        row
        for row in inputs["lines"]
        if row["list_micro"] is None or abs(row["price_micro"] - row["list_micro"]) * 100 > percent * row["list_micro"]
    ]


def _completeness(order: Any, lines: list[Any], who: Any) -> Inputs:
    return {
        "no_lines": not lines,
        "customer_retired": who.retired,
        "no_address": order.ship_to == 0,
        "unpriced": [line.line for line in lines if line.price_micro is None],
        "item_retired": [line.line for line in lines if line.item_retired],
    }


def _inputs(tx: Tx, order: Any, lines: list[Any]) -> dict[str, Inputs]:
    wanted = holds.sums((line.item, line.quantity) for line in lines)
    free = holds.available(tx.db, order.warehouse, wanted)
    who = customer(tx.db, order.customer)
    return {
        "complete": _completeness(order, lines, who),
        "stock": {"items": [{"item": i, "wanted": q, "available": free[i]} for i, q in wanted.items()]},
        "price": {
            "tolerance_percent": int(policy.read(tx.db, "price_tolerance_percent")),
            "lines": [_price_row(line) for line in lines if line.price_micro != line.list_micro],
        },
        "duplicate": {
            "same_reference": duplicates.same_reference(tx.db, order),
            "equal_lines": duplicates.equal_lines(tx.db, order, lines),
        },
    }


def _price_row(line: Any) -> Inputs:
    return {
        "line": line.line,
        "price_micro": line.price_micro or 0,
        "list_micro": line.list_micro,
        "reason": line.price_reason,
    }


def submit(tx: Tx, order: int, revision: int | None = None) -> list[CheckResult]:
    """Into review; `order_incomplete` names the problems. Where policy lets it, an order that passes every rule is approved."""
    need_person(tx, "enter_order")
    row = sales_orders.must(tx.db, order)
    after(order, row.state, "submit")
    _check_revision(row, revision)
    lines = sales_orders.lines(tx.db, order)
    inputs = _inputs(tx, row, lines)
    if problems(inputs["complete"]):
        raise Refusal("order_incomplete", order=order, problems=problems(inputs["complete"]))
    newest = dict(sorted(RULES))  # of several versions the last stays
    results = [
        CheckResult(rule=rule, version=version, inputs=inputs[rule], verdict=judge(rule, version, inputs[rule]))
        for rule, version in newest.items()
    ]
    record(tx, OrderSubmitted(order=order, revision=row.revision, results=tuple(results)))
    if policy.read(tx.db, "auto_pass") == "yes" and all(result.verdict == "pass" for result in results):
        _approve(tx, row, lines, auto=True)
    return results


def _check_revision(row: Any, revision: int | None) -> None:
    if revision is not None and row.revision != revision:
        raise Refusal("order_changed", order=row.id, revision=row.revision)


def approve(tx: Tx, order: int, revision: int | None = None) -> int | None:
    """By another person than wrote or last changed it: prices stand, stock is held; the answer is the note released, if any.

    Refuses own_order, order_state, order_changed (the order says something else than the person saw).
    """
    need_person(tx, "approve_order")
    row = sales_orders.must(tx.db, order)
    after(order, row.state, "approve")
    if tx.person != HOUSE and tx.person in (row.author, row.changed_by):
        raise Refusal("own_order", order=order)
    _check_revision(row, revision)
    return _approve(tx, row, sales_orders.lines(tx.db, order), auto=False)


def _approve(tx: Tx, row: Any, lines: list[Any], *, auto: bool) -> int | None:
    free = holds.available(tx.db, row.warehouse, {line.item for line in lines})
    held = holds.plan([(line.line, line.item, line.quantity) for line in lines], free)
    record(tx, OrderApproved(order=row.id, revision=row.revision, warehouse=row.warehouse, lines=held, auto=auto))
    return releasing.release_as_policy_says(tx, row.id)


def reject(tx: Tx, order: int, why: str) -> None:
    """Back to its author with a reason."""
    need_person(tx, "approve_order")
    row = sales_orders.must(tx.db, order)
    after(order, row.state, "reject")
    record(tx, OrderRejected(order=order, reason=reason(why)))


def results(db: Connection, order: int) -> list[Any]:
    """Every kept result of every revision, newest revision first."""
    found = select(CHECK).where(CHECK.c.order == order)
    return list(db.execute(found.order_by(CHECK.c.revision.desc(), CHECK.c.rule)))
