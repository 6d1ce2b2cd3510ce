"""`floor doctor` on a real site: well where all is well, and each fault named with what to do."""

import socket
import ssl
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devices.simulators.broker import Broker
from labels.simulators.printer import VirtualPrinter
from tests.databases import fresh_sqlite
from tests.devices.conftest import running
from tests.devices.test_connection import KEPT
from tests.devices.test_connection import server as https
from tests.devices.test_gate_settings import certificates
from tests.floor.world import small_warehouse
from tests.web.serving import serving
from web import checkup, checkup_devices
from web.checkup import Finding
from web.cli import main
from web.compose import Running, compose
from web.settings import Printer, Settings, Web, read


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    yield from running(tmp_path / "broker")


@pytest.fixture
def printer() -> Iterator[VirtualPrinter]:
    with VirtualPrinter() as made:
        yield made


def marks(findings: Iterator[Finding]) -> list[str]:
    return [finding.mark for finding in findings]


def only(findings: Iterator[Finding]) -> Finding:
    (found,) = findings
    return found


def readers_toml(folder: Path, *readers: str, server: str = "http://127.0.0.1:9", token: str = "t") -> str:
    path = folder / "readers.toml"
    head = f'server = "{server}"\ntoken = "{token}"\nspool = "{folder}/spool"\n'
    path.write_text(head + "".join(f"[[reader]]\n{reader}\n" for reader in readers), encoding="utf-8")
    return str(path)


def gate(broker: Broker, password: str) -> str:
    return (
        f'name = "dock1"\nkind = "gate"\nhost = "127.0.0.1"\nport = {broker.port}\nuser = "{broker.user}"\n'
        f'password = "{password}"\ntopics = ["gate/tags"]\nheartbeat_s = 30'
    )


@pytest.mark.mosquitto
def test_a_site_where_all_is_well(
    tmp_path: Path, broker: Broker, printer: VirtualPrinter, capsys: pytest.CaptureFixture[str]
) -> None:
    device = tmp_path / "gun"
    device.touch()
    with serving(tmp_path, fresh_sqlite(tmp_path)) as site:
        gun = f'name = "gun"\nkind = "serial_port"\npath = "{device}"'
        readers = readers_toml(tmp_path, gun, gate(broker, broker.password), server=site.url, token="token1")
        config = tmp_path / "floor.toml"
        port = site.url.rpartition(":")[2]
        config.write_text(
            f'data = "{tmp_path}"\nreaders = "{readers}"\n[web]\nport = {port}\n[printers.bench]\n'
            f'settings = {{ host = "127.0.0.1", port = {printer.port} }}\n',
            encoding="utf-8",
        )
        assert main(["doctor", "--config", str(config)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert not [line for line in said if line.startswith("bad")]
    for about in ("packages", "settings", "database", "time zone", "disk", f"port {port}", "ledger", "printer bench",
                  "readers' server", "reader gun", "reader dock1"):  # fmt: skip
        assert [line for line in said if line.startswith(f"ok   {about}:")], (about, said)


@pytest.mark.parametrize("text", ["data = ", "colour = 1\n", "[web]\nport = 'x'\n"])
def test_settings_that_cannot_be_read(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "floor.toml"
    config.write_text(text, encoding="utf-8")
    assert main(["doctor", "--config", str(config)]) == 1
    assert f"bad  settings: {config}" in capsys.readouterr().out
    assert main(["doctor", "--config", str(tmp_path / "none.toml")]) == 1


def test_a_foreign_package_of_our_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "labels-20.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: labels\nVersion: 20.1.0\n", encoding="utf-8")
    (info / "top_level.txt").write_text("labels\n", encoding="utf-8")
    assert marks(checkup.packages()) == ["ok"]
    monkeypatch.syspath_prepend(str(tmp_path))
    found = only(checkup.packages())
    assert (found.mark, found.advice) == ("bad", "pip uninstall labels")


def test_databases_in_every_state(tmp_path: Path, database_url: str, request: pytest.FixtureRequest) -> None:
    now = datetime.now(UTC)
    settings = Settings(data=str(tmp_path), database=database_url)
    with Running(compose(settings), ()) as site:
        small_warehouse(site.engine, site.writer)
        later = next(iter(checkup.database(settings, now - timedelta(days=1))))
        assert later.mark == "ok"
        assert [f.about for f in checkup.database(settings, now - timedelta(days=1)) if f.mark == "bad"] == ["clock"]
        for shape, mark in (("0000", "warn"), ("9999", "bad")):
            with site.engine.begin() as db:
                db.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{shape}'")
            assert marks(checkup.database(settings, now))[0] == mark
        with site.engine.begin() as db:
            db.exec_driver_sql("DROP TABLE alembic_version")
        assert "floor init" in next(iter(checkup.database(settings, now))).advice
    assert "bad" not in marks(checkup.database(Settings(data=str(tmp_path / "none")), now))
    if not database_url.startswith("sqlite"):
        server = request.getfixturevalue("postgres")
        gone = Settings(database=server.url(f"gone_{uuid.uuid4().hex[:8]}"))
        assert only(checkup.database(gone, now)).mark == "bad"


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "floor.db").write_bytes(b"not a database at all" * 100)
    assert only(checkup.database(Settings(data=str(tmp_path)), datetime.now(UTC))).mark == "bad"


def test_a_port_that_somebody_else_has() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        other.settimeout(0)
        number = other.getsockname()[1]
        assert only(checkup.port(Settings(web=Web(port=number)))).mark == "bad"
    assert only(checkup.port(Settings(web=Web(port=number)))).mark == "ok"


def test_the_readers_server_is_trusted_as_the_readers_do(tmp_path: Path) -> None:
    ca = certificates(tmp_path / "ca")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(ca.with_name("broker.pem"), ca.with_name("broker.key"))

    def seen(more: str) -> Finding:
        readers = readers_toml(tmp_path, server=f'https://127.0.0.1:{port}"\nreader = []\n{more}#')
        return only(checkup_devices.readers(Settings(readers=readers)))

    with https([KEPT], [KEPT], tls=tls) as (port, _):
        assert "certificate verify failed" in seen("").seen
        assert seen(f'ca = "{ca}"\n').mark == "ok"
    assert "none.pem" in seen('ca = "/none.pem"\n').seen


def test_printers(printer: VirtualPrinter, tmp_path: Path) -> None:
    def seen(**settings: object) -> Finding:
        return only(checkup_devices.printers(Settings(printers={"bench": Printer(**settings)})))  # type: ignore[arg-type]

    here = {"host": "127.0.0.1", "port": printer.port, "answer_seconds": 0.3}
    assert seen(settings=here).mark == "ok"
    for fault, word in (("paper_out", "put paper in"), ("head_open", "close the head"), ("silent", "answers = false")):
        printer.fault(fault)
        found = seen(settings=here)
        assert found.mark == "bad" and word in found.advice
        printer.clear(fault)
    assert seen(settings=here | {"port": 1}).mark == "bad"
    assert "transport" in seen(transport="pigeon").seen
    assert seen(transport="file", settings={"path": str(tmp_path / "labels")}).mark == "ok"
    assert only(checkup_devices.printers(Settings())).mark == "warn"


def test_the_site_s_own_labels(tmp_path: Path) -> None:
    def seen() -> list[Finding]:
        found = checkup_devices.printers(Settings(templates=str(tmp_path)))
        return [finding for finding in found if finding.about == "templates"]

    place = "^XA^FO9,9^A0N,40,40^FH^FD{{name}}^FS^FO60,99^BY2^BCN,99,N^FH^FD{{code}}^FS"
    assert seen() == []
    for more, mark, said in (
        ("", "ok", "1 of the site's own"),
        ("^FO400,9^AFN,40,40^FDBin^FS", "warn", "place.zpl:1:93: template_unchecked: Bin: "),
        ("^FO70,120^A0N,40,40^FDBin^FS", "bad", "place.zpl:1:94: template_overlap: Bin: "),
    ):
        (tmp_path / "place.zpl").write_text(f"{place}{more}^XZ")
        (finding,) = seen()
        assert finding.mark == mark and said in finding.seen


@pytest.mark.mosquitto
def test_readers_and_brokers(tmp_path: Path, broker: Broker) -> None:
    def seen(*readers: str) -> list[Finding]:
        return list(checkup_devices.readers(Settings(readers=readers_toml(tmp_path, *readers))))

    assert marks(iter(seen(gate(broker, broker.password)))) == ["warn", "ok"]
    assert "refuses user and password" in seen(gate(broker, "wrong"))[1].seen
    gone = seen('name = "gun"\nkind = "serial_port"\npath = "/dev/floor/none"')[1]
    assert (gone.mark, gone.about) == ("bad", "reader gun")
    assert seen('name = "pos"\nkind = "hid_pos"')[1].mark == "ok"
    assert only(iter(seen('name = "x"\nkind = "pigeon"'))).mark == "bad"
    broker.stop()
    assert "is mosquitto running" in seen(gate(broker, broker.password))[1].advice
    with closing(socket.create_server(("127.0.0.1", broker.port))) as other:
        other.settimeout(0)
        assert seen(gate(broker, "x"))[1].mark == "bad"


def test_the_readers_tokens_are_tried_at_their_server(tmp_path: Path) -> None:
    with serving(tmp_path / "site", fresh_sqlite(tmp_path)) as hall:

        def seen(token: str) -> Finding:
            wired = readers_toml(tmp_path, f'name = "gun"\nkind = "hid_pos"\ntoken = "{token}"', server=hall.url)
            return next(iter(checkup_devices.readers(Settings(readers=wired))))

        assert (seen("token1").mark, seen("wrong").mark) == ("ok", "bad")
        assert "does not know the token of gun" in seen("wrong").seen


def test_a_gates_password_file_and_heartbeat_are_named(tmp_path: Path, broker: Broker) -> None:
    def seen(was: str, now: str) -> Finding:
        wired = readers_toml(tmp_path, gate(broker, broker.password).replace(was, now))
        return list(checkup_devices.readers(Settings(readers=wired)))[1]

    assert "set heartbeat_s" in seen("heartbeat_s = 30", "heartbeat_s = 0").advice
    lost = seen("password = ", "password_file = ")
    assert lost.mark == "bad" and lost.seen.startswith("password_file: ")


def test_defaults_are_looked_at_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "bad" not in [*marks(checkup.disk(read(None))), *marks(checkup.ledger(read(None))), *marks(checkup.clock())]
    wrong = only(checkup.ledger(Settings(ledger=read(None).ledger.__class__(kind="pigeon"))))
    assert wrong.mark == "bad" and "ledger_file" in wrong.advice
