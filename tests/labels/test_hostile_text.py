"""Whatever people type, it is printed as text or refused: never run, never a wrong read."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from zplkit.parse import parse

from labels import item, parcel
from labels.escape import field
from labels.media import Box, Media
from labels.preview import image
from labels.read_back import read_back
from labels.refused import LabelRefused
from labels.symbols.code128 import code128
from labels.symbols.datamatrix import gs1_datamatrix
from labels.symbols.gs1_128 import gs1_128
from labels.symbols.qr import qr
from labels.zpl import Drawing
from tests.faults import labels as faults
from tests.labels.samples import PARCEL, SSCC, TRACED

MEDIA = Media(100, 150)
COMMANDS = {"XA", "CI", "LH", "FW", "LR", "PM", "PO", "PW", "LL", "FO", "A0", "FH", "FD", "FS", "BY", "BC", "GF", "GB"}
NASTY = ["^XZ^XA^JUF^XZ", "~JR", "a^FS^FO0,0^GB900,900,900^FS", "_5E_7E", "\\&", ">:>8>6", "\x00\x01\x1b\x1d\n\r\t",
         "🙂中文ÄßÑ", "\u202eabc", "\ud800", "", "   ", "x" * 500, "^" * 100, "中" * 500]  # fmt: skip
CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
texts = st.one_of(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=80),
    st.text(alphabet="^~_\\>&%{}|\"'<@#0aZ 中🙂\x00\x1d", max_size=80),
    st.lists(st.sampled_from(NASTY), max_size=3).map("".join),
)
proofs = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def commands(zpl: bytes) -> set[str]:
    """The names of all commands that a printer would see."""
    found = parse(zpl).elements
    assert not [element for element in found if element.kind.startswith("control")]
    return {bytes(element)[1:3].decode() for element in found if element.kind == "format_command"}


@proofs
@given(text=texts)
def test_a_field_holds_no_command_and_no_control(text: str) -> None:
    written = field(text)
    start = written.index(b"^FD") + 3
    assert not re.search(rb"[\^~\x00-\x1f\x7f-\xff]", written[start:])
    if b"^FH" in written:
        plain = re.sub(rb"_([0-9A-F]{2})", lambda code: bytes([int(code[1], 16)]), written[start:])
        assert plain == text.encode("utf-8", "replace")


@proofs
@example(text="0:00.00^0.000600^030", other="")  # whose strokes pass for an EAN-13 over two rows of dots
@given(text=texts, other=texts)
def test_a_parcel_label_with_any_text_reads_right_or_is_refused(text: str, other: str) -> None:
    label = replace(PARCEL, ship_to=(text, other), service=other, order=text, marks=(text,), copy=True, reason=other)
    try:
        zpl = parcel.zpl(label, MEDIA)
    except LabelRefused as refused:
        assert refused.code in ("does_not_fit", "no_font")
        return
    assert commands(zpl) <= COMMANDS | {"XZ"}
    assert zpl.count(b"^XA") == zpl.count(b"^XZ") == 1
    assert [(read.identifier, read.data) for read in read_back(zpl)] == [("]C1", b"00" + SSCC.encode())]


@pytest.mark.parametrize("text", NASTY)
def test_nasty_names_on_an_item(text: str) -> None:
    zpl = item.zpl(item.ItemLabel("A-1", text, elements=TRACED), Media(60, 40))
    assert zpl.count(b"^XA") == zpl.count(b"^XZ") == 1 and b"~" not in zpl
    assert [read.data for read in read_back(zpl)] == [b"01095060001343521726123110LOT-77\x1d21SN000123"]


def drawn(symbol) -> list[bytes]:
    drawing = Drawing(Media(150, 60, 203))
    drawing.symbol(Box(1, 1, 148, 58), symbol)
    return [read.data for read in read_back(drawing.zpl())]


@proofs
@given(text=st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=30))
def test_code_128_reads_back(text: str) -> None:
    assert drawn(code128(text)) == [text.encode()]


values = st.text(alphabet=CSET82, min_size=1, max_size=10)
digits = st.text(alphabet="0123456789", min_size=1, max_size=8)
chains = st.lists(
    st.one_of(st.tuples(st.sampled_from(["10", "21", "240", "8008"]), values), st.tuples(st.just("37"), digits)),
    min_size=1,
    max_size=2,
)


@proofs
@given(chain=chains)
def test_chained_identifiers_read_back_with_their_separators(chain: list[tuple[str, str]]) -> None:
    wanted = "\x1d".join(ai + value for ai, value in chain).encode()
    assert drawn(gs1_128([("01", "09506000134352"), *chain])) == [b"0109506000134352" + wanted]
    assert drawn(gs1_datamatrix(chain)) == [wanted]


@proofs
@given(text=st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=120))
def test_qr_reads_back(text: str) -> None:
    assert drawn(qr(text)) == [text.encode()]


def test_half_a_character_goes_into_no_qr_code() -> None:
    with pytest.raises(LabelRefused, match="bad_content"):
        qr("a\ud800")


@pytest.mark.parametrize("text", ["中文", "a\nb", "\x1d", "x" * 49, ""])
def test_code_128_refuses_what_it_cannot_hold(text: str) -> None:
    with pytest.raises(LabelRefused, match="bad_content"):
        code128(text)


def test_chinese_is_a_picture_and_plain_text_is_not() -> None:
    drawing = Drawing(MEDIA)
    drawing.text(Box(5, 5, 90, 10), "Plain", largest_mm=5)
    assert b"^A0N" in drawing.zpl() and b"^GFA" not in drawing.zpl()
    drawing.text(Box(5, 25, 90, 10), "中文", largest_mm=5)
    assert b":Z64:" in drawing.zpl()
    assert 0 in image(drawing.zpl()).crop((40, 200, 200, 280)).tobytes()


@pytest.mark.parametrize("seed", range(5))
def test_five_hundred_hostile_labels_of_every_kind(seed: int) -> None:
    """A hundred a seed; ten thousand by `./run python -m tests.faults labels`."""
    told = faults.run(seed, 100, lambda number: None)
    assert told["read right"] > 40 and told["wrong"] == 0
