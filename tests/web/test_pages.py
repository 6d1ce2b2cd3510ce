"""Every floor page answers for those who may see it, in both languages, empty and full; nobody else gets in."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from floor import accepting, cases, credentials
from floor.facts.delivery import Released, ReleasedLine
from tests.floor.invariants import replayed_differences
from tests.floor.world import GTIN
from tests.web.serving import Serving, serving
from web.pages.sign_in import PIN

WHOLE = ["/notes", "/pick/17", "/pack", "/pack/17", "/ship", "/ship/17", "/today", "/counts", "/items", "/items?find=货品1",
         "/items?find=nonsense", "/items/1", "/history/note:17", "/history/nothing:1", "/waiting", "/cases",
         "/cases?settled=1", "/stations", "/devices", "/doctor/scanner", "/printers", "/printers?state=open",
         "/notes?find=17", "/notes?find=zzz", "/people", "/people?words=zzz&retired=1", "/people/new", "/people/5",
         "/stations/new", "/stations/3", "/stations?retired=1", "/rules", "/history/person:5", "/history/station:3",
         "/history/policy:auto_pass"]  # fmt: skip
PIECES = ["/pick/17/fragment", "/pack/17/fragment", "/ship/17/fragment", "/notes/list/fragment", "/pack/list/fragment",
          "/ship/list/fragment", "/ship/after/fragment", "/today/fragment", "/items/1/fragment", "/waiting/fragment",
          "/cases/fragment", "/stations/fragment", "/stations/fragment?retired=1",
          "/devices/fragment", "/printers/fragment"]  # fmt: skip
PAGES = WHOLE + PIECES


@pytest.fixture
def hall(tmp_path: Path, database_url: str) -> Iterator[Serving]:
    with serving(tmp_path / "site", database_url) as running:
        for person, name, badge, roles in ((5, "周班长", "boss", "supervisor admin"), (6, "小王", "picker", "picker")):
            running.world.person(person, name, roles)
            secret = {"badge": badge, "pin_hash": PIN.hash("1234")}
            running.site.writer.do(lambda tx, who=person, what=secret: credentials.set_secret(tx, who, **what))
        running.world.release(17, (1, 2), (2, 1))
        yield running


def signed_in(hall: Serving, badge: str = "boss", station: int = 1) -> httpx.Client:
    client = hall.client(accept="text/html", origin=hall.url)
    client.get("/enrol", params={"token": f"token{station}"})
    answer = client.post("/sign-in", data={"badge": f"BADGE:{badge}", "pin": "1234"})
    assert answer.status_code == 303, answer.text
    return client


def packed(hall: Serving) -> str:
    """Note 17 is picked and packed; the SSCC of its parcel."""
    for station, code in ((1, "NOTE:17"), (1, GTIN[1]), (1, GTIN[1]), (1, GTIN[2]), (3, "NOTE:17"), (3, "CMD:PACKALL")):
        assert hall.world.scan(station, code).accepted
    return str(hall.world.scan(3, "CMD:CLOSE").fields["sscc"])


def test_each_page_answers_in_both_languages_empty_and_full(hall: Serving) -> None:
    client = signed_in(hall)
    for stage in ("released", "packed"):
        for language, sign in (("zh", "zh-Hans"), ("en", "en")):
            client.post("/language", data={"lang": language, "back": "/notes"})
            for path in PAGES:
                answer = client.get(path)
                assert answer.status_code == 200, (stage, path, answer.text)
                assert path in PIECES or f'<html lang="{sign}"' in answer.text, path
                assert 'data-label="<' not in answer.text, path
        if stage == "released":
            packed(hall)


def test_a_piece_stands_for_itself_so_that_it_can_be_fetched_again(hall: Serving) -> None:
    client = signed_in(hall)
    for path in PIECES:
        text = client.get(path).text
        source = text.split('data-src="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
        assert text.lstrip().startswith("<section"), path
        assert source.partition("?")[0] == path.partition("?")[0], "it names the address it came from"
        assert client.get(source).status_code == 200


def test_a_note_is_followed_through_its_pages(hall: Serving) -> None:
    client, world = signed_in(hall), hall.world
    assert "A-01" in client.get("/pick/17").text
    sscc = packed(hall)
    assert "货品1" in client.get("/pack/17").text and sscc in client.get("/ship/17").text
    for code in ("NOTE:17", f"]C100{sscc}", "SF1234567890123", "CMD:SHIP"):
        world.scan(4, code)
    assert "SF1234567890123" in client.get("/ship/17").text
    assert "由 SF 发走：SF1234567890123" in client.get("/history/note:17").text


def test_strangers_are_sent_to_sign_in_and_unknown_things_are_explained(hall: Serving) -> None:
    stranger = hall.client(accept="text/html")
    for path in PAGES:
        assert stranger.get(path).headers["location"].startswith("/sign-in"), path
    client = signed_in(hall)
    for path in ("/pick/999", "/items/999", "/people/999", "/stations/999"):
        answer = client.get(path)
        assert answer.status_code == 409 and "999" in answer.text


@pytest.mark.parametrize(
    "path", ["/pick/x", "/items/x", "/items?page=0", "/notes?page=99999999", "/history/note:17?before=x"]
)
def test_addresses_that_make_no_sense_are_no_faults(hall: Serving, path: str) -> None:
    assert 400 <= signed_in(hall).get(path).status_code < 500


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("/pack", 403),
        ("/people", 403),
        ("/stations/1", 403),
        ("/rules", 403),
        ("/ship/17", 403),
        ("/history/invoice:1", 403),
        ("/notes", 200),
    ],
)
def test_a_picker_sees_what_pickers_may(hall: Serving, path: str, right: int) -> None:
    assert signed_in(hall, "picker").get(path).status_code == right


def test_a_case_is_settled_with_a_word_by_those_who_may(hall: Serving) -> None:
    case = hall.world.do(lambda tx: cases.open_case(tx, "note:17", "held_goods_lost", orders="17", place="A-01"))
    assert signed_in(hall, "picker", 2).post(f"/cases/{case}", data={"how": "盘点过了"}).status_code == 403
    client = signed_in(hall)
    assert "A-01" in client.get("/cases").text
    assert client.post(f"/cases/{case}", data={"how": "  "}).status_code == 409
    assert client.post(f"/cases/{case}", data={"how": "盘点过了"}).headers["location"] == "/cases"
    assert "A-01" not in client.get("/cases").text
    settled = client.get("/cases?settled=1").text
    assert "盘点过了" in settled and "周班长" in settled
    assert client.post(f"/cases/{case}", data={"how": "再来"}).status_code == 409


def test_a_job_without_its_printer_waits_and_is_given_up(hall: Serving) -> None:
    packed(hall)
    hall.site.courier.settle()
    client = signed_in(hall)
    assert "bench1" in client.get("/waiting").text
    shown = client.get("/printers").text
    assert "no printer" in shown and "/printers/1/cancel" in shown and "未写入 floor.toml" in shown
    assert client.post("/waiting/retry", data={"target": "printer:bench1"}).status_code == 303
    hall.site.courier.settle()
    assert client.post("/printers/1/cancel", data={"seen": 1}).status_code == 303
    assert client.post("/printers/1/cancel", data={"seen": 2}).status_code == 409
    assert "已放弃" in client.get("/printers").text
    assert client.post("/printers/1/burn", data={"seen": 1}).status_code == 404
    assert client.post("/printers/1/again", data={"seen": 1}).status_code == 303
    assert "/printers/2/cancel" in client.get("/printers").text


def test_a_tracking_number_by_hand_goes_to_the_parcel_and_carrier_named(hall: Serving) -> None:
    sscc = packed(hall)
    hall.world.scan(4, "NOTE:17")
    client = signed_in(hall, station=4)
    wrong = client.post("/ship/17/tracking", data={"parcel": "1", "carrier": "YTO", "tracking": "SF1234567890123"})
    assert wrong.status_code == 409 and "tracking_bad_format" in wrong.text
    right = {"parcel": "1", "carrier": "YTO", "tracking": "yt1234567890123"}
    assert client.post("/ship/17/tracking", data=right).headers["location"] == "/ship/17"
    assert "YTO YT1234567890123" in client.get("/ship/17").text
    elsewhere = hall.client(accept="text/html", origin="http://evil.example")
    elsewhere.cookies = client.cookies
    assert elsewhere.post("/ship/17/tracking", data=right).status_code == 403
    assert sscc


def test_a_note_of_a_carrier_that_nobody_knows_ships_with_another_one_chosen_at_the_desk(hall: Serving) -> None:
    said = Released(
        note=18, order=18, warehouse="W1", customer=1, ship_to=1, due_at=None, carrier="XX", remark="",
        lines=(ReleasedLine(line=1, order_line=1, item=1, quantity=1),),
    )  # fmt: skip
    hall.world.do(lambda tx: accepting.take(tx, said))
    for station, code in ((1, "NOTE:18"), (1, GTIN[1]), (3, "NOTE:18"), (3, "CMD:PACKALL")):
        assert hall.world.scan(station, code).accepted
    sscc = hall.world.scan(3, "CMD:CLOSE").fields["sscc"]
    assert hall.world.scan(4, "NOTE:18").accepted and hall.world.scan(4, f"]C100{sscc}").accepted
    told = hall.world.scan(4, "SF1234567890123")
    assert (told.code, "SF" in told.fields["carriers"]) == ("carrier_unknown", True)
    client = signed_in(hall, station=4)
    chosen = {"parcel": "1", "carrier": "SF", "tracking": "SF1234567890123"}
    assert client.post("/ship/18/tracking", data=chosen).headers["location"] == "/ship/18"
    assert [hall.world.scan(4, code).code for code in ("NOTE:18", "CMD:SHIP")][-1] == "shipped"


def test_what_the_carrier_says_is_told_by_hand_until_the_parcel_is_delivered(hall: Serving) -> None:
    sscc = packed(hall)
    client = signed_in(hall, station=4)
    client.post("/language", data={"lang": "en"})
    for code in ("NOTE:17", f"]C100{sscc}", "SF1234567890123", "CMD:SHIP"):
        assert hall.world.scan(4, code).accepted, code
    shown = client.get("/ship/17").text
    assert "Waits for the carrier" in shown and 'action="/ship/17/transit"' in shown
    told = {"tracking": "SF1234567890123", "state": "delivery_failed", "reason": "nobody at home"}
    assert client.post("/ship/17/transit", data=told).headers["location"] == "/ship/17"
    assert client.post("/ship/17/transit", data=told).status_code == 303, "pressed twice"
    assert "nobody at home" in client.get("/ship").text, "trouble on the road"
    assert client.post("/ship/17/transit", data={**told, "state": "lost"}).status_code == 409
    assert client.post("/ship/17/transit", data={"tracking": told["tracking"], "state": "delivered"}).status_code == 303
    assert "nobody at home" not in client.get("/ship").text
    history = client.get("/history/note:17").text
    assert history.count("SF1234567890123") >= 3 and "Delivered at" in client.get("/ship/17").text
    assert replayed_differences(hall.world) == []


def test_an_address_that_is_none_says_so_in_the_persons_words(hall: Serving) -> None:
    client = signed_in(hall)
    client.post("/language", data={"lang": "zh"})
    for path, status, said in (
        ("/nowhere", 404, "没有这个页面"),
        ("/items/abc", 422, "重新打开"),
        ("/orders/999", 409, "没有订单 999"),
    ):
        answer = client.get(path)
        assert answer.status_code == status and said in answer.text, (path, answer.status_code, answer.text[-900:])
    told = client.get("/nowhere", headers={"accept": "application/json"})
    assert told.json()["code"] == "not_found"
    assert client.delete("/items").status_code == 405
