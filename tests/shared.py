"""Finds the shared vectors and data beside the project; a test that needs them skips where they are absent."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def missing(what: str) -> None:
    """Skip the running test because `what` is absent, or fail it where skips are forbidden (CI)."""
    if os.environ.get("FLOOR_FORBID_SKIPS"):
        pytest.fail(f"{what} is missing and skips are forbidden here")
    pytest.skip(f"{what} is missing")


def shared(path: str) -> Path:
    """The file or folder `path` below the shared folder beside the project."""
    found = SHARED / path
    if not found.exists():
        missing(f"shared/{path}, beside the project,")
    return found


def vectors(name: str) -> list[dict[str, Any]]:
    """The entries of shared/vectors/<name>.json."""
    entries: list[dict[str, Any]] = json.loads(shared(f"vectors/{name}.json").read_text(encoding="utf-8"))["vectors"]
    return entries
