"""How much of the label the bars of a field cover, as the printer turns and places them."""

from labels.elements import digital_link
from labels.media import Dots
from labels.symbols.datamatrix import gs1_datamatrix
from labels.symbols.qr import qr
from labels.templates import bars
from labels.templates.part import Part
from labels.templates.placeholders import Coded, Value

EAN13 = 95  # modules
TOUCH = 2  # dots that may be shared or cut: what rounds up an export


def covered(part: Part, told: list[Value]) -> Dots | None:
    """In dots from the label's corner, for the values of the field's names; None where only the printer knows.

    Raises LabelRefused where the bar code cannot hold the values.
    """
    if part.barcode is None or not told:
        return None
    size = _size(part, told)
    if size is None:
        return None
    turned = "N" if part.barcode.name == "BQ" else turn(part)
    return placed(part, *size, turned, part.tall if part.barcode.name == "BQ" else 0)


def needed(part: Part, where: Dots) -> Dots:
    """What of it must be on the label: all but a touch of letters and of the height of bars."""
    if part.barcode is None:
        return Dots(where.left, where.top, where.right - TOUCH, where.bottom - TOUCH)
    if part.barcode.name not in ("BC", "BE"):
        return where
    across, down = (TOUCH, 0) if turn(part) in "RB" else (0, TOUCH)
    return Dots(where.left + across, where.top + down, where.right - across, where.bottom - down)


def turn(part: Part) -> str:
    """N, R, I or B: how the bar code is turned, by itself or by ^FW."""
    told = part.barcode.parameters[:1].decode("latin-1").upper() if part.barcode else ""
    return told if told in ("N", "R", "I", "B") else part.turned


def placed(part: Part, along: int, tall: int, turned: str = "N", head: int = 0) -> Dots:
    """What is `along` dots long and `tall` high before it is turned: ^FO is its upper left corner afterwards, ^FT its
    lower left corner before. `head`: how far below ^FO it begins."""
    where = part.one("FO") or part.one("FT")
    said = where.parameters.split(b",") if where else []
    left, top = part.home[0] + number(said, 0), part.home[1] + number(said, 1)
    width, height = (tall, along) if turned in "RB" else (along, tall)
    if where is not None and where.name == "FT":
        left -= {"I": along, "B": tall}.get(turned, 0)
        top -= {"N": tall, "B": along}.get(turned, 0)
    else:
        top += head
    if number(said, 2) == 1 and turned == "N":
        left -= width
    return Dots(left, top, left + width, top + height)


def number(said: list[bytes], place: int) -> int:
    """The whole number at this place of a command's parameters, 0 where there is none."""
    told = said[place].strip() if place < len(said) else b""
    return int(told[:6]) if told.isdigit() else 0


def _size(part: Part, told: list[Value]) -> tuple[int, int] | None:
    """How long and how high the bars are in dots, before they are turned."""
    assert part.barcode is not None
    name, said = part.barcode.name, part.barcode.parameters.split(b",")
    height = number(said, 1) or part.tall
    if name == "BC":
        columns = bars.data(part, told)[1]
        return (columns * part.module, height) if columns else None
    if name == "BE":
        return EAN13 * part.module, height
    if name == "BX":
        columns = number(said, 3) or (gs1_datamatrix(told[0].elements).columns if isinstance(told[0], Coded) else 0)
        rows = number(said, 4) or columns
        return (columns * number(said, 1), rows * number(said, 1)) if columns and number(said, 1) else None
    if name == "BQ" and number(said, 2) and part.pieces[0].strip()[:1].upper() == b"M":
        text = digital_link(told[0].elements) if isinstance(told[0], Coded) else str(told[0])
        side = qr(text).columns * number(said, 2)
        return side, side
    return None
