"""Reads the bar codes back from a label's ZPL, as a stranger's scanner would: the proof that a label is right."""

from dataclasses import dataclass
from typing import Any

from labels.preview import GET_IT, image
from labels.refused import LabelRefused

LEAST_DOTS = (
    16  # lower than this a "bar code" is a line of print: 0s in a row can pass for an EAN over two rows of dots
)


@dataclass(frozen=True)
class Read:
    """One symbol found. `identifier` is the AIM symbology id ("]C1" is GS1-128); `data` holds GS as 0x1D."""

    symbology: str
    identifier: str
    data: bytes


def read_back(zpl: bytes) -> list[Read]:
    """Every bar code on the first label in `zpl`, from top to bottom.

    Needs the extra `preview` (zplkit to draw, zxing-cpp to read); raises LabelRefused("no_preview") without it.
    """
    try:
        import zxingcpp
    except ImportError as error:
        raise LabelRefused("no_preview", f"{GET_IT} (zxing-cpp) to read labels back") from error
    formats = zxingcpp.barcode_formats_from_str("Code128,EAN13,ITF14,DataMatrix,QRCode")
    found = zxingcpp.read_barcodes(image(zpl), formats=formats, try_invert=False, try_downscale=False)
    found = [code for code in found if _height(code) >= LEAST_DOTS]
    found.sort(key=lambda code: (code.position.top_left.y, code.position.top_left.x))
    return [Read(str(code.format), code.symbology_identifier, bytes(code.bytes)) for code in found]


def _height(code: Any) -> int:
    corners = code.position
    top, bottom = corners.top_left, corners.bottom_left
    return int(abs(bottom.y - top.y) + abs(bottom.x - top.x))
