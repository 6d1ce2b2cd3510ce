"""People over HTTP: hired with badge and PIN, working, given new secrets, let go; each refusal beside what was typed."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from floor import hiring
from floor.credentials import CREDENTIAL
from floor.people import PERSON
from floor.refusal import Refusal
from floor.storage.record import Tx
from tests.floor.world import GTIN
from tests.web.administration import Device, new_person, new_station, number_in, opened_hall, stored, token_in
from tests.web.office import Browser, words
from tests.web.serving import Serving
from web.commands.verify import verify
from web.compose import new_uid
from web.pages import sign_in


@pytest.fixture
def hall(tmp_path: Path, database_url: str) -> Iterator[Serving]:
    with opened_hall(tmp_path / "site", database_url) as running:
        yield running


@pytest.fixture
def admin(hall: Serving) -> Browser:
    return Browser(hall, "admin")


def secrets_of(hall: Serving, person: int) -> Any:
    return next(row for row in hall.world.rows(CREDENTIAL) if row.person == person)


def at_work(hall: Serving, admin: Browser) -> tuple[int, Device]:
    """A new picker at a new station, signed in and picking note 17."""
    person = number_in(new_person(admin))
    device = Device(hall, token_in(new_station(admin)))
    assert device.sign_in(secrets_of(hall, person).badge, "2468") == ""
    assert device.scan("NOTE:17") == "opened"
    return person, device


def test_a_hired_picker_works_until_let_go(hall: Serving, admin: Browser) -> None:
    hall.world.release(17, (1, 5))
    person, device = at_work(hall, admin)
    assert device.scan(GTIN[1], 17) == "picked" and device.sees() == 200
    admin.press(f"/people/{person}", "/retire")
    assert device.scan(GTIN[1], 17) == "person_retired" and device.sees() == 401
    assert device.sign_in(secrets_of(hall, person).badge, "2468") == "badge_unknown"
    assert "新小丁" not in admin.get("/people") and "新小丁" in admin.get("/people?retired=1")
    back = admin.press(f"/people/{person}", "/retire")
    assert back.url.path == f"/people/{person}"
    assert device.sign_in(secrets_of(hall, person).badge, "2468") == ""
    history = words(admin.get(f"/history/person:{person}"))
    assert "管理员结束" in history and "已停用 = 是" in history and "已更换或收回：工牌、工牌密码" in history
    assert verify(hall.site.settings, hall.site.engine) == []


def test_hired_for_the_office_one_signs_in_by_login_and_password(hall: Serving, admin: Browser) -> None:
    new_person(admin, login=" Ding ", password="ding-password", roles=["sales", "reviewer"], language="en", pin="")
    office = Browser(hall, "ding", "en")
    assert "New order" in office.get("/orders")
    page = admin.get("/people?words=ding")
    assert "新小丁" in page and "李雷" not in page and "审核员" in page
    reviewers = admin.get("/people?words=审核员 ding")
    assert "新小丁" in reviewers and "李雷" not in reviewers
    assert words(admin.get("/people?words=zzz")).count("没有这个人") == 1


def test_new_badge_pin_and_password_end_what_the_old_ones_opened(hall: Serving, admin: Browser) -> None:
    hall.world.release(17, (1, 5))
    person, device = at_work(hall, admin)
    old = secrets_of(hall, person).badge
    admin.press(f"/people/{person}", "/badge")
    new = secrets_of(hall, person).badge
    assert old != new and device.scan(GTIN[1], 17) == "session_ended" and device.sees() == 401
    assert device.sign_in(old, "2468") == "badge_unknown" and device.sign_in(new, "2468") == ""
    fields = {"name": "新小丁", "roles": ["picker"], "language": "zh"}
    admin.post(f"/people/{person}", form=new_uid(), **fields, pin="１３５７")
    assert device.sees() == 401
    assert device.sign_in(new, "2468") == "pin_wrong" and device.sign_in(new, "1357") == ""
    admin.post(f"/people/{person}", form=new_uid(), **{**fields, "roles": ["packer"]})
    assert device.sees() == 403 and device.sees("/pack") == 200, "other roles hold at once, and nobody is signed out"


def test_who_changes_the_own_password_signs_in_anew(hall: Serving, admin: Browser) -> None:
    mine = next(row.person for row in hall.world.rows(CREDENTIAL) if row.login == "admin")
    fields = {"name": "何总管", "roles": ["admin"], "login": "admin", "password": "quite-another-one"}
    sent = admin.post(f"/people/{mine}", form=new_uid(), **fields)
    assert sent.url.path == "/sign-in"
    assert admin.client.post("/sign-in", data={"login": "admin", "password": "admin-password"}).status_code == 401
    admin.client.post("/sign-in", data={"login": "admin", "password": "quite-another-one"})
    admin.get("/people")


def test_twice_the_same_form_has_one_effect(hall: Serving, admin: Browser) -> None:
    form = new_uid()
    once, twice = new_person(admin, form=form), new_person(admin, form=form)
    person = number_in(once)
    assert number_in(twice) == person and len(hall.world.rows(PERSON)) == 8
    other = new_person(admin, 409, form=form, name="另一个")
    assert "此表单已提交过" in other.text, words(other.text)
    press = {"form": new_uid()}
    admin.post(f"/people/{person}/badge", **press)
    badge = secrets_of(hall, person).badge
    admin.post(f"/people/{person}/badge", **press)
    assert secrets_of(hall, person).badge == badge


def test_a_form_sent_again_with_another_pin_is_no_copy(hall: Serving, admin: Browser) -> None:
    """Gone back to in the browser: the PIN is not in what tells copies, and is not silently left as it was either."""
    form = new_uid()
    person = number_in(new_person(admin, form=form))
    assert "此表单已提交过" in new_person(admin, 409, form=form, pin="9753").text
    assert number_in(new_person(admin, form=form)) == person
    said = {"name": "新小丁", "roles": ["picker"], "login": "ding", "form": new_uid()}
    admin.post(f"/people/{person}", **said, password="ding-password")
    assert "此表单已提交过" in admin.post(f"/people/{person}", 409, **said, password="other-password").text
    Browser(hall, "ding")


def test_secrets_of_a_form_sent_again_wait_their_turn(hall: Serving, admin: Browser) -> None:
    """Each takes its memory: no more than two are looked at at once, whichever page asks."""
    form = new_uid()
    person = number_in(new_person(admin, form=form, login="ding", password="ding-password"))
    said = {"name": "新小丁", "roles": ["picker"], "login": "ding", "form": new_uid(), "password": "ding-password"}
    admin.post(f"/people/{person}", **said)
    looked_at = []

    def seen(stored: str, secret: str) -> bool:
        looked_at.append(threading.current_thread().name.partition("_")[0])
        return verify(stored, secret)

    verify = sign_in.verify
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sign_in, "verify", seen)
        admin.post(f"/people/{person}", **said)
    assert looked_at == ["hashing"]


def test_a_new_pin_ends_the_rest_after_wrong_ones(hall: Serving, admin: Browser) -> None:
    person = number_in(new_person(admin))
    device, badge = Device(hall, token_in(new_station(admin))), secrets_of(hall, person).badge
    told = [device.sign_in(badge, "0000") for _ in range(5)]
    assert told == ["pin_wrong"] * 5 and device.sign_in(badge, "2468") == "locked_out"
    admin.post(f"/people/{person}", form=new_uid(), name="新小丁", roles=["picker"], pin="13579")
    assert device.sign_in(badge, "13579") == ""


def test_no_secret_stands_in_the_journal_or_among_the_answers(hall: Serving, admin: Browser) -> None:
    person = number_in(new_person(admin, pin="97531", login="ding", password="ding-password"))
    admin.press(f"/people/{person}", "/badge")
    told = stored(hall)
    row = secrets_of(hall, person)
    assert '"what":["badge"]' in told, "that it changed is told"
    for secret in ("97531", "ding-password", row.badge, row.pin_hash, row.password_hash):
        assert secret not in told


REFUSED = {
    "请填写名称": {"name": "  "},
    "请至少勾选一个岗位": {"roles": []},
    "工牌密码是 4 到 8 位数字": {"pin": "123"},
    "工牌密码是 4 到 8 位": {"pin": "123456789"},
    "工牌密码是": {"pin": "12a4"},
    "密码须有 10 到 200 个字符": {"login": "ding", "password": "tooshort9"},
    "不能作登录名": {"login": "a b", "password": "long-enough-password"},
    "登录名 sales 已有人用": {"login": "SALES", "password": "long-enough-password"},
    "有密码就要有登录名": {"password": "long-enough-password"},
    "登录名 ding 还要设密码": {"login": "ding"},
}


@pytest.mark.parametrize("said", REFUSED)
def test_what_cannot_be_is_told_beside_what_was_typed(hall: Serving, admin: Browser, said: str) -> None:
    answer = new_person(admin, 409, **{"name": "丁丁猫", **REFUSED[said]})
    assert said in answer.text and (said == "请填写名称" or 'value="丁丁猫"' in answer.text), words(answer.text)
    assert len(hall.world.rows(PERSON)) == 7, "nobody was hired"
    for secret in ("tooshort9", "long-enough-password", "123456789"):
        assert secret not in answer.text


def test_a_login_of_one_who_left_stays_taken(hall: Serving, admin: Browser) -> None:
    person = number_in(new_person(admin, login="ding", password="ding-password"))
    admin.press(f"/people/{person}", "/retire")
    answer = new_person(admin, 409, login="ding", password="another-password")
    assert "登录名 ding 已有人用" in answer.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [("/retire", {"retired": "yes"}), ("", {"roles": ["picker"], "login": "admin"}), ("", {"roles": ["admin"]})],
)
def test_somebody_who_administers_is_always_left(
    hall: Serving, admin: Browser, path: str, fields: dict[str, Any]
) -> None:
    """Not retired, not without the role, not without the login."""
    mine = next(row.person for row in hall.world.rows(CREDENTIAL) if row.login == "admin")
    kept = admin.post(f"/people/{mine}{path}", 409, form=new_uid(), name="何总管", **fields)
    assert "没有能登录的管理员" in kept.text
    new_person(admin, roles=["admin"], pin="")
    kept = admin.post(f"/people/{mine}{path}", 409, form=new_uid(), name="何总管", **fields)
    assert "没有能登录的管理员" in kept.text, "one who cannot sign in is none"
    new_person(admin, roles=["admin"], login="second", password="second-password")
    sent = admin.client.post(f"/people/{mine}{path}", data={"form": new_uid(), "name": "何总管", **fields})
    assert "没有能登录的管理员" not in sent.text
    admin.get("/people", 403 if fields.get("roles") == ["picker"] else 200)
    assert admin.client.get("/people").url.path == ("/people" if fields.get("roles") == ["picker"] else "/sign-in")
    Browser(hall, "second").get("/people")


def test_only_administrators_come_here(hall: Serving) -> None:
    boss = Browser(hall, "boss")
    assert 'href="/people"' not in boss.get("/orders")
    for path in ("/people", "/people/new", "/people/1"):
        boss.get(path, 403)
    assert "管理员" in new_person(boss, 403).text
    for verb in ("", "/badge", "/retire"):
        boss.post(f"/people/1{verb}", 403, form=new_uid(), name="x", roles=["picker"])


def test_the_acts_themselves_ask_for_the_right(hall: Serving) -> None:
    boss = next(row.person for row in hall.world.rows(CREDENTIAL) if row.login == "boss")
    form = hiring.PersonForm(name="x", roles=("picker",))

    def by_boss(act: Any) -> str:
        def named(tx: Tx) -> None:
            tx.person = boss
            act(tx)

        with pytest.raises(Refusal) as refused:
            hall.site.writer.do(named)
        return refused.value.code

    assert by_boss(lambda tx: hiring.edit(tx, None, form)) == "not_allowed"
    assert by_boss(lambda tx: hiring.give_badge(tx, 1, "B")) == "not_allowed"
    assert by_boss(lambda tx: hiring.retire(tx, 1, True)) == "not_allowed"


def test_nobody_is_made_up(hall: Serving, admin: Browser) -> None:
    assert "没有人员 999" in admin.get("/people/999", 409)
    assert "没有人员 0" in admin.post("/people/0", 409, form=new_uid(), name="x", roles=["picker"]).text
    for verb in ("", "/badge", "/retire"):
        assert "999" in admin.post(f"/people/999{verb}", 409, form=new_uid(), name="x", roles=["picker"]).text
    assert "无法读取" in new_person(admin, 409, form="xx").text
    assert len(hall.world.rows(PERSON)) == 7
