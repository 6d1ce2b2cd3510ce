"""GS1-128: chained application identifiers as bars (GS1 General Specifications 5.4)."""

from labels.elements import Elements, element_string
from labels.refused import LabelRefused
from labels.symbols.code128 import bars
from labels.symbols.symbol import Symbol


def gs1_128(elements: Elements) -> Symbol:
    """At most 48 characters with the separators.

    The module is 0.495 to 1.016 mm on logistic labels (figure 5.12.3.5-1). It is smaller, down to 0.25 mm, only where
    the label is too narrow for that, or at 600 dpi, where the 10 dots that ^BY takes at most are 0.42 mm.
    """
    text = element_string(elements)
    if len(text) > 48:
        raise LabelRefused("bad_content", f"GS1-128 holds 48 characters, not {len(text)}")
    return bars("GS1-128", text, gs1=True, smallest_mm=0.25)
