"""Imports: what people's files look like, what is wrong in them, and that a second run changes nothing."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import Table, select

from floor import founding
from floor.facts.fact import Entry
from floor.items import ITEM, ITEM_CODE
from floor.ledger.customers import CUSTOMER
from floor.ledger.pricing import PRICE
from floor.places import PLACE
from floor.stock import SERIAL, STOCK
from floor.storage import particulars
from web.commands.verify import verify
from web.compose import Running, Site, compose
from web.imports import template
from web.imports.bring_in import KINDS, Bringer, Outcome
from web.imports.columns import of_header, read_row
from web.imports.places import COLUMNS
from web.imports.seen import Seen
from web.imports.sheet import MOST_ROW, Unreadable, open_sheet
from web.settings import Settings

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ITEMS = "code,name,tracking,expires,gtin,case_gtin,case_quantity\n"
GOOD_ITEM = "P1,中性笔 黑,none,no,2001234000017,12001234000014,12\n"


@dataclass
class Importing:
    """A founded site; `load` writes a file and brings it in, `bad` collects (line, reason)."""

    site: Site
    folder: Path
    bad: list[tuple[int, str]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def load(self, kind: str, content: str | bytes, name: str = "file.csv", document: str = "") -> Outcome:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.bring_in(kind, path, document)

    def bring_in(self, kind: str, path: Path, document: str = "") -> Outcome:
        self.bad.clear()
        bringer = Bringer(self.site.writer, lambda line, reason: self.bad.append((line, reason)))
        return bringer.bring_in(kind, path, document or path.name)

    def check(self) -> None:
        """What came in stands in the journal, and the ledger knows of it."""
        self.site.courier.settle()
        assert verify(self.site.settings, self.site.engine) == []

    def rows(self, table: Table) -> list[Any]:
        with self.site.engine.connect() as db:
            return list(db.execute(select(table)))


@pytest.fixture
def importing(database_url: str, tmp_path: Path) -> Iterator[Importing]:
    settings = Settings(data=str(tmp_path / "data"), database=database_url)
    with Running(compose(settings), ()) as site:
        named = {"company": "C", "warehouse": "W1", "time_zone": "Asia/Shanghai", "currency": "CNY"}
        site.writer.do(lambda tx: founding.found(tx, company_prefix="0614141", **named))
        importing = Importing(site, tmp_path)
        site.writer.listeners.append(importing.entries.extend)
        yield importing


def test_each_template_comes_in_as_it_is(importing: Importing) -> None:
    for kind in ("places", "items", "customers", "prices", "stock"):
        for name in (f"{kind}.csv", f"{kind}.xlsx"):
            template.write(kind, importing.folder / name)
        first = importing.bring_in(kind, importing.folder / f"{kind}.csv", "opening")
        assert (first, importing.bad) == (Outcome(rows=1, changed=1, bad=0), [])
        again = importing.bring_in(kind, importing.folder / f"{kind}.xlsx", "opening")
        assert (again, importing.bad) == (Outcome(rows=1, changed=0, bad=0), [])
    importing.check()
    assert set(KINDS) == {"items", "places", "customers", "stock", "prices"}
    assert [(row.on_hand, row.place) for row in importing.rows(STOCK)] == [(-240, "@supplier"), (240, "A-01-01")]


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("gb18030", ","), ("utf-16", "\t")]
)
@on_sqlite
def test_the_encodings_and_separators_of_spreadsheets(importing: Importing, encoding: str, delimiter: str) -> None:
    text = "编码,名称,单位\r\nP1,中性笔 黑,支\r\n\r\nP2,复印纸 A4,包\r\n".replace(",", delimiter)
    assert importing.load("items", text.encode(encoding)).changed == 2
    assert [(row.code, row.name, row.unit) for row in importing.rows(ITEM)] == [
        ("P1", "中性笔 黑", "支"), ("P2", "复印纸 A4", "包"),
    ]  # fmt: skip


def test_a_second_run_changes_nothing_and_a_changed_row_only_itself(importing: Importing) -> None:
    importing.load("items", ITEMS + GOOD_ITEM + "P2,纸,none,no,,,\n")
    importing.entries.clear()
    assert importing.load("items", ITEMS + GOOD_ITEM + "P2,纸,none,no,,,\n").changed == 0
    assert importing.entries == []
    assert importing.load("items", ITEMS + GOOD_ITEM + "P2,厚纸,none,no,,,\n").changed == 1
    assert [getattr(entry.fact, "changes", None) for entry in importing.entries] == [{"name": "厚纸"}]


def test_a_bad_row_is_named_and_the_good_ones_stay(importing: Importing) -> None:
    rows = [GOOD_ITEM, "P2,笔,none,no,2001234000018,,\n", ",无编码,none,no,,,\n", "P4,笔,sometimes,no,,,\n"]
    rows += ["P5,笔,none,no,2001234000017,,\n", "P1,again,none,no,,,\n", "P7,笔,none,no,,12001234000021,\n"]
    rows += [
        "P8,笔,none,perhaps,,,\n",
        "P9,笔,none,no,2.00123E+12,,\n",
        "P10,笔,none,no,,,,,much\n",
        "P11,好,none,no,,,\n",
    ]
    outcome = importing.load("items", ITEMS + "".join(rows))
    assert outcome == Outcome(rows=11, changed=2, bad=9)
    assert sorted(line for line, _ in importing.bad) == list(range(3, 12))
    reasons = dict(importing.bad)
    for line, words in (
        (3, "bad check digit"), (4, "code is empty"), (5, "none, lot, serial"), (6, "code_taken"), (7, "line 2"),
        (8, "go together"), (9, "yes nor no"), (10, "shortened"), (11, "cells"),
    ):  # fmt: skip
        assert words in reasons[line], reasons
    assert [row.code for row in importing.rows(ITEM)] == ["P1", "P11"]
    assert {row.code: row.quantity for row in importing.rows(ITEM_CODE)} == {"02001234000017": 1, "12001234000014": 12}


@pytest.mark.parametrize(
    "quantity", ["0", "-1", "1.5", "1000000000000000000000", str(2**70), "１２", "٣", "many", "1e3", ""]
)
@on_sqlite
def test_quantities_that_are_none(importing: Importing, quantity: str) -> None:
    _goods(importing)
    assert importing.load("stock", f"item,place,quantity\nP1,A-01,{quantity}\nP1,A-02,7\n").bad == 1
    assert importing.bad[0][0] == 2
    assert [row.on_hand for row in importing.rows(STOCK) if row.place[0] == "A"] == [7]


@pytest.mark.parametrize(
    "name", ["'; --", "^XA^FDx^FS^XZ", "=1+1", "{{7*7}}", "<script>alert(1)</script>", "%s%n", "\u202eabc"]
)
@on_sqlite
def test_a_name_is_only_a_name(importing: Importing, name: str) -> None:
    assert importing.load("items", f'code,name\nP1,"{name}"\n').changed == 1
    assert [row.name for row in importing.rows(ITEM)] == [name]


@pytest.mark.parametrize("name", ["a\x07b", "a\x1bb", "x" * 5000, "a\ue000b", "\ufdd0"])
@on_sqlite
def test_a_name_that_cannot_be_printed_is_refused(importing: Importing, name: str) -> None:
    assert importing.load("items", f'code,name\nP1,"{name}"\n').bad == 1
    assert importing.rows(ITEM) == []


def png() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"\0" * 100


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n,,\n", "empty"),
        (b"code,name,colour\nP1,x,red\n", "unknown column 'colour'"),
        (b"code\nP1\n", "'name' is missing"),
        (b"code,name,code\n", "twice"),
        (b"code,name\nP1,\xff\xfe\xff\xff\n", "line 2 is neither UTF-8 nor GB18030"),
        (b"code,name\nP1,a\0b\n", "line 2 holds a NUL"),
        (png(), "holds a NUL"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old .xls"),
        (b"PK\x03\x04 and then nothing", "workbook cannot be opened"),
        (b'code,name\n"P1,x\n' + b"y" * 200_000, "line 2"),
        (",".join(f"c{n}" for n in range(5000)).encode(), "5000 columns"),
    ],
)
@on_sqlite
def test_a_file_that_cannot_be_read_says_why(importing: Importing, content: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words.replace("(", r"\(")):
        importing.load("items", content)
    assert importing.rows(ITEM) == []


@on_sqlite
def test_a_zip_that_is_no_workbook_and_a_folder_are_no_files_of_ours(importing: Importing) -> None:
    with zipfile.ZipFile(importing.folder / "a.xlsx", "w") as packed:
        packed.writestr("hello.txt", "hello")
    for path in (importing.folder / "a.xlsx", importing.folder):
        with pytest.raises(Unreadable):
            importing.bring_in("items", path)


def test_what_came_before_a_file_breaks_stays(importing: Importing) -> None:
    rows = "".join(f"P{n},x\n" for n in range(100))
    with pytest.raises(Unreadable, match="line 102"):
        importing.load("items", "code,name\n" + rows + '"P,x\n' + "y" * 200_000)
    assert len(importing.rows(ITEM)) == 100


def test_a_workbook_with_numbers_days_and_a_wrong_dimension(importing: Importing) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["code", "name", "gtin", "weight_g", "expires", "tracking"])
    sheet.append([1001, "纸", 2001234000017, 12.0, True, "lot"])
    sheet.append(["P2", "笔", None, 1.5, False, "none"])
    book.save(importing.folder / "items.xlsx")
    assert importing.bring_in("items", importing.folder / "items.xlsx") == Outcome(rows=2, changed=1, bad=1)
    assert "weight_g" in importing.bad[0][1]
    row = importing.rows(ITEM)[0]
    assert (row.code, row.weight_g, row.expires, row.tracking) == ("1001", 12, True, "lot")
    assert [code.code for code in importing.rows(ITEM_CODE)] == ["02001234000017"]


def _goods(importing: Importing) -> None:
    rows = "P1,笔,none,no,,,\nP2,茶,lot,yes,,,\nP3,枪,serial,no,,,\n"
    assert importing.load("items", ITEMS + rows).changed == 3
    assert importing.load("places", "code,kind\nA-01,bin\nA-02,bin\nD1,dock\n").changed == 3


def test_stock_of_a_document_comes_in_once(importing: Importing) -> None:
    _goods(importing)
    text = "item,place,quantity,lot,expiry,serials\nP1,A-01,10,,,\nP2,A-01,5,L1,2030-01-31,\nP3,A-02,2,,,S1 S2\n"
    assert importing.load("stock", text, document="D-1").changed == 3
    importing.entries.clear()
    assert importing.load("stock", text, document="D-1").changed == 0
    assert importing.entries == []
    assert importing.load("stock", text.replace(",10,", ",11,"), document="D-1") == Outcome(rows=3, changed=0, bad=1)
    assert "with another quantity" in importing.bad[0][1]
    assert importing.load("stock", "item,place,quantity\nP1,A-01,10\n", document="D-2").changed == 1
    there = {(row.item, row.place, row.lot): row for row in importing.rows(STOCK) if row.place[0] == "A"}
    assert {key: row.on_hand for key, row in there.items()} == {
        (1, "A-01", ""): 20, (2, "A-01", "L1"): 5, (3, "A-02", ""): 2,
    }  # fmt: skip
    assert there[2, "A-01", "L1"].expiry == date(2030, 1, 31)
    assert {(row.serial, row.place) for row in importing.rows(SERIAL)} == {("S1", "A-02"), ("S2", "A-02")}
    importing.check()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("PX,A-01,1,,,", "item_unknown"),
        ("P1,Z-99,1,,,", "place_unknown"),
        ("P1,D1,1,,,", "place_unknown"),
        ("P2,A-01,1,,2030-01-31,", "lot_required"),
        ("P2,A-01,1,L1,,", "expiry_required"),
        ("P2,A-02,1,L9,2031-01-31,", "lot_expiry"),
        ("P3,A-01,2,,,S1", "serial_required"),
        ("P3,A-01,2,,,S1 S1", "serial_required"),
        ("P3,A-01,1,,,S9", "serial_taken"),
        ("P1,A-01,1,,,S1", "serial_required"),
        ("P2,A-01,1,L1,2030-02-30,", "no day"),
    ],
)
@on_sqlite
def test_stock_that_cannot_be(importing: Importing, row: str, code: str) -> None:
    _goods(importing)
    head = "item,place,quantity,lot,expiry,serials\n"
    importing.load("stock", f"{head}P3,A-01,1,,,S9\nP2,A-02,1,L9,2030-01-31,\n", document="before")
    assert importing.load("stock", f"{head}P1,A-02,3,,,\n{row}\n") == Outcome(rows=2, changed=1, bad=1)
    assert code in importing.bad[0][1]


def test_what_has_moved_keeps_its_measure(importing: Importing) -> None:
    _goods(importing)
    importing.load("stock", "item,place,quantity\nP1,A-01,10\n")
    assert importing.load("items", "code,name,scale,unit\nP1,笔,3,千克\n").bad == 1
    assert "measure_frozen" in importing.bad[0][1]
    assert importing.load("items", "code,name,name_en\nP1,笔,pen\n").changed == 1


def test_a_customer_keeps_what_the_file_does_not_say(importing: Importing) -> None:
    full = "code,name,contact,phone,address,city,discount_percent,tax_percent,payment_days\n"
    importing.load("customers", full + "C1,晨光,王芳,021-5550,张江路 88 号,上海市,2.5,13,45\n")
    assert importing.load("customers", "编码,名称,电话\nC1,晨光,021-9999\n").changed == 1
    row = importing.rows(CUSTOMER)[0]
    assert (row.discount_bp, row.tax_bp, row.payment_days) == (250, 1300, 45)
    with importing.site.engine.connect() as db:
        who, where = particulars.read(db, row.particulars), particulars.read(db, row.ship_to)
    assert who == {"name": "晨光", "contact": "王芳", "phone": "021-9999"}
    assert where["address"] == "张江路 88 号" and where["name"] == "晨光" and where["phone"] == "021-9999"
    assert importing.load("customers", "code,name,currency\nC2,x,XXX\n").bad == 1


def test_prices_are_exact(importing: Importing) -> None:
    _goods(importing)
    text = "item,price,currency,valid_from,valid_to\nP1,2.50,CNY,,\nP1,1.123456,USD,2026-01-01,2026-12-31\nP2,0,,,\n"
    text += "P1,1.1234567,,2027-01-01,\nP1,-1,,2027-02-01,\nPX,1,,,\nP3,1,,2027-01-02,2027-01-01\n"
    assert importing.load("prices", text) == Outcome(rows=7, changed=3, bad=4)
    assert sorted((row.id, row.price_micro) for row in importing.rows(PRICE)) == [
        ("1:CNY:", 2_500_000), ("1:USD:2026-01-01", 1_123_456), ("2:CNY:", 0),
    ]  # fmt: skip


def test_places_do_not_pose_as_the_world_outside(importing: Importing) -> None:
    assert importing.load("places", "code,kind\n@supplier,bin\nnote:1,bin\nA-01,bin\nA-02,shelf\n").bad == 3
    assert [(row.code, row.sort, row.warehouse) for row in importing.rows(PLACE)] == [("A-01", "A-01", "W1")]
    assert importing.load("places", "code,bin_first\nA-01,yes\n").changed == 1
    assert [(row.bin_first, row.sort) for row in importing.rows(PLACE)] == [(True, "A-01")]


def test_a_long_file_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    lines = 60_000
    with path.open("w") as out:
        out.write("code,zone\n")
        out.writelines(f"A-{n:07},zone of a bin\n" for n in range(lines))
    assert _peak_of(lambda: _read_all(path, lines)) < 6_000_000, "its rows together would take three times that"


MANY_ROWS = """
import resource, sys
from pathlib import Path
from web.imports.bring_in import Bringer
told, at = [0], []
def bad(line, reason):
    told[0] += 1
    if told[0] == 10_000:
        at.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
outcome = Bringer(None, bad).bring_in("stock", Path(sys.argv[1]), "d")
print(outcome.rows, outcome.bad, told[0], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - at[0])
"""


def test_many_rows_that_cannot_be_are_told_one_by_one_in_the_memory_of_a_few(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("w") as out:
        out.write("item,place,quantity\n")
        out.writelines(f"P{n},A-01,-1\n" for n in range(100_000))
    done = subprocess.run([sys.executable, "-c", MANY_ROWS, str(path)], capture_output=True, text=True, timeout=120)
    rows, bad, told, grown_kb = map(int, done.stdout.split())
    assert (rows, bad, told) == (100_000,) * 3
    assert grown_kb < 4_000, "a million rows take ten times the time and no more memory"


@on_sqlite
def test_why_a_row_cannot_be_is_told_to_who_filled_the_table(importing: Importing) -> None:
    _goods(importing)
    head, rows = "item,place,quantity,lot,expiry,serials\n", "P1,A-01,-1,,,\nP2,A-01,1,,2030-01-31,\nP3,A-01,2,,,S1\n"
    assert importing.load("stock", f"{head}{rows}P2,A-01,1,L1,,\n").bad == 4
    reasons = dict(importing.bad)
    for line, words in ((2, "'-1' is below zero"), (3, "column lot"), (4, "2 serial numbers"), (5, "column expiry")):
        assert words in reasons[line] and "Scan" not in reasons[line], reasons


CELL, CELLS = '<c t="inlineStr"><is><t>%s</t></is></c>', 300_000


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (CELL % "y" * CELLS, "a row of the workbook is too long"),
        (CELL % ("y" * 20_000_000), "a row of the workbook is too long"),
        ((CELL % "y" + "<!--</row>-->") * CELLS, "a comment"),
    ],
)
def test_a_workbook_that_unpacks_to_one_endless_row_is_refused_unread(tmp_path: Path, row: str, words: str) -> None:
    template.write("places", tmp_path / "good.xlsx")
    with zipfile.ZipFile(tmp_path / "good.xlsx") as good, zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", 8) as bomb:
        for part in good.infolist():
            text = good.read(part).decode()
            bomb.writestr(part.filename, text.replace("</sheetData>", f'<row r="9">{row}</row></sheetData>'))
    assert (tmp_path / "bomb.xlsx").stat().st_size < 200_000

    def refused() -> None:
        with pytest.raises(Unreadable, match=words):
            open_sheet(tmp_path / "bomb.xlsx")

    assert _peak_of(refused) < 6_000_000


def _with_parts(folder: Path, parts: dict[str, bytes]) -> Path:
    """The template of places as a workbook, by no such name, in which these parts are put or replaced."""
    template.write("places", folder / "good.xlsx")
    with zipfile.ZipFile(folder / "good.xlsx") as good, zipfile.ZipFile(folder / "made", "w", 8) as made:
        for name in {*good.namelist(), *parts}:
            made.writestr(name, parts[name] if name in parts else good.read(name))
    return folder / "made"


def test_what_nobody_reads_of_a_workbook_may_be_large(tmp_path: Path) -> None:
    parts = {"xl/media/image1.png": b"<!" * (5 << 20), "xl/calcChain.xml": b'<c r="A1" i="1"/>' * 600_000}
    assert all(len(part) > MOST_ROW for part in parts.values())
    assert open_sheet(_with_parts(tmp_path, parts)).header == open_sheet(tmp_path / "good.xlsx").header


@pytest.mark.parametrize("name", ["xl/styles.xml", "xl/theme/theme1.xml", "xl/workbook.xml", "[Content_Types].xml"])
def test_what_is_held_whole_of_a_workbook_may_not(tmp_path: Path, name: str) -> None:
    path = _with_parts(tmp_path, {name: b"<a><row></row>" + b" " * MOST_ROW + b"</a>"})

    def refused() -> None:
        with pytest.raises(Unreadable, match=re.escape(f"{name} in the workbook is too large")):
            open_sheet(path)

    assert _peak_of(refused) < 6_000_000


def _read_all(path: Path, lines: int) -> None:
    sheet, seen = open_sheet(path), Seen()
    found = of_header(sheet.header, COLUMNS)
    assert sheet.total == lines + 1
    count = sum(seen.first(read_row(found, cells)["code"], line) == line for line, cells in sheet.rows)
    assert count == lines
    seen.close()


def _peak_of(work: Callable[[], None]) -> int:
    import tracemalloc

    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
