"""Fixtures that every room's tests share; property tests repeat the same examples unless `--hypothesis-profile search` is given."""

from hypothesis import settings

from tests.databases import database_url, engine, postgres

settings.register_profile("same", derandomize=True)
settings.register_profile("search", settings.get_profile("default"))
settings.load_profile("same")

__all__ = ["database_url", "engine", "postgres"]
