"""Each verdict that the floor can answer has words in both languages, made of fields that the answer really carries."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from floor import element_checks
from web.text import LANGUAGES, texts
from web.texts.instead import LACKING
from web.texts.verdicts import VERDICTS, verdict_text

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"[a-z][a-z_]+\Z")
CALLS = {"Refusal": 0, "BadCode": 0, "answer": 2, "open_case": 2}  # where the code stands among the arguments


def literals(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may give: a literal, or either branch of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for part in node.values:
            yield from literals(part)


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def codes_of(tree: ast.AST) -> Iterator[str]:
    """Codes in `Refusal("...")`, `BadCode("...")`, `answer(tx, note, "...")`, `Reply(code="...")` and `code = "..."`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            place = CALLS.get(name_of(node))
            if place is not None and len(node.args) > place:
                yield from literals(node.args[place])
            if name_of(node) == "Reply":
                for keyword in node.keywords:
                    if keyword.arg == "code":
                        yield from literals(keyword.value)
        elif isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "code" for target in node.targets):
            yield from literals(node.value)


def spoken() -> dict[str, str]:
    """Each code with a file that says it."""
    found = {check[-1]: "floor/element_checks.py" for check in element_checks._CHECKS}
    for path in sorted((ROOT / "floor").rglob("*.py")):
        for code in codes_of(ast.parse(path.read_text(encoding="utf-8"))):
            if CODE.fullmatch(code):
                found[code] = str(path.relative_to(ROOT))
    return found


def test_the_walk_finds_codes_in_every_form() -> None:
    source = (
        'code = "a_b" if x else "c_d"\nRefusal("e_f")\nanswer(tx, 1, "g_h" if y else "i_j", n=1)\nReply(code="k_l")'
    )
    assert set(codes_of(ast.parse(source))) == {"a_b", "c_d", "e_f", "g_h", "i_j", "k_l"}
    assert {"picked", "wrong_item", "joined", "bad_check_digit", "packed_all", "missing_tags"} <= set(spoken())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_code_has_words(lang: str) -> None:
    lacking = {code: where for code, where in spoken().items() if code not in VERDICTS}
    assert lacking == {}
    untranslated = [text for text in VERDICTS.values() if lang == "zh" and texts(lang).gettext(text) == text]
    assert untranslated == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_never_fail_for_want_of_a_field(lang: str) -> None:
    for code, text in VERDICTS.items():
        told = verdict_text(lang, code, {})
        assert told and "{" not in told, code
        fields = {name: "7" for _, name, _, _ in Formatter().parse(text) if name}
        assert "—" not in verdict_text(lang, code, fields).replace("——", ""), code


def carried() -> Iterator[tuple[str, str, set[str]]]:
    """Each place that refuses or answers with fields written out: where, the code, the names of its fields."""
    for path in sorted((ROOT / "floor").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            place = CALLS.get(name_of(node)) if isinstance(node, ast.Call) else None
            if not isinstance(node, ast.Call) or place is None or len(node.args) <= place:
                continue
            names = {keyword.arg for keyword in node.keywords}
            if None not in names:  # **fields cannot be read from the code
                for code in literals(node.args[place]):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", code, {name for name in names if name}


def test_words_ask_for_no_field_that_the_answer_lacks() -> None:
    lacking = []
    for where, code, names in carried():
        if where.startswith(
            ("floor/barcode", "floor/element", "floor/digital", "floor/epc", "floor/tag", "floor/tid", "floor/check")
        ):
            names |= {"scanned"}  # the door adds what was scanned
        wanted = {name for _, name, _, _ in Formatter().parse(VERDICTS.get(code, "")) if name} - {"next"}
        if wanted - names:
            lacking.append((where, code, sorted(wanted - names)))
    assert lacking == []


@pytest.mark.parametrize("code", LACKING)
def test_a_verdict_without_a_bin_speaks_of_none(code: str) -> None:
    names = {name for _, name, _, _ in Formatter().parse(VERDICTS[code]) if name}
    for absent, instead in LACKING[code]:
        spoken_of = {name for _, name, _, _ in Formatter().parse(instead) if name}
        fields = dict.fromkeys((names - {absent, "bin"}) | spoken_of, "X1")
        for lang in LANGUAGES:
            assert "—" not in verdict_text(lang, code, fields), (code, absent, lang)
