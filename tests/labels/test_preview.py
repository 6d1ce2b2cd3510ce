"""Pictures of labels: what they show, what they say they do not show, and what is said where parts are missing."""

import io
import re
import sys
from pathlib import Path

import pytest
from PIL import Image

from labels.fonts import font_for, found
from labels.media import Box, Media
from labels.preview import preview
from labels.read_back import read_back
from labels.refused import LabelRefused
from labels.zpl import Drawing
from tests.labels.samples import SAMPLES, sample


def test_a_label_becomes_a_picture_of_its_size() -> None:
    shown = preview(sample("place"))
    assert shown.undrawn == ()
    assert Image.open(io.BytesIO(shown.pngs[0])).size == (Media(100, 40).dots(100), Media(100, 40).dots(40))


def test_what_cannot_be_drawn_is_said() -> None:
    site = b"~SD15^XA^PR4^RS8^RFW,H^FD3034^FS^FO20,20^A0N,30,30^FDx^FS^PQ2^XZ"
    assert preview(site).undrawn == ("~SD15", "^PR4", "^RS8", "^RFW,H^FD3034^FS", "^PQ2")


def test_a_command_that_the_renderer_does_not_know_is_an_error() -> None:
    with pytest.raises(LabelRefused, match="not_drawable"):
        preview(b"^XA^QQ^FO1,1^FDx^FS^XZ")


@pytest.mark.parametrize(("package", "act"), [("zplkit", preview), ("zxingcpp", read_back)])
def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, package: str, act) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(LabelRefused, match="extra `preview`"):
        act(sample("place"))


def test_a_font_that_lacks_the_script_is_said_clearly() -> None:
    named = found()[0]
    with pytest.raises(LabelRefused, match=f"no_font: no font on {named} holds \U00012000"):
        Drawing(Media(100, 100, font=named)).text(Box(5, 5, 90, 10), "\U00012000", largest_mm=5)
    Drawing(Media(100, 100, font=named)).text(Box(5, 5, 90, 10), "ÄÖÜ ±→", largest_mm=5)


def test_a_named_font_that_is_none_is_said_clearly(tmp_path: Path) -> None:
    with pytest.raises(LabelRefused, match="no_font"):
        Drawing(Media(100, 100, font=tmp_path / "none.ttf")).text(Box(5, 5, 90, 10), "中", largest_mm=5)


def test_a_letter_that_no_font_here_holds_is_refused_and_a_sign_is_boxed() -> None:
    with pytest.raises(LabelRefused, match="no_font"):
        font_for("\U00012000", None)  # cuneiform
    assert font_for("中\U0001faf7", None)


@pytest.mark.parametrize("media", [(0, 50, 203), (50, 2000, 203), (50, 50, 200)])
def test_impossible_media_are_refused(media: tuple[int, int, int]) -> None:
    with pytest.raises(LabelRefused, match="bad_content"):
        Media(*media)


def test_things_over_one_another_or_over_the_edge_are_refused() -> None:
    drawing = Drawing(Media(60, 40))
    drawing.text(Box(2, 2, 40, 10), "a", largest_mm=5)
    with pytest.raises(LabelRefused, match="lies over"):
        drawing.rule(Box(30, 11, 20, 1))
    with pytest.raises(LabelRefused, match="not inside"):
        drawing.rule(Box(50, 20, 20, 1))


def test_every_label_has_its_picture_in_the_readme() -> None:
    """Drawn anew by `./run python -m tests.labels.pictures`."""
    room = Path(__file__).parents[2] / "labels"
    shown = set(re.findall(r"\(pictures/(\w+)\.png\)", (room / "README.md").read_text("utf-8")))
    assert shown == {picture.stem for picture in (room / "pictures").glob("*.png")}
    assert {kind.replace(" ", "_") for kind in SAMPLES} <= shown
