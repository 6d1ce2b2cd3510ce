"""What every bar code has in common: how much room it takes, and the command that draws it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Symbol:
    """A bar code ready to be placed.

    `columns` x `rows` modules without quiet zone; `rows` is None for bars, which take any height. `quiet` is the
    quiet zone in modules on every side that needs one (for bars: left and right). `smallest_mm` and `largest_mm`
    bound the module (X-dimension). `head` is how many dots the printer may start below the field's origin, `foot` how
    many it may draw below the height asked for.
    `draw(module, height)` gives the ZPL after ^FO and before ^FS, both in dots.
    """

    name: str
    columns: int
    rows: int | None
    quiet: int
    smallest_mm: float
    largest_mm: float
    draw: Callable[[int, int], bytes]
    head: int = 0
    foot: int = 0
