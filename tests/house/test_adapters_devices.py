"""Every source and every dialect against its port, found by file name: a new file is tested the day it appears."""

import inspect
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.adapters import SettingsError, dialect_file, fit, names, open_dialect, source_file
from devices.scan import Code, Dialect, DialectError, Heard, LineDialect, Reply, RestCall, Source
from devices.seat import Health, Seat, Stamp

SOUNDS = ("ok", "done", "error", "double")
MADE_UP: dict[Any, Any] = {str: "made-up", int: 1, tuple[str, ...]: ("made-up",)}


def smallest(shape: type[msgspec.Struct]) -> dict[str, Any]:
    """Settings with only what has no default."""
    hints = get_type_hints(shape)
    return {one.encode_name: MADE_UP[hints[one.name]] for one in msgspec.structs.fields(shape) if one.required}


def seat(folder: Path) -> Seat:
    stamp = Stamp("made-up", lambda: datetime(2026, 1, 5, tzinfo=UTC), os.urandom)
    return Seat("made-up", folder, stamp, Health(), threading.Event())


def dialect(name: str) -> Any:
    file = dialect_file(name)
    return open_dialect(name, file.SPEAKS, smallest(file.Options))


def members(port: type) -> list[str]:
    return [name for name, thing in vars(port).items() if callable(thing) and not name.startswith("_")]


def signature(thing: Any) -> list[str]:
    return list(inspect.signature(thing).parameters)


@pytest.mark.parametrize("kind", names("sources"))
def test_source_fits_its_port(kind: str, tmp_path: Path) -> None:
    file = source_file(kind)
    settings = fit(file.Settings, smallest(file.Settings), kind)
    source: Source = file.open_source(settings, seat(tmp_path))
    for member in members(Source):
        assert signature(getattr(source, member)) == signature(getattr(Source, member))[1:], member
    assert file.__doc__
    assert file.Settings.__doc__


@pytest.mark.parametrize("kind", names("sources"))
def test_source_without_its_device_says_so_and_ends_when_told(kind: str, tmp_path: Path) -> None:
    file, place = source_file(kind), seat(tmp_path)
    table = smallest(file.Settings)
    if "port" in file.Settings.__struct_fields__:
        table["port"] = 1
    if "path" in file.Settings.__struct_fields__:
        table["path"] = str(tmp_path / "nowhere")
    source: Source = file.open_source(fit(file.Settings, table, kind), place)
    scans: list[Any] = []
    thread = threading.Thread(target=lambda: scans.extend(source.scans()))
    thread.start()
    for _ in range(200):
        if place.health.state == "gone":
            break
        threading.Event().wait(0.02)
    source.tell(Reply("id", True, "picked"))
    place.stop.set()
    thread.join(5)
    assert not thread.is_alive()
    source.close()
    source.close()
    assert (place.health.state, scans) == ("gone", [])
    assert place.health.error


@pytest.mark.parametrize("kind", names("sources"))
def test_source_refuses_unknown_settings(kind: str) -> None:
    settings = source_file(kind).Settings
    with pytest.raises(SettingsError, match="unknown field `no_such_key`"):
        fit(settings, smallest(settings) | {"no_such_key": 1}, "reader 1")


@pytest.mark.parametrize("name", names("dialects"))
def test_dialect_fits_its_port(name: str) -> None:
    file = dialect_file(name)
    port = {"line": LineDialect, "gate": Dialect}[file.SPEAKS]
    opened = dialect(name)
    for member in members(port):
        assert signature(getattr(opened, member)) == signature(getattr(port, member))[1:], member
    assert file.__doc__
    with pytest.raises(SettingsError, match="unknown field `no_such_key`"):
        open_dialect(name, file.SPEAKS, smallest(file.Options) | {"no_such_key": 1})
    with pytest.raises(SettingsError, match="is not spoken by"):
        open_dialect(name, "gate" if file.SPEAKS == "line" else "line", {})


def speaking(sort: str) -> list[str]:
    return [name for name in names("dialects") if sort == dialect_file(name).SPEAKS]


@pytest.mark.parametrize("name", speaking("line"))
@given(chunks=st.lists(st.tuples(st.binary(max_size=40), st.floats(0, 1)), max_size=12))
def test_line_dialect_survives_any_bytes(name: str, chunks: list[tuple[bytes, float]]) -> None:
    line, now = dialect(name), 0.0
    for chunk, pause in chunks:
        now += pause
        for item in [*line.idle(now), *line.feed(chunk, now)]:
            assert isinstance(item, bytes) or (isinstance(item, Code) and item.text is not None)
    line.drop()
    assert line.feed(b"", now) == []
    assert isinstance(line.receipt(), bytes)
    assert isinstance(line.hello, bytes)
    assert line.unanswered is None
    assert all(isinstance(line.tell(sound), bytes) for sound in (*SOUNDS, "no such sound"))


@pytest.mark.parametrize("name", speaking("gate"))
@given(
    topic=st.text(max_size=10), payload=st.binary(max_size=60) | st.sampled_from([b"{}", b"[]", b'{"data":{}}', b"1"])
)
def test_gate_dialect_survives_any_payload(name: str, topic: str, payload: bytes) -> None:
    opened = dialect(name)
    try:
        heard = opened.reads(topic, payload)
    except DialectError as error:
        assert error.code
    else:
        assert isinstance(heard, Heard)
        assert all(read.epc == read.epc.upper() and read.count >= 1 for read in heard.reads or ())
    for sound in (*SOUNDS, "no such sound"):
        assert all(
            isinstance(command, bytes | RestCall)
            for command in opened.answer(sound, True) + opened.answer(sound, False)
        )


def test_unknown_names_are_refused_with_what_there_is() -> None:
    for find, there in ((source_file, "serial_port"), (dialect_file, "zebra_iot")):
        for name in ("no_such", "__init__", "../scan", ""):
            with pytest.raises(SettingsError, match=rf"is unknown; there are: .*{there}"):
                find(name)
