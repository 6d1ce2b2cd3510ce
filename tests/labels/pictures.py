"""Draws the pictures in labels/README.md anew: `./run python -m tests.labels.pictures`."""

from pathlib import Path

import pypdfium2
from PIL import Image

from labels import carrier
from labels.media import Media
from labels.preview import image
from labels.templates.site import load
from tests.labels.paper_samples import PAPERS, paper
from tests.labels.samples import PARCEL, SAMPLES, sample
from tests.labels.test_carrier import pdf

FOLDER = Path(__file__).resolve().parents[2] / "labels" / "pictures"
CARRIER = b"""^XA^PW799^LL1199^FO20,20^GB759,1159,4^FS^FO50,60^A0N,60,60^FDParcel Express^FS
^FO50,140^A0N,34,34^FDNEXT DAY  1 / 1   2.340 kg^FS^FO20,200^GB759,0,4^FS
^FO50,240^A0N,44,44^FDErnst Handel^FS^FO50,300^A0N,44,44^FDKirchgasse 6^FS^FO50,360^A0N,44,44^FD8010 Graz^FS
^FO20,460^GB759,0,4^FS^FO520,500^A0N,200,200^FDG4^FS^FO60,500^BXN,8,200^FDPX123456789AT-8010^FS
^FO20,720^GB759,0,4^FS^FO90,780^BY3^BCN,260,N^FDPX123456789AT^FS^FO90,1070^A0N,44,44^FDPX 123 456 789 AT^FS^XZ"""
TEMPLATES = Path(__file__).parent / "site_templates" / "good"


def draw() -> None:
    """One PNG a label, half size; one a paper, its first page."""
    FOLDER.mkdir(exist_ok=True)
    for kind in SAMPLES:
        _keep(kind, image(sample(kind, language="zh")))
    _keep("parcel_of_a_site", image(load(TEMPLATES).zpl(PARCEL, Media(100, 150))))
    _keep("carrier", image(carrier.zpl(pdf(image(carrier.zpl(CARRIER, Media(100, 150)))), Media(100, 150))))
    for kind in PAPERS:
        with pypdfium2.PdfDocument(paper(kind).data) as document:
            _keep(kind, document[0].render(scale=1.8, grayscale=True).to_pil(), greys=8)


def _keep(kind: str, picture: Image.Image, greys: int = 4) -> None:
    small = picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS).quantize(greys)
    small.save(FOLDER / f"{kind.replace(' ', '_')}.png", optimize=True)


if __name__ == "__main__":
    draw()
