"""Pallet labels, scanner test codes and what carriers send, printed from the pages as the other labels are."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from floor.epc import decode as read_tag
from floor.parcels import JOB, PARCEL
from labels.preview import image
from labels.read_back import read_back
from labels.scanner_test import TESTS
from labels.simulators.printer import VirtualPrinter
from tests.databases import fresh_sqlite
from tests.floor.invariants import replayed_differences
from tests.floor.world import GTIN
from tests.labels.samples import SSCC, sample
from tests.labels.test_carrier import pdf, png
from tests.web.serving import Serving, serving
from tests.web.test_printer_pages import hall, order, printer, signed_in, until
from web.settings import Printer

__all__ = ["hall", "printer"]


@pytest.fixture
def packed(hall: Serving) -> Iterator[Serving]:
    """Note 17 with two parcels of item 1, closed at the bench."""
    hall.world.release(17, (1, 4))
    hall.world.scan(1, "NOTE:17")
    hall.world.scan(1, GTIN[1], quantity=4)
    hall.world.scan(3, "NOTE:17")
    for _ in range(2):
        assert hall.world.scan(3, GTIN[1], quantity=2).accepted
        assert hall.world.scan(3, "CMD:CLOSE").accepted
    yield hall


def upload(client: httpx.Client, data: bytes, name: str = "label.zpl") -> httpx.Response:
    form = re.search(r'action="/labels/received".*?name="form" value="([^"]+)"', client.get("/labels").text)
    assert form is not None
    return client.post("/labels/received", data={"form": form[1]}, files={"file": (name, data)})


def key_of(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].rpartition("key=")[2])


def test_a_pallet_has_a_number_of_its_own_and_says_what_stands_on_it(packed: Serving, printer: VirtualPrinter) -> None:
    client = signed_in(packed)
    until(lambda: len(printer.labels) == 2)
    seen = client.get("/labels/preview", params={"kind": "pallet", "key": "17"})
    assert seen.headers["content-type"] == "image/png"
    for key, count in (("17", 4), ("17 2", 2)):
        before = len(printer.labels)
        assert order(client, "pallet", key, count="2").status_code == 303
        until(lambda many=before: len(printer.labels) == many + 2)  # type: ignore[misc]
        found = {read.data.decode() for read in read_back(printer.labels[-1].zpl)}
        assert f"02{GTIN[1].rjust(14, '0')}37{count}" in found, found
    with packed.site.engine.connect() as db:
        parcels = set(db.scalars(select(PARCEL.c.sscc)))
    pallets = [next(read for read in read_back(label.zpl) if read.data.startswith(b"00")) for label in printer.labels]
    numbers = [pallet.data.decode()[2:] for pallet in pallets]
    assert numbers[2] == numbers[3] != numbers[4] == numbers[5], "one number a pallet, on both of its labels"
    assert set(numbers[:2]) == parcels and not parcels & set(numbers[2:]), "no parcel bears the number of a pallet"
    assert replayed_differences(packed.world) == [], "the journal alone knows which numbers are used up"


def test_a_pallet_copy_keeps_its_number_and_says_that_it_is_one(packed: Serving, printer: VirtualPrinter) -> None:
    client = signed_in(packed)
    assert order(client, "pallet", "17").status_code == 303
    until(lambda: len(printer.labels) == 3)
    with packed.site.engine.connect() as db:
        job = db.scalars(select(JOB.c.id).where(JOB.c.label == "pallet")).one()
    assert client.post(f"/printers/{job}/copy", data={"reason": "damaged", "seen": job}).status_code == 303
    until(lambda: len(printer.labels) == 4)
    assert [{one.data for one in read_back(label.zpl)} for label in printer.labels[2:3]] == [
        {one.data for one in read_back(printer.labels[3].zpl)}
    ]
    assert printer.labels[2].zpl != printer.labels[3].zpl, "the copy is marked"


def test_a_pallet_of_nothing_is_refused(hall: Serving) -> None:
    hall.world.release(17, (1, 2))
    client = signed_in(hall)
    for key in ("17", "99", "17 5", "x"):
        assert client.get("/labels/label", params={"kind": "pallet", "key": key}).status_code == 409, key


def test_the_scanner_s_codes_come_out_of_the_printer(hall: Serving, printer: VirtualPrinter) -> None:
    client = signed_in(hall)
    for number, test in enumerate(TESTS, 1):
        assert f'value="{test}"' in client.get("/labels").text
        assert order(client, "scanner_test", test).status_code == 303
        until(lambda many=number: len(printer.labels) == many)  # type: ignore[misc]
        assert [one.data.decode() for one in read_back(printer.labels[-1].zpl)] == [TESTS[test]]


PICTURE = image(sample("parcel"))
RECEIVED = {
    "label.zpl": (b"^XA^PQ9^FO60,60^BY3^BCN,200^FDSF1234567890123^FS^XZ", b"SF1234567890123", 1),
    "label.png": (png(PICTURE), b"00" + SSCC.encode(), 1),
    "labels.pdf": (pdf(PICTURE, PICTURE), b"00" + SSCC.encode(), 2),
}


@pytest.mark.parametrize("name", RECEIVED)
def test_what_a_carrier_sends_is_seen_and_printed(hall: Serving, printer: VirtualPrinter, name: str) -> None:
    data, said, many = RECEIVED[name]
    client = signed_in(hall)
    key = key_of(upload(client, data, name))
    page = client.get("/labels/label", params={"kind": "carrier", "key": key})
    assert page.text.count("/labels/preview?") == many
    seen = client.get("/labels/preview", params={"kind": "carrier", "key": key, "page": many})
    assert seen.headers["content-type"] == "image/png", seen.text
    assert order(client, "carrier", key, count="2").status_code == 303
    until(lambda: len(printer.labels) == 2 * many)
    assert [one.data for label in printer.labels for one in read_back(label.zpl)] == [said] * 2 * many
    with hall.site.engine.connect() as db:
        until(lambda: set(db.scalars(select(JOB.c.state))) == {"printed"})
        assert not [text for text in db.scalars(select(JOB.c.payload)) if "SF123" in text], "an address may be erased"


def test_what_is_no_label_or_does_more_than_draw_is_refused_with_the_reason(hall: Serving) -> None:
    client = signed_in(hall)
    for data in (b"", b"hello", b"^XA^FO1,1^FDx^FS^JUF^XZ", b"%PDF-1.7 broken", b"\x89PNG\r\n\x1a\nbroken"):
        answer = upload(client, data)
        assert answer.status_code == 409 and "cannot be printed" in answer.text, data
    for key in ("1", "999", "x"):  # particulars of another kind, none, no number
        assert client.get("/labels/label", params={"kind": "carrier", "key": key}).status_code == 409


@pytest.mark.parametrize("rfid", [True, False])
def test_a_tag_is_written_only_by_a_printer_that_can(tmp_path: Path, printer: VirtualPrinter, rfid: bool) -> None:
    here = {"host": "127.0.0.1", "port": printer.port, "answer_seconds": 1.0}
    with serving(
        tmp_path / "site", fresh_sqlite(tmp_path), printers={"bench1": Printer(settings=here, rfid=rfid)}
    ) as run:
        run.world.release(17, (1, 1), remark="KEEP DRY")
        run.world.scan(1, "NOTE:17")
        run.world.scan(1, GTIN[1])
        for code in ("NOTE:17", "CMD:PACKALL"):
            run.world.scan(3, code)
        sscc = run.world.scan(3, "CMD:CLOSE").fields["sscc"]
        until(lambda: len(printer.labels) == 1)
    zpl = printer.labels[0].zpl
    written = re.findall(rb"\^RFW,H\^FD([0-9A-F]+)\^FS", zpl)
    assert [read_tag(code.decode()).sscc for code in written] == ([sscc] if rfid else [])
    assert b"KEEP DRY" in zpl
