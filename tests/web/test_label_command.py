"""`floor label` and `floor decode printer` as people start them."""

import io
import json
import sys
from pathlib import Path

import pytest
from PIL import Image

from labels.media import Media
from labels.read_back import read_back
from tests.labels.samples import SSCC, sample
from tests.shared import vectors
from web.cli import main
from web.commands.decode import KINDS

PARCEL = ["label", "parcel", f"sscc={SSCC}", "ship_to=好运来", "ship_to=200120 上海", "service=SF", "note=DN-1", "order=SO-1",
          "weight_g=1250", "marks=FRAGILE", "n=2", "of=3"]  # fmt: skip


def test_a_label_as_zpl_and_as_a_picture(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    png, zpl = tmp_path / "a.png", tmp_path / "a.zpl"
    assert main([*PARCEL, "--png", str(png), "--zpl", str(zpl)]) == 0
    assert [read.data for read in read_back(zpl.read_bytes())] == [b"00" + SSCC.encode()]
    assert Image.open(io.BytesIO(png.read_bytes())).size == (Media(100, 150).dots(100), Media(100, 150).dots(150))
    assert capsysbinary.readouterr().out == b""
    assert main(PARCEL) == 0
    assert capsysbinary.readouterr().out == zpl.read_bytes() + b"\n"


@pytest.mark.parametrize(
    ("words", "read"),
    [
        (["item", "item=A", "name=Tea", "elements=(01)09506000134352(10)L-7(21)S1"], b"010950600013435210L-7\x1d21S1"),
        (
            ["item", "item=A", "name=Tea", "elements=(01)04006381333931(10)AB(C)1(21)5"],
            b"010400638133393110AB(C)1\x1d215",
        ),
        (["item", "--dpi", "300", "item=A", "--language", "en", "name=Tea", "gtin=9506000134352"], b"9506000134352"),
        (["place", "code=P-A-01", "name=A-01", "arrow=up", "--size", "80x30", "--dpi", "300"], b"P-A-01"),
        (["scanner_test", "test=gs1", "--language", "en"], b"10TEST-A\x1d21B2"),
        (["scanner_setup", "setup=datalogic_aim"], b"$P,CAIEN01,P\r"),
    ],
)
def test_other_kinds_sizes_and_resolutions(words: list[str], read: bytes, tmp_path: Path) -> None:
    out = tmp_path / "x.zpl"
    assert main(["label", *words, "--zpl", str(out)]) == 0
    assert [found.data for found in read_back(out.read_bytes())] == [read]


def test_a_carrier_s_labels_and_the_site_s_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    received, png = tmp_path / "in.zpl", tmp_path / "out.png"
    received.write_bytes(sample("parcel") * 2)
    assert main(["label", "carrier", f"file={received}", "--png", str(png)]) == 0
    assert png.exists() and (tmp_path / "out-2.png").exists()
    own = tmp_path / "own"
    own.mkdir()
    (own / "place.zpl").write_text("^XA^FO9,9^A0N,40^FH^FD{{name}}^FS^FO60,99^BCN,99,N^RS8^FH^FD{{code}}^FS^XZ")
    words = ["label", "place", "code=P-1", "name=A", "--templates", str(own), "--png", str(png)]
    received.unlink()
    assert main(words) == 0
    assert capsys.readouterr().err == "not in the picture: ^RS8\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["parcel", f"sscc={SSCC[:-1]}9", *PARCEL[3:]], 1, "bad_content: SSCC 106141412345678909 ends in 9"),
        (["parcel", "sscc=1"], 2, "missing 4 required positional arguments: 'ship_to', 'service', 'note', and 'order'"),
        (["place", "code=1", "name=2", "colour=red"], 2, "colour: this label has code, name, arrow"),
        (["place", "code"], 2, "'code': write it as NAME=VALUE"),
        (["note", "note=1", "customer=2", "order=3", "lines=many"], 2, "lines=many: a whole number is wanted"),
        (["note", "note=1", "customer=2", "order=3", f"lines={'9' * 5000}"], 2, ": a whole number is wanted"),
        ([*PARCEL[1:], "copy=maybe"], 2, "copy=maybe: yes or no"),
        (["place", "code=1", "name=2", "code=3"], 2, "code: it is told 2 times, the label has room for one"),
        (
            ["item", "item=A", "name=T", "elements=09506000134352"],
            2,
            "elements=09506000134352: write it as (01)...(10)...",
        ),
        (["item", "item=A", "name=T", "elements=x(01)09506000134352"], 2, "write it as (01)...(10)..."),
        (["item", "item=A", "name=T", "elements=(01)09506000134352(10)"], 2, "write it as (01)...(10)..."),
        (["place", "code=1", "name=2", "--size", "big"], 2, "--size big: write it as 100x150"),
        (["place", "code=1", "name=2", "--templates", "/nowhere"], 1, "/nowhere: no such folder"),
        (["place", "code=1", "name=2", "--zpl", "/nowhere/x"], 1, "No such file or directory"),
        (["carrier", "name=2"], 2, "a carrier label is file=FILE and nothing else"),
    ],
)
def test_what_is_wrong_is_one_line(words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["label", *words]) == code
    told = capsys.readouterr().err
    assert told.startswith("floor label: ") and said in told and told.count("\n") == 1


def test_an_option_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["label", "place", "--dpi", "300", "code=1", "--colour", "name=A"])
    assert "unrecognized arguments: --colour (see" in capsys.readouterr().err


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_line_ends_a_decoder_s_run(
    kind: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    odd = b'{"a": "\xff"}\n\xff\xfe\n[\n{"chunks": ["41"], "config": {"\\ud800": 1}}\n{"layout": "\\ud800"}\n{"hex": "\\ud800"}\n'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(odd), encoding="utf-8", errors="strict"))
    assert main(["decode", kind]) == 0
    told = [json.loads(line) for line in capfdbinary.readouterr().out.decode().splitlines()]
    assert len(told) == 6 and all("error" in one for one in told)


def test_without_the_extra_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "zplkit", None)
    assert main([*PARCEL, "--png", str(tmp_path / "a.png")]) == 1
    assert "pip install 'warehouse-floor[preview]'" in capsys.readouterr().err
    assert main([*PARCEL, "--zpl", str(tmp_path / "a.zpl")]) == 0


def test_decode_printer_on_the_shared_vectors(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = vectors("zpl_status")
    asked = "".join(json.dumps({"command": one["command"], "reply": one["reply"]}) + "\n" for one in wanted)
    monkeypatch.setattr(sys, "stdin", io.StringIO(asked + '{"command": "~HS"}\nno json\n'))
    assert main(["decode", "printer"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for one, found in zip(wanted, told, strict=False):
        for member, value in one["expect"].items():
            same = set(found[member]) == set(value) if isinstance(value, list) else found.get(member, "") == value
            assert same, (one["id"], member, found)
    assert [one["error"] for one in told[len(wanted) :]] == ["bad_input", "bad_json"]
