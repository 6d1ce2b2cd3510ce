"""An office over the small warehouse: people who sign in by password, customers, prices; and the floor worked by scans."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher

from floor import credentials, founding
from floor.ledger import customers, pricing
from floor.storage.record import Tx
from tests.floor.world import GTIN
from tests.web.serving import Serving, serving

PEOPLE = {
    "sales": ("林丹", "sales"),
    "review": ("周琳", "reviewer"),
    "boss": ("郑理", "manager"),
    "money": ("吴钱", "finance"),
    "picker": ("李雷", "picker"),
}

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # real hashes, but a test has no time to lose


def staff(tx: Tx) -> None:
    """People with passwords as long as their logins say, two customers, three priced items."""
    for login, (name, roles) in PEOPLE.items():
        person = founding.hire(tx, name, roles)
        credentials.set_secret(tx, person, login=login, password_hash=CHEAP.hash(f"{login}-password"))
    for code, name, city in (("C1", "上海晨光商贸有限公司", "上海市"), ("C2", "杭州西湖茶行", "杭州市")):
        address = {"address": "张江路 88 号", "city": city}
        form = customers.CustomerForm(code=code, name=name, contact="王芳", phone="021-5550 0101", address=address)
        customers.edit(tx, None, form)
    for item in (1, 2, 3):
        pricing.set_price(tx, item, "CNY", item * 12_340_000)


@contextmanager
def opened_office(folder: Path, database_url: str) -> Iterator[Serving]:
    with serving(folder, database_url) as running:
        running.site.writer.do(staff)
        running.site.courier.settle()
        yield running


class Browser:
    """A person at a browser without scripts: follows redirects, fills the forms that the pages hold."""

    def __init__(self, office: Serving, login: str, language: str = "zh") -> None:
        headers = {"origin": office.url, "accept": "text/html", "accept-language": language}
        self.client = office.client(**headers)
        self.client.follow_redirects = True
        self.client.cookies.set("floor-language", language)
        answer = self.client.post("/sign-in", data={"login": login, "password": f"{login}-password"})
        assert answer.status_code == 200, answer.text

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:400])
        return answer.text

    def post(self, path: str, status: int = 200, **fields: Any) -> httpx.Response:
        answer = self.client.post(path, data=fields)
        assert answer.status_code == status, (path, answer.status_code, words(answer.text)[:600])
        return answer

    def press(self, page: str, action: str, status: int = 200, **fields: Any) -> httpx.Response:
        """Fill and send the form of `page` whose action ends so, with its hidden fields."""
        html = self.get(page)
        form = next(f for f in re.findall(r"<form.*?</form>", html, re.S) if re.search(rf'action="[^"]*{action}"', f))
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        target = re.search(r'action="([^"]*)"', form)
        assert target is not None
        return self.post(target[1], status, **{**hidden, **fields})


def words(html: str) -> str:
    """The text of a page, tags and blanks thinned out."""
    main = html.partition("<main")[2].partition("</main>")[0] or html
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main)).strip()


def work_the_floor(office: Serving, note: int, quantity: int) -> None:
    """Pick, pack, load and ship a note of item 1 by scans, and let the ledger hear of it."""
    world = office.world
    world.scan(1, f"NOTE:{note}")
    assert world.scan(1, GTIN[1], quantity=quantity).code == "note_picked"
    world.scan(3, f"NOTE:{note}")
    world.scan(3, "CMD:PACKALL")
    sscc = world.scan(3, "CMD:CLOSE").fields["sscc"]
    for code in (f"NOTE:{note}", f"]C100{sscc}", "SF1234567890123"):
        world.scan(4, code)
    assert world.scan(4, "CMD:SHIP").code == "shipped"
    office.site.courier.settle()
