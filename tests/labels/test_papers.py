"""Papers as they come out: all that was meant, nothing else, on numbered pages under their heads, with codes that scan."""

import ctypes
import re
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from labels.papers import delivery_note, invoice, pick_list, typeface
from labels.papers.sheet import Pdf
from labels.papers.words import WORDS
from labels.refused import LabelRefused
from tests.labels.paper_reading import CAPTIONS, codes, head_of, meant, pages, texts
from tests.labels.paper_samples import GOODS, PAPERS, billed, confirmed, delivered, packed, paper, picked


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("count", [1, 12, 400])
@pytest.mark.parametrize("kind", CAPTIONS)
def test_the_text_is_what_was_meant_and_nothing_else(kind: str, count: int, language: str) -> None:
    make, pdf = PAPERS[kind]
    content = make(count, language)
    found = pages(pdf(content))
    assert Counter("".join(found)) == meant(kind, content, found)
    flat = "".join(found)
    for text in texts(content):
        assert len(text) > 40 or "".join(text.split()) in flat, text


def test_the_reading_asks_for_the_table_s_head_where_a_row_stands_and_nowhere_else() -> None:
    """Also of a paper whose last page holds no row, since its remark alone fills one, and the items' codes stand there too."""
    head = head_of("order_confirmation", "zh")
    content = replace(confirmed(1), remarks="1 中" * 1300)
    content = replace(content, lines=tuple(replace(line, item="1") for line in content.lines))
    found = pages(PAPERS["order_confirmation"][1](content))
    assert head in found[0] and head not in found[-1] and "25.0125" not in found[-1]
    assert Counter("".join(found)) == meant("order_confirmation", content, found)
    found[0] = found[0].replace(head, "")
    assert meant("order_confirmation", content, found) - Counter("".join(found)) == Counter(head)


def test_a_code_is_read_as_nothing_else_besides() -> None:
    assert codes(invoice.pdf(replace(billed(1), code="X:48994568"))) == [("]C0", "X:48994568")]


def test_a_company_s_long_name_stands_whole_at_the_foot() -> None:
    maker = "上海北风贸易" * 20 + "有限公司"
    found = pages(pick_list.pdf(replace(picked(3), maker=maker)))
    assert [page.count(maker) for page in found] == [1] * len(found)


def test_a_packing_list_names_each_parcel_and_goes_on_under_it() -> None:
    found = pages(paper("packing_list", 160))
    assert len(found) > 3
    parts = re.split(r"(包裹[12]/2SSCC\d{18}(?:（续）)?)", "".join(found))
    heads = parts[1::2]
    assert heads[0] == "包裹1/2SSCC106141412345678908" and "包裹2/2SSCC106141412345678915" in heads
    assert [head.endswith("（续）") for head in heads].count(False) == 2
    assert len(heads) == len(found) + 1  # each page begins with its parcel, one of them with the first
    lines = [(head.removesuffix("（续）"), part.count("LOT-77")) for head, part in zip(heads, parts[2::2], strict=True)]
    per_parcel: Counter[str] = Counter()
    for head, count in lines:
        per_parcel[head] += count
    assert list(per_parcel.values()) == [80, 80]
    assert sum(text.count("7.500kg") for text in found) >= 1 and "4.845kg" in "".join(found)


@pytest.mark.parametrize("kind", PAPERS)
def test_heads_are_repeated_and_pages_numbered(kind: str) -> None:
    found = pages(paper(kind, 400))
    assert len(found) > 8
    for number, text in enumerate(found, 1):
        assert text.count(WORDS[kind][0]) >= 1
        assert f"第{number}页共{len(found)}页" in text


@pytest.mark.parametrize("kind", sorted(set(PAPERS) - {"packing_list"}))
def test_sums_and_signatures_stand_below_an_article(kind: str) -> None:
    """The last two at that, under the table's head, however many there are."""
    make, pdf = PAPERS[kind]
    turned = 0
    for count in range(2, 75):
        found = pages(pdf(make(count)))
        last = _rows_on(kind, found[-1])
        assert min(_rows_on(kind, page) for page in found) >= 1 and last >= 2, (count, last)
        turned += len(found) > 1 and last == 2
    assert turned > 3, "some had to be moved"


def _rows_on(kind: str, page: str) -> int:
    """How many articles stand on a page of text, all of them under a head."""
    count = sum(page.count(item) for item, _, _ in GOODS)
    return count if head_of(kind, "zh") in page else 0


def test_what_no_page_holds_together_goes_on_without_an_article() -> None:
    """A remark as long as a page is no reason to leave a page empty before it."""
    found = pages(delivery_note.pdf(replace(delivered(3), remarks="中" * 2600)))
    assert [_rows_on("delivery_note", page) for page in found] == [3, 0, 0], [page[:80] for page in found]


@pytest.mark.parametrize("kind", PAPERS)
def test_codes_scan_on_the_first_and_the_last_page(kind: str) -> None:
    content = PAPERS[kind][0](90)
    made = PAPERS[kind][1](content)
    wanted = [("]C0", content.code)]
    if getattr(content, "link", ""):
        wanted.append(("]Q1", content.link))
    with pypdfium2.PdfDocument(made.data) as document:
        last = len(document) - 1
    assert last > 0 and codes(made) == codes(made, last) == wanted


@pytest.mark.parametrize("kind", PAPERS)
def test_nothing_leaves_its_page_or_lies_over_other_text(kind: str) -> None:
    """The letters' own boxes, as the PDF reader measures them."""
    with pypdfium2.PdfDocument(paper(kind, 60).data) as document:
        for page in document:
            width, height = page.get_size()
            text = page.get_textpage()
            boxes = [text.get_charbox(place, loose=False) for place in range(text.count_chars())]
            boxes = [box for box in boxes if box[2] > box[0] and box[3] > box[1]]
            assert all(box[0] > 30 and box[2] < width - 30 and box[1] > 20 and box[3] < height - 20 for box in boxes)
            boxes.sort(key=lambda box: box[0])
            for place, one in enumerate(boxes):
                for other in boxes[place + 1 :]:
                    if other[0] >= one[2] - 0.3:
                        break
                    assert other[1] >= one[3] - 0.3 or one[1] >= other[3] - 0.3, (one, other)


@pytest.mark.parametrize("kind", CAPTIONS)
def test_short_lines_take_one_row_each(kind: str) -> None:
    """Of 400 lines, those with three digits in their number, too."""
    make, pdf = PAPERS[kind]
    content = make(400)
    name = "stops" if kind == "pick_list" else "lines"
    short = replace(content, **{name: tuple(replace(row, name="Tee") for row in getattr(content, name))})
    assert len(pages(pdf(short))) <= 12


def test_the_same_paper_is_the_same_bytes() -> None:
    assert paper("invoice").data == paper("invoice").data


def test_papers_made_at_the_same_time_are_whole() -> None:
    wanted = {kind: paper(kind).data for kind in PAPERS}
    with ThreadPoolExecutor(4) as threads:
        made = [(kind, threads.submit(paper, kind)) for _ in range(4) for kind in PAPERS]
        assert all(later.result().data == wanted[kind] for kind, later in made)


def embedded_fonts(made: Pdf) -> dict[str, bool]:
    """Font name without its subset mark -> whether it is embedded, as the PDF reader sees it."""
    found = {}
    with pypdfium2.PdfDocument(made.data) as document:
        for thing in document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
            font = pypdfium2.raw.FPDFTextObj_GetFont(thing.raw)
            name = ctypes.create_string_buffer(100)
            pypdfium2.raw.FPDFFont_GetBaseFontName(font, name, 100)
            found[name.value.decode().partition("+")[2] or name.value.decode()] = bool(
                pypdfium2.raw.FPDFFont_GetIsEmbedded(font)
            )
    return found


def test_chinese_is_embedded_where_a_font_is_found() -> None:
    made = paper("delivery_note")
    assert made.font_note == ""
    assert set(embedded_fonts(made).values()) == {True}


def test_without_a_font_the_standard_one_is_named_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeface, "found", lambda: ())
    content = replace(delivered(12), lines=tuple(replace(line, name="印度茶 Tee") for line in delivered(12).lines))
    made = delivery_note.pdf(content)
    assert made.font_note == "font_not_embedded"
    assert embedded_fonts(made) == {"STSong-Light": False}
    assert Counter("".join(pages(made))) == meant("delivery_note", content, pages(made))


def test_a_named_font_is_taken_and_what_is_none_refused() -> None:
    named = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    content = replace(billed(1), seller=replace(billed(1).seller, name="Nord"), language="en")
    assert "DejaVuSans" in embedded_fonts(invoice.pdf(content, named))
    with pytest.raises(LabelRefused, match="no_font"):
        invoice.pdf(content, Path(sys.executable))


HOSTILE = ["x" * 500, "中" * 300, "a\x00b\x1b[0m\n\rc", "\u202eabc", "🙂 ok", "^XZ~JR", "(\\)<<>>%!PS", "", "  "]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    def signs(written: str) -> Counter[str]:
        parcel = packed(2).parcels[0]
        line = replace(parcel.lines[0], item=written, name=written, lot=written)
        content = replace(packed(2), parcels=(replace(parcel, lines=(line,)),), reference=written or "-")
        made = PAPERS["packing_list"][1](content)
        assert codes(made) == [("]C0", "NOTE:17")]
        return Counter("".join(pages(made)))

    shown = "".join("□" if sign == "🙂" else sign for sign in text if sign.isprintable() and sign != "\u202e").split()
    found, empty = signs(text), signs("")
    for sign, count in Counter("".join(shown)).items():
        assert found[sign] - empty[sign] == 4 * count, sign


def test_a_letter_that_no_font_holds_is_refused() -> None:
    with pytest.raises(LabelRefused, match="no_font"):
        delivery_note.pdf(replace(delivered(1), remarks="\U00012000"))


@pytest.mark.parametrize("code", ["中文", "x" * 49, "a\nb", "W" * 40])
def test_a_code_that_cannot_be_scanned_is_refused(code: str) -> None:
    with pytest.raises(LabelRefused):
        delivery_note.pdf(replace(delivered(1), code=code))


def test_a_link_too_long_is_refused_and_a_block_too_tall_too() -> None:
    with pytest.raises(LabelRefused, match="bad_content"):
        delivery_note.pdf(replace(delivered(1), link="https://x/" + "y" * 400))
    with pytest.raises(LabelRefused, match="does_not_fit"):
        delivery_note.pdf(replace(delivered(1), remarks="中" * 9000))


def test_days_stand_only_where_a_line_has_one() -> None:
    assert WORDS["day"][0] in "".join(pages(PAPERS["order_confirmation"][1](confirmed(1))))
    bare = replace(confirmed(1), lines=(replace(confirmed(1).lines[0], day=""),))
    assert WORDS["day"][0] not in "".join(pages(PAPERS["order_confirmation"][1](bare)))
