"""Stations over HTTP: set up while the service runs, a device by its address, changed, withdrawn, given up."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from floor import equipping, policy
from floor.credentials import CREDENTIAL
from floor.refusal import Refusal
from floor.stations import STATION, TOKEN
from floor.storage.record import Tx
from tests.floor.world import GTIN
from tests.web.administration import (
    Device,
    new_person,
    new_station,
    number_in,
    opened_hall,
    stored,
    token_in,
)
from tests.web.office import Browser, words
from tests.web.serving import Serving
from web.commands.verify import verify
from web.compose import new_uid

STATION_9 = {"name": "手持 9", "kind": "pick", "double_fire_ms": "300", "stale_s": "900"}


@pytest.fixture
def hall(tmp_path: Path, database_url: str) -> Iterator[Serving]:
    with opened_hall(tmp_path / "site", database_url) as running:
        yield running


@pytest.fixture
def admin(hall: Serving) -> Browser:
    return Browser(hall, "admin")


def badge(hall: Serving, admin: Browser) -> str:
    """A new picker's badge; the PIN is 2468."""
    person = number_in(new_person(admin))
    return str(next(row.badge for row in hall.world.rows(CREDENTIAL) if row.person == person))


def station(hall: Serving, name: str = "手持 9") -> Any:
    return next(row for row in hall.world.rows(STATION) if row.name == name)


def tokens(hall: Serving) -> list[Any]:
    return [row for row in hall.world.rows(TOKEN) if row.station == station(hall).id]


def test_a_station_opens_by_the_address_shown_once(hall: Serving, admin: Browser) -> None:
    hall.world.release(17, (1, 5))
    answer = new_station(admin)
    token = token_in(answer)
    assert answer.headers["cache-control"] == "no-store" and "<svg" in answer.text
    assert "只有本机能打开" in answer.text, "this site listens on loopback alone"
    assert token not in stored(hall) and token not in admin.get(f"/stations/{station(hall).id}")
    device = Device(hall, token)
    assert device.sign_in(badge(hall, admin), "2468") == ""
    assert device.scan("NOTE:17") == "opened" and device.scan(GTIN[1], 17) == "picked"
    assert "手持 9" in admin.get("/stations") and "新小丁" in admin.get("/stations/fragment")


def test_one_more_device_and_all_withdrawn(hall: Serving, admin: Browser) -> None:
    known = badge(hall, admin)
    first = Device(hall, token_in(new_station(admin)))
    id = station(hall).id
    second = Device(hall, token_in(admin.press(f"/stations/{id}", "/devices")))
    assert second.sign_in(known, "2468") == "" and second.sees() == 200
    lost = next(row.device for row in tokens(hall) if row.device != "手持 9")
    admin.post(f"/stations/{id}/withdraw", form=new_uid(), device=lost)
    assert second.sees() == 401 and second.sign_in(known, "2468") == "station_required"
    assert first.sign_in(known, "2468") == "" and first.sees() == 200, "only the lost one was withdrawn"
    admin.post(f"/stations/{id}/withdraw", form=new_uid())
    assert first.sees() == 401 and first.sign_in(known, "2468") == "station_required"
    assert all(row.revoked for row in tokens(hall))
    told = words(admin.get(f"/history/station:{id}"))
    assert f"已收回设备：{lost}" in told and "设备 手持 9 拿到了本工位的网址" in told
    assert "这里还没有设备" in admin.get(f"/stations/{id}")


def test_what_is_changed_holds_at_once(hall: Serving, admin: Browser) -> None:
    new_station(admin)
    id = station(hall).id
    said = {"name": "月台 9", "kind": "dock", "door": "D1", "printer": "bench1"}
    admin.post(f"/stations/{id}", form=new_uid(), **said, double_fire_ms="５００", stale_s="1,200", scan_back="yes")
    row = station(hall, "月台 9")
    assert (row.kind, row.door, row.printer, row.warehouse) == ("dock", "D1", "bench1", "W1")
    assert (row.double_fire_ms, row.stale_s, row.scan_back, row.retired) == (500, 1200, True, False)
    assert "月台门 = D1" in admin.get(f"/history/station:{id}")
    admin.post(f"/stations/{id}", form=new_uid(), **said, double_fire_ms="500", stale_s="1200")
    assert not station(hall, "月台 9").scan_back
    assert verify(hall.site.settings, hall.site.engine) == []


def test_a_station_given_up_opens_nothing_and_may_be_taken_up_again(hall: Serving, admin: Browser) -> None:
    known = badge(hall, admin)
    device = Device(hall, token_in(new_station(admin)))
    device.sign_in(known, "2468")
    id = station(hall).id
    admin.press(f"/stations/{id}", "/retire")
    assert device.sees() == 401 and device.scan("NOTE:17") == "unknown_token"
    assert "手持 9" not in admin.get("/stations") and "手持 9" in admin.get("/stations?retired=1")
    assert "没有工位" in admin.post(f"/stations/{id}/devices", 409, form=new_uid()).text
    admin.press(f"/stations/{id}", "/retire")
    assert device.sees() == 401, "who stood there was signed out"
    assert device.sign_in(known, "2468") == "" and device.sees() == 200


def test_a_name_is_free_again_only_while_its_station_is_given_up(hall: Serving, admin: Browser) -> None:
    new_station(admin)
    old = station(hall).id
    assert "已有工位 手持 9" in new_station(admin, 409).text
    admin.post(f"/stations/{old}/retire", form=new_uid(), retired="yes")
    new_station(admin)
    assert "已有工位 手持 9" in admin.post(f"/stations/{old}/retire", 409, form=new_uid(), retired="no").text


def test_no_two_devices_have_one_name(hall: Serving, admin: Browser) -> None:
    """By its name the house knows what a device scanned last: another's scan would be taken for a double fire."""
    new_station(admin)
    said = STATION_9 | {"name": "手持 8"}
    admin.post(f"/stations/{station(hall).id}", form=new_uid(), **said)
    new_station(admin)
    names = [row.device for row in hall.world.rows(TOKEN)]
    assert len(names) == len(set(names))


def test_twice_the_same_form_has_one_effect(hall: Serving, admin: Browser) -> None:
    form = new_uid()
    new_station(admin, form=form)
    again = new_station(admin, 409, form=form)
    assert "只显示" not in again.text and "已显示过" in again.text and "/enrol?token=" not in again.text
    assert len(hall.world.rows(STATION)) == 6 and len(tokens(hall)) == 1
    id, form = station(hall).id, new_uid()
    admin.post(f"/stations/{id}/devices", form=form)
    assert "/enrol?token=" not in admin.post(f"/stations/{id}/devices", 409, form=form).text
    assert len(tokens(hall)) == 2
    form = new_uid()
    admin.post(f"/stations/{id}/withdraw", form=form)
    admin.post(f"/stations/{id}/devices", form=new_uid())
    admin.post(f"/stations/{id}/withdraw", form=form)
    assert [row.revoked for row in tokens(hall)].count(False) == 1, "the late copy withdrew nothing"


REFUSED = {
    "请填写名称": {"name": " "},
    "已有工位 S1": {"name": "S1"},
    "没有库位 A-01": {"kind": "dock", "door": "A-01"},
    "没有打印机 nowhere": {"printer": "nowhere"},
    "重复读码间隔不能是 5001": {"double_fire_ms": "5001"},
    "扫描过期时间不能是 9": {"stale_s": "9"},
    "soon": {"stale_s": "soon"},
    "无法读取": {"kind": "throne"},
}


@pytest.mark.parametrize("said", REFUSED)
def test_what_cannot_be_is_told_beside_what_was_typed(hall: Serving, admin: Browser, said: str) -> None:
    answer = new_station(admin, 409, **{"double_fire_ms": "345", **REFUSED[said]})
    assert said in answer.text, words(answer.text)
    assert 'value="345"' in answer.text or 'value="5001"' in answer.text
    assert len(hall.world.rows(STATION)) == 5
    new_station(admin)
    id = station(hall).id
    assert said in admin.post(f"/stations/{id}", 409, form=new_uid(), **{**STATION_9, **REFUSED[said]}).text


def test_a_door_or_printer_that_went_away_may_stay(hall: Serving, admin: Browser) -> None:
    """S3 prints at a printer that floor.toml no longer names: its name can be changed all the same."""
    hall.world.edit("station", STATION, 3, printer="gone")
    page = admin.get("/stations/3")
    assert "<option selected>gone</option>" in page
    admin.post("/stations/3", form=new_uid(), **{**STATION_9, "kind": "pack", "printer": "gone"})
    assert station(hall).printer == "gone"


def test_only_administrators_set_up(hall: Serving) -> None:
    boss = Browser(hall, "boss")
    assert "/stations/new" not in boss.get("/stations") and "/stations/1" not in boss.get("/stations/fragment")
    for path in ("/stations/new", "/stations/1"):
        boss.get(path, 403)
    new_station(boss, 403)
    for verb in ("", "/devices", "/withdraw", "/retire"):
        boss.post(f"/stations/1{verb}", 403, form=new_uid(), **STATION_9)


def test_the_acts_themselves_ask_for_the_right(hall: Serving) -> None:
    boss = next(row.person for row in hall.world.rows(CREDENTIAL) if row.login == "boss")
    form = equipping.StationForm(name="x", kind="pick")
    acts: list[Any] = [
        lambda tx: equipping.add(tx, form, (), "h"),
        lambda tx: equipping.change(tx, 1, form, ()),
        lambda tx: equipping.enrol(tx, 1, "h"),
        lambda tx: equipping.withdraw(tx, 1),
        lambda tx: equipping.retire(tx, 1, True),
    ]

    def by_boss(tx: Tx, act: Any) -> None:
        tx.person = boss
        act(tx)

    for act in acts:
        with pytest.raises(Refusal, match="not_allowed"):
            hall.site.writer.do(lambda tx, act=act: by_boss(tx, act))


def test_no_station_is_made_up(hall: Serving, admin: Browser) -> None:
    assert "没有工位 999" in admin.get("/stations/999", 409)
    assert "没有工位 0" in admin.post("/stations/0", 409, form=new_uid(), **STATION_9).text
    for verb in ("", "/devices", "/withdraw", "/retire"):
        assert "999" in admin.post(f"/stations/999{verb}", 409, form=new_uid(), **STATION_9).text
    admin.post("/stations/1/burn", 404, form=new_uid())


def test_a_new_station_belongs_to_the_sites_warehouse(hall: Serving, admin: Browser) -> None:
    hall.world.place("E1", kind="dock", warehouse="W2")
    hall.site.writer.do(lambda tx: policy.change(tx, "warehouse", "W2"))
    assert ">D1<" not in admin.get("/stations/new") and ">E1<" in admin.get("/stations/new")
    new_station(admin, kind="dock", door="E1")
    assert station(hall).warehouse == "W2"
