"""Set-up codes of makers' scanners: one is scanned, and the scanner changes its own setting.

Only what a source spells out whole stands here; all else is in the maker's guide for the model.
Honeywell: menu commands do what the bar codes of the User's Guide do (N86XX User's Guide, chapter 10); VSUFCR adds a CR
to all symbologies, DEFALT brings the defaults back (list of the N36XX). As bars: Code 128 with "~" before, "." and FNC3
behind (AccuData, "Can't default Honeywell Xenon or Voyager scanner", 2022); firmware of before that took no "~".
Datalogic: Code 128 with FNC3 before and CR behind (Magellan 3200VSi Product Reference Guide, page 193); "$P,...,P" enters
and leaves programming (Gryphon GPS4400 Product Reference Guide, page 48); CAIEN01 is Global AIM ID: enable.
"""

from dataclasses import dataclass

from labels.captions import caption
from labels.media import Media
from labels.refused import LabelRefused
from labels.rows import AIR_MM, Rows
from labels.symbols.code128 import command128
from labels.zpl import Drawing

SETUPS = {
    "honeywell_suffix": "~VSUFCR.[FNC3]",
    "honeywell_defaults": "~DEFALT.[FNC3]",
    "datalogic_aim": "[FNC3]$P,CAIEN01,P\r",
}


@dataclass(frozen=True)
class ScannerSetupLabel:
    """`setup`: a name in SETUPS."""

    setup: str


def zpl(label: ScannerSetupLabel, media: Media) -> bytes:
    """The label as ZPL; LabelRefused where there is no such set-up code or it does not fit."""
    if label.setup not in SETUPS:
        raise LabelRefused("bad_content", f"{label.setup[:40]!r} is none of {', '.join(SETUPS)}")
    drawing, rows = Drawing(media), Rows(media, margin=2)
    title = rows.down(media.height_mm * 0.3)
    drawing.text(title, caption(media, f"setup_{label.setup}"), largest_mm=5, smallest_mm=2, align="center")
    text = rows.up(3.2)
    rows.up(AIR_MM)
    drawing.symbol(rows.rest(), command128(SETUPS[label.setup]))
    drawing.text(text, SETUPS[label.setup].strip(), largest_mm=3, smallest_mm=1.6, align="center")
    return drawing.zpl()
