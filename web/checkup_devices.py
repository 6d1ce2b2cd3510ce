"""What `floor doctor` looks at beyond the server: printers, readers and their brokers; a line each."""

import os
import socket
import ssl
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from devices import wiring
from devices.adapters import SettingsError
from devices.connection import trusting
from labels.printer import Look, connect, look
from web.checkup import Finding
from web.label_templates import site_templates
from web.settings import Printer, Settings
from web.settings import SettingsError as Unreadable

PATIENCE_S = 3.0
GROUPS = {"serial_port": "dialout", "hid": "input", "hid_pos": "input (and a udev rule for hidraw)"}
REMEDIES = {
    "unreachable": "is it on, is the address right, does another program hold it?",
    "silent": "is it a ZPL printer? one that cannot answer takes `answers = false`",
    "paper_out": "put paper in", "ribbon_out": "put ribbon in", "head_open": "close the head",
    "paused": "press pause", "over_temperature": "let it cool", "partial_format": "switch it off and on",
}  # fmt: skip


def printers(found: Settings) -> Iterator[Finding]:
    """The site's own labels, and one look at each printer, without printing."""
    yield from _templates(found)
    if not found.printers:
        yield Finding("warn", "printers", "none in floor.toml", "add [printers.NAME], else no label is printed")
    for name, printer in found.printers.items():
        yield _printer(f"printer {name}", printer)


def _templates(found: Settings) -> Iterator[Finding]:
    try:
        read = site_templates(found)
    except Unreadable as error:
        yield Finding("bad", "templates", str(error), "mend the file; the service does not start on it")
        return
    for notice in read.notices:
        yield Finding("warn", "templates", notice, "look at one printed label")
    if read.found and not read.notices:
        yield Finding("ok", "templates", f"{len(read.found)} of the site's own in {found.templates}")


def _printer(about: str, printer: Printer) -> Finding:
    try:
        transport = connect(printer.transport, **printer.settings)
    except (ValueError, OSError) as error:
        return Finding("bad", about, str(error), "see [printers] in floor.toml")
    try:
        if not transport.answers:
            return Finding("ok", about, f"by {printer.transport}, which cannot be asked how it is")
        return _looked_at(about, look(transport, language=True))
    finally:
        transport.close()


def _looked_at(about: str, seen: Look) -> Finding:
    wrong = seen.error or next(iter(seen.problems), "" if seen.language else "wrong_language")
    if wrong:
        return Finding("bad", about, wrong.replace("_", " "), REMEDIES.get(wrong, "look at its display"))
    return Finding("ok", about, "busy" if seen.busy else "ready")


def readers(found: Settings) -> Iterator[Finding]:
    """readers.toml, the server that it names, and each reader's device or broker."""
    if not found.readers:
        yield Finding("ok", "readers", "none on this machine")
        return
    try:
        read = wiring.read(Path(found.readers))
    except SettingsError as error:
        yield Finding("bad", "readers", str(error), "mend the file")
        return
    yield _server(read.server, read.ca, {stanza.token: stanza.name for stanza in read.readers})
    for stanza in read.readers:
        settings = stanza.settings
        look_at = _broker if hasattr(settings, "topics") else _device
        yield look_at(f"reader {stanza.name}", stanza.kind, settings)


def _server(address: str, ca: str | None, tokens: dict[str, str]) -> Finding:
    """The server as the readers meet it: with each token, of which the name of one reader is known."""
    about = "readers' server"
    try:
        verify = trusting(ca) if address.startswith("https:") else False
        with httpx.Client(base_url=address, timeout=PATIENCE_S, verify=verify, trust_env=False) as client:
            status = client.get("/health").status_code
            refused = [name for token, name in tokens.items() if _unknown(client, token)]
    except (httpx.HTTPError, OSError) as error:
        why = str(error) or type(error).__name__
        return Finding("warn", about, f"{address}: {why}", "scans wait in the spool until it answers")
    if refused:
        said = f"{address} does not know the token of {', '.join(refused)}"
        return Finding("bad", about, said, "take the token of its station from the page Stations")
    return Finding("ok" if status == 200 else "warn", about, f"{address} answers {status}")


def _unknown(client: httpx.Client, token: str) -> bool:
    report = client.post("/health", json={"devices": []}, headers={"authorization": f"Bearer {token}"})
    return report.status_code == 401


def _device(about: str, kind: str, settings: Any) -> Finding:
    path = Path(str(getattr(settings, "path", "auto")))
    if str(path) == "auto":
        return Finding("ok", about, f"{kind}, found by itself when plugged in")
    if not path.exists():
        return Finding(
            "bad", about, f"no device {path}", "is it plugged in? see ls -l /dev/serial/by-id /dev/input/by-id"
        )
    if not os.access(path, os.R_OK):
        group = GROUPS.get(kind, "its group")
        return Finding("bad", about, f"may not read {path}", f"add the service's user to the group {group}")
    return Finding("ok", about, f"{kind} at {path}")


def _broker(about: str, kind: str, settings: Any) -> Finding:
    """Greets the broker as a stranger would, with the gate's own name and password but another client id."""
    where = f"broker {settings.host}:{settings.port}"
    try:
        password = _password(settings)
    except (OSError, ValueError) as error:
        return Finding("bad", about, f"password_file: {error}", "its user must be able to read it")
    try:
        code = greet(settings, password)
    except (OSError, ValueError) as error:
        return Finding("bad", about, f"{where}: {error}", "is mosquitto running? see host, port, tls in readers.toml")
    if code in (4, 5):
        return Finding("bad", about, f"{where} refuses user and password", "see user and password_file in readers.toml")
    if code:
        return Finding("bad", about, f"{where} refuses us with code {code}", "see the broker's log")
    if settings.dialect == "zebra_iot" and not settings.heartbeat_s:
        return Finding("warn", about, f"{kind}, {where} answers", "set heartbeat_s, else a silent gate is not told")
    return Finding("ok", about, f"{kind}, {where} answers")


def _password(settings: Any) -> str | None:
    if not settings.password_file:
        return settings.password  # type: ignore[no-any-return]
    return Path(settings.password_file).read_text(encoding="utf-8").strip()


def greet(settings: Any, password: str | None) -> int:
    """The return code of an MQTT 3.1.1 CONNECT (OASIS 3.1.1, 3.1 and 3.2.2.3): 0 welcome, 4 and 5 wrong password."""
    line = socket.create_connection((settings.host, settings.port), PATIENCE_S)
    if settings.tls:
        line = ssl.create_default_context(cafile=settings.ca).wrap_socket(line, server_hostname=settings.host)
    with closing(line):
        line.settimeout(PATIENCE_S)
        line.sendall(hello(settings.user, password))
        answer = line.recv(4)
        if len(answer) != 4 or answer[:2] != b"\x20\x02":
            raise ValueError("speaks no MQTT")
        line.sendall(b"\xe0\x00")  # DISCONNECT
        return answer[3]


def hello(user: str | None, password: str | None) -> bytes:
    """The bytes of a CONNECT with a clean session and a client id of its own."""
    fields = [f"floor-doctor-{uuid.uuid4().hex[:8]}"] + [text for text in (user, password) if text is not None]
    flags = 0x02 | (0x80 if user is not None else 0) | (0x40 if password is not None else 0)
    body = b"\x00\x04MQTT\x04" + bytes([flags]) + b"\x00\x0a"
    for text in fields:
        body += len(text.encode()).to_bytes(2, "big") + text.encode()
    length, left = b"", len(body)
    while True:
        left, digit = divmod(left, 128)
        length += bytes([digit | (0x80 if left else 0)])
        if not left:
            return b"\x10" + length + body
