"""The new dialect that the README shows works as it stands there, and is as short as it says."""

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from devices.scan import Code
from devices.simulators import gate, hid_pos, keyboard, scanner

README = (Path(__file__).parents[2] / "devices/README.md").read_text(encoding="utf-8")


def test_the_dialect_of_the_readme() -> None:
    text = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[0]
    assert len(text.splitlines()) < 40
    module = sys.modules["acme"] = ModuleType("acme")
    exec(compile(text, "acme.py", "exec"), module.__dict__)
    del sys.modules["acme"]
    line = module.open_dialect(module.Options())
    assert (line.hello, line.unanswered, line.receipt()) == (b"", None, b"K")
    assert line.feed(b"]C0A-1\nB-2\nC", 0.0) == [Code("A-1", "]C0"), Code("B-2")]
    assert [line.tell(sound) for sound in ("ok", "done", "error", "double", "refused")] == [b"", b"", b"!", b"!", b"!"]


@pytest.mark.parametrize("faults", [scanner.FAULTS, keyboard.FAULTS, hid_pos.FAULTS, gate.FAULTS])
def test_the_readme_names_the_faults(faults: tuple[str, ...]) -> None:
    assert f"`{' '.join(faults)}`" in README
