"""Receivables by how long they are overdue: per customer and currency, in the usual thirty-day columns."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

BOUNDS = (0, 30, 60, 90)  # days overdue: not due, up to 30, 60, 90, more
COLUMNS = len(BOUNDS) + 1


@dataclass
class Aged:
    """What one customer owes in one currency: minor units by column, and the sum."""

    customer: int
    currency: str
    columns: list[int] = field(default_factory=lambda: [0] * COLUMNS)

    @property
    def total(self) -> int:
        return sum(self.columns)


def column(due: date, today: date) -> int:
    """0: not due yet; then 1 to 30, 31 to 60, 61 to 90, and more than 90 days overdue."""
    late = (today - due).days
    return sum(late > bound for bound in BOUNDS)


def aged(receivables: Iterable[Any], today: date) -> list[Aged]:
    """One row a customer and currency, the largest sum first."""
    found: dict[tuple[int, str], Aged] = {}
    for row in receivables:
        one = found.setdefault((row.customer, row.currency), Aged(row.customer, row.currency))
        one.columns[column(row.due_date, today)] += row.open_minor
    return sorted(found.values(), key=lambda one: (one.currency, -one.total, one.customer))


def sums(rows: Iterable[Aged]) -> dict[str, list[int]]:
    """Per currency the sum of each column."""
    total: dict[str, list[int]] = {}
    for row in rows:
        column_sums = total.setdefault(row.currency, [0] * COLUMNS)
        total[row.currency] = [a + b for a, b in zip(column_sums, row.columns, strict=True)]
    return total
