"""Whatever may come over the wire: each a clear error with a stable code, nothing half written, and scans go on."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from floor import credentials, founding
from floor.storage.record import Tx
from tests.floor.world import GTIN
from tests.web.office import CHEAP, opened_office
from tests.web.serving import Serving
from web import app
from web.commands.verify import verify
from web.compose import new_uid

EVERYTHING = "picker packer shipper supervisor sales reviewer finance manager admin"
NUMBERS = ("-1", "1.5", str(2**31), str(2**70), "٣", "a\0b")
TEXTS = ("", "\x01\x1f", "٦٩٠", "'; --", "^XA^XZ", "../../etc/passwd", "x" * 900, "%", "0000-01-01", "9999-12-31")  # fmt: skip
QUERY = ("page", "find", "words", "before", "after", "customer", "state", "printer", "next", "key", "kind", "lang")  # fmt: skip
FIELDS = {
    "do": "save", "customer": "C1", "line_item": "I1", "line_quantity": "1", "code": "C9", "name": "N", "price": "1",
    "amount": "1", "currency": "CNY", "order": "1", "reason": "r", "invoice": "1", "kind": "item", "key": "I1",
    "printer": "bench1", "count": "1", "parcel": "1", "carrier": "SF", "tracking": "SF1234567890123", "how": "so",
    "target": "ledger", "journal_id": "1", "lang": "zh", "valid_from": "2026-01-01", "discount": "1", "remark": "",
}  # fmt: skip
BODIES = (
    b"", b"{", b"null", b"\xff\xfe", b"[" * 5000, b'{"id":' * 5000, b"a=%FF&b=%00",
    b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="file"; filename="../\0y"\r\n\r\na,b\r\n--x--\r\n',
)  # fmt: skip
KINDS = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain; charset=?",
)
SAMPLE = {"decision": "hold", "act": "hold", "kind": "items", "document": "order:1", "test": "suffix"}


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Serving]:
    with opened_office(tmp_path / "site", database_url) as running:
        running.site.writer.do(_one_who_may_do_all)
        running.world.release(17, (1, 5), order=900_017)
        yield running
        running.world.release(18, (2, 1), order=900_018)
        running.world.sign_in(2, 2)
        assert [running.world.scan(2, code).code for code in ("NOTE:18", GTIN[2])] == ["opened", "note_picked"]
        running.site.courier.settle()
        assert verify(running.site.settings, running.site.engine) == []


def _one_who_may_do_all(tx: Tx) -> None:
    secret = {"login": "all", "password_hash": CHEAP.hash("all-password")}
    credentials.set_secret(tx, founding.hire(tx, "B", EVERYTHING), **secret)


class Attacker:
    """Signed in with every right at an enrolled station; collects what was no clear answer."""

    def __init__(self, office: Serving) -> None:
        self.client = office.client(origin=office.url)
        self.client.get("/enrol", params={"token": "token1"})
        assert self.client.post("/sign-in", data={"login": "all", "password": "all-password"}).status_code == 200
        self.unclear: list[str] = []
        paths = self.client.get("/openapi.json").json()["paths"]
        self.routes = [(method, path) for path, methods in paths.items() for method in methods if path != "/events"]

    def send(self, method: str, path: str, **content: Any) -> None:
        """One request; a refusal is clear that has a code, or is a form's page again with words in it."""
        try:
            answer = self.client.request(method, path, **content)
        except httpx.HTTPError as error:
            self.unclear.append(f"{method} {path[:80]} {str(content)[:120]} -> {error!r}")
            return
        if answer.status_code < 400:
            return
        kind = answer.headers.get("content-type", "")
        clear = "text/" in kind or ("json" in kind and answer.json()["code"])
        if answer.status_code >= 500 or not clear:
            self.unclear.append(f"{method} {path[:80]} {str(content)[:120]} -> {answer.status_code} {answer.text[:80]}")


def filled(path: str, **given: str) -> str:
    """The path with its parameters: those given, a sensible one for each other."""
    return re.sub(r"{(\w+)}", lambda name: given.get(name[1], SAMPLE.get(name[1], "1")), path)


def test_addresses_of_all_routes_with_impossible_parts(office: Serving) -> None:
    attacker = Attacker(office)
    for method, path in attacker.routes:
        names = re.findall(r"{(\w+)}", path)
        for wrong in NUMBERS:
            for name in names:
                content = {"data": {**FIELDS, "form": new_uid()}} if method == "post" else {}
                attacker.send(method, filled(path, **{name: quote(wrong, safe="")}), **content)
        for name in QUERY if method == "get" else ():
            for wrong in ("a\0b", str(2**70)):
                attacker.send(method, filled(path), params={name: wrong})
        for other in ("DELETE",):
            attacker.send(other, filled(path))
    assert not attacker.unclear, "\n".join(attacker.unclear[:30])


# An upload that nobody asked for is dropped, and closed when it is forgotten.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_bodies_of_all_routes_that_are_none(office: Serving) -> None:
    attacker = Attacker(office)
    for path in (path for method, path in attacker.routes if method == "post" and path != "/sign-out"):
        for body in BODIES:
            for kind in KINDS:
                attacker.send("POST", filled(path), content=body, headers={"content-type": kind})
    assert not attacker.unclear, "\n".join(attacker.unclear[:30])


def test_forms_of_all_routes_with_impossible_fields(office: Serving) -> None:
    attacker = Attacker(office)
    apart = ("/scan", "/health", "/sign-out", "/sign-in", "/doctor/scanner")
    for path in (path for method, path in attacker.routes if method == "post" and path not in apart):
        for n, name in enumerate(FIELDS if not path.startswith("/api") else ()):
            for wrong in ("a\0b", TEXTS[n % len(TEXTS)]):
                attacker.send("POST", filled(path), data={**FIELDS, name: wrong, "form": new_uid()})
        attacker.send("POST", filled(path), data={name: [value, value, "z"] for name, value in FIELDS.items()})
    assert not attacker.unclear, "\n".join(attacker.unclear[:30])


ORDER: dict[str, Any] = {"id": "", "customer": "C1", "carrier": "SF", "remark": "", "reference": "",
         "lines": [{"item": "I1", "quantity": 1, "price_micro": 1, "price_reason": "x", "discount_bp": 1}]}  # fmt: skip
CONTENTS: dict[str, dict[str, Any]] = {
    "/api/orders": ORDER,
    "/api/payments": {"id": "", "invoice": 1, "amount_minor": 1},
    "/api/orders/1/hold": {"id": "", "reason": "x"},
    "/api/orders/1/invoice": {"id": "", "reason": ""},
}
VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    10**12,
    2**63,
    2**70,
    "",
    "x" * 5000,
    "a\0b",
    "９",
    "٣",
    "'; --",
    [],
    {},
    [[]],
    ["\0"],
)


def test_contents_of_the_api_with_impossible_members(office: Serving) -> None:
    attacker = Attacker(office)
    for path, content in CONTENTS.items():
        for name in (*content, "unknown"):
            for value in VALUES:
                attacker.send("POST", path, json={**content, "id": new_uid(), name: value})
    for name in (*ORDER["lines"][0], "unknown"):
        for value in VALUES:
            lines = [{**ORDER["lines"][0], name: value}]
            attacker.send("POST", "/api/orders", json={**ORDER, "id": new_uid(), "lines": lines})
    assert not attacker.unclear, "\n".join(attacker.unclear[:30])


def test_a_scan_under_the_id_of_a_form_is_refused_and_readers_hear_it(office: Serving) -> None:
    attacker = Attacker(office)
    id = new_uid()
    assert attacker.client.post("/api/orders", json={**ORDER, "id": id}).status_code == 200
    scan = {"id": id, "seq": 1, "codes": ["x"], "at": "2026-11-27T00:00:00Z"}
    told = attacker.client.post("/scan", json=scan, headers={"authorization": "Bearer token1"}).json()
    assert told["code"] == "request_id_reused"
    heard = attacker.client.get("/api/scans").json()
    assert [(one["scan"], one["code"], one["accepted"], one["codes"]) for one in heard[-1:]] == [
        (id, "request_id_reused", False, ["x"])
    ]


def test_a_code_that_opens_no_station_changes_nothing(office: Serving) -> None:
    client = Attacker(office).client
    for token in ("nonsense", "９", "\xff", "a\0b", "x" * 5000, ""):
        answer = client.get("/enrol", params={"token": token})
        assert answer.json()["code"] in ("station_unknown", "malformed") and not answer.headers.get("set-cookie"), token
    assert client.cookies["floor-device"] == "token1"


def raw(url: str, *pieces: bytes) -> tuple[int, bytes]:
    """Send bytes as they are; status and body of the first answer."""
    at = urlsplit(url)
    with socket.create_connection((at.hostname, at.port), timeout=20) as line:
        for piece in pieces:
            try:
                line.sendall(piece)
            except OSError:  # the server has heard enough
                break
        answer = b""
        while b"\r\n\r\n" not in answer or not answer.endswith(b"}"):
            piece = line.recv(65_536)
            if not piece:
                break
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


POST = b"POST /scan HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token1\r\n"
GET = b"GET /health HTTP/1.1\r\nHost: x\r\n"
RAW: dict[str, tuple[list[bytes], int, str]] = {
    "no HTTP": ([b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"], 400, "malformed"),
    "a length of many digits": ([POST + b"Content-Length: " + b"0" * 5000 + b"5\r\n\r\nhello"], 413, "too_large"),
    "a length beyond all": ([POST + b"Content-Length: 99999999999999\r\n\r\n"], 413, "too_large"),
    "a negative length": ([POST + b"Content-Length: -5\r\n\r\n"], 400, "malformed"),
    "two lengths": ([POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n"], 400, "malformed"),
    "a piece of no size": ([POST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n"], 400, "malformed"),
    "pieces without end": (
        [POST + b"Transfer-Encoding: chunked\r\n\r\n", *[b"8000\r\n" + b"x" * 0x8000 + b"\r\n"] * 20], 413, "too_large"
    ),
    "heads without end": ([GET, *[b"X-More: " + b"y" * 1000 + b"\r\n"] * 2000], 431, "too_large"),
    "one head without end": ([GET + b"X-More: ", *[b"y" * 65_536] * 100], 431, "too_large"),
    "an address without end": ([b"GET /orders?", *[b"a" * 65_536] * 20], 431, "too_large"),
    "a long path": ([b"GET /" + b"a" * 1500 + b" HTTP/1.1\r\nHost: x\r\n\r\n"], 414, "too_large"),
    "another method": ([b"BREW /scan HTTP/1.1\r\nHost: x\r\n\r\n"], 400, "malformed"),
    "out of the folder": ([b"GET /static/../../web/app.py HTTP/1.1\r\nHost: x\r\n\r\n"], 404, "not_found"),
    "out of the folder, hidden": ([b"GET /static/%2e%2e/%2e%2e/app.py HTTP/1.1\r\nHost: x\r\n\r\n"], 404, "not_found"),
    "bytes that are no text": ([GET + b"Cookie: floor-person=\xff\xfe\r\nAuthorization: Bearer \xff\r\n\r\n"], 200, ""),
}  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_hardly_http(office: Serving, caplog: pytest.LogCaptureFixture) -> None:
    for what, (pieces, status, code) in RAW.items():
        told, body = raw(office.url, *pieces)
        assert (what, told) == (what, status)
        assert (what, json.loads(body).get("code", "")) == (what, code)
    assert [record for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_request_that_does_not_end_is_tried_again(
    office: Serving, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The rest stays out; and a line that breaks in the middle is no fault of ours."""
    monkeypatch.setattr(app, "SILENCE_S", 0.2)
    for begun in (POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", POST + b"Content-Length: 500\r\n\r\n{"):
        status, body = raw(office.url, begun)
        assert (status, json.loads(body)["code"]) == (503, "try_again")
    at = urlsplit(office.url)
    for path in (b"/scan", b"/api/orders"):
        with socket.create_connection((at.hostname, at.port)) as line:
            line.sendall(POST.replace(b"/scan", path) + b"Content-Length: 500\r\n\r\n{")
    assert httpx.get(f"{office.url}/health").status_code == 200
    assert [record for record in caplog.records if record.exc_info] == []
