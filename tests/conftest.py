"""Fixtures that every room's tests share; property tests repeat the same examples unless `--hypothesis-profile search` is given."""

import pytest
from hypothesis import settings

from tests.databases import database_url, engine, postgres

settings.register_profile("same", derandomize=True)
settings.register_profile("search", settings.get_profile("default"))
settings.load_profile("same")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real processes and devices need a machine that keeps up: where it stumbles, a test is tried once more, a browser's twice."""
    for item in items:
        item.add_marker(pytest.mark.flaky(reruns=2 if item.get_closest_marker("browser") else 1))


__all__ = ["database_url", "engine", "postgres"]
