"""A label as a picture, drawn on this machine; the renderer is the optional extra `preview`."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labels.refused import LabelRefused

if TYPE_CHECKING:
    from PIL.Image import Image
    from zplkit._native import Scene

# Commands that set up the printer rather than draw; the renderer refuses them.
SET_UP = re.compile(
    rb"\^RF[^\^~]*(?:\^FH.?)?\^FD[^\^~]*\^FS|\^(?:PQ|PR|MD|MM|MN|MT|JU|RS|ID|SZ|XB|FW|LR|PM|PO)[^\^~]*|~[A-Z]{2}[^\^~]*"
)
GET_IT = "install the extra `preview`: pip install 'warehouse-floor[preview]'"
GRAPHIC_BYTES = 16_000_000  # a whole label of 220 x 600 mm at 600 dpi
PLAIN = frozenset({b"^FWN", b"^LRN", b"^PMN", b"^PON"})  # our own header's: they change nothing


@dataclass(frozen=True)
class Preview:
    """A PNG for each label, and the commands that the picture does not show (printer set-up, RFID)."""

    pngs: tuple[bytes, ...]
    undrawn: tuple[str, ...]


def preview(zpl: bytes) -> Preview:
    """Draws every label in `zpl`. Raises LabelRefused("no_preview") without the renderer, ("not_drawable") where it
    cannot draw something."""
    scenes, undrawn = scenes_of(zpl)
    return Preview(tuple(scene.png() for scene in scenes), undrawn)


def image(zpl: bytes) -> "Image":
    """The first label as a Pillow image of mode "L", a pixel a dot."""
    from PIL import Image

    raster = scenes_of(zpl)[0][0].rasterize()
    return Image.frombytes("L", (raster.width, raster.height), raster.pixels)


def scenes_of(zpl: bytes) -> tuple[list["Scene"], tuple[str, ...]]:
    """The renderer's scenes, one a label, and what was left out of them."""
    try:
        from zplkit import render
        from zplkit.rendering import Limits, RenderError
    except ImportError as error:
        raise LabelRefused("no_preview", f"{GET_IT} (zplkit) to see labels here") from error
    left_out = [found for found in SET_UP.findall(zpl) if found not in PLAIN]
    try:
        scenes = list(render(SET_UP.sub(b"", zpl), limits=Limits(graphic_bytes=GRAPHIC_BYTES)).labels)
    except RenderError as error:
        raise LabelRefused("not_drawable", str(error)) from error
    return scenes, tuple(found.decode("utf-8", "replace") for found in left_out)
