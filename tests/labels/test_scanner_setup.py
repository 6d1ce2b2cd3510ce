"""Set-up codes as a scanner sees them: what they say, and FNC3 where the maker wants it."""

from itertools import groupby

import pytest

from labels.media import Media
from labels.preview import image
from labels.read_back import read_back
from labels.refused import LabelRefused
from labels.scanner_setup import SETUPS, ScannerSetupLabel, zpl

FNC3 = (1, 1, 4, 3, 1, 1)  # value 96 of sets A and B (ISO/IEC 15417, table 1)


def symbols(made: bytes) -> list[tuple[int, ...]]:
    """The symbol characters of the label's bars, as widths in modules."""
    picture = image(made)
    row = picture.crop((0, picture.height // 2, picture.width, picture.height // 2 + 1)).tobytes()
    runs = [len(list(run)) for _, run in groupby(byte < 128 for byte in row)][1:-1]
    return [tuple(width // runs[1] for width in runs[at : at + 6]) for at in range(0, len(runs) - 7, 6)]


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("setup", SETUPS)
def test_what_a_scanner_reads(setup: str, dpi: int) -> None:
    made, says = zpl(ScannerSetupLabel(setup), Media(60, 40, dpi)), SETUPS[setup]
    (read,) = read_back(made)
    assert (read.data.decode(), read.identifier) == (says.replace("[FNC3]", ""), "]C0")
    place = 1 if says.startswith("[FNC3]") else -2  # after the start character, before the check character
    found = symbols(made)
    assert [at for at, one in enumerate(found) if one == FNC3] == [range(len(found))[place]]


def test_no_such_setup() -> None:
    with pytest.raises(LabelRefused, match="none of honeywell_suffix"):
        zpl(ScannerSetupLabel("zebra"), Media(60, 40))
