"""Each text of code and templates is there in Chinese, with the same {fields}; each refusal raised has words."""

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message

from web import text
from web.texts.verdicts import VERDICTS

ROOT = Path(__file__).resolve().parents[2]


def forms(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (str(value),)


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def percent_fields(template: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", template))


def test_each_text_has_chinese() -> None:
    zh = text._read("zh")
    known = {message.id for message in zh if message.id and all(forms(message.string))}
    lacking = [message.id for message in text.extracted() if message.id and message.id not in known]
    assert not lacking, "run `python -m web.text`, then translate"


def test_no_translation_is_doubtful() -> None:
    assert list(text.missing(text._read("zh"))) == []


@pytest.mark.parametrize("lang", text.LANGUAGES)
def test_translations_name_the_same_fields(lang: str) -> None:
    catalog = text._read(lang)
    wrong = [message.id for message in catalog if message.id and not same_fields(message)]
    assert not wrong


def same_fields(message: Message) -> bool:
    wanted_braces = set[str]().union(*(fields(form) for form in forms(message.id) if "{" in form))
    wanted_percent = set[str]().union(*(percent_fields(form) for form in forms(message.id)))
    for form in filter(None, forms(message.string)):
        if wanted_braces and fields(form) != wanted_braces:
            return False
        if percent_fields(form) != wanted_percent:
            return False
    return True


def test_a_differing_field_is_found() -> None:
    assert not same_fields(Message("{a} of {b}", "{a}"))
    assert not same_fields(Message("%(n)s waiting", "等待"))
    assert same_fields(Message("{a} of {b}", "{b} 的 {a}"))


def test_each_refusal_raised_in_code_has_words() -> None:
    raised: dict[str, str] = {}
    for path in [*ROOT.glob("floor/**/*.py"), *ROOT.glob("web/**/*.py")]:
        for code in re.findall(r"\bRefusal\(\s*\"(\w+)\"", path.read_text(encoding="utf-8")):
            raised[code] = str(path.relative_to(ROOT))
    assert raised
    assert {code: where for code, where in raised.items() if code not in VERDICTS} == {}
