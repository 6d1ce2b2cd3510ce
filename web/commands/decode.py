"""`floor decode KIND`: what did it send? A JSON object a line in and out; a line that cannot be read gives an error."""

import argparse
import importlib
import io
import json
import sys
from collections.abc import Callable
from typing import Any

from web.cli import Stop

KINDS = {
    "barcode": ("floor.barcode", '{"scan": "]d201..."}'),
    "epc": ("floor.epc", '{"hex": "3074..."}'),
    "gate": ("devices.decode", '{"dialect": "zebra_iot", "topic": "...", "payload": "..."}'),
    "keys": ("devices.decode", '{"layout": "us", "events": [[code, value], ...]}'),
    "hidpos": ("devices.decode", '{"reports": ["02..."]}'),
    "serial": ("devices.decode", '{"chunks": ["..."], "config": {}}'),
    "ssi": ("devices.decode", '{"frame": "..."}'),
    "printer": ("labels.status", '{"command": "~HS", "reply": "..."}'),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=sorted(KINDS), help="; ".join(f"{k}: {form}" for k, (_, form) in KINDS.items()))


def run(options: argparse.Namespace) -> int:
    decode = _decoder(options.kind)
    # Bytes that are no UTF-8, and halves of surrogates, go through as what they are: no line may end the run.
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)
    for line in sys.stdin:
        if line.strip():
            print(_written(_one(decode, line)), flush=True)
    return 0


def _written(answer: dict[str, Any]) -> str:
    """As one line of JSON; what is too deep for it, or a number that JSON has not, is an error."""
    try:
        return json.dumps(answer, ensure_ascii=False, default=str, allow_nan=False)
    except (ValueError, RecursionError) as error:
        return json.dumps({"error": "bad_input", "detail": f"{type(error).__name__}: {error}"})


def _one(decode: Callable[[dict[str, Any]], dict[str, Any]], line: str) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"error": "bad_json", "detail": str(error)}
    if not isinstance(told, dict):
        return {"error": "bad_json", "detail": "a JSON object a line"}
    try:
        return decode(told)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        return {"error": "bad_input", "detail": f"{type(error).__name__}: {error}"}


Decode = Callable[[dict[str, Any]], dict[str, Any]]


def _decoder(kind: str) -> Decode:
    module = importlib.import_module(KINDS[kind][0])
    if kind == "barcode":
        return _of_texts(module.verdict, "scan")
    if kind == "epc":
        verdict: Decode = module.verdict
        return verdict
    if kind == "printer":
        printer = _of_texts(module.decode, "command", "reply")
        return lambda told: printer(told | {"reply": _joined(told.get("reply"))})
    decode: Decode | None = getattr(module, f"decode_{kind}", None) or getattr(module, kind, None)
    if decode is None:
        raise Stop(f"{kind} cannot be decoded by this release")
    return decode


def _joined(reply: object) -> object:
    """A reply that came in several reads, as one text; anything else as it is."""
    if isinstance(reply, list) and all(isinstance(part, str) for part in reply):
        return "".join(reply)
    return reply


def _of_texts(decode: Callable[..., dict[str, Any]], *names: str) -> Decode:
    """A decoder of the members so named, each of which must be a text."""

    def asked(told: dict[str, Any]) -> dict[str, Any]:
        for name in names:
            if not isinstance(told.get(name), str):
                return {"error": "bad_input", "detail": f"{name} is missing or no text"}
        return decode(*(told[name] for name in names))

    return asked
