"""Draws the pictures in labels/README.md anew: `./run python -m tests.labels.pictures`."""

from pathlib import Path

from labels.preview import image
from tests.labels.samples import SAMPLES, sample

FOLDER = Path(__file__).resolve().parents[2] / "labels" / "pictures"


def draw() -> None:
    """One PNG a sample, half size."""
    FOLDER.mkdir(exist_ok=True)
    for kind in SAMPLES:
        picture = image(sample(kind))
        small = picture.resize((picture.width // 2, picture.height // 2)).quantize(4)
        small.save(FOLDER / f"{kind.replace(' ', '_')}.png", optimize=True)


if __name__ == "__main__":
    draw()
