"""Draws the pictures in labels/README.md anew: `./run python -m tests.labels.pictures`."""

from pathlib import Path

import pypdfium2
from PIL import Image

from labels.media import Media
from labels.preview import image
from labels.templates.site import load
from tests.labels.paper_samples import PAPERS, paper
from tests.labels.samples import PARCEL, SAMPLES, sample

FOLDER = Path(__file__).resolve().parents[2] / "labels" / "pictures"
TEMPLATES = Path(__file__).parent / "site_templates" / "good"


def draw() -> None:
    """One PNG a label, half size; one a paper, its first page."""
    FOLDER.mkdir(exist_ok=True)
    for kind in SAMPLES:
        _keep(kind, image(sample(kind, language="zh")))
    _keep("parcel_of_a_site", image(load(TEMPLATES).zpl(PARCEL, Media(100, 150))))
    for kind in PAPERS:
        with pypdfium2.PdfDocument(paper(kind).data) as document:
            _keep(kind, document[0].render(scale=1.8, grayscale=True).to_pil(), greys=8)


def _keep(kind: str, picture: Image.Image, greys: int = 4) -> None:
    small = picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS).quantize(greys)
    small.save(FOLDER / f"{kind.replace(' ', '_')}.png", optimize=True)


if __name__ == "__main__":
    draw()
