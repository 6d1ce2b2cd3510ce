"""Chromium for all browser tests: `chromium` for a file that brings its own site, `front` for the page scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.web.front_browser import Front, opened_chromium, opened_front


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with opened_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    with opened_front() as front:
        yield front
