"""Random and hostile texts on every paper: the text that a PDF reader copies out and the codes that a scanner reads."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from labels.letters import clean
from labels.papers.typeface import Typeface
from labels.refused import LabelRefused
from tests.faults.labels import text
from tests.labels.paper_reading import CAPTIONS, codes, meant, pages
from tests.labels.paper_samples import PAPERS

TITLE = "random and hostile texts on every paper"
FULL = 1_000
KEPT = frozenset(("language", "currency", "code", "link", "number", "kind"))


def run(seed: int, count: int, tick: Callable[[int], None]) -> dict[str, object]:
    """`count` papers; AssertionError at the first sign too many, too few or wrong, or code misread."""
    dice = random.Random(seed)
    outcomes: Counter[str] = Counter()
    for number in range(count):
        kind = dice.choice(list(CAPTIONS))
        make, pdf = PAPERS[kind]
        content = _strewn(dice, make(dice.choice((1, 3, 40)), dice.choice(("zh", "en"))))
        content = replace(content, code=f"X:{dice.randrange(10**9)}")
        try:
            made = pdf(content)
        except LabelRefused as refused:
            outcomes[refused.code] += 1
        else:
            _compare(kind, content, made)
            outcomes["right"] += 1
        tick(number + 1)
    right = outcomes.pop("right", 0)
    return {"papers": count, "right": right, "wrong": 0, "refused": outcomes.total(), **dict(sorted(outcomes.items()))}


def _compare(kind: str, content: Any, made: Any) -> None:
    found = pages(made)
    face = Typeface()
    wanted: Counter[str] = Counter()
    for sign, times in meant(kind, _mapped(face.fit, content), found).items():
        wanted[sign] += times
    assert Counter("".join(found)) == wanted, (
        content,
        Counter("".join(found)) - wanted,
        wanted - Counter("".join(found)),
    )
    wanted_codes = [("]C0", content.code)] + ([("]Q1", content.link)] if getattr(content, "link", "") else [])
    assert codes(made) == wanted_codes, content


def _strewn(dice: random.Random, content: Any) -> Any:
    """The paper with something else in some of its texts, never nothing where there was something."""

    def changed(told: str) -> str:
        other = text(dice, 40) if told and dice.random() < 0.06 else told
        return other if clean(other) else told

    return _mapped(changed, content)


def _mapped(change: Callable[[str], str], content: Any) -> Any:
    """The same with every text changed that people read."""
    if isinstance(content, str):
        return change(content)
    if isinstance(content, tuple):
        return tuple(_mapped(change, part) for part in content)
    if is_dataclass(content) and not isinstance(content, type):
        kept = {field.name: getattr(content, field.name) for field in fields(content) if field.name not in KEPT}
        return replace(content, **{name: _mapped(change, value) for name, value in kept.items()})
    return content
