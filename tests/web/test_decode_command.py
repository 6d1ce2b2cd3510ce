"""`floor decode KIND` as people run it: every shared vector of readers and tags, and lines that are none."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.floor.test_epc import question
from tests.shared import vectors

FLOOR = [sys.executable, "-c", "import sys; from web.cli import main; sys.exit(main())", "decode"]
ROOT = Path(__file__).parents[2]
Case = tuple[dict[str, Any], dict[str, Any]]  # what goes in, and what must be among what comes out


def run(kind: str, lines: list[str]) -> list[dict[str, Any]]:
    done = subprocess.run([*FLOOR, kind], cwd=ROOT, input="\n".join(lines), capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def epcs() -> list[Case]:
    def wanted(case: dict[str, Any]) -> dict[str, Any]:
        return case.get("expect") or ({"error": case["error"]} if "error" in case else {"hex": case["hex"]})

    return [(question(case), wanted(case)) for case in vectors("epc")]


def gates() -> list[Case]:
    files = (("rfid_zebra", "zebra_iot"), ("rfid_impinj", "impinj"))
    return [({"dialect": dialect} | case, case["expect"]) for name, dialect in files for case in vectors(name)]


def scanners(kind: str) -> list[Case]:
    cases = [case for case in vectors("hid_serial") if case["kind"] == kind]
    return [(case, {"scans": case["expect"]} if kind in ("keys", "serial") else case["expect"]) for case in cases]


def bar_codes() -> list[Case]:
    return [(case, case.get("expect") or {"error": case["error"]}) for case in vectors("gs1")]


HOW_MANY = {"epc": 53, "gate": 41, "keys": 9, "hidpos": 5, "serial": 6, "ssi": 7, "barcode": 76}


@pytest.mark.shared
@pytest.mark.parametrize("kind", HOW_MANY)
def test_every_vector_by_the_command(kind: str) -> None:
    cases = {"epc": epcs, "gate": gates, "barcode": bar_codes}.get(kind, lambda: scanners(kind))()
    answers = run(kind, [json.dumps(asked) for asked, _ in cases])
    assert [answer | wanted for answer, (_, wanted) in zip(answers, cases, strict=True)] == answers
    assert len(cases) == HOW_MANY[kind]


@pytest.mark.shared
def test_no_vector_of_readers_is_left_out() -> None:
    """The two of kind "honeywell" are bytes to send: tests/devices/test_honeywell.py compares them."""
    kinds = [case["kind"] for case in vectors("hid_serial")]
    assert set(kinds) - set(HOW_MANY) == {"honeywell"}
    assert len(kinds) == sum(HOW_MANY[kind] for kind in ("keys", "hidpos", "serial", "ssi")) + 2
    assert len(vectors("rfid_zebra")) + len(vectors("rfid_impinj")) == HOW_MANY["gate"]


JUNK = [
    "{",
    "[]",
    "null",
    '"x"',
    "{}",
    '{"hex": 5}',
    "[" * 5000,
    '{"chunks": [1]}',
    '{"events": [[1]]}',
    '{"frame": "zz"}',
]


@pytest.mark.parametrize("kind", HOW_MANY)
def test_a_line_that_is_none_gives_an_error_and_the_next_is_read(kind: str) -> None:
    answers = run(kind, JUNK)
    assert len(answers) == len(JUNK)
    told = [answer for answer in answers if "error" not in answer]
    assert all(kind in ("keys", "hidpos", "serial") for _ in told), told


def test_a_printer_s_odd_answers_do_not_end_the_run() -> None:
    """Too deep to read, too deep to write again, and numbers that JSON has not."""
    odd = ["[" * 5000, '{"a":NaN}', *('{"a":' * depth + "1" + "}" * depth for depth in (300, 20_000))]
    command = '{}{"a":null}'
    lines = [json.dumps({"command": command, "reply": reply}) for reply in [*odd, '{"a":"x"}']]
    answers = run("printer", lines)
    assert len(answers) == len(lines) and answers[-1] == {"a": "x"}
    assert [answer.get("error") for answer in answers[:2]] == ["malformed", "malformed"]


def test_what_goes_out_is_json_whatever_came_in() -> None:
    """NaN is no JSON: another program would stop at it."""
    assert all(
        "NaN" not in json.dumps(answer) for answer in run("gate", ['{"dialect": NaN, "topic": NaN}', '{"a": Infinity}'])
    )


@pytest.mark.parametrize(
    ("kind", "asked", "member"),
    [
        ("barcode", "{}", "scan"),
        ("barcode", '{"scan": 5}', "scan"),
        ("printer", '{"reply": "x"}', "command"),
        ("printer", '{"command": "~HS", "reply": [5]}', "reply"),
    ],
)
def test_a_member_that_is_missing_or_no_text_is_named(kind: str, asked: str, member: str) -> None:
    assert run(kind, [asked]) == [{"error": "bad_input", "detail": f"{member} is missing or no text"}]
