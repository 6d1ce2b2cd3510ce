"""Finds sources and dialects by their file name: a new file is a new kind, and nothing else has to be told."""

import codecs
import importlib
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, TypeVar

import msgspec

T = TypeVar("T")
Verdict = Literal["ok", "done", "error", "double"]  # what a device can be told to show
HERE = Path(__file__).parent


class SettingsError(ValueError):
    """Settings that cannot be used; the text says which and why, in words for the person who wrote them."""


@cache
def names(folder: str) -> tuple[str, ...]:
    """What there is in "sources" or "dialects"; looked up once."""
    return tuple(sorted(path.stem for path in (HERE / folder).glob("*.py") if path.stem != "__init__"))


def source_file(kind: str) -> ModuleType:
    """The module of a kind of source. It has `Settings` (a msgspec Struct) and `open_source(settings, seat)`.

    One that takes dialects has `HEARS`, the sort it understands, and `dialect` and `options` among its settings.
    """
    return _module("sources", "kind", kind)


def dialect_file(name: str) -> ModuleType:
    """The module of a dialect. It has `SPEAKS` ("line" or "gate"), `Options` and `open_dialect(options)`."""
    return _module("dialects", "dialect", name)


def open_dialect(name: str, speaks: str, options: dict[str, Any]) -> Any:
    """A dialect of the wanted sort with its options checked. Raises SettingsError."""
    module = dialect_file(name)
    if speaks != module.SPEAKS:
        fitting = [other for other in names("dialects") if speaks == dialect_file(other).SPEAKS]
        raise SettingsError(f'dialect "{name}" is not spoken by a {speaks}; these are: {", ".join(fitting)}')
    return module.open_dialect(fit(module.Options, options, f"options of dialect {name}"))


def fit(shape: type[T], table: dict[str, Any], where: str) -> T:
    """`table` as a `shape`. Unknown keys, missing keys and wrong types raise SettingsError that says `where`."""
    try:
        return msgspec.convert(table, shape)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{where}: {error}") from None


def known_charset(name: str) -> str:
    """`name` if Python can decode it; raises SettingsError."""
    try:
        found = codecs.lookup(name)
        b"1".decode(found.name)  # refuses what decodes bytes to no text
        return found.name
    except (LookupError, ValueError):
        raise SettingsError(f'charset "{name}" is unknown; try ascii, latin-1, utf-8 or gb18030') from None


def _module(folder: str, key: str, name: str) -> ModuleType:
    there = names(folder)
    if name not in there:
        raise SettingsError(f'{key} "{name}" is unknown; there are: {", ".join(there)}')
    return importlib.import_module(f"devices.{folder}.{name}")
