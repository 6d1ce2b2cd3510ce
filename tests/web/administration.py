"""A small warehouse with an administrator at a browser, for the pages that set up people, stations and rules."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from floor import credentials, founding
from floor.storage.record import Tx
from tests.web.office import CHEAP, Browser
from tests.web.serving import Serving, serving
from web.compose import new_uid
from web.settings import Printer

STAFF = {"admin": ("何总管", "admin"), "boss": ("郑理", "manager"), "sales": ("林丹", "sales")}


def staff(tx: Tx) -> None:
    for login, (name, roles) in STAFF.items():
        person = founding.hire(tx, name, roles)
        credentials.set_secret(tx, person, login=login, password_hash=CHEAP.hash(f"{login}-password"))


@contextmanager
def opened_hall(folder: Path, database_url: str) -> Iterator[Serving]:
    printers = {"bench1": Printer(transport="file", settings={"folder": str(folder)})}
    with serving(folder, database_url, roles=("web",), printers=printers) as hall:
        hall.site.writer.do(staff)
        yield hall


def new_person(admin: Browser, status: int = 200, form: str = "", **fields: Any) -> httpx.Response:
    """The page for a new person, filled and sent."""
    said = {"name": "新小丁", "roles": ["picker"], "language": "zh", "pin": "2468", "form": form or new_uid()}
    return admin.post("/people/new", status, **(said | fields))


def new_station(admin: Browser, status: int = 200, form: str = "", **fields: Any) -> httpx.Response:
    said = {"name": "手持 9", "kind": "pick", "double_fire_ms": "300", "stale_s": "900", "form": form or new_uid()}
    return admin.post("/stations/new", status, **(said | fields))


def number_in(answer: httpx.Response) -> int:
    """The document's number at the end of the address where the browser came to stand."""
    return int(answer.url.path.rpartition("/")[2])


def token_in(answer: httpx.Response) -> str:
    found = re.findall(r"/enrol\?token=([\w-]{43})<", answer.text)
    assert len(found) == 1, answer.text[-2000:]
    return str(found[0])


class Device:
    """A fresh browser, enrolled by a station's address."""

    def __init__(self, hall: Serving, token: str) -> None:
        self.client = hall.client(origin=hall.url)
        self.client.get("/enrol", params={"token": token})

    def sign_in(self, badge: str, pin: str) -> str:
        """The code of the refusal, "" where the badge and PIN have opened a session."""
        answer = self.client.post("/sign-in", data={"badge": f"BADGE:{badge}", "pin": pin})
        self.session = answer.json().get("session", "")
        return str(answer.json().get("code", ""))

    def scan(self, code: str, note: int | None = None) -> str:
        body = {"id": new_uid(), "seq": 1, "codes": [code], "at": datetime.now(UTC).isoformat(), "note": note}
        told: dict[str, Any] = self.client.post("/scan", json={**body, "session": self.session}).json()
        return str(told["code"])

    def sees(self, path: str = "/notes") -> int:
        return self.client.get(path).status_code


def stored(hall: Serving) -> str:
    """Everything that the journal and the stored answers say."""
    with hall.site.engine.connect() as db:
        journal = db.execute(text("SELECT body FROM journal")).scalars().all()
        replies = db.execute(text("SELECT reply FROM request")).scalars().all()
    return "\n".join([*journal, *(bytes(reply).decode() for reply in replies)])
