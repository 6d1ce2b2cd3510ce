"""Scanners of any make on a line: handshake, repeats after a lost ACK, charsets; and the makers' stanzas of the README."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from devices.agent import Agent
from devices.dialects.plain import ACK, NAK, Options, Plain
from devices.scan import Code
from devices.simulators.scanner import VirtualScanner
from devices.wiring import wiring
from tests.devices.far_side import FarSide, until

README = Path(__file__).parents[2] / "devices/README.md"


def test_code_that_was_not_kept_is_refused_to_the_scanner() -> None:
    line = Plain(Options(handshake=True, sounds={"error": "<E>"}))
    assert line.feed(b"A-1\r", 0.0) == [Code("A-1")]
    assert line.tell("refused") == NAK + b"<E>"
    assert Plain(Options(sounds={"error": "<E>", "refused": "<R>"})).tell("refused") == b"<R>"


def test_repeat_soon_after_its_receipt_is_no_second_scan() -> None:
    line = Plain(Options(handshake=True, repeat_ms=500))
    assert line.feed(b"A-1\r", 0.0) == [Code("A-1")]
    assert line.receipt() == ACK
    assert line.feed(b"A-1\r", 0.4) == [ACK]
    assert line.feed(b"A-1\r", 0.6) == [Code("A-1")]
    assert line.feed(b"A-1\r", 0.7) == [Code("A-1")]  # no receipt went yet: nothing was lost


def test_without_handshake_every_code_is_a_scan() -> None:
    line = Plain(Options(repeat_ms=500))
    line.unanswered = "A-1"
    assert line.feed(b"A-1\rA-1\r", 0.0) == [Code("A-1"), Code("A-1")]
    assert line.receipt() == b""


@pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
def test_charsets(charset: str) -> None:
    line = Plain(Options(charset=charset))
    assert line.feed("]Q1箱号-42\r".encode(charset), 0.0) == [Code("箱号-42", "]Q1")]


def test_bytes_outside_the_charset_stay_visible() -> None:
    assert Plain(Options(charset="ascii")).feed(b"A\xe9\r", 0.0) == [Code("A\\xe9")]
    assert Plain(Options(charset="latin-1")).feed(b"A\xe9\r", 0.0) == [Code("Aé")]


def test_repeat_after_a_crash_between_disk_and_receipt(
    far: FarSide, run_agent: Callable[..., Agent], tmp_path: Path
) -> None:
    """The receipt of the last code is taken back, as if the agent had been killed before it went."""
    scanner = VirtualScanner(tmp_path / "scanner")
    stanza = {"name": "b", "kind": "serial_port", "path": str(scanner.path), "options": {"handshake": True}}
    run_agent(stanza)
    assert scanner.in_use(10)
    for code in ("A-1", "A-1"):
        scanner.scan(code)
        assert scanner.heard(10) == ACK
    assert far.wait(2) == ["A-1", "A-1"]
    for lost in (True, False):
        run_agent.stop()  # type: ignore[attr-defined]
        if lost:
            (tmp_path / "spool/b.receipt").unlink()
        run_agent(stanza)
        assert scanner.in_use(10)
        scanner.scan("A-1")
        assert scanner.heard(10) == ACK
        scanner.scan("B-2")
        assert scanner.heard(10) == ACK
    assert far.wait(5) == ["A-1", "A-1", "B-2", "A-1", "B-2"]
    scanner.close()


def makers() -> dict[str, dict[str, Any]]:
    """The `[[reader]]` stanzas of the README by their names."""
    text = "\n".join(re.findall(r"```toml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL))
    table = tomllib.loads(text)
    wiring({"server": "http://here", "spool": "/s", "token": "t", **table})
    return {one["name"]: one for one in table["reader"]}


@pytest.mark.parametrize(
    ("maker", "hello", "receipt", "error"),
    [
        ("datalogic", b"", ACK, b"\x07\x07\x07"),
        ("cipherlab", b"E", b"", b"#@////\r#@////\r"),
    ],
)
def test_stanzas_of_makers(
    far: FarSide,
    run_agent: Callable[..., Agent],
    tmp_path: Path,
    maker: str,
    hello: bytes,
    receipt: bytes,
    error: bytes,
) -> None:
    scanner = VirtualScanner(tmp_path / "scanner")
    stanza = makers()[maker] | {"path": str(scanner.path), "data_bits": 8, "parity": "N"}
    agent = run_agent(stanza)
    until(agent.health, lambda health: bool(health) and health[0]["state"] == "ready")
    assert scanner.in_use(10)
    assert scanner.heard(0.2) == hello
    far.sound = "error"
    scanner.scan("]E09506000134352")
    far.wait(1)
    assert (far.scans[0]["codes"], far.scans[0]["symbology"]) == (["9506000134352"], "]E0")
    heard = b""
    while not heard.endswith(error):
        heard += scanner.heard(10)
    assert heard == receipt + error
    scanner.close()
