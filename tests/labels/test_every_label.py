"""Every label, drawn and read back as a stranger's scanner would; nothing outside the label or over anything else."""

import re
from dataclasses import replace
from itertools import combinations

import pytest
from PIL import ImageOps

from labels import parcel
from labels.media import Media
from labels.preview import image
from labels.read_back import read_back
from labels.refused import LabelRefused
from tests.labels.samples import GTIN13, PARCEL, SAMPLES, SSCC, sample

DPIS = (203, 300, 600)


@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("kind", SAMPLES)
def test_a_scanner_reads_what_was_meant(kind: str, dpi: int) -> None:
    found = [(read.identifier, read.data) for read in read_back(sample(kind, dpi))]
    assert found == SAMPLES[kind][2]


@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("kind", SAMPLES)
def test_fields_stay_inside_and_apart(kind: str, dpi: int) -> None:
    """Each field drawn alone on a larger sheet, so that ink beyond the edge shows instead of being cut off."""
    zpl = sample(kind, dpi)
    width, height = (int(found) for found in re.search(rb"\^PW(\d+)\^LL(\d+)", zpl).groups())
    inks = []
    for field in re.findall(rb"\^FO.*?\^FS", zpl):
        alone = b"^XA^CI28^PW%d^LL%d%s^XZ" % (width + 400, height + 400, field)
        inks.append((ImageOps.invert(image(alone)).getbbox(), field))
    for (left, top, right, bottom), field in inks:
        assert 0 <= left < right <= width and 0 <= top < bottom <= height, field
    for (one, first), (other, second) in combinations(inks, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (first, second)


def test_chinese_captions_are_drawn() -> None:
    assert sample("parcel", language="zh") != sample("parcel")


def test_a_copy_keeps_the_sscc_and_says_why() -> None:
    copy = parcel.zpl(replace(PARCEL, copy=True, reason="smeared"), Media(100, 150))
    assert b"COPY: smeared" in copy
    assert [read.data for read in read_back(copy)] == [b"00" + SSCC.encode()]


def test_rfid_hex_goes_to_the_tag_and_the_bars_stay() -> None:
    tagged = parcel.zpl(replace(PARCEL, epc="3034257BF7194E4000001A85"), Media(100, 150))
    assert b"^RFW,H^FD3034257BF7194E4000001A85^FS" in tagged
    assert [read.data for read in read_back(tagged)] == [b"00" + SSCC.encode()]


@pytest.mark.parametrize("epc", ["3034257BF7194E4000001A8", "3034257bf7194e4000001a85", "3034^XZ", "3034"])
def test_a_bad_epc_is_refused(epc: str) -> None:
    with pytest.raises(LabelRefused, match="bad_content"):
        parcel.zpl(replace(PARCEL, epc=epc), Media(100, 150))


@pytest.mark.parametrize(
    "sscc", ["106141412345678907", "10614141234567890", "1061414123456789 8", "１06141412345678908"]
)
def test_a_wrong_sscc_is_never_printed(sscc: str) -> None:
    with pytest.raises(LabelRefused, match="bad_content"):
        parcel.zpl(replace(PARCEL, sscc=sscc), Media(100, 150))


@pytest.mark.parametrize(("width", "height"), [(40, 150), (100, 30), (30, 20)])
def test_a_label_too_small_for_its_content_is_refused(width: int, height: int) -> None:
    with pytest.raises(LabelRefused, match="does_not_fit"):
        parcel.zpl(PARCEL, Media(width, height))


def test_an_address_is_never_cut() -> None:
    with pytest.raises(LabelRefused, match="does_not_fit"):
        parcel.zpl(replace(PARCEL, ship_to=("x" * 80,) * 60), Media(100, 150))


def test_module_of_the_sscc_is_what_logistic_labels_ask_for() -> None:
    for dpi in (203, 300):
        module = int(re.search(rb"\^BY(\d+),3", sample("parcel", dpi)).group(1))
        assert 0.495 <= module * 25.4 / dpi <= 1.016


def test_an_item_with_a_wrong_check_digit_is_refused() -> None:
    from labels import item

    with pytest.raises(LabelRefused, match="its check digit is 2"):
        item.zpl(item.ItemLabel("A", "A", GTIN13[:-1] + "3"), Media(60, 40))
