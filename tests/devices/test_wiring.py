"""readers.toml: every mistake is named with file, stanza and key."""

from pathlib import Path
from typing import Any

import pytest

from devices.__main__ import main
from devices.adapters import SettingsError
from devices.agent import Agent, alone
from devices.wiring import read, wiring

GOOD: dict[str, Any] = {
    "server": "http://localhost:8000/",
    "spool": "spool",
    "token": "t",
    "reader": [{"name": "bench", "kind": "serial_port", "path": "/dev/x"}],
}


def with_reader(**changes: Any) -> dict[str, Any]:
    return GOOD | {"reader": [{k: v for k, v in (GOOD["reader"][0] | changes).items() if v is not None}]}


def test_good_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("own\n")
    file = tmp_path / "readers.toml"
    file.write_text(
        'server = "https://floor.lan"\nspool = "/var/lib/floor-readers"\ntoken = "station"\n'
        '[[reader]]\nname = "a"\nkind = "serial_port"\npath = "/dev/x"\nbaud = 115200\n'
        f'[[reader]]\nname = "b"\nkind = "serial_port"\npath = "/dev/y"\ntoken_file = "{tmp_path}/token"\n'
    )
    got = read(file)
    assert (got.server, got.spool) == ("https://floor.lan", Path("/var/lib/floor-readers"))
    assert [(one.name, one.token) for one in got.readers] == [("a", "station"), ("b", "own")]
    assert got.readers[0].settings.baud == 115200


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (GOOD | {"sever": "x"}, "unknown field `sever`"),
        (GOOD | {"server": "localhost"}, "http:// or https://"),
        (GOOD | {"reader": 3}, "Expected `array`"),
        (GOOD | {"token_file": "x"}, "not both"),
        (GOOD | {"token": "schlüssel"}, "printable ASCII"),
        ({k: v for k, v in GOOD.items() if k != "token"}, "no token"),
        (with_reader(baudrate=9600), "unknown field `baudrate`"),
        (with_reader(baudrate=9600), 'reader 1 "bench"'),
        (with_reader(baud="fast"), "Expected `int`, got `str`"),
        (with_reader(parity="odd"), "Invalid enum value 'odd'"),
        (with_reader(path=None), "missing required field `path`"),
        (with_reader(kind="serial"), 'kind "serial" is unknown; there are:'),
        (with_reader(kind="../x"), "is unknown"),
        (with_reader(name="../x"), "name must be"),
        (with_reader(name=None), "name must be"),
        (GOOD | {"reader": GOOD["reader"] * 2}, 'two readers are named "bench"'),
    ],
)
def test_mistakes_are_named(table: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        wiring(table)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("dialect = 'klingon'", 'dialect "klingon" is unknown; there are:'),
        ("options = { charset = 'ebdcic' }", "charset"),
        ("options = { sufix = 'CR' }", "unknown field `sufix`"),
    ],
)
def test_mistakes_in_a_dialect_end_the_agent_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: str, says: str
) -> None:
    file = tmp_path / "readers.toml"
    file.write_text(
        f'server = "http://127.0.0.1:1"\nspool = "{tmp_path}/spool"\ntoken = "t"\n'
        f'[[reader]]\nname = "a"\nkind = "serial_port"\npath = "/dev/x"\n{options}\n'
    )
    assert main([str(file)]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("top", "says"),
    [
        ('server = "http://127.0.0.1:1"\nspool = "{0}/readers.toml/spool"', "readers.toml/spool cannot be used: "),
        ('server = "https://127.0.0.1:1"\nspool = "{0}/spool"\nca = "{0}/none.pem"', '"a": ca {0}/none.pem: '),
        ('server = "https://127.0.0.1:1"\nspool = "{0}/spool"\nca = "{0}/readers.toml"', '"a": ca {0}/readers.toml: '),
    ],
)
def test_files_that_cannot_be_used_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], top: str, says: str
) -> None:
    file = tmp_path / "readers.toml"
    reader = '[[reader]]\nname = "a"\nkind = "serial_port"\npath = "/dev/x"\n'
    file.write_text(f'{top.format(tmp_path)}\ntoken = "t"\n{reader}')
    assert main([str(file)]) == 2
    said = capsys.readouterr().err
    assert says.format(tmp_path) in said and said.count("\n") == 1


def test_unreadable_toml_and_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.toml").write_text("server = ")
    assert main([str(tmp_path / "x.toml")]) == 2
    assert "x.toml" in capsys.readouterr().err
    assert main([str(tmp_path / "none.toml")]) == 2
    assert main([]) == 2


def test_one_agent_a_spool(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(SettingsError, match="another agent"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"strays": ["no hex"]}, "strays are EPCs in hex"),
        ({"strays": [""]}, "strays are EPCs in hex"),
        ({"rssi_floor_dbm": 70.0}, "rssi_floor_dbm"),
        ({"topics": []}, "topics"),
        ({"topics": ["a/#/b"]}, "'a/#/b' is no topic"),
        ({"topics": [""]}, "is no topic"),
        ({"topics": ["zebra/+/data", "#", "a/b#"]}, "'a/b#' is no topic"),
        ({"most_tags": 0}, "most_tags"),
        ({"quiet_s": -1.0}, "quiet_s"),
        ({"lamp_s": 0.0}, "lamp_s"),
        ({"port": 70_000}, "port"),
        ({"inside": [0]}, "inside"),
        ({"options": {"outputs": {"wrong": [1]}}}, "'wrong'"),
        ({"options": {"outputs": {"error": [9]}}}, "<= 4"),
        ({"dialect": "impinj", "options": {"outputs": {"error": [4]}}}, "<= 3"),
        ({"dialect": "mapping", "options": {"epc": "e", "commands": {"wrong": {"on": {}}}}}, "'wrong'"),
        ({"dialect": "mapping", "options": {"epc": "e", "commands": {"ok": {"of": {}}}}}, "'of'"),
        ({"token_file": "a\x00b"}, "token_file"),
    ],
)
def test_settings_that_would_leave_a_gate_deaf(changes: dict[str, Any], says: str) -> None:
    dock = {"name": "dock", "kind": "gate", "topics": ["zebra/dock/data"]} | changes
    with pytest.raises(SettingsError) as error:
        wiring(GOOD | {"reader": [dock]})
    assert says in str(error.value) and 'reader 1 "dock"' in str(error.value)


@pytest.mark.parametrize(
    "options", [{"suffix": "→"}, {"hello": "中"}, {"sounds": {"ok": "中"}}, {"charset": "base64"}, {"charset": "a\x00"}]
)
def test_options_that_no_scanner_understands(options: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match='reader 1 "bench"'):
        wiring(with_reader(options=options))
    assert wiring(with_reader(options={"suffix": "none"})).readers


@pytest.mark.parametrize(
    "top", [{"spool": ""}, {"spool": "a\x00"}, {"spool_limit": 0}, {"health_s": 0}, {"timeout_s": -1}]
)
def test_numbers_and_names_that_no_agent_can_use(top: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=rf"readers.toml: .*{next(iter(top))}"):
        wiring(GOOD | top)


def test_two_gates_are_no_one_client_of_a_broker() -> None:
    gates = [{"name": name, "kind": "gate", "topics": ["t/"], "client_id": "floor"} for name in ("north", "south")]
    with pytest.raises(SettingsError, match='"north" and "south" have one client_id "floor"'):
        wiring(GOOD | {"reader": gates})
    gates[1]["host"] = "broker2"
    assert len(wiring(GOOD | {"reader": gates}).readers) == 2


def test_what_a_gate_of_another_name_has_left_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "north.gate").write_bytes(b"{}\n")
    (tmp_path / "south.gate").touch()
    with Agent(wiring(GOOD | {"spool": str(tmp_path)})).at_work():
        pass
    assert f"tags of a passage of a reader 'north' wait in {tmp_path}/north.gate" in caplog.text
    assert "south" not in caplog.text
