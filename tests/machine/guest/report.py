"""Tells the host, line by line over the second serial port, what was checked and what was seen."""

import json
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

PORT = Path("/dev/ttyS1")
Found = TypeVar("Found")
Checks = Iterator[tuple[str, bool, str]]


def until(look: Callable[[], Found], seconds: float = 90.0) -> Found:
    """What `look` gives once it is true, or what it gave last; an emulated machine on a busy one is slow."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found or time.monotonic() > end:
            return found
        time.sleep(0.2)


def appears(path: str, seconds: float = 60.0) -> bool:
    """Whether a file is there within so long."""
    return until(Path(path).exists, seconds)


def vanishes(path: str, seconds: float = 60.0) -> bool:
    """Whether a file is gone within so long."""
    return until(lambda: not Path(path).exists(), seconds)


def tell(**said: object) -> None:
    """One JSON line to the host."""
    with PORT.open("w", encoding="ascii") as port:
        port.write(json.dumps(said) + "\n")


def run(group: str, checks: Callable[[], Checks]) -> None:
    """Tell each check of a group as it is done; what breaks a group is a failed check, and the next group goes on."""
    begun = time.monotonic()
    try:
        for text, ok, seen in checks():
            tell(group=group, check=text, ok=ok, seen=seen, seconds=round(time.monotonic() - begun, 1))
            begun = time.monotonic()
    except Exception as error:  # noqa: BLE001 - whatever it was, the host must hear of it and the machine must end
        where = traceback.extract_tb(error.__traceback__)[-1]
        seen = f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"
        tell(group=group, check="the group ran to its end", ok=False, seen=seen, seconds=0)
