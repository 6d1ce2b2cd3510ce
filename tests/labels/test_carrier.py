"""Carriers' labels in their three forms: they come out in the right size, scan, and can do nothing to a printer."""

import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from labels import carrier
from labels.commands import DRAWS, commands, position
from labels.media import Media
from labels.preview import image
from labels.read_back import read_back
from labels.refused import LabelRefused
from tests.labels.paper_samples import paper
from tests.labels.samples import SAMPLES, SSCC, sample

HERE = Media(100, 150)
READ = [("]C1", b"00" + SSCC.encode())]


def png(picture: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", **options)
    return out.getvalue()


def pdf(*pictures: Image.Image, dpi: int = 203) -> bytes:
    out = io.BytesIO()
    pictures[0].save(out, "PDF", resolution=dpi, save_all=True, append_images=pictures[1:])
    return out.getvalue()


def scanned(zpl: bytes) -> list[tuple[str, bytes]]:
    return [(read.identifier, read.data) for read in read_back(zpl)]


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_a_picture_or_a_page_scans_at_every_resolution(dpi: int) -> None:
    media, drawn = Media(100, 150, dpi), image(sample("parcel"))
    for received in (png(drawn), png(drawn.rotate(90, expand=True)), pdf(drawn), pdf(drawn.rotate(90, expand=True))):
        printed = carrier.zpl(received, media)
        assert scanned(printed) == READ
        assert image(printed).size == (media.dots(100), media.dots(150))


def test_dots_of_the_right_size_stay_as_they_are() -> None:
    drawn = image(sample("parcel"))
    assert image(carrier.zpl(png(drawn), HERE)).tobytes() == drawn.point(lambda dot: 255 if dot > 128 else 0).tobytes()


def test_a_picture_with_nothing_behind_it_is_on_white() -> None:
    shown = Image.new("RGBA", image(sample("parcel")).size, (0, 0, 0, 0))
    assert image(carrier.zpl(png(shown), HERE)).getextrema() == (255, 255)


def test_each_page_is_a_label() -> None:
    drawn = image(sample("parcel"))
    assert carrier.zpl(pdf(drawn, drawn, drawn), HERE).count(b"^XZ") == 3


@pytest.mark.parametrize("kind", SAMPLES)
def test_our_own_zpl_passes_and_reads_the_same(kind: str) -> None:
    width, height = SAMPLES[kind][1]
    assert scanned(carrier.zpl(sample(kind), Media(width, height))) == SAMPLES[kind][2]


HEADER = b"\x10CT~~CD,~CC^~CT~\r\n^XA~TA000~JSN^LT0^MNW^MTD^PON^PMN^LH0,0^JMA^PR6,6~SD15^JUS^LRN^CI27^XZ\r\n"
BODY = b"^XA^MMT^PW799^LL1199^LS0^FT50,100^A0N,28,28^FH\\^FDM\\26ller^FS^BY2,3,99^FO50,200^BCN,,Y,N^FD>:X-1^FS^PQ500,0,1,Y^XZ"


def test_a_driver_s_header_is_left_out_and_a_hundred_copies_are_one() -> None:
    printed = carrier.zpl(HEADER + BODY, HERE)
    names = {command.name for command in commands(printed)}
    assert names <= DRAWS and b"^PQ" not in printed and b"^JU" not in printed
    assert ("]C0", b"X-1") in scanned(printed) and printed.count(b"^XA") == 1 and b"^CI27" in printed


HOSTILE = ["~JR", "~JA", "^JUF", "^JUN", "~DYE:X,A,B,9,,00", "^DFE:X.ZPL", "^XFE:X.ZPL", "^IDE:*.*", "^KP1234", "~WC", "^JMB",
           "^MUI", "^CC+", "~CT!", "^NC1", "^WF", "^HH", "~HS", "^RFW,H^FD00", "^XGE:A.GRF,1,1", "~DGE:A.GRF,1,1,00", "^SXO",
           "^ST01,01,26,1,1,1,M", "~EG", "^JT", "^PWX^HW", "^dfR:A", "~jr", "^SN1,1,Y", "^XSY", "^SE", "^CW1,E:A.TTF", "^LSx",
           "^LS99999"]  # fmt: skip


@pytest.mark.parametrize("command", HOSTILE)
def test_hostile_commands_are_refused_with_their_place(command: str) -> None:
    with pytest.raises(LabelRefused, match=r"not_allowed: line 2, column \d+: ") as caught:
        carrier.zpl(b"^XA^FO1,1^A0N,20,20^FDx^FS\n  " + command.encode() + b"^XZ", HERE)
    assert caught.value.code == "not_allowed"


def test_zebradesigner_3_sets_bidi_and_shaping_in_its_header() -> None:
    printed = carrier.zpl(HEADER.replace(b"^CI27^XZ", b"^CI27\r\n^PA0,1,1,0\r\n^XZ") + BODY, HERE)
    assert b"^PA" not in printed and ("]C0", b"X-1") in scanned(printed)


@pytest.mark.parametrize(("shift", "moved"), [(b"-24", 24), (b"+24", -24), (b"24", -24), (b"", 0), (b"200", -100)])
def test_a_label_s_shift_moves_its_fields_and_stays_not_in_the_printer(shift: bytes, moved: int) -> None:
    """What is drawn by ^FO and ^FT is where the printer would shift it to, at most to its edge."""
    for place in (b"^FO100,100", b"^FT100,149"):
        printed = carrier.zpl(b"^XA^LS" + shift + place + b"^GB50,50,50^FS^XZ", HERE)
        assert b"^LS" not in printed
        assert ImageOps.invert(image(printed)).getbbox() == (100 + moved, 100, 150 + moved, 150)


@pytest.mark.parametrize(
    ("received", "code"),
    [
        (b"", "bad_content"),
        (b"x" * 6_000_000, "bad_content"),
        (b"GIF89a", "bad_content"),
        (b"^XA^FO1,1^FDx^FS", "bad_content"),
        (b"^XA^XA^XZ", "bad_content"),
        (b"^XA^FDx^FS^XZ" * 21, "bad_content"),
        (b"^XA^XZ", "bad_content"),
        (b"^XA^PW1600^FDx^FS^XZ", "does_not_fit"),
        (b"^XA^LL4000^FDx^FS^XZ", "does_not_fit"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "bad_content"),
        (b"%PDF-1.4\n%%EOF", "bad_content"),
    ],
)
def test_what_is_no_label_for_here_is_refused(received: bytes, code: str) -> None:
    with pytest.raises(LabelRefused) as caught:
        carrier.zpl(received, HERE)
    assert caught.value.code == code


def test_pictures_too_large_to_unpack_are_refused_before() -> None:
    def chunk(name: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")

    size = (60_000).to_bytes(4, "big") * 2
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + b"\x01\0\0\0\0") + chunk(b"IDAT", zlib.compress(b"\0" * 9_000_000))
    )
    with pytest.raises(LabelRefused, match="bad_content"):
        carrier.zpl(bomb + chunk(b"IEND", b""), HERE)
    truncated = png(image(sample("parcel")))[:-200]
    with pytest.raises(LabelRefused, match="a broken PNG"):
        carrier.zpl(truncated, HERE)


def test_a_page_of_another_size_or_too_many_are_refused() -> None:
    with pytest.raises(LabelRefused, match=r"does_not_fit: a page of 210 x 297 mm"):
        carrier.zpl(paper("invoice").data, HERE)
    with pytest.raises(LabelRefused, match="21 pages"):
        carrier.zpl(pdf(*[Image.new("1", (80, 120), 1)] * 21), HERE)


def test_binary_graphics_are_counted_not_searched() -> None:
    inner = b"^XZ~JR^XA"
    zpl = b"^XA^FO10,10^GFB,9,9,1," + inner + b"^FS^XZ"
    assert [command.name for command in commands(zpl)] == ["XA", "FO", "GF", "FS", "XZ"]
    assert inner in carrier.zpl(zpl, HERE)


@settings(deadline=None, max_examples=200)
@given(
    junk=st.one_of(st.binary(max_size=200), st.text(alphabet="^~XAZFDJRUGB,0198 \n\x10C", max_size=120).map(str.encode))
)
def test_whatever_is_received_is_refused_or_only_draws(junk: bytes) -> None:
    try:
        printed = carrier.zpl(b"^XA" + junk + b"^XZ", HERE)
    except LabelRefused:
        return
    assert {command.name for command in commands(printed)} <= DRAWS


def test_places_are_counted_as_people_do() -> None:
    zpl = "^XA\n^FD中文^JUF".encode()
    assert position(zpl, zpl.index(b"^JUF")) == (2, 6)
