"""The label stock in a printer: the one place where millimetres become dots."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from labels.refused import LabelRefused

DPI = (203, 300, 600)


class Box(NamedTuple):
    """A rectangle on the label in millimetres from its top left corner."""

    x: float
    y: float
    width: float
    height: float


class Dots(NamedTuple):
    """A rectangle on the label in printer dots; `right` and `bottom` are the first dots outside it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def meets(self, other: "Dots") -> bool:
        """Whether the two rectangles share a dot."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True)
class Media:
    """Label size in millimetres, the print head's resolution, a font for scripts that printers lack, and the
    language of the captions ("en" or "zh")."""

    width_mm: float
    height_mm: float
    dpi: int = 203
    font: Path | None = None
    language: str = "en"

    def __post_init__(self) -> None:
        if self.dpi not in DPI:
            raise LabelRefused("bad_content", f"{self.dpi} dpi: label printers have {DPI}")
        if not (10 <= self.width_mm <= 220 and 10 <= self.height_mm <= 990):
            raise LabelRefused("bad_content", f"a label of {self.width_mm} x {self.height_mm} mm")

    def dots(self, millimetres: float) -> int:
        """The nearest whole number of dots."""
        return round(millimetres * self.dpi / 25.4)

    def millimetres(self, dots: int) -> float:
        return dots * 25.4 / self.dpi

    def rectangle(self, box: Box) -> Dots:
        """`box` in dots, refused where it leaves the label."""
        found = Dots(self.dots(box.x), self.dots(box.y), self.dots(box.x + box.width), self.dots(box.y + box.height))
        inside = 0 <= found.left < found.right and 0 <= found.top < found.bottom
        if not inside or found.right > self.dots(self.width_mm) or found.bottom > self.dots(self.height_mm):
            raise LabelRefused("does_not_fit", f"{box} is not inside a label of {self.width_mm} x {self.height_mm} mm")
        return found
