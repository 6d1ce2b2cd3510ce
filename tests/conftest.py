"""Fixtures that every room's tests share; property tests repeat the same examples unless `--hypothesis-profile search` is given."""

import pytest
from hypothesis import settings

from tests.databases import database_url, engine, postgres

settings.register_profile("same", derandomize=True)
settings.register_profile("search", settings.get_profile("default"))
settings.load_profile("same")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A real browser needs a machine that keeps up: where it stumbles over other work, its test is tried again."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=2))


__all__ = ["database_url", "engine", "postgres"]
