"""Every page's routes, found by file: a new page is one new file in web/pages."""

import importlib
from pathlib import Path

from fastapi import APIRouter


def all_routers() -> list[APIRouter]:
    """The `router` of each file in web/pages, in order of name."""
    names = sorted(path.stem for path in (Path(__file__).parent / "pages").glob("*.py") if path.stem != "__init__")
    return [importlib.import_module(f"web.pages.{name}").router for name in names]
