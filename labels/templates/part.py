"""One field of a site's template in which names stand."""

import re
from dataclasses import dataclass

from labels.commands import Command

NAME = re.compile(rb"\{\{\s*(\w{1,40})\s*\}\}", re.ASCII)
STATE = frozenset(("BY", "CF", "CI", "FW", "LH", "LR", "LS", "PM", "PO", "PW", "LL"))  # hold on beyond their field


@dataclass(frozen=True)
class Part:
    """A field with names in it: its commands from after the ^FS before it, and its text cut at the names (every second
    piece, from the second, is a name)."""

    commands: tuple[Command, ...]
    pieces: tuple[bytes, ...]
    indicator: bytes
    font: Command | None
    barcode: Command | None
    module: int
    code_page: bytes
    tall: int = 10  # of bars that do not say their height
    turned: str = "N"  # of what does not say how it is turned
    home: tuple[int, int] = (0, 0)  # from where its place is counted, in dots from the label's corner

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(piece.decode() for piece in self.pieces[1::2])

    def one(self, name: str) -> Command | None:
        """The field's last command of this name."""
        return next((command for command in reversed(self.commands) if command.name == name), None)
