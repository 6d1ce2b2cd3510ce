"""Code 128 (ISO/IEC 15417): bars for codes of our own, and the bars beneath GS1-128."""

from labels.elements import GS
from labels.escape import field
from labels.refused import LabelRefused
from labels.symbols.symbol import Symbol

START_B, START_C, TO_B, FNC1, GREATER = ">:", ">;", ">6", ">8", ">0"
FNC3 = "[FNC3]"  # as it is written here: it turns the code into a command to the scanner that reads it
IN_BARS = {FNC3: ">2", "\r": ">777"}  # CR is in set A only: value 77 there


def code128(text: str) -> Symbol:
    """Any text of printable ASCII, at most 48 characters."""
    if not (text and text.isascii() and text.isprintable() and len(text) <= 48):
        raise LabelRefused("bad_content", f"Code 128 cannot hold {text[:60]!r}")
    return bars("Code 128", text, gs1=False, smallest_mm=0.19)


def bars(name: str, text: str, *, gs1: bool, smallest_mm: float) -> Symbol:
    """A Code 128 symbol; in a GS1 one FNC1 leads and stands where `text` has GS."""
    return _drawn(name, *invoked(text, gs1=gs1), smallest_mm)


def command128(text: str) -> Symbol:
    """A command to the scanner itself: printable ASCII without ">", with FNC3 somewhere, perhaps a CR at its end."""
    written = START_B + text
    for sign, bars_of_it in IN_BARS.items():
        written = written.replace(sign, bars_of_it)
    return _drawn("Code 128", written, len(text.replace(FNC3, "_")) + text.count("\r"), 0.19)


def _drawn(name: str, written: str, symbols: int, smallest_mm: float) -> Symbol:
    data = field(written)

    def draw(module: int, height: int) -> bytes:
        return b"^BY%d,3,%d^BCN,%d,N,N,N,N%s" % (module, height, height, data)

    columns = 11 * (symbols + 2) + 13  # start, check, stop with its closing bar
    return Symbol(name, columns, None, 10, smallest_mm, 1.016, draw)


def invoked(text: str, *, gs1: bool) -> tuple[str, int]:
    """`text` with the invocation codes of ^BC mode N, and how many symbol characters that makes.

    Digits go in pairs (set C) up to the first pair that is none; from there everything stays in set B. Going back
    would be shorter, but renderers and firmware disagree about >5 after set B, and >6 within B is read as FNC4.
    """
    pairs = gs1 or _digits(text) >= 4
    out, count, place = [START_C if pairs else START_B], 0, 0
    if gs1:
        out.append(FNC1)
        count += 1
    while pairs and place < len(text):
        if text[place] == GS:
            out.append(FNC1)
            place += 1
        elif _digits(text[place : place + 2]) == 2:
            out.append(text[place : place + 2])
            place += 2
        else:
            out.append(TO_B)
            pairs = False
        count += 1
    rest = text[place:]
    out.extend(FNC1 if sign == GS else GREATER if sign == ">" else sign for sign in rest)
    return "".join(out), count + len(rest)


def _digits(text: str) -> int:
    """How many ASCII digits lead `text`."""
    return len(text) - len(text.lstrip("0123456789"))
