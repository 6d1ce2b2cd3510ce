"""One order over the JSON API and the floor's own door: entered, approved, worked, shipped, invoiced, paid."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from floor import credentials, founding
from floor.ledger import customers, pricing
from floor.storage.record import Tx
from tests.floor.world import GTIN
from tests.web.serving import Serving, serving
from web.commands.verify import verify
from web.compose import new_uid
from web.pages.sign_in import PASSWORD, PIN

PEOPLE = {"sales": "sales", "boss": "reviewer manager", "money": "finance"}


def staff(tx: Tx) -> None:
    for login, roles in PEOPLE.items():
        person = founding.hire(tx, login, roles)
        credentials.set_secret(tx, person, login=login, password_hash=PASSWORD.hash(f"{login}-password"))
    credentials.set_secret(tx, 1, badge="b1", pin_hash=PIN.hash("1234"))
    form = customers.CustomerForm(code="C1", name="华东贸易", contact="周", phone="1", address={"address": "上海"})
    customers.edit(tx, None, form)
    for item in (1, 2, 3):
        pricing.set_price(tx, item, "CNY", 12_340_000)


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Serving]:
    with serving(tmp_path / "site", database_url) as running:
        running.site.writer.do(staff)
        running.site.courier.settle()
        yield running


def signed_in(office: Serving, login: str) -> httpx.Client:
    client = office.client(origin=office.url)
    answer = client.post("/sign-in", data={"login": login, "password": f"{login}-password"})
    assert answer.status_code == 200, answer.text
    return client


def post(client: httpx.Client, path: str, **content: Any) -> dict[str, Any]:
    answer = client.post(path, json={"id": new_uid(), **content})
    told: dict[str, Any] = answer.json()
    assert answer.status_code == 200, (path, told)
    return told


@pytest.mark.parametrize("quantity", [0, -1, 10**12])
def test_an_impossible_quantity_is_told_with_its_item(office: Serving, quantity: int) -> None:
    line = {"item": "I1", "quantity": quantity}
    refused = signed_in(office, "sales").post("/api/orders", json={"id": new_uid(), "customer": "C1", "lines": [line]})
    assert refused.json()["detail"] == f"货品1 的数量不能是 {quantity}。请输入 1 到 1000000000 的整数。"


def test_a_carrier_that_the_dock_could_not_ship_with_is_refused_at_the_entry(office: Serving) -> None:
    sales = signed_in(office, "sales")
    content = {"customer": "C1", "carrier": "XX", "lines": [{"item": "I1", "quantity": 1}]}
    told = sales.post("/api/orders", json={"id": new_uid(), **content})
    assert (told.status_code, told.json()["code"]) == (409, "carrier_unknown")
    assert "SF" in told.json()["detail"] and "OWN" in told.json()["detail"]
    assert sales.post("/api/orders", json={"id": new_uid(), **content, "carrier": ""}).status_code == 200


def test_an_order_from_entry_to_money(office: Serving) -> None:
    sales, boss, money = (signed_in(office, login) for login in PEOPLE)
    content = {"id": new_uid(), "customer": "C1", "carrier": "SF", "lines": [{"item": "I1", "quantity": 3}]}
    order = sales.post("/api/orders", json=content).json()["order"]
    assert sales.post("/api/orders", json=content).json()["order"] == order
    reused = sales.post("/api/orders", json={**content, "remark": "x"}).json()
    assert reused["code"] == "request_id_reused" and "扫" not in reused["detail"]
    post(sales, f"/api/orders/{order}/submit")
    assert sales.post(f"/api/orders/{order}/approve", json={"id": new_uid()}).status_code == 403
    if boss.get(f"/api/orders/{order}").json()["state"] == "in_review":
        post(boss, f"/api/orders/{order}/approve")
    office.site.courier.settle()
    note = boss.get(f"/api/orders/{order}").json()["notes"][0]["note"]
    world = office.world
    world.scan(1, f"NOTE:{note}")
    assert world.scan(1, GTIN[1], quantity=3).code == "note_picked"
    world.scan(3, f"NOTE:{note}")
    world.scan(3, "CMD:PACKALL")
    sscc = world.scan(3, "CMD:CLOSE").fields["sscc"]
    for code in (f"NOTE:{note}", f"]C100{sscc}", "SF1234567890123"):
        world.scan(4, code)
    assert world.scan(4, "CMD:SHIP").code == "shipped"
    office.site.courier.settle()
    assert boss.get(f"/api/orders/{order}").json()["shipping"] == "full"
    _followed_to_its_end(sales, money)
    bill = post(money, f"/api/orders/{order}/invoice")
    assert (bill["number"], bill["net_minor"]) == (1, 3702)
    post(money, "/api/payments", invoice=bill["invoice"], amount_minor=bill["total_minor"])
    done = boss.get(f"/api/orders/{order}").json()
    assert (done["billing"], done["payment"], done["state"]) == ("full", "full", "closed")
    assert verify(office.site.settings, office.site.engine) == []


def _followed_to_its_end(sales: httpx.Client, money: httpx.Client) -> None:
    word = {"tracking": "SF1234567890123", "state": "delivery_failed", "reason": "无人签收"}
    assert post(sales, "/api/tracking", **word) == {"news": True}
    assert post(sales, "/api/tracking", **word) == {"news": False}
    for wrong, code in (
        ({"state": "lost in space"}, "transit_state_unknown"),
        ({"tracking": "SF0"}, "tracking_unknown"),
        ({"state": "in_transit", "at": "2020-01-01T00:00:00Z"}, "transit_older"),
        ({"state": "in_transit", "at": "2020-01-01T00:00:00"}, "malformed"),
    ):
        assert sales.post("/api/tracking", json={"id": new_uid(), **word, **wrong}).json()["code"] == code
    assert money.post("/api/tracking", json={"id": new_uid(), **word}).status_code == 403
    assert post(sales, "/api/tracking", tracking="SF1234567890123", state="delivered") == {"news": True}


def test_wrong_bodies_and_people(office: Serving) -> None:
    sales = signed_in(office, "sales")
    assert sales.post("/api/orders", content=b"{").json()["code"] == "malformed"
    assert (
        sales.post("/api/orders", json={"id": new_uid(), "customer": "NO", "lines": []}).json()["code"]
        == "customer_unknown"
    )
    assert office.client(origin=office.url).post("/api/orders", json={}).status_code == 401
    foreign = sales.post("/api/orders", json={}, headers={"origin": "http://elsewhere"})
    assert foreign.status_code in (400, 403)
    wrong = office.client(origin=office.url).post("/sign-in", data={"login": "sales", "password": "no"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "pin_wrong")
    for _ in range(5):
        locked = office.client(origin=office.url).post("/sign-in", data={"login": "sales", "password": "no"})
    assert locked.json()["code"] == "locked_out"
