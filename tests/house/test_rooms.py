"""The house's own rules, read from the code: sizes, names, folds for every fact, each table's kind, broad excepts."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

import floor
from floor import replay, routes
from floor.facts import fact as facts
from floor.ledger import folds as ledger

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("floor", "devices", "labels", "web")
BANNED = {"manager", "service", "helper", "helpers", "utils", "util", "common", "base", "core", "misc"}
BROAD_EXCEPTS = 12  # agent, courier, writer, web handler, decoders' wall: each with its reason beside it


def sources() -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "versions" not in path.parts:
                yield path


def load_all() -> None:
    for module in pkgutil.walk_packages(floor.__path__, "floor."):
        if "migrations" not in module.name:
            importlib.import_module(module.name)


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_short_and_named_after_a_thing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300, "300 lines are the end"
    assert path.stem not in BANNED
    tree = ast.parse(text)
    assert path.stem == "__init__" or ast.get_docstring(tree), "says why it exists"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{node.name}: 60 lines are the end"
            assert len(node.args.args) + len(node.args.posonlyargs) <= 7, f"{node.name}: too many arguments"


def test_packages_import_nothing_by_themselves() -> None:
    for room in ROOMS:
        for path in (ROOT / room).rglob("__init__.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            assert not [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)], path


def test_broad_excepts_are_few_and_explained() -> None:
    found = []
    for path in sources():
        lines = path.read_text(encoding="utf-8").splitlines()
        found += [(path.name, line) for line in lines if re.search(r"except (Base)?Exception\b", line)]
    assert len(found) <= BROAD_EXCEPTS, found
    assert all("#" in line for name, line in found if "BaseException" not in line), found


def test_every_fact_has_its_folds_and_subjects() -> None:
    load_all()
    house = replay.house(routes.routes, ledger.FOLDS, ledger.MASTERS)
    assert set(facts.KINDS.values()) == set(house.folds)
    for kind in facts.KINDS.values():
        assert kind.subjects is not facts.Fact.subjects, kind


def test_every_table_says_whether_it_is_state_or_working() -> None:
    load_all()
    state = {table.name for table in (*replay.STATE, *ledger.STATE)}
    for mapper in SQLModel._sa_registry.mappers:  # type: ignore[attr-defined]
        name, text = mapper.local_table.name, mapper.class_.__doc__ or ""
        if name in ("journal", "journal_subject"):
            continue
        kind = "State" if name in state else "Working table"
        assert text.startswith(kind), f"{mapper.class_.__name__} ({name}) is {kind} and does not say so"


def test_every_column_of_money_and_quantity_is_exact() -> None:
    load_all()
    for table in SQLModel.metadata.tables.values():
        for column in table.columns:
            kind = type(column.type).__name__
            assert kind not in ("Float", "Numeric", "REAL", "Double"), f"{table.name}.{column.name} is {kind}"
            if column.name.endswith(("_minor", "_micro")):
                assert kind == "Exact", f"{table.name}.{column.name} is {kind}"
