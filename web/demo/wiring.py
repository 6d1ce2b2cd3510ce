"""The settings that the demo writes into its folder: a floor.toml and a readers.toml as a real site has them."""

import json
from pathlib import Path
from typing import Any

from web.demo.company import Company

GATE_QUIET_S, GATE_FAINT_DBM = 0.5, -70


def write(folder: Path, url: str, printer_port: int, broker: dict[str, Any], company: Company) -> Path:
    """Write both files; the path of floor.toml. Labels have Chinese captions where the company's are Chinese."""
    chinese = company.chinese
    host, port = url.removeprefix("http://").split(":")
    readers = folder / "readers.toml"
    _save(readers, _readers(folder, url, broker, company))
    settings = folder / "floor.toml"
    top = {"data": str(folder), "readers": str(readers)}
    lines = [*_pairs(top), "", "[web]", *_pairs({"host": host, "port": int(port)}), "", "[printers.bench1]"]
    printer = {"transport": "tcp", "language": "zh" if chinese else "en"}
    lines += [*_pairs(printer), "", "[printers.bench1.settings]"]
    _save(settings, [*lines, *_pairs({"host": "127.0.0.1", "port": printer_port})])
    return settings


def _readers(folder: Path, url: str, broker: dict[str, Any], company: Company) -> list[str]:
    topic = "zebra/gate-1"
    kinds: dict[str, dict[str, Any]] = {
        "pick-serial": {"kind": "serial_port", "path": str(folder / "scanner")},
        "bench-hid": {"kind": "hid", "path": str(folder / "keyboard")},
        "gate-1": {
            "kind": "gate", "dialect": "zebra_iot", **broker, "topics": [f"{topic}/data", f"{topic}/events"],
            "command_topic": f"{topic}/ctrl/cmd", "quiet_s": GATE_QUIET_S, "rssi_floor_dbm": GATE_FAINT_DBM,
        },
    }  # fmt: skip
    lines = _pairs({"server": url, "spool": str(folder / "spool")})
    for station in company.stations:
        if station.reader:
            about = {"name": station.reader, "token": station.reader_token, **kinds[station.reader]}
            lines += ["", "[[reader]]", *_pairs(about)]
    return lines


def _pairs(values: dict[str, Any]) -> list[str]:
    """Lines of TOML; its strings, numbers and lists of them are written as in JSON."""
    return [f"{name} = {json.dumps(value)}" for name, value in values.items()]


def _save(path: Path, lines: list[str]) -> None:
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
