"""A site's own labels: what is wrong with them is said with line and column, what is right prints and scans."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageOps

from floor import barcode
from labels import badge, command, item, note, pallet, place, station
from labels.commands import DRAWS, commands
from labels.elements import digital_link
from labels.media import Media
from labels.preview import image
from labels.read_back import read_back
from labels.refused import LabelRefused
from labels.templates.placeholders import LABELS, names
from labels.templates.site import TemplateRefused, Templates, load
from labels.templates.template import Finding, read
from tests.labels.samples import CONTENT, GTIN13, PARCEL, SSCC, TRACED, sample

GOOD = Path(__file__).parent / "site_templates" / "good"
HERE = Media(100, 150)
BARS = "^FO50,600^BY3^BCN,200,N,N,N,N^FH^FD{{sscc_gs1}}^FS"
REST = "^FO50,50^A0N,40,40^FB700,6^FH^FD{{ship_to}}^FS^FO50,450^A0N,30,30^FH^FD{{copy}}^FS"


def template(kind: str, body: str) -> Templates:
    found, findings = read(kind, f"^XA{body}^XZ".encode())
    assert findings == []
    return Templates({(kind, 203): found})


def wrong(kind: str, text: str) -> list[tuple[str, str, int, int]]:
    template, findings = read(kind, text.encode())
    assert template is None and findings
    return [(finding.code, finding.name, finding.line, finding.column) for finding in findings]


def scanned(zpl: bytes) -> list[tuple[str, bytes]]:
    return [(read.identifier, read.data) for read in read_back(zpl)]


def test_an_export_prints_in_the_place_of_ours() -> None:
    printed = load(GOOD).zpl(replace(PARCEL, copy=True, reason="smeared"), HERE)
    assert {command.name for command in commands(printed)} <= DRAWS
    read = scanned(printed)
    assert ("]C1", b"00" + SSCC.encode()) in read
    assert ("]Q1", b"https://id.gs1.org/00/" + SSCC.encode()) in read
    assert b"COPY: smeared" in printed and b"12.345 kg" in printed and b"Piece 2 / 5" in printed


def test_a_shift_of_the_export_is_kept_by_its_fields() -> None:
    shifted = template("parcel", f"^LS-24{BARS}{REST}").zpl(PARCEL, HERE)
    assert b"^LS" not in shifted and b"^FO74,600^BY3^BCN" in shifted and b"^FO74,50" in shifted
    assert scanned(shifted) == [("]C1", b"00" + SSCC.encode())]


def test_other_labels_and_resolutions_are_ours() -> None:
    templates = load(GOOD)
    assert templates.zpl(PARCEL, Media(100, 150, 300)) == sample("parcel", 300)
    assert templates.zpl(badge.BadgeLabel("B-7f3a9c", "王小明", "Picker"), Media(60, 40)) == sample("badge")
    assert Templates().zpl(PARCEL, HERE) == load(None).zpl(PARCEL, HERE) == sample("parcel")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"^XA{BARS}{REST}^FO1,1^FH^FD\n  {{{{shipto}}}}^FS^XZ", ("template_unknown", "shipto", 2, 3)),
        (f"^XA{BARS}{REST}\n^FO1,1^A0N,20^FDx {{{{note}}}}^FS^XZ", ("template_unescaped", "note", 2, 19)),
        (f"^XA{BARS}{REST}\n^FO1,1^A0N,20^FHA^FD{{{{note}}}}^FS^XZ", ("template_unescaped", "note", 2, 21)),
        (f"^XA{REST}\n^XZ", ("template_missing", "sscc_gs1 / sscc", 2, 4)),
        (f"^XA{BARS}\n^FO1,1^FH^FD{{{{copy}}}}^FS^XZ\n\n", ("template_missing", "ship_to / ship_to_1", 2, 27)),
        (f"^XA\n^FD中文^FS~JR{BARS}{REST}^XZ", ("template_not_allowed", "~JR", 2, 9)),
        (f"^XA\n^JUF{BARS}{REST}^XZ", ("template_not_allowed", "^JUF", 2, 1)),
        (f"^XA{BARS}{REST}\n^FO1,1^FH^FD{{{{note}} ^FS^XZ", ("template_broken", "{{", 2, 13)),
        (f"^XA{BARS}{REST}\n^FO{{{{note}}}},1^FH^FDx^FS^XZ", ("template_broken", "{{", 2, 4)),
        (f"^XA{BARS}{REST}\n^FH^FD{{{{note}}}}^FS^XZ", ("template_broken", "^FD", 2, 4)),
        (f"^XA{BARS}{REST}\n", ("template_broken", "^XZ", 1, 136)),
        (
            f"^XA{BARS}{REST}\n^FO30,450^A0N,30,30^FDTyp ^FH_^FD{{{{service}}}}^FS^XZ",
            ("template_broken", "^FD", 2, 31),
        ),
        (f"^XA{BARS}{REST}\n^FO1,1^FVTyp^FO2,2^FH^FD{{{{service}}}}^FS^XZ", ("template_broken", "^FD", 2, 22)),
        (f"^XA{BARS}{REST}\n^FO30,450^A0N,30,30^FH^FD{{{{service}}}}\n^XZ", ("template_broken", "^FD", 2, 23)),
        (f"^XA{BARS}^XZ\n^XA{REST}^XZ", ("template_broken", "^XZ", 2, 89)),
        (f"^XA{BARS}\n^XA{REST}^XZ", ("template_broken", "^XA", 2, 1)),
        ("", ("template_broken", "^XZ", 1, 1)),
        (f"^XA{REST}\n^FO1,1^BCN,99,N,N,N,D^FH^FD{{{{sscc_gs1}}}}^FS^XZ", ("template_code", "sscc_gs1", 2, 28)),
        (f"^XA{REST}\n^FO1,1^BCN,99,N^FH^FD>;>8{{{{sscc_gs1}}}}^FS^XZ", ("template_code", "sscc_gs1", 2, 26)),
        (f"^XA{REST}\n^FO1,1^BQN,2,4^FH^FD{{{{sscc}}}}^FS^XZ", ("template_code", "sscc", 2, 21)),
        (f"^XA{REST}\n^FO1,1^BXN,4,200^FH^FD{{{{sscc_gs1}}}}^FS^XZ", ("template_code", "sscc_gs1", 2, 23)),
        (f"^XA{REST}\n^FO1,1^B3N^FH^FD{{{{sscc_gs1}}}}^FS^XZ", ("template_code", "sscc_gs1", 2, 17)),
        (f"^XA{BARS}{REST}\n^FO1,1^A0N,9^FH^FD{{{{sscc_gs1}}}}^FS^XZ", ("template_code", "sscc_gs1", 2, 19)),
        (f"^XA{BARS}{REST}\n^FO60,700^A0N,40,40^FDhello^FS^XZ", ("template_overlap", "hello", 2, 20)),
        (f"^XA{BARS}{REST}\n^FT90,610^A0N,40,40^FH^FD{{{{note}}}}^FS^XZ", ("template_overlap", "note", 2, 23)),
        (
            f"^XA{BARS}{REST}\n^FO400,700^BQN,2,4^FH^FDMA,{{{{sscc_gs1}}}}^FS^XZ",
            ("template_overlap", "sscc_gs1", 2, 22),
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, wanted: tuple[str, str, int, int]) -> None:
    assert wanted in wrong("parcel", text)


def test_all_findings_of_all_files_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "parcel.zpl").write_text(f"^XA{BARS}\n^FO1,1^FD{{{{shipto}}}}^FS^XZ")
    (tmp_path / "badges.zpl").write_text("^XA^XZ")
    (tmp_path / "place@300.zpl").write_text("^XA^FO1,1^BCN,9^FH^FD{{code}}^FS^XZ")
    with pytest.raises(TemplateRefused) as caught:
        load(tmp_path)
    lines = str(caught.value).splitlines()
    assert len(lines) == 5
    assert re.search(r"badges\.zpl: not taken; name a template after its label \(parcel, ", lines[0])
    assert re.search(r"parcel\.zpl:2:10: template_unknown: shipto: did you mean ship_to", lines[1])
    assert "template_missing: ship_to / ship_to_1" in lines[2] and "template_missing: copy" in lines[3]
    assert "place@300.zpl:1:36: template_missing: name: must stand anywhere" in lines[4]
    with pytest.raises(TemplateRefused, match="no such folder"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["Parcel.ZPL", "PARCEL.zpl", "parcel.prn", "Parcel@203.PRN"])
def test_a_template_is_taken_however_its_name_is_written(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes((GOOD / "parcel.zpl").read_bytes())
    assert load(tmp_path).zpl(PARCEL, HERE) == load(GOOD).zpl(PARCEL, HERE)


def test_a_file_that_is_no_template_is_named_and_another_for_the_same_label_refused(tmp_path: Path) -> None:
    for name in ("parcel.txt", "printer test.prn", "Thumbs.db", "parcel@200.prn", ".hidden"):
        (tmp_path / name).write_bytes(b"^XA^XZ")
    (tmp_path / "old").mkdir()
    named = [notice.partition(": ")[0] for notice in load(tmp_path).notices]
    assert named == [f"{tmp_path / name}" for name in ("Thumbs.db", "parcel.txt", "parcel@200.prn", "printer test.prn")]
    for name in ("Parcel.ZPL", "parcel.prn"):
        (tmp_path / name).write_bytes((GOOD / "parcel.zpl").read_bytes())
    with pytest.raises(TemplateRefused) as caught:
        load(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'parcel.prn'}: Parcel.ZPL is for the same label: keep one of them"


def test_a_template_that_cannot_be_opened_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "parcel.zpl").symlink_to(tmp_path / "gone")
    with pytest.raises(TemplateRefused, match=r"parcel\.zpl: No such file or directory"):
        load(tmp_path)


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-be", "utf-16-le"])
def test_a_file_in_utf_16_is_one_finding(codec: str) -> None:
    template, findings = read("parcel", (GOOD / "parcel.zpl").read_text().encode(codec))
    assert template is None
    assert [str(finding) for finding in findings] == ["1:1: template_broken: file: it is in UTF-16: save it as UTF-8"]


@pytest.mark.parametrize(
    ("label", "body", "read"),
    [
        (PARCEL, f"{REST}^FO50,600^BY3^BCN,99,N,N,N,N^FH\\^FD>;>800{{{{sscc}}}}^FS", ("]C1", b"00" + SSCC.encode())),
        (PARCEL, f"{REST}^FO50,600^BXN,8,200,,,6,@^FH^FD{{{{sscc_gs1}}}}^FS", ("]d2", b"00" + SSCC.encode())),
        (PARCEL, f"{REST}^FO50,600^BQN,2,6^FH^FDMA,{{{{sscc}}}}^FS", ("]Q1", SSCC.encode())),
        (
            pallet.PalletLabel(SSCC, ("Ernst Handel",), "SHP-12", 24, CONTENT),
            f"{REST.replace('{{copy}}', '{{parcels}}')}^FO10,600^BY2^BCN,99,N,N,N,N^FH^FD{{{{content}}}}^FS"
            "^FO90,800^BY3^BCN,99,N,N,N,N^FH^FD{{sscc_gs1}}^FS",
            ("]C1", b"02095060001343521526123110LOT-77\x1d37480"),
        ),
        (
            item.ItemLabel("A", "Tablets", elements=TRACED),
            "^FO9,9^A0N,40,40^FH^FD{{name}}^FS^FO60,99^BXN,6,200,0,0,6,_^FH\\^FD{{elements}}^FS^FO9,400^A0N,20,20^FH^FD"
            "{{elements_text}}^FS",
            ("]d2", b"01095060001343521726123110LOT-77\x1d21SN000123"),
        ),
        (
            item.ItemLabel("A", "Tablets", GTIN13),
            "^FO9,9^A0N,40,40^FH^FD{{name}}^FS^FO60,99^BY3^BEN,99,Y^FH^FD{{gtin}}^FS",
            ("]E0", GTIN13.encode()),
        ),
        (
            item.ItemLabel("A_1>2\\&^FS~JR", "x"),
            "^FO9,9^A0N,40,40^FH^FD{{name}}^FS^FO60,99^BY2^BCN,99,N^FH_^FD{{item}}^FS",
            ("]C0", b"A_1>2\\&^FS~JR"),
        ),
        (
            place.PlaceLabel("P-A-01-2", "A-01-2"),
            "^FO9,9^A0N,40,40^FH^FD{{name}} {{arrow}}^FS^FO60,99^BY2^BCN,99,N^FH^FD>:{{code}}^FS",
            ("]C0", b"P-A-01-2"),
        ),
        (
            station.StationLabel("https://x/中?a=^XA_7E", "Pack 1"),
            "^CI27^FO9,9^A0N,40,40^FH^FD{{name}}^FS^FO60,99^BQN,2,4^FH^FDQA,{{code}}^FS",
            ("]Q1", "https://x/中?a=^XA_7E".encode()),
        ),
        (
            note.NoteLabel("DN-2026-000017", "好运来", "SO-1", 12),
            "^FO9,9^A0N,40,40^FH^FD{{customer}} {{lines}}^FS^FO60,99^BY2^BCN,99,N^FH^FD{{note}}^FS",
            ("]C0", b"DN-2026-000017"),
        ),
        (
            command.CommandLabel("CMD:SHORT", "Short 短拣"),
            "^CF0,50^FO9,9^FH^FD{{text}}^FS^FO60,99^BY2^BCN,99,N^FH^FD{{code}}^FS",
            ("]C0", b"CMD:SHORT"),
        ),
        (
            badge.BadgeLabel("B-7", "王小明"),
            "^FO9,9^A@N,40,40,E:NONE.TTF^FH^FD{{role}}^FS^FO9,9^A0N,40^FH^FD{{name}}^FS^FO60,99^BY2^BCN,99,N^FH^FD{{code}}^FS",
            ("]C0", b"B-7"),
        ),
    ],
)
def test_bar_codes_of_every_kind_scan(label: object, body: str, read: tuple[str, bytes]) -> None:
    kind = next(kind for kind, made in LABELS.items() if isinstance(label, made))
    printed = template(kind, body).zpl(label, HERE)
    assert read in scanned(printed)
    assert {command.name for command in commands(printed)} <= DRAWS


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sscc": "106141412345678907"}, "bad_content"),
        ({"ship_to": ("x" * 200,) * 6}, "does_not_fit"),
        ({"note": "N" * 60}, "does_not_fit"),
        ({"order": "N" * 60}, "does_not_fit"),
        ({"order": "中文"}, "bad_content"),
    ],
)
def test_what_would_not_be_readable_is_refused(change: dict[str, object], code: str) -> None:
    body = f"{BARS}{REST}^FO400,20^A0N,30,30^FH^FD{{{{note}}}}^FS^FO50,900^BY2^BCN,99,N^FH^FD{{{{order}}}}^FS"
    template("parcel", body).zpl(PARCEL, HERE)
    with pytest.raises(LabelRefused) as caught:
        template("parcel", body).zpl(replace(PARCEL, **change), HERE)
    assert caught.value.code == code


def test_lines_of_an_address_are_never_left_out() -> None:
    lines = "".join(f"^FO50,{50 * place}^A0N,40,40^FH^FD{{{{ship_to_{place}}}}}^FS" for place in (1, 2, 3))
    few = template("parcel", f"{BARS}{lines}^FO50,450^A0N,30,30^FH^FD{{{{copy}}}}^FS")
    assert scanned(few.zpl(replace(PARCEL, ship_to=("a", "b")), HERE))
    with pytest.raises(LabelRefused, match="4 lines of ship_to, the template has 3"):
        few.zpl(PARCEL, HERE)


def test_a_template_for_larger_stock_is_refused() -> None:
    with pytest.raises(LabelRefused, match=r"does_not_fit: the template's \^PW799"):
        load(GOOD).zpl(PARCEL, Media(80, 150))


def test_an_item_without_its_number_is_refused() -> None:
    bare = template("item", "^FO9,9^FH^FD{{name}}^FS^FO60,99^BY3^BEN,99^FH^FD{{gtin}}^FS")
    with pytest.raises(LabelRefused, match="bad_content"):
        bare.zpl(item.ItemLabel("A", "x"), HERE)


def test_rfid_is_written_and_left_out_where_there_is_none() -> None:
    body = f"{BARS}{REST}^RS8^RFW,H^FH^FD{{{{epc}}}}^FS"
    tagged = template("parcel", body).zpl(replace(PARCEL, epc="3034257BF7194E4000001A85"), HERE)
    assert b"^RFW,H^FH^FD3034257BF7194E4000001A85^FS" in tagged
    assert b"^RFW" not in template("parcel", body).zpl(PARCEL, HERE)
    with pytest.raises(LabelRefused, match="bad_content"):
        template("parcel", body).zpl(replace(PARCEL, epc="30^XZ"), HERE)


@pytest.mark.parametrize("turned", ["N", "R", "I", "B"])
@pytest.mark.parametrize("placed", ["FO", "FT"])
def test_chinese_stands_where_plain_text_would(turned: str, placed: str) -> None:
    """Both texts drawn in the same field: their inks lie over one another."""
    made = template("parcel", f"{BARS}{REST}^{placed}400,300^A0{turned},40,40^FH^FD{{{{service}}}}^FS")

    def ink(text: str) -> tuple[int, int, int, int]:
        zpl = made.zpl(replace(PARCEL, service=text, ship_to=("-",)), HERE)
        return ImageOps.invert(image(zpl)).crop((150, 100, 799, 590)).getbbox()

    plain, chinese = ink("HHHH"), ink("口口口口")
    assert all(abs(one - other) < 75 for one, other in zip(plain, chinese, strict=True)), (plain, chinese)
    near = (0, 1, 3) if turned in "NI" else (0, 1, 2)
    assert all(abs(plain[side] - chinese[side]) <= 12 for side in near[1:] if turned in "NR"), (plain, chinese)


@settings(deadline=None, max_examples=60)
@given(
    text=st.one_of(
        st.text(alphabet="^~_\\>&%{}|\"'<@#0aZ 中🙂\x00\x1d", max_size=60),
        st.sampled_from(["^XZ^XA^JUF^XZ", "~JR", "a^FS^FO0,0^GB900,900,900^FS", "_5E_7E", "\\7E", "{{sscc}}"]),
    )
)
def test_hostile_values_never_run_and_the_code_still_reads(text: str) -> None:
    label = replace(PARCEL, ship_to=(text, "b"), service=text, order=text, marks=(text,), copy=True, reason=text)
    try:
        printed = load(GOOD).zpl(label, HERE)
    except LabelRefused as refused:
        assert refused.code in ("does_not_fit", "no_font")
        return
    assert {command.name for command in commands(printed)} <= DRAWS and printed.count(b"^XA") == printed.count(
        b"^XZ"
    ) == 1
    assert ("]C1", b"00" + SSCC.encode()) in scanned(printed)


@settings(deadline=None, max_examples=150)
@given(text=st.text(alphabet="^~XAZFDOSBCHN{}sc_gs1,09\n中", max_size=80))
def test_whatever_a_template_holds_it_is_read_or_complained_of(text: str) -> None:
    template, findings = read("parcel", f"^XA{BARS}{REST}{text}^XZ".encode())
    assert (template is None) is bool(findings) and all(isinstance(finding, Finding) for finding in findings)


def test_names_are_those_of_the_labels() -> None:
    assert {"sscc", "sscc_gs1", "sscc_text", "ship_to", "ship_to_1", "weight", "copy", "epc"} <= names("parcel")
    assert "ship_to" not in names("badge")


def test_digital_links_are_what_the_floor_reads() -> None:
    link = digital_link(TRACED)
    assert link == "https://id.gs1.org/01/09506000134352/10/LOT-77/21/SN000123?17=261231"
    read = barcode.verdict("]Q1" + digital_link((("01", "09506000134352"), ("10", "A/B%?"))))
    assert read["ais"] == {"01": "09506000134352", "10": "A/B%?"} or dict(read["ais"]) == {
        "01": "09506000134352",
        "10": "A/B%?",
    }


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (
            "^FO80,440^A0N,30,30^FH^FD{{order}}^FS",
            "2:23: template_overlap: order: lies over 'copy' of line 1, column 122",
        ),
        ("^FO700,50^A0R,40,40^FH^FD{{note}}^FS", "2:23: template_unchecked: note: only the printer knows"),
        ("^FO50,900^ADN,36,20^FH^FD{{note}}^FS", "2:23: template_unchecked: note: only the printer knows"),
        ("^FO50,900^ADN,36,20^FDNo.^FS", "2:20: template_unchecked: No.: only the printer knows"),
        ("^FO50,900^B3N,N,100^FH^FD{{note}}^FS", "2:23: template_unchecked: note: only the printer knows"),
        ("^FO700,50^B3R,N,100^FH^FD{{note}}^FS", "2:23: template_unchecked: note: only the printer knows"),
        (
            "^FO750,900^A0N,30,30^FH^FD{{note}}^FS",
            "2:24: template_unchecked: note: only the printer knows",
        ),
        (
            "^FO50,1180^A0N,40,40^FDfoot^FS",
            "2:21: template_outside: foot: reaches to 1212 dots, the label ends at 1199 (the usual size, since the file",
        ),
        (
            "^LL1190^FO50,1180^A0N,40,40^FDfoot^FS",
            "2:28: template_outside: foot: reaches to 1212 dots, the label ends at 1190 (^LL)",
        ),
    ],
)
def test_what_may_be_wrong_is_said_and_prints_all_the_same(tmp_path: Path, field: str, said: str) -> None:
    (tmp_path / "parcel.zpl").write_text(f"^XA{BARS}{REST}\n{field}^XZ")
    templates = load(tmp_path)
    (notice,) = templates.notices
    assert notice.startswith(f"{tmp_path / 'parcel.zpl'}:{said}")
    assert ("]C1", b"00" + SSCC.encode()) in scanned(templates.zpl(replace(PARCEL, note="N1", order="O1"), HERE))


CORNER = "^XA^PW799^LL1199" + REST.replace("50,450", "50,400")


@pytest.mark.parametrize(
    ("field", "column", "said"),
    [
        ("^FO60,1190^BY3^BCN,240,N,N,N,N^FH^FD", 36, "reaches to 1430 dots, the label ends at 1199 (^LL)"),
        ("^FO60,1120^BY3^BCN,240,N,N,N,N^FH^FD", 36, "reaches to 1360 dots, the label ends at 1199 (^LL)"),
        ("^FO60,1000^BY3^BCR,240,N,N,N,N^FH^FD", 36, "reaches to 1468 dots, the label ends at 1199 (^LL)"),
        ("^FO700,1100^BXN,12,200,,,6,@^FH^FD", 34, "reaches to 892 dots, the label ends at 799 (^PW)"),
        ("^FO60,1100^BXN,12,200,,,6,@^FH^FD", 33, "reaches to 1292 dots, the label ends at 1199 (^LL)"),
        ("^FT60,100^BY3^BCN,240,N,N,N,N^FH^FD", 35, "begins at 60, -140, which is before the label"),
        ("^LH0,600^FO60,500^BY3^BCN,240,N,N,N,N^FH^FD", 43, "reaches to 1340 dots, the label ends at 1199 (^LL)"),
        ("^FWR^FO60,1000^BY3^BC,240,N,N,N,N^FH^FD", 39, "reaches to 1468 dots, the label ends at 1199 (^LL)"),
        ("^FO60,1100^BQN,2,6^FH^FDMA,", 24, "reaches to 1284 dots, the label ends at 1199 (^LL)"),
    ],
)
def test_bars_that_run_off_the_label_are_refused(field: str, column: int, said: str) -> None:
    found, findings = read("parcel", f"{CORNER}\n{field}{{{{sscc_gs1}}}}^FS^XZ".encode())
    outside = [str(finding) for finding in findings if finding.code == "template_outside"]
    assert found is None and outside == [f"2:{column - 2}: template_outside: sscc_gs1: {said}"]


@pytest.mark.parametrize("turned", "NRIB")
@pytest.mark.parametrize("placed", ["FO", "FT"])
@pytest.mark.parametrize("code", ["^BY2^BC{},100,N,N,N,N^FH^FD", "^BX{},6,200,,,6,@^FH^FD"])
def test_a_label_that_ends_where_the_bars_do_is_large_enough(turned: str, placed: str, code: str) -> None:
    def body(width: int, height: int) -> bytes:
        bars = f"^{placed}450,700{code.format(turned)}{{{{sscc_gs1}}}}^FS"
        return (
            f"^XA^PW{width}^LL{height}^FO20,20^A0N,20,20^FB300,6^FH^FD{{{{ship_to}}}}{{{{copy}}}}^FS{bars}^XZ".encode()
        )

    found, _ = read("parcel", body(799, 1199))
    ink = ImageOps.invert(image(Templates({("parcel", 203): found}).zpl(PARCEL, HERE))).crop((0, 300, 799, 1199))
    _, _, right, bottom = ink.getbbox()
    assert read("parcel", body(right + 1, 300 + bottom + 1))[1] == []
    for size in ((right - 4, 1199), (799, 300 + bottom - 4)):
        assert [finding.code for finding in read("parcel", body(*size))[1]] == ["template_outside"]


def test_bars_that_the_label_in_the_printer_is_too_small_for_are_refused() -> None:
    """The file does not say for which label it is: only what lies in the printer decides."""
    low = template("parcel", f"{BARS.replace('50,600', '50,1050')}{REST}")
    assert scanned(low.zpl(PARCEL, Media(100, 170))) == [("]C1", b"00" + SSCC.encode())]
    with pytest.raises(LabelRefused, match="does_not_fit: bars of 468 x 200 dots at 50, 1050 on a label of 799 x 1199"):
        low.zpl(PARCEL, HERE)


def test_a_label_of_any_size_and_resolution_is_read() -> None:
    for size in ("^PW2362^LL3543", "^PW5^LL5", "^PW9999^LL99999"):
        found, findings = read("parcel", f"^XA{size}{BARS}{REST}^XZ".encode(), 600)
        assert found is not None or {finding.code for finding in findings} == {"template_outside"}


@pytest.mark.parametrize(
    "beside",
    [
        "^FO50,800^A0N,40,40^FDhello^FS",  # right under the bars
        "^FT50,598^A0N,40,40^FDhello^FS",  # right above them
        "^FO40,590^GB700,220,3^FS",  # a frame
        "^FO50,700^A0N,40,40^FR^FDhello^FS",  # white on black is meant
        "^FO400,450^A0N,30,30^FB300,2^FH^FD{{reason}}^FS",
    ],
)
def test_what_stands_beside_or_is_meant_is_no_overlap(beside: str) -> None:
    found, findings = read("parcel", f"^XA{BARS}{REST}{beside}^XZ".encode())
    assert found is not None and findings == [] and not found.notices
